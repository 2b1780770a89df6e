import { expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { parseOutputRequest } from './output-request.ts';
import { presetNames, presets } from './presets.ts';

test.each([
  ['nothing', {}, { format: 'mp4', quality: 'high' }],
  ['the seeds’ own', { format: 'mp4', quality: 'high' }, { format: 'mp4', quality: 'high' }],
  ['capitals and a dot', { format: '.MP4', quality: 'High' }, { format: 'mp4', quality: 'high' }],
  ['a size as quality', { quality: '1080p' }, { format: 'mp4', quality: 'high', size: { width: 1920, height: 1080 } }],
  ['480p, rounded to even', { resolution: '480p' }, { format: 'mp4', quality: 'high', size: { width: 854, height: 480 } }],
  ['pixels', { resolution: '1080x1920' }, { format: 'mp4', quality: 'high', size: { width: 1080, height: 1920 } }],
  ['width and height', { width: 640, height: 360 }, { format: 'mp4', quality: 'high', size: { width: 640, height: 360 } }],
  ['29.97', { fps: 29.97 }, { format: 'mp4', quality: 'high', frameRate: { num: 30000, den: 1001 } }],
  ['a ratio', { fps: '24000/1001' }, { format: 'mp4', quality: 'high', frameRate: { num: 24000, den: 1001 } }],
  ['25', { fps: 25 }, { format: 'mp4', quality: 'high', frameRate: { num: 25, den: 1 } }],
  ['12.5', { fps: '12.5' }, { format: 'mp4', quality: 'high', frameRate: { num: 25, den: 2 } }],
  ['sound', { format: 'wav', quality: null }, { format: 'wav', quality: 'high' }],
  ['a codec', { format: 'mov', codec: 'ProRes' }, { format: 'mov', quality: 'high', codec: 'prores' }],
  ['HEVC', { codec: 'H.265' }, { format: 'mp4', quality: 'high', codec: 'h265' }],
  ['a rate', { max_bitrate_kbps: '4000' }, { format: 'mp4', quality: 'high', maxBitrateKbps: 4000 }],
  [
    'mono sound',
    { format: 'mp3', channels: 'mono', audio_bitrate_kbps: 96 },
    { format: 'mp3', quality: 'high', soundKbps: 96, channels: 1 },
  ],
  [
    'a sound file under a rate',
    { format: 'mp3', max_bitrate_kbps: 64 },
    { format: 'mp3', quality: 'high', soundKbps: 64, maxBitrateKbps: 64 },
  ],
  [
    'a field before the preset',
    { preset: 'archive', format: 'mp4', quality: 'low' },
    { format: 'mp4', quality: 'low', size: { width: 7680, height: 7680 } },
  ],
])('%s', (_name, raw, expected) => {
  expect(parseOutputRequest(raw)).toEqual(expected);
});

test.each([
  [{ format: 'exe' }, 'output.format'],
  [{ format: 'mp4 -i /etc/passwd' }, 'output.format'],
  [{ quality: 'ultra' }, 'output.quality'],
  [{ quality: 'constructor' }, 'output.quality'],
  [{ resolution: '0x0' }, 'output.resolution'],
  [{ resolution: '99999x10' }, 'output.resolution'],
  [{ width: 641, height: 360 }, 'output.width'],
  [{ width: 'NaN', height: 360 }, 'output.width'],
  [{ fps: 0 }, 'output.fps'],
  [{ fps: '1/0' }, 'output.fps'],
  [{ fps: {} }, 'output.fps'],
  [{ preset: 'toString' }, 'output.preset'],
  [{ format: 'png' }, 'preview'],
  [{ format: 'webm', codec: 'h264' }, 'output.codec'],
  [{ format: 'gif', codec: 'h264' }, 'output.codec'],
  [{ codec: 'prores' }, 'output.codec'],
  [{ format: 'gif', max_bitrate_kbps: 500 }, 'output.max_bitrate_kbps'],
  [{ format: 'mov', codec: 'prores', max_bitrate_kbps: 500 }, 'output.max_bitrate_kbps'],
  [{ format: 'wav', audio_bitrate_kbps: 128 }, 'output.audio_bitrate_kbps'],
  [{ max_bitrate_kbps: 1.5 }, 'output.max_bitrate_kbps'],
  [{ channels: 6 }, 'output.channels'],
  [{ aspect: '0:1' }, 'output.aspect'],
  [{ aspect: 'wide' }, 'output.aspect'],
  [{ fit: 'stretch', aspect: '1:1' }, 'output.fit'],
  [{ fit: 'cover' }, 'output.fit'],
])('%j is refused by name', (raw, field) => {
  try {
    parseOutputRequest(raw);
    expect.unreachable();
  } catch (error) {
    expect(isEditorError(error, 'REQUEST_INVALID') && error.message).toContain(field);
  }
});

const landscape = { size: { width: 1920, height: 1080 } };
const portrait = { size: { width: 720, height: 1280 } };

test.each(presetNames)('preset %s is a request that a planner takes', (preset) => {
  const wanted = presets[preset];
  const asked = parseOutputRequest({ preset }, landscape);
  expect(asked).toMatchObject({ format: wanted.format, quality: wanted.quality });
  expect(asked.loudness).toEqual(wanted.loudness);
  expect(asked.canvas?.size).toEqual(wanted.canvas);
  expect(asked.maxBitrateKbps).toBe(wanted.maxBitrateKbps);
});

test('a preset changes the shape only where it differs, and keeps the whole picture unless told otherwise', () => {
  expect(parseOutputRequest({ preset: 'shorts' }, landscape).canvas).toEqual({
    size: { width: 1080, height: 1920 },
    fit: 'blur-fill',
  });
  expect(parseOutputRequest({ preset: 'shorts', fit: 'crop' }, landscape).canvas?.fit).toBe('cover');
  expect(parseOutputRequest({ preset: 'tiktok' }, portrait)).toMatchObject({ size: { width: 1080, height: 1920 } });
  expect(parseOutputRequest({ preset: 'tiktok' }, portrait).canvas).toBeUndefined();
  expect(parseOutputRequest({ preset: 'draft' }, portrait).size).toEqual({ width: 480, height: 854 });
  expect(parseOutputRequest({ aspect: '4:5' }, landscape).canvas?.size).toEqual({ width: 1080, height: 1350 });
  expect(parseOutputRequest({ preset: 'podcast', format: 'mp3' }, landscape)).toMatchObject({
    format: 'mp3',
    soundKbps: 128,
    loudness: { targetLufs: -16 },
  });
});
