import { describe, expect, test } from 'vitest';
import { seconds, timeRange, zero } from '#core/time';
import {
  applyEdits,
  envelopeGainDb,
  itemsWithRanges,
  recordToSource,
  type Clip,
  type ClipEffect,
  type Timeline,
} from './index.ts';
import { makeAssets, talk } from './test-timelines.ts';

const assets = makeAssets();

function withEffect(effect: ClipEffect): { timeline: Timeline; clip: Clip; start: number } {
  const before = talk();
  const { item, range } = itemsWithRanges(before.tracks[0]!).find((placed) => placed.item.kind === 'clip')!;
  const { timeline } = applyEdits(before, [{ kind: 'set-effect', itemId: item.id, effect }], assets);
  return { timeline, clip: timeline.tracks[0]!.items.find(({ id }) => id === item.id) as Clip, start: range.start };
}

function halves(timeline: Timeline, at: number): [Clip, Clip] {
  const split = applyEdits(timeline, [{ kind: 'split', at: seconds(at), trackId: timeline.tracks[0]!.id }], assets).timeline;
  const clips = split.tracks[0]!.items.filter((item): item is Clip => item.kind === 'clip');
  return [clips[0]!, clips[1]!];
}

describe('a clip that is cut', () => {
  test('played backwards: the first part shows the end of the source', () => {
    const { timeline, clip } = withEffect({ name: 'reverse' });
    const [first, second] = halves(timeline, 2);
    const end = clip.sourceRange.start + clip.sourceRange.duration;
    expect(first.sourceRange).toEqual({ start: end - seconds(2), duration: seconds(2) });
    expect(second.sourceRange).toEqual({ start: clip.sourceRange.start, duration: clip.sourceRange.duration - seconds(2) });
    expect(recordToSource(clip, zero, timeRange(zero, seconds(1)))).toEqual({ start: end - seconds(1), duration: seconds(1) });
  });

  test('played backwards: trimming its start takes from the end of the source', () => {
    const { timeline, clip } = withEffect({ name: 'reverse' });
    const edit = { kind: 'trim', itemId: clip.id, edge: 'start', by: seconds(1), ripple: 'follow' } as const;
    const trimmed = applyEdits(timeline, [edit], assets).timeline.tracks[0]!.items.find(({ id }) => id === clip.id) as Clip;
    expect(trimmed.sourceRange).toEqual({ start: clip.sourceRange.start, duration: clip.sourceRange.duration - seconds(1) });
  });

  test('an envelope keeps its level at every moment', () => {
    const points = [
      { at: zero, gainDb: 0 },
      { at: seconds(3), gainDb: -12 },
    ];
    const { timeline } = withEffect({ name: 'envelope', points });
    const [first, second] = halves(timeline, 2);
    const envelope = (clip: Clip) => clip.effects.find((effect) => effect.name === 'envelope')!;
    expect(envelopeGainDb(envelope(first), seconds(1))).toBeCloseTo(-4);
    expect(envelopeGainDb(envelope(first), seconds(2))).toBeCloseTo(-8);
    expect(envelopeGainDb(envelope(second), zero)).toBeCloseTo(-8);
    expect(envelopeGainDb(envelope(second), seconds(1))).toBeCloseTo(-12);
    expect(envelopeGainDb(envelope(second), seconds(5))).toBeCloseTo(-12);
  });

  test('a zoom goes on where it was', () => {
    const { timeline } = withEffect({ name: 'zoom', from: 1, to: 2, anchorX: 0.5, anchorY: 0.5, easing: 'linear' });
    const [first, second] = halves(timeline, 2);
    const zoom = (clip: Clip) => clip.effects.find((effect) => effect.name === 'zoom')!;
    expect(zoom(first).from).toBe(1);
    expect(zoom(first).to).toBe(zoom(second).from);
    expect(zoom(second).to).toBe(2);
  });
});
