import { describe, expect, test } from 'vitest';
import type { ShakeFacts, ShotFacts } from '#core/facts';
import { rangeBetween, seconds, timeRange, zero, type Ticks } from '#core/time';
import type { Clip, Track } from '#core/timeline';
import { isShaky, shakyBorders, unrestOf, type SeenClip } from './shaky-shots.ts';

const frameRate = { num: 30, den: 1 };

/** Two-second windows with this much unrest each. */
function shakeOf(...percents: number[]): ShakeFacts {
  const ranges = percents.map((shakePercent, index) => ({
    ...timeRange(seconds(2 * index), seconds(2)),
    shakePercent,
    panPercent: 0,
    usualPercent: shakePercent,
    filled: 1,
  }));
  return { ranges, shakePercent: 0 };
}

function shotsAt(...cuts: number[]): ShotFacts {
  return { shots: [], changes: cuts.map((at) => ({ kind: 'cut', range: timeRange(seconds(at), zero) })) };
}

/** A clip that shows `from` … `to` seconds of its source from `at` seconds on. */
function placed(shake: ShakeFacts, shots: ShotFacts, [from, to, at]: readonly [number, number, number]): SeenClip {
  const clip: Clip = {
    kind: 'clip',
    id: 'itm_1',
    assetId: 'ast_1',
    streamIndex: 0,
    sourceRange: rangeBetween(seconds(from), seconds(to)),
    speed: { num: 1, den: 1 },
    gainDb: 0,
    effects: [],
  };
  const track = { id: 'trk_1', kind: 'video', name: 'Video', items: [clip] } as unknown as Track;
  return { track, clip, range: timeRange(seconds(at), seconds(to - from)), shake, shots };
}

function at(...times: number[]): Ticks[] {
  return times.map((time) => seconds(time));
}

describe('shakyBorders()', () => {
  const shake = shakeOf(0.05, 0.05, 1, 1.2, 0.05, 0.05);

  test('lie where a shot that shakes meets one that does not, in time of the story', () => {
    expect(shakyBorders([placed(shake, shotsAt(4, 8), [0, 12, 0])], { frameRate })).toEqual(at(4, 8));
    expect(shakyBorders([placed(shake, shotsAt(4, 8), [2, 12, 10])], { frameRate })).toEqual(at(12, 16));
  });

  test('are not between shots that both shake, nor where there is no cut', () => {
    expect(shakyBorders([placed(shake, shotsAt(6), [0, 12, 0])], { frameRate })).toEqual([]);
    expect(shakyBorders([placed(shake, shotsAt(), [0, 12, 0])], { frameRate })).toEqual([]);
    expect(shakyBorders([placed(shakeOf(0.05, 0.06), shotsAt(2), [0, 4, 0])], { frameRate })).toEqual([]);
  });

  test('leave faint unrest alone beside what shakes hard, and take it where it is all there is', () => {
    const both = shakeOf(0.2, 0.2, 1.5, 1.5);
    expect(shakyBorders([placed(both, shotsAt(4), [0, 8, 0])], { frameRate })).toEqual(at(4));
    expect([isShaky(0.2, 1.5), isShaky(0.2, 0.2), isShaky(0.09, 0.09)]).toEqual([false, true, false]);
  });
});

test('unrestOf() leaves out windows that lie mostly elsewhere', () => {
  expect(unrestOf(shakeOf(0.1, 3), rangeBetween(seconds(0), seconds(2.5)))).toBeCloseTo(0.1, 6);
  expect(unrestOf(shakeOf(0.1, 3), rangeBetween(seconds(1.8), seconds(2.2)))).toBeGreaterThan(1);
});
