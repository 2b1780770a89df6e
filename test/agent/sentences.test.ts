/**
 * A second set of sentences, written after the rules by someone who had read them: what strangers may type. The first set, from
 * which the rules were written, is beside them in parse-request.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { parseRequest } from '#editor/rules';

/** Sentence, then the calls as `tool{input}`; `~n` n wishes for later; `?n` n wishes not understood; `!tool` declined; `@talk` small talk. */
const sentences: readonly (readonly [string, ...string[]])[] = [
  // Noise
  ['Could you please get rid of the background hiss for me? Thanks!', 'remove_noise{}'],
  ['plz remove teh background nosie', 'remove_noise{}'],
  ['remove backgroud noise', 'remove_noise{}'],
  ['The fan is way too loud, filter it out', 'remove_noise{}'],
  ['noise reduction', 'remove_noise{}'],
  ['there is a lot of background noise', 'remove_noise{}'],
  ['背景太吵了，处理一下', 'remove_noise{}'],
  ['麻烦帮我消除一下电流声', 'remove_noise{}'],
  ['去除噪音', 'remove_noise{}'],
  // Pauses
  ['cut the dead air', 'trim_pauses{"mode":"remove"}'],
  ['tighten up the pauses', 'trim_pauses{"mode":"trim"}'],
  ['remove silences over 2s', 'trim_pauses{"mode":"remove","minimum_ms":2000}'],
  ['remove long pauses', 'trim_pauses{"mode":"remove"}'],
  ['trim puases', 'trim_pauses{"mode":"trim"}'],
  ['shorten all pauses longer than 800 ms to 200 ms', 'trim_pauses{"mode":"trim","minimum_ms":800,"keep_ms":200}'],
  ['remove the silence at the end', 'trim_pauses{"mode":"remove","where":"end"}'],
  ['把停顿剪短一点', 'trim_pauses{"mode":"trim"}'],
  ['去掉所有静音片段', 'trim_pauses{"mode":"remove"}'],
  ['停顿超过2秒的都删掉', 'trim_pauses{"mode":"remove","minimum_ms":2000}'],
  // Ranges
  ['please cut out everything between 1:05 and 1:10', 'remove_ranges{"ranges":[{"start":"65s","end":"70s"}]}'],
  ['delete 0:03 - 0:05', 'remove_ranges{"ranges":[{"start":"3s","end":"5s"}]}'],
  ['cut from 3s to 5s', 'remove_ranges{"ranges":[{"start":"3s","end":"5s"}]}'],
  ['remove 00:01:05.500 to 00:01:10', 'remove_ranges{"ranges":[{"start":"65.5s","end":"70s"}]}'],
  ['remove the part from 1m30s to 2m', 'remove_ranges{"ranges":[{"start":"90s","end":"120s"}]}'],
  ['chop off the last ten seconds', 'remove_ranges{"ranges":[{"start":"-10s","end":"end"}]}'],
  ['drop the first 2.5 seconds', 'remove_ranges{"ranges":[{"start":"start","end":"2.5s"}]}'],
  ['cut the first minute and a half', 'remove_ranges{"ranges":[{"start":"start","end":"90s"}]}'],
  ['remove everything before 0:20', 'remove_ranges{"ranges":[{"start":"start","end":"20s"}]}'],
  ['cut the first 3 seconds off', 'remove_ranges{"ranges":[{"start":"start","end":"3s"}]}'],
  ['trim the last 5 sec', 'remove_ranges{"ranges":[{"start":"-5s","end":"end"}]}'],
  ['take 5 seconds off the end', 'remove_ranges{"ranges":[{"start":"-5s","end":"end"}]}'],
  ['delete from 0:40 to the end', 'remove_ranges{"ranges":[{"start":"40s","end":"end"}]}'],
  ['delet the first 5 secnds', 'remove_ranges{"ranges":[{"start":"start","end":"5s"}]}'],
  ['删除第10秒到第15秒', 'remove_ranges{"ranges":[{"start":"10s","end":"15s"}]}'],
  ['把最后三秒剪掉', 'remove_ranges{"ranges":[{"start":"-3s","end":"end"}]}'],
  ['请删掉1分20秒到1分35秒之间的内容', 'remove_ranges{"ranges":[{"start":"80s","end":"95s"}]}'],
  ['前5秒不要了', 'remove_ranges{"ranges":[{"start":"start","end":"5s"}]}'],
  ['掐头去尾', 'trim_pauses{"mode":"trim","where":"edges"}'],
  // Keep
  ['only keep the first 30 seconds', 'keep_ranges{"ranges":[{"start":"start","end":"30s"}]}'],
  ['keep 0:05 to 0:10 and 0:20 to 0:25', 'keep_ranges{"ranges":[{"start":"5s","end":"10s"},{"start":"20s","end":"25s"}]}'],
  ['just give me the part from 0:10 to 0:40', 'keep_ranges{"ranges":[{"start":"10s","end":"40s"}]}'],
  ['shorten it to 45 seconds', 'keep_ranges{"ranges":[{"start":"start","end":"45s"}]}'],
  ['remove everything except 0:10 to 0:20', 'keep_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['cut everything but the first 10 seconds', 'keep_ranges{"ranges":[{"start":"start","end":"10s"}]}'],
  ['keep the last 20 seconds only', 'keep_ranges{"ranges":[{"start":"-20s","end":"end"}]}'],
  ['只保留前30秒', 'keep_ranges{"ranges":[{"start":"start","end":"30s"}]}'],
  ['除了10秒到20秒，其他都删掉', 'keep_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['split the clip at 12 seconds', 'split_at{"at":"12s"}'],
  ['在10秒处分割', 'split_at{"at":"10s"}'],
  // Mute, volume, loudness
  ['mute everything', 'mute{"muted":true}'],
  ['mute the first 5 seconds', 'mute{"muted":true,"start":"start","end":"5s"}'],
  ['silence the audio between 0:02 and 0:04', 'mute{"muted":true,"start":"2s","end":"4s"}'],
  ['remove the sound from 2s to 4s', 'mute{"muted":true,"start":"2s","end":"4s"}'],
  ['把2秒到4秒静音', 'mute{"muted":true,"start":"2s","end":"4s"}'],
  ['turn it up', 'set_volume{"change_db":5}'],
  ['turn it up by 6dB', 'set_volume{"change_db":6}'],
  ["it's too quiet, make it louder", 'set_volume{"change_db":5}'],
  ['lower the volume by 4 db', 'set_volume{"change_db":-4}'],
  ['volume -6 dB', 'set_volume{"change_db":-6}'],
  ['音量提高3分贝', 'set_volume{"change_db":3}'],
  ['声音小一点', 'set_volume{"change_db":-3}'],
  ['normalise the audio', 'set_loudness{}'],
  ['make it -16 LUFS', 'set_loudness{"target_lufs":-16}'],
  ['loudness for youtube please', 'set_loudness{"target_lufs":-14}'],
  ['把响度调到-16 LUFS', 'set_loudness{"target_lufs":-16}'],
  // Fades, speed
  ['add a 2 second fade in', 'fade{"in_seconds":2,"kind":"both"}'],
  ['fade to black at the end', 'fade{"out_seconds":1,"kind":"picture"}'],
  ['fade in for 1 second and fade out for 3 seconds', 'fade{"in_seconds":1,"out_seconds":3,"kind":"both"}'],
  ['结尾淡出2秒', 'fade{"out_seconds":2,"kind":"both"}'],
  ['slow it down to half speed', 'set_speed{"factor":0.5}'],
  ['play it at 1.25x', 'set_speed{"factor":1.25}'],
  ['make it twice as fast', 'set_speed{"factor":2}'],
  ['0.5倍速', 'set_speed{"factor":0.5}'],
  ['加速到1.5倍', 'set_speed{"factor":1.5}'],
  // Titles
  ['put the text "Hello World" at the bottom', 'add_title{"text":"Hello World","position":"lower-third"}'],
  ['add a title "Intro" from 0:02 to 0:05', 'add_title{"text":"Intro","start":"2s","duration_seconds":3}'],
  ["add title 'Don't Stop'", 'add_title{"text":"Don\'t Stop"}'],
  ['在开头添加标题“第一章”，显示3秒', 'add_title{"text":"第一章","duration_seconds":3}'],
  ['delete the title "Intro"', 'remove_title{"text":"Intro"}'],
  ['add the title "cut the first 5 seconds"', 'add_title{"text":"cut the first 5 seconds"}'],
  // History
  ['undo that please', 'undo{}'],
  ['revert the last change', 'undo{}'],
  ['redo', 'redo{}'],
  ['go back to version 3', 'restore_version{"revision":3}'],
  ['start over', 'restore_version{"revision":"original"}'],
  ['what have you changed so far?', 'describe_changes{}'],
  ['what did you change', 'describe_changes{}'],
  ['撤销上一步', 'undo{}'],
  ['你都改了什么？', 'describe_changes{}'],
  ['回到第2版', 'restore_version{"revision":2}'],
  // Several wishes
  [
    'hi! could you please cut the first 5 seconds, mute 0:10-0:12, and then fade out over 2 seconds? thanks',
    'mute{"muted":true,"start":"10s","end":"12s"}',
    'remove_ranges{"ranges":[{"start":"start","end":"5s"}]}',
    'fade{"out_seconds":2,"kind":"both"}',
  ],
  ['denoise & normalize', 'remove_noise{}', 'set_loudness{}'],
  ['降噪、修剪停顿并导出', 'remove_noise{}', 'trim_pauses{"mode":"trim"}', 'export{}'],
  // Negations and words that only look like a wish to cut: nothing may be destroyed
  ["don't cut anything", '!trim_pauses'],
  ["please don't remove the first 5 seconds", '!remove_ranges'],
  ['do not mute the audio', '!mute'],
  ["I don't want you to cut the first 5 seconds", '!remove_ranges'],
  ['remove the noise but do not touch the pauses', 'remove_noise{}', '!trim_pauses'],
  ['remove the noise without cutting the pauses', 'remove_noise{}', '!trim_pauses'],
  ['denoise, and leave the pauses alone', 'remove_noise{}', '!trim_pauses'],
  ['千万别剪掉前5秒', '!remove_ranges'],
  ['停顿不要动，只降噪', 'remove_noise{}', '!trim_pauses'],
  ['should I cut the first 5 seconds?', '?1'],
  ['why did you remove the first 5 seconds?', 'describe_changes{}'],
  ['what happens from 0:10 to 0:20?', '@off-topic'],
  ['cut', '?1'],
  ['make it pop', 'adjust_color{"saturation":0.25}'],
  ['add subtitles', 'add_captions{}'],
  ['rotate the video by 90 degrees', 'turn{"degrees":90}'],
];

describe('a second set of sentences', () => {
  test.each(sentences)('%s', (sentence, ...expected) => {
    const parsed = parseRequest(sentence);
    expect([
      ...parsed.calls.map(({ tool, input }) => `${tool}${JSON.stringify(input)}`),
      ...(parsed.unavailable.length > 0 ? [`~${parsed.unavailable.length}`] : []),
      ...(parsed.misunderstood.length > 0 && parsed.talk === undefined ? [`?${parsed.misunderstood.length}`] : []),
      ...parsed.declined.map((tool) => `!${tool}`),
      ...(parsed.talk === undefined ? [] : [`@${parsed.talk}`]),
    ]).toEqual(expected);
  });
});
