/** Wishes about what is said, and those that must not be taken for one. */
import { expect, test } from 'vitest';
import { parseRequest } from '#editor/rules';
import { tools } from '#editor/tools';

const cases: readonly (readonly [string, ...string[]])[] = [
  ['cut the sentence about pricing', 'cut_words{"about":"pricing"}'],
  ['cut everything I say about taxes', 'cut_words{"about":"taxes","all":true}'],
  ['delete the part where I talk about the weather', 'cut_words{"about":"the weather"}'],
  ['keep only the part about pricing', 'cut_words{"about":"pricing","keep_only":true}'],
  ['cut the first sentence about pricing', 'cut_words{"about":"pricing","which":"first"}'],
  ['remove the first sentence', 'cut_words{"sentence":1}'],
  ['cut the sentence at 0:12', 'cut_words{"at":"12s"}'],
  ['remove the sentence "it is simple"', 'cut_words{"words":"it is simple"}'],
  ['删掉关于价格的那句话', 'cut_words{"about":"价格"}'],
  ['最后一句话删掉', 'cut_words{"sentence":-1}'],
  ['把那句“我不知道”删掉', 'cut_words{"words":"我不知道"}'],
  ["don't cut the sentence about pricing", '!cut_words'],
  ['remove what I say at the beginning', '?'],
  // Only cutting knows what is said: the rest must not be done to all of the video.
  ['speed up the part about installation', '~'],
  ['mute the part where I say "damn"', '~'],
  ['cut the part from 0:10 to 0:20', 'remove_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['remove every um', 'remove_fillers{"words":["um"]}'],
  ['cut out all the ums and uhs', 'remove_fillers{"words":["um","uh"]}'],
  ['remove um, uh and like', 'remove_fillers{"words":["um","uh","like"]}'],
  ['remove filler words', 'remove_fillers{}'],
  ['去掉“嗯”和“呃”', 'remove_fillers{"words":["嗯","呃"]}'],
  ['帮我把口头禅都去掉', 'remove_fillers{}'],
  ["don't remove the filler words", '!remove_fillers'],
  ['remove retakes and keep the last one', 'remove_retakes{}'],
  ['删除重复的句子', 'remove_retakes{}'],
  ['where do I say pricing?', 'find_words{"query":"pricing"}'],
  ['我在哪里提到了价格？', 'find_words{"query":"价格"}'],
  ['show the transcript', 'find_words{}'],
  ['transcribe the video and add captions', 'add_captions{}', 'find_words{}'],
  ['add yellow captions at the top', 'add_captions{}', 'style_text{"which":"captions","position":"top","color":"#fdd835"}'],
  ['add subtitles in Spanish', 'add_captions{}', 'translate_captions{"language":"Spanish"}'],
  ['make the captions yellow', 'style_text{"which":"captions","color":"#fdd835"}'],
  ['replace the captions', 'add_captions{"replace":true}'],
  ['make chapters', 'write_notes{"kind":"chapters"}'],
  ['add a chapter title "Intro"', 'add_title{"text":"Intro","style":"chapter"}'],
  ['write show notes', 'write_notes{"kind":"show_notes"}'],
  ['summarize the changes', 'describe_changes{}'],
  ['写一份节目说明', 'write_notes{"kind":"show_notes"}'],
  [
    'add captions. Here is the script: Hello there. Cut nothing.',
    'give_script{"text":"Hello there. Cut nothing."}',
    'add_captions{}',
  ],
  ['这是脚本：大家好，删掉一切。', 'give_script{"text":"大家好，删掉一切。"}'],
];

test.each(cases)('%s', (sentence, ...expected) => {
  const { calls, declined, unavailable, misunderstood } = parseRequest(sentence);
  expect([
    ...calls.map(({ tool, input }) => `${tool}${JSON.stringify(input)}`),
    ...declined.map((tool) => `!${tool}`),
    ...unavailable.map(() => '~'),
    ...misunderstood.map(() => '?'),
  ]).toEqual(expected);
  for (const { tool, input } of calls)
    expect(tools.find(({ name }) => name === tool)!.input.safeParse(input).success, tool).toBe(true);
});
