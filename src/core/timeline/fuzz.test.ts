import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import {
  intersect,
  rangeEnd,
  seconds,
  ticks,
  timeRange,
  totalDuration,
  unite,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import {
  applyEdits,
  checkTimeline,
  diffTimelines,
  describeChanges,
  itemDuration,
  itemsWithRanges,
  parseTimeline,
  recordToSource,
  type ClipEffect,
  timelineDuration,
  type Edit,
  type Item,
  type Timeline,
  type Track,
} from './index.ts';
import { makeAssets, talk, titleStyle } from './test-timelines.ts';

const assets = makeAssets();
/** Timelines are never changed in place, so one serves all runs. */
const start = talk();

/** A share of something, 0 … 1. Not `fc.double`, which draws most of its values next to 0. */
const share = fc.integer({ min: 0, max: 999_999 }).map((number) => number / 1_000_000);
/** Choices of one edit; what they mean depends on the timeline they meet, so that shrinking keeps them sensible. */
const choice = fc.record({ kind: fc.nat({ max: 9999 }), a: share, b: share, c: share });
type Choice = { readonly kind: number; readonly a: number; readonly b: number; readonly c: number };

const speeds = [
  { num: 1, den: 1 },
  { num: 2, den: 1 },
  { num: 1, den: 2 },
  { num: 3, den: 2 },
  { num: 1, den: 3 },
  { num: 997, den: 1000 },
];

/** Anything a person may ask for, sensible or not: refusals must leave the timeline as it is. */
const makers: readonly ((timeline: Timeline, choice: Choice) => Edit)[] = [
  (timeline, { a, b }) => ({ kind: 'split', at: moment(timeline, a), ...onTrack(timeline, b) }),
  (timeline, { a, b, c }) => ({ kind: 'ripple-delete', range: stretch(timeline, a, b), ...onTrack(timeline, c) }),
  (timeline, { a, b }) => ({ kind: 'ripple-delete', range: stretch(timeline, a, b) }),
  (timeline, { a, b, c }) => ({ kind: 'lift', range: stretch(timeline, a, b), ...onTrack(timeline, c) }),
  (timeline, { a, b, c }) => ({
    kind: 'trim',
    itemId: anyItem(timeline, a).id,
    edge: c < 0.5 ? 'start' : 'end',
    by: ticks(Math.round((b - 0.5) * seconds(4))),
    ripple: Math.floor(c * 8) % 2 === 0 ? 'follow' : 'stay',
  }),
  (timeline, { a, b }) => ({
    kind: 'insert',
    trackId: pick(timeline.tracks, a).id,
    at: moment(timeline, b),
    item: newItem(pick(timeline.tracks, a), b),
  }),
  (timeline, { a, b }) => {
    const item = {
      kind: 'clip',
      assetId: 'ast_talk',
      sourceRange: { start: moment(timeline, a), duration: seconds(1 + b) },
    } as const;
    const linked = [{ trackId: 'trk_2', item: { ...item, streamIndex: 1 } }];
    return { kind: 'insert', trackId: 'trk_1', at: moment(timeline, b), item: { ...item, streamIndex: 0 }, linked };
  },
  (timeline, { a, b }) => ({
    kind: 'overwrite',
    trackId: pick(timeline.tracks, a).id,
    at: moment(timeline, b),
    item: newItem(pick(timeline.tracks, a), b),
  }),
  (timeline, { a, b, c }) => ({
    kind: 'move',
    itemId: anyItem(timeline, a).id,
    to: moment(timeline, b),
    ...onTrack(timeline, c),
  }),
  (timeline, { a, b }) => ({ kind: 'remove-item', itemId: anyItem(timeline, a).id, close: b < 0.5 ? 'close' : 'leave-gap' }),
  (timeline, { a, b }) => ({
    kind: 'set-effect',
    itemId: anyItem(timeline, a, 'clip').id,
    effect: { name: 'fade', in: seconds(b), out: seconds(1 - b) },
  }),
  (timeline, { a, b }) => ({
    kind: 'set-effect',
    itemId: anyItem(timeline, a, 'clip').id,
    effect: { name: 'denoise', strength: b, engine: 'auto' },
  }),
  (timeline, { a, b, c }) => ({
    kind: 'set-effect',
    itemId: anyItem(timeline, a, 'clip').id,
    effect: pick<ClipEffect>(
      [
        { name: 'reverse' },
        { name: 'freeze', at: seconds(Math.floor(c * 50)) },
        { name: 'zoom', from: 1, to: 1 + c, anchorX: 0.5, anchorY: 0.42, easing: c < 0.5 ? 'linear' : 'ease-in-out' },
        { name: 'color', exposure: c, saturation: 1 + c },
        { name: 'place', scale: 0.3, x: c, y: 0.5, rotation: 10, opacity: c },
        {
          name: 'envelope',
          points: [
            { at: zero, gainDb: -6 },
            { at: ticks(1 + Math.round(c * seconds(3))), gainDb: -20 * c },
          ],
        },
      ],
      b,
    ),
  }),
  (timeline, { a, b }) => ({
    kind: 'set-track',
    trackId: pick(timeline.tracks, a).id,
    ducking: b < 0.5 ? null : { amountDb: -8, attackMs: 300, releaseMs: 600 },
  }),
  (_timeline, { a }) => ({ kind: 'set-canvas', background: '#102030', fit: a < 0.5 ? 'cover' : 'blur-fill' }),
  (timeline, { a, b }) => ({
    kind: 'remove-effect',
    itemId: anyItem(timeline, a, 'clip').id,
    name: b < 0.5 ? 'fade' : 'denoise',
  }),
  (timeline, { a, b }) => ({
    kind: 'set-gain',
    target: { itemId: anyItem(timeline, a, 'clip').id },
    gainDb: Math.round(b * 40) - 20,
  }),
  (timeline, { a, b }) => ({
    kind: 'set-gain',
    target: { trackId: pick(timeline.tracks, a).id },
    gainDb: Math.round(b * 40) - 20,
  }),
  (timeline, { a, b }) => ({ kind: 'set-speed', itemId: anyItem(timeline, a, 'clip').id, speed: pick(speeds, b) }),
  (_timeline, { a, b }) => ({
    kind: 'add-track',
    track: { kind: pick(['video', 'audio', 'text'] as const, a), name: 'New', follows: b < 0.7 ? 'ripple' : 'fixed' },
  }),
  (timeline, { a, b }) => ({ kind: 'remove-track', trackId: b < 0.9 ? 'trk_9999' : pick(timeline.tracks, a).id }),
  (timeline, { a, b, c }) => ({ kind: 'set-track', trackId: pick(timeline.tracks, a).id, muted: b < 0.5, locked: c < 0.1 }),
  (timeline, { a, b }) => ({ kind: 'set-text', itemId: anyItem(timeline, a, 'text').id, text: `words ${b}` }),
  (timeline, { a, b, c }) => ({
    kind: 'add-transition',
    trackId: pick(timeline.tracks, a / 2).id,
    at: cutOf(pick(timeline.tracks, a / 2), b),
    name: 'dissolve',
    duration: ticks(1 + Math.round(c * seconds(1))),
  }),
  (timeline, { a }) => ({ kind: 'remove-transition', itemId: anyItem(timeline, a, 'transition').id }),
  (_timeline, { a }) => ({ kind: 'set-master', master: a < 0.5 ? {} : { loudness: { targetLufs: -14, ceilingDbtp: -1 } } }),
  (_timeline, { a }) => ({ kind: 'set-canvas', size: { width: 2 * Math.round(100 + a * 900), height: 720 } }),
  () => ({ kind: 'restore', timeline: start }),
];

function pick<Value>(values: readonly Value[], share: number): Value {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}

/** Any moment, a second beyond the end at most; often one on a whole frame or on a cut. */
function moment(timeline: Timeline, share: number): Ticks {
  const time = share * (timelineDuration(timeline) + seconds(1));
  return ticks(share < 0.4 ? Math.floor(time) : Math.floor(time / 23_520_000) * 23_520_000);
}

function stretch(timeline: Timeline, start: number, length: number): TimeRange {
  return timeRange(moment(timeline, start), ticks(1 + Math.floor(length * length * seconds(5))));
}

function onTrack(timeline: Timeline, share: number): { readonly trackId?: string } {
  return share < 0.7 ? {} : { trackId: pick(timeline.tracks, (share - 0.7) / 0.3).id };
}

function anyItem(timeline: Timeline, share: number, kind?: Item['kind']): Item {
  const items = timeline.tracks.flatMap((track) => track.items).filter((item) => kind === undefined || item.kind === kind);
  return items.length === 0 ? { kind: 'gap', id: 'itm_9999', duration: zero } : pick(items, share);
}

/** Where two clips meet, if any do. */
function cutOf(track: Track, share: number): Ticks {
  const cuts = itemsWithRanges(track).filter(
    ({ item }, index) => item.kind === 'clip' && track.items[index - 1]?.kind === 'clip',
  );
  return cuts.length === 0 ? zero : pick(cuts, share).range.start;
}

function newItem(track: Track, share: number) {
  if (track.kind === 'text') return { kind: 'text', duration: seconds(1 + share), text: 'New', style: titleStyle } as const;
  const sourceRange = timeRange(seconds(share * 10), seconds(0.5 + share * 3));
  if (track.kind === 'audio') return { kind: 'clip', assetId: 'ast_music', streamIndex: 0, sourceRange } as const;
  if (share < 0.3)
    return { kind: 'clip', assetId: 'ast_still', streamIndex: 0, sourceRange: { ...sourceRange, start: zero } } as const;
  return { kind: 'clip', assetId: 'ast_talk', streamIndex: 0, sourceRange, speed: pick(speeds, share) } as const;
}

/** The timeline after the edit, or as it was where the edit was refused by one of the known codes. */
function attempt(timeline: Timeline, edit: Edit): { readonly timeline: Timeline; readonly inverse: readonly Edit[] } | undefined {
  const before = JSON.stringify(timeline);
  try {
    return applyEdits(timeline, [edit], assets);
  } catch (error) {
    const codes = ['EDIT_INVALID', 'EDIT_TARGET_MISSING', 'TRACK_LOCKED', 'CLIP_OUT_OF_SOURCE', 'TRANSITION_NO_HANDLE'] as const;
    if (codes.some((code) => isEditorError(error, code))) return undefined;
    throw error;
  } finally {
    expect(JSON.stringify(timeline)).toBe(before);
  }
}

const sequences = fc.array(choice, { minLength: 4, maxLength: 14 });

describe('random edits', () => {
  test('keep every promise of a timeline, and each inverse gives back the very same JSON', () => {
    let applied = 0;
    fc.assert(
      fc.property(sequences, (choices) => {
        let timeline = start;
        for (const one of choices) {
          const edit = makers[one.kind % makers.length]!(timeline, one);
          const result = attempt(timeline, edit);
          if (result === undefined) continue;
          // A clip placed beyond its source is the caller's fault, found by the check that every commit makes.
          const problems = checkTimeline(result.timeline, assets);
          if (problems.some(({ code }) => code === 'CLIP_OUT_OF_SOURCE')) continue;
          expect({ edit, problems }).toEqual({ edit, problems: [] });
          const back = applyEdits(result.timeline, result.inverse);
          expect(JSON.stringify(back.timeline)).toBe(JSON.stringify(timeline));
          const again = applyEdits(back.timeline, back.inverse);
          expect(JSON.stringify(again.timeline)).toBe(JSON.stringify(result.timeline));
          timeline = result.timeline;
          applied++;
        }
        const text = JSON.stringify(timeline);
        expect(JSON.stringify(parseTimeline(JSON.parse(text)))).toBe(text);
        for (const language of ['en', 'zh'] as const) describeChanges(diffTimelines(start, timeline), language, new Map());
      }),
      { numRuns: 500 },
    );
    // A generator whose edits are all refused would prove nothing.
    expect(applied).toBeGreaterThan(1500);
  });

  test('undone one by one, done again and done all at once, they give the same JSON', () => {
    fc.assert(
      fc.property(sequences, (choices) => {
        const steps: { readonly text: string; readonly edit: Edit; readonly inverse: readonly Edit[] }[] = [];
        let timeline = start;
        for (const one of choices) {
          const edit = makers[one.kind % makers.length]!(timeline, one);
          const result = attempt(timeline, edit);
          if (result === undefined) continue;
          steps.push({ text: JSON.stringify(timeline), edit, inverse: result.inverse });
          timeline = result.timeline;
        }
        const end = JSON.stringify(timeline);
        for (const { text, inverse } of steps.toReversed()) {
          timeline = applyEdits(timeline, inverse).timeline;
          expect(JSON.stringify(timeline)).toBe(text);
        }
        for (const { edit } of steps) timeline = applyEdits(timeline, [edit], assets).timeline;
        expect(JSON.stringify(timeline)).toBe(end);
        const atOnce = applyEdits(
          start,
          steps.map(({ edit }) => edit),
          assets,
        );
        expect(JSON.stringify(atOnce.timeline)).toBe(end);
        expect(JSON.stringify(applyEdits(atOnce.timeline, atOnce.inverse).timeline)).toBe(JSON.stringify(start));
      }),
      { numRuns: 150 },
    );
  });
});

describe('ripple-delete', () => {
  test('keeps exactly the source time outside its range, with speeds and splits before it', () => {
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 6 }), choice, (choices, last) => {
        let timeline = start;
        for (const one of choices) {
          const maker = [makers[0]!, makers[2]!, makers[9]!, makers[15]!][one.kind % 4]!;
          timeline = attempt(timeline, maker(timeline, one))?.timeline ?? timeline;
        }
        const range = stretch(timeline, last.a, last.b);
        const result = attempt(timeline, { kind: 'ripple-delete', range });
        if (result === undefined) return;
        for (const track of timeline.tracks) {
          const after = result.timeline.tracks.find(({ id }) => id === track.id)!;
          if (track.follows === 'fixed') {
            expect(after).toEqual(track);
            continue;
          }
          const removed = removedSource(track, range);
          expect(totalSource(after) + totalDuration(removed)).toBe(totalSource(track));
          expect(unite([...sourceRanges(after), ...removed])).toEqual(unite(sourceRanges(track)));
          const gone = intersect(range, timeRange(zero, lengthOf(track)))?.duration ?? 0;
          // A gap that would end the track goes too.
          expect(lengthOf(after)).toBeLessThanOrEqual(lengthOf(track) - gone);
          if (lengthOf(track) > rangeEnd(range)) expect(lengthOf(after)).toBe(lengthOf(track) - gone);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('many at once are the same cuts as one by one', () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 8 }), (choices) => {
        const edits = choices.map(({ a, b }): Edit => ({ kind: 'ripple-delete', range: stretch(start, a, b) }));
        const atOnce = applyEdits(start, edits).timeline;
        const oneByOne = edits.reduce((timeline, edit) => applyEdits(timeline, [edit]).timeline, start);
        expect(JSON.stringify(atOnce)).toBe(JSON.stringify(oneByOne));
        expect(checkTimeline(atOnce, assets)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('split parts of a clip with a speed share out its source without a gap or an overlap, at the tick that was asked', () => {
  fc.assert(
    fc.property(choice, fc.array(choice, { minLength: 1, maxLength: 8 }), (speed, cuts) => {
      const fast = applyEdits(start, [
        { kind: 'set-speed', itemId: start.tracks[0]!.items[0]!.id, speed: pick(speeds, speed.a) },
      ]).timeline;
      const whole = fast.tracks[0]!.items[0]!;
      const moments = cuts.map(({ a }) => ticks(1 + Math.floor(a * (itemDuration(whole) - 2))));
      const cut = applyEdits(
        fast,
        moments.map((at): Edit => ({ kind: 'split', at })),
      ).timeline;
      for (const track of cut.tracks.slice(0, 2)) {
        const ranges = sourceRanges(track);
        ranges.slice(1).forEach((range, index) => expect(range.start).toBe(rangeEnd(ranges[index]!)));
        expect(unite(ranges)).toEqual(unite(sourceRanges(fast.tracks[0]!)));
        const edges = new Set(itemsWithRanges(track).map(({ range }) => range.start));
        for (const at of moments) expect(edges).toContain(at);
        expect(lengthOf(track)).toBe(lengthOf(fast.tracks[0]!));
      }
    }),
    { numRuns: 200 },
  );
});

function sourceRanges(track: Track): TimeRange[] {
  return track.items.flatMap((item) => (item.kind === 'clip' ? [item.sourceRange] : []));
}

function totalSource(track: Track): number {
  return totalDuration(sourceRanges(track));
}

function lengthOf(track: Track): Ticks {
  return ticks(track.items.reduce((sum, item) => sum + itemDuration(item), 0));
}

function removedSource(track: Track, range: TimeRange): TimeRange[] {
  return itemsWithRanges(track).flatMap(({ item, range: place }) => {
    const source = item.kind === 'clip' ? recordToSource(item, place.start, range) : undefined;
    return source === undefined ? [] : [source];
  });
}
