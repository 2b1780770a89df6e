import { describe, expect, test } from 'vitest';
import { parseOutputRequest } from './output-request.ts';
import { createProgressMeter } from './progress.ts';

describe('createProgressMeter()', () => {
  test('never falls, stays below 1, and tells the time left from the speed it measured', () => {
    let nowMs = 0;
    const meter = createProgressMeter({ picture: 90, sound: 10 }, () => nowMs);
    expect(meter.read()).toEqual({ progress: 0 });
    meter.set('picture', 0.5);
    nowMs = 9000;
    expect(meter.read()).toEqual({ progress: 0.45, etaSeconds: 11 });
    meter.set('picture', 0.1);
    meter.set('sound', Number.NaN);
    expect(meter.read().progress).toBe(0.45);
    meter.set('picture', 7);
    meter.set('sound', 1);
    expect(meter.read().progress).toBe(0.99);
  });
});

describe('parseOutputRequest()', () => {
  const portrait = { size: { width: 1080, height: 1920 } };
  test.each([
    [{}, undefined, { format: 'mp4', quality: 'high' }],
    [{ format: '.MP4', quality: 'High' }, undefined, { format: 'mp4', quality: 'high' }],
    [{ quality: '1080p' }, undefined, { format: 'mp4', quality: 'high', size: { width: 1920, height: 1080 } }],
    [{ resolution: '1080p' }, portrait, { format: 'mp4', quality: 'high', size: { width: 1080, height: 1920 } }],
    [{ resolution: '1280x720' }, portrait, { format: 'mp4', quality: 'high', size: { width: 1280, height: 720 } }],
    [
      { width: 640, height: 360, fps: 29.97 },
      undefined,
      { format: 'mp4', quality: 'high', size: { width: 640, height: 360 }, frameRate: { num: 30000, den: 1001 } },
    ],
    [{ format: 'aac', fps: '25' }, undefined, { format: 'm4a', quality: 'high', frameRate: { num: 25, den: 1 } }],
  ])('reads %j', (raw, timeline, expected) => {
    expect(parseOutputRequest(raw, timeline)).toEqual(expected);
  });

  test.each([
    [{ format: 'mp4 -i /etc/passwd' }, 'output.format'],
    [{ format: '__proto__' }, 'output.format'],
    [{ quality: 'ultra' }, 'output.quality'],
    [{ resolution: '99999x2' }, 'output.resolution'],
    [{ width: 641, height: 360 }, 'output.width'],
    [{ fps: 'fast' }, 'output.fps'],
    [{ fps: 1000 }, 'output.fps'],
  ])('refuses %j and names the field', (raw, field) => {
    expect(() => parseOutputRequest(raw)).toThrow(field);
  });
});
