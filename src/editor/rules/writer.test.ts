/** What people say about scripts, narration, its takes and captions in other languages. */
import { describe, expect, test } from 'vitest';
import { parseRequest } from './index.ts';

/** `tool{input}` of each call, `~words` for what was not understood, `!tool` for what was declined. */
function meaning(sentence: string): string {
  const { calls, misunderstood, unavailable, declined } = parseRequest(sentence);
  return [
    ...calls.map(({ tool, input }) => `${tool}${JSON.stringify(input)}`),
    ...[...misunderstood, ...unavailable.map(({ words }) => words)].map((words) => `~${words}`),
    ...declined.map((tool) => `!${tool}`),
  ].join(' ');
}

describe('scripts', () => {
  test.each([
    ['write a compelling voiceover script based on my video content', 'write_script{"tone":"engaging"}'],
    ['write a voiceover script for this video, friendly, 60 seconds', 'write_script{"tone":"friendly","length_seconds":60}'],
    ['generating written scripts and narration from raw video footage for content creators', 'write_script{} speak_script{}'],
    ['generate a 2-minute raw product demo recording into a 1080p MP4', 'export{"format":"mp4","resolution":"1080p"}'],
    [
      'draft a professional narration script about "our new dashboard"',
      'write_script{"tone":"professional","topic":"our new dashboard"}',
    ],
    ['write a voiceover script, in a sarcastic tone, 30 seconds', 'write_script{"tone":"sarcastic","length_seconds":30}'],
    [
      'write a script, make it funny, about 30 seconds, and export as mp4',
      'write_script{"tone":"funny","length_seconds":30} export{"format":"mp4"}',
    ],
    ['write a script and trim pauses', 'trim_pauses{"mode":"trim"} write_script{}'],
    ["don't write a script", '!write_script'],
    ['写一段60秒的旁白脚本，语气亲切', 'write_script{"length_seconds":60,"tone":"亲切"}'],
    ['根据视频内容写一段吸引人的旁白脚本', 'write_script{"tone":"吸引人"}'],
  ])('%s', (sentence, calls) => expect(meaning(sentence)).toBe(calls));
});

describe('narration', () => {
  test.each([
    ['narrate the video', 'speak_script{}'],
    ['read the script aloud', 'speak_script{}'],
    ['turn the script into a narration', 'speak_script{}'],
    ['add narration with a male voice', 'speak_script{"sex":"male"}'],
    ['another take, a bit slower', 'speak_script{"another":true,"pace":"slower"}'],
    ['use take 2', 'speak_script{"take":2}'],
    ['try a different voice', 'speak_script{"another_voice":true}'],
    ['slow down the narration', 'speak_script{"pace":"slower"}'],
    ['remove the narration', 'remove_narration{}'],
    ['narrate "Hello there" and add calm music', 'speak_script{"text":"Hello there"} add_music{"mood":"calm"}'],
    ['change line 2 of the narration to "Here we go"', 'speak_script{"changes":[{"line":2,"text":"Here we go"}]}'],
    ['把第二句旁白改成“开始吧”', 'speak_script{"changes":[{"line":2,"text":"开始吧"}]}'],
    ['add a narration "Good morning" at 0:03', 'speak_script{"lines":[{"text":"Good morning","start":"3s"}],"add":true}'],
    ['给视频配上旁白', 'speak_script{}'],
    ['再录一遍，慢一点', 'speak_script{"another":true,"pace":"slower"}'],
    ['用第1版旁白', 'speak_script{"take":1}'],
    ['去掉旁白', 'remove_narration{}'],
  ])('%s', (sentence, calls) => expect(meaning(sentence)).toBe(calls));

  test.each([
    ['narrate this: Welcome. Remove the noise and cut to the chase.', 'Welcome. Remove the noise and cut to the chase.'],
    ['Voiceover script:\nRemove the lid.\nAdd water.', 'Remove the lid.\nAdd water.'],
    ['用中文朗读：你好，去掉噪音。', '你好，去掉噪音。'],
    ['请用以下文字配音：\n你好。\n再见。', '你好。\n再见。'],
  ])('nothing in a script is an order: %s', (sentence, text) =>
    expect(parseRequest(sentence).calls).toEqual([{ tool: 'speak_script', input: { text } }]),
  );

  test.each([
    ['voiceover: remove noise', 'remove_noise{}'],
    ['旁白：去掉噪音', 'remove_noise{}'],
    ['remove noise from the voiceover', 'remove_noise{}'],
    ['trim pauses in my voiceover', 'trim_pauses{"mode":"trim"}'],
    ['the voiceover is 200 ms late', 'sync_audio{"sound_later_ms":-200}'],
    ['add text "script"', 'add_title{"text":"script"}'],
    ['add a title: Hello', 'add_title{"text":"Hello"}'],
  ])('wishes about speech that was recorded stay what they are: %s', (sentence, calls) => expect(meaning(sentence)).toBe(calls));
});

describe('captions in other languages', () => {
  test.each([
    ['translate the captions to Spanish', 'translate_captions{"language":"Spanish"}'],
    ['translate the subtitles from English to Simplified Chinese', 'translate_captions{"language":"Simplified Chinese"}'],
    ['translate the subtitles into bilingual French', 'translate_captions{"language":"French","both":true}'],
    ['把字幕翻译成英文', 'translate_captions{"language":"英语"}'],
  ])('%s', (sentence, calls) => expect(meaning(sentence)).toBe(calls));
});
