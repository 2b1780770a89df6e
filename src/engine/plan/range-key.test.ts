import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRender } from './plan-render.ts';
import { encodeSpans, rangeKey, shareRanges, type EncodeSpan } from './range-key.ts';
import { clip, makeSource, mp4, r30, timeline, track } from './test-plans.ts';

describe('shareRanges()', () => {
  test('gives every range to exactly one share, in order, and no more shares than asked', () => {
    const source = makeSource({ frames: 3000, gop: 100, bFrames: 2, rate: r30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), (parts, cuts) => {
        const clips = Array.from({ length: cuts }, (_, index) => clip(index * 4000 + 700, index * 4000 + 3000));
        const { video } = planRender(timeline([track('video', clips)]), [source], mp4);
        const shares = shareRanges(video!, encodeSpans(video), parts);
        expect(shares.length).toBeLessThanOrEqual(parts);
        expect(shares.flatMap(({ spans }) => spans)).toEqual(encodeSpans(video));
      }),
    );
  });

  test('work that is all of one kind is shared evenly', () => {
    const source = makeSource({ frames: 3600, gop: 100, bFrames: 2, rate: r30, stream: { codec: 'hevc' } });
    const { video } = planRender(timeline([track('video', [clip(0, 120_000)])]), [source], mp4);
    const frames = shareRanges(video!, encodeSpans(video), 3).map((share) => share.frames);
    expect(frames).toHaveLength(3);
    expect(Math.max(...frames) - Math.min(...frames)).toBeLessThanOrEqual(240);
  });
});

describe('rangeKey()', () => {
  const source = makeSource({ frames: 3000, gop: 100, bFrames: 2, rate: r30, stream: { codec: 'hevc' } });
  const keysOf = (clips: readonly ReturnType<typeof clip>[], build = 'a') => {
    const { video } = planRender(timeline([track('video', [...clips])]), [source], mp4);
    return encodeSpans(video).map((index) => rangeKey(video!, video!.spans[index] as EncodeSpan, { hashOf: (id) => id, build }));
  };

  test('what is seen makes the key, not where it stands', () => {
    const [first, second] = keysOf([clip(1000, 4000), clip(10_000, 12_000)]);
    expect(keysOf([clip(10_000, 12_000), clip(1000, 4000)])).toEqual([second, first]);
    expect(first).not.toBe(second);
  });

  test('other pictures, another build: other keys', () => {
    const [key] = keysOf([clip(1000, 4000)]);
    expect(keysOf([clip(1034, 4034)])[0]).not.toBe(key);
    expect(keysOf([clip(1000, 4000)], 'b')[0]).not.toBe(key);
  });
});
