import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ticks, timeRange, zero } from '#core/time';
import type { VideoSpan } from '#engine/plan';
import { canonicalJson } from './canonical-json.ts';
import { parseOutputRequest } from './output-request.ts';
import { createProgressMeter } from './progress.ts';
import { splitSpans } from './split-spans.ts';

const span = (kind: 'copy' | 'encode', frames: number): VideoSpan => {
  const record = timeRange(zero, ticks(frames));
  return kind === 'encode'
    ? { kind, record, frames, layers: [], stamp: 0, stamps: 'grid' }
    : { kind, record, frames, assetId: 'a', streamIndex: 0, source: record, firstPts: 0, endPts: frames, stamp: 0 };
};
const anySpan = fc
  .tuple(fc.constantFrom('copy' as const, 'encode' as const), fc.integer({ min: 1, max: 2000 }))
  .map(([kind, frames]) => span(kind, frames));

describe('splitSpans()', () => {
  test('covers every span once and in order, with no more parts than workers', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (spans, workers) => {
        const parts = splitSpans(spans, workers);
        expect(parts.length).toBeLessThanOrEqual(workers);
        let next = 0;
        for (const part of parts) {
          expect(part.firstSpan).toBe(next);
          expect(part.spanCount).toBeGreaterThan(0);
          next += part.spanCount;
        }
        expect(next).toBe(spans.length);
      }),
    );
  });

  test('shares encoded frames about evenly and does not split what is mostly copied', () => {
    const encodes = Array.from({ length: 8 }, () => span('encode', 300));
    expect(splitSpans(encodes, 2)).toEqual([
      { firstSpan: 0, spanCount: 4 },
      { firstSpan: 4, spanCount: 4 },
    ]);
    expect(splitSpans([span('copy', 5000), span('encode', 20), span('copy', 5000)], 4)).toHaveLength(1);
  });
});

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

test('canonicalJson() is the same text for the same content in any order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const turned = JSON.parse(JSON.stringify(value), (_key, entry: unknown) =>
        typeof entry === 'object' && entry !== null && !Array.isArray(entry)
          ? Object.fromEntries(Object.entries(entry).toReversed())
          : entry,
      ) as unknown;
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }));
});
