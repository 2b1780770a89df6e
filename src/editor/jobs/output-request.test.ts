import { expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { parseOutputRequest } from './output-request.ts';

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
])('%j is refused by name', (raw, field) => {
  try {
    parseOutputRequest(raw);
    expect.unreachable();
  } catch (error) {
    expect(isEditorError(error, 'REQUEST_INVALID') && error.message).toContain(field);
  }
});
