import { describe, expect, test } from 'vitest';
import { parseRequest } from './index.ts';

/** Sentence, then the calls it must lead to as `tool{input}`; `~` what is for later; `?` what is not understood; `!` what is declined. */
const corpus: readonly (readonly [string, ...string[]])[] = [
  // The seeds' own words
  [
    'remove background noise, trim pauses, and sync the voiceover to the video cuts',
    'remove_noise{}',
    'trim_pauses{"mode":"trim"}',
    'fit_voiceover{}',
  ],
  ['remove background noise, trim pauses, and', 'remove_noise{}', 'trim_pauses{"mode":"trim"}'],
  [
    'remove background noise, trim silence, and sync audio to video',
    'remove_noise{}',
    'trim_pauses{"mode":"trim"}',
    'sync_audio{}',
  ],
  [
    'trim dead air, add transitions, and sync background music to cuts',
    'trim_pauses{"mode":"trim"}',
    'add_transition{}',
    'cut_to_beats{"with_music":true}',
  ],
  [
    'fix the audio sync, smooth out the jump cuts, and stabilize the shaky footage',
    'sync_audio{}',
    'smooth_jump_cuts{}',
    'stabilize_video{}',
  ],
  ['export 1080p MP4', 'export{"format":"mp4","resolution":"1080p"}'],
  [
    'edit a 3-minute podcast recording with background noise into a 1080p MP4',
    'remove_noise{}',
    'export{"format":"mp4","resolution":"1080p"}',
  ],
  ['write a compelling voiceover script based on my video content', 'write_script{"tone":"engaging"}'],
  // Noise
  ['Please remove the background noise.', 'remove_noise{}'],
  ['can you denoise the audio?', 'remove_noise{}'],
  ['get rid of that annoying hum', 'remove_noise{}'],
  ['reduce the noise a little', 'remove_noise{"strength":0.5}'],
  ['completely remove the hiss', 'remove_noise{"strength":1}'],
  ['no background noise please', 'remove_noise{}'],
  ['make the voice clearer', 'remove_noise{}'],
  ['降噪', 'remove_noise{}'],
  ['请把背景噪音去掉', 'remove_noise{}'],
  ['帮我稍微降低一点杂音', 'remove_noise{"strength":0.5}'],
  // Pauses
  ['trim the pauses', 'trim_pauses{"mode":"trim"}'],
  ['remove all silences', 'trim_pauses{"mode":"remove"}'],
  ['remove pauses longer than 1 second', 'trim_pauses{"mode":"remove","minimum_ms":1000}'],
  ['shorten pauses to 300ms', 'trim_pauses{"mode":"trim","keep_ms":300}'],
  ['trim silence at the beginning', 'trim_pauses{"mode":"trim","where":"start"}'],
  ['trim the start and end', 'trim_pauses{"mode":"trim","where":"edges"}'],
  ['cut out the silence but keep the pauses under half a second', 'trim_pauses{"mode":"remove","minimum_ms":500}'],
  ['修剪停顿', 'trim_pauses{"mode":"trim"}'],
  ['删除超过1秒的停顿', 'trim_pauses{"mode":"remove","minimum_ms":1000}'],
  ['去掉背景噪音，修剪停顿', 'remove_noise{}', 'trim_pauses{"mode":"trim"}'],
  // Ranges
  ['cut from 0:30 to 1:45', 'remove_ranges{"ranges":[{"start":"30s","end":"105s"}]}'],
  ['remove the last 20 seconds', 'remove_ranges{"ranges":[{"start":"-20s","end":"end"}]}'],
  ['剪掉前5秒', 'remove_ranges{"ranges":[{"start":"start","end":"5s"}]}'],
  [
    'remove the first five seconds and the last 10',
    'remove_ranges{"ranges":[{"start":"start","end":"5s"},{"start":"-10s","end":"end"}]}',
  ],
  ['cut 0:10-0:20 and 0:30-0:40', 'remove_ranges{"ranges":[{"start":"10s","end":"20s"},{"start":"30s","end":"40s"}]}'],
  ['delete everything after 1:30', 'remove_ranges{"ranges":[{"start":"90s","end":"end"}]}'],
  ['trim 3 seconds off the start', 'remove_ranges{"ranges":[{"start":"start","end":"3s"}]}'],
  ['get rid of the first half minute', 'remove_ranges{"ranges":[{"start":"start","end":"30s"}]}'],
  ['cut between 5 and 8 min', 'remove_ranges{"ranges":[{"start":"300s","end":"480s"}]}'],
  ['把前10秒删掉，最后5秒也删掉', 'remove_ranges{"ranges":[{"start":"start","end":"10s"},{"start":"-5s","end":"end"}]}'],
  ['删掉1分半以后的内容', 'remove_ranges{"ranges":[{"start":"90s","end":"end"}]}'],
  ['keep only 10 to 20 seconds', 'keep_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['trim the video to 30 seconds', 'keep_ranges{"ranges":[{"start":"start","end":"30s"}]}'],
  ['保留10秒到20秒', 'keep_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['split at 0:30', 'split_at{"at":"30s"}'],
  // Sound
  ['mute the audio from 0:05 to 0:08', 'mute{"muted":true,"start":"5s","end":"8s"}'],
  ['静音', 'mute{"muted":true}'],
  ['unmute', 'mute{"muted":false}'],
  ['make it louder by 3 dB', 'set_volume{"change_db":3}'],
  ['turn the volume down a bit', 'set_volume{"change_db":-3}'],
  ['set the volume to 50%', 'set_volume{"percent":50}'],
  ['把音量调大一点', 'set_volume{"change_db":3}'],
  ['normalize to -14 LUFS', 'set_loudness{"target_lufs":-14}'],
  ['normalize the loudness for a podcast', 'set_loudness{"target_lufs":-16}'],
  ['fade in and out', 'fade{"in_seconds":1,"out_seconds":1,"kind":"both"}'],
  ['fade out the audio over 2 seconds', 'fade{"out_seconds":2,"kind":"sound"}'],
  ['淡入淡出', 'fade{"in_seconds":1,"out_seconds":1,"kind":"both"}'],
  // Speed and words
  ['speed it up 2x', 'set_speed{"factor":2}'],
  ['make it 1.5x faster from 0:10 to 0:20', 'set_speed{"factor":1.5,"start":"10s","end":"20s"}'],
  ['两倍速播放', 'set_speed{"factor":2}'],
  ['add the title "Urban Dreams, and more" for 3 seconds', 'add_title{"text":"Urban Dreams, and more","duration_seconds":3}'],
  ['add a title saying My Holiday at the start', 'add_title{"text":"My Holiday"}'],
  ['加标题“城市之梦”', 'add_title{"text":"城市之梦"}'],
  ['remove the title', 'remove_title{}'],
  // History and talk
  ['undo', 'undo{}'],
  ['undo the last 3 changes', 'undo{"steps":3}'],
  ['redo', 'redo{}'],
  ['撤销上一步', 'undo{}'],
  ['what did you change?', 'describe_changes{}'],
  ['改了什么', 'describe_changes{}'],
  ['go back to version 3', 'restore_version{"revision":3}'],
  ['start over', 'restore_version{"revision":"original"}'],
  [
    'remove background noise, trim the pauses and export for YouTube',
    'remove_noise{}',
    'trim_pauses{"mode":"trim"}',
    'export{"preset":"youtube"}',
  ],
  ['删掉30秒到1分45秒，然后导出', 'remove_ranges{"ranges":[{"start":"30s","end":"105s"}]}', 'export{}'],
  // Negations never act
  ["don't remove the noise, just trim the pauses", 'trim_pauses{"mode":"trim"}', '!remove_noise'],
  ['Keep the pauses and remove the noise', 'remove_noise{}', '!trim_pauses'],
  ['不要去掉噪音，只修剪停顿', 'trim_pauses{"mode":"trim"}', '!remove_noise'],
  // Not understood
  ["what's the weather in Paris?", '?1'],
  ['make it black and white', 'adjust_color{"look":"black-and-white"}'],
];

describe('parseRequest()', () => {
  test.each(corpus)('%s', (sentence, ...expected) => {
    const parsed = parseRequest(sentence);
    const found = [
      ...parsed.calls.map(({ tool, input }) => `${tool}${JSON.stringify(input)}`),
      ...(parsed.unavailable.length > 0 ? [`~${parsed.unavailable.length}`] : []),
      ...(parsed.misunderstood.length > 0 ? [`?${parsed.misunderstood.length}`] : []),
      ...parsed.declined.map((tool) => `!${tool}`),
    ];
    expect(found).toEqual(expected);
  });

  test.each([
    ['hello', 'greeting'],
    ['你好', 'greeting'],
    ['yes please', 'yes'],
    ['help', 'help'],
    ['', 'empty'],
    ['tell me a joke', 'off-topic'],
  ])('"%s" is talk and calls nothing', (sentence, talk) => {
    const parsed = parseRequest(sentence);
    expect(parsed.talk).toBe(talk);
    expect(parsed.calls).toEqual([]);
  });
});
