/** Looks in the draft: effects, transitions, text styles, words, ducking, canvas — out and back, and written by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seconds, ticks, type Ticks } from '#core/time';
import {
  applyEdits,
  checkTimeline,
  itemsWithRanges,
  looks,
  textAnimations,
  textPresets,
  transitionNames,
  type Clip,
  type ClipEffect,
  type Edit,
  type TextClip,
  type Timeline,
} from '#core/timeline';
import { makeAssets, talk, titleStyle } from '../timeline/test-timelines.ts';
import { fromDraft, toDraft, type Draft } from './index.ts';

const assets = makeAssets();
const base = applyEdits(talk(), [{ kind: 'split', at: seconds(6) }, { kind: 'split', at: seconds(13) }], assets).timeline; // prettier-ignore
const sent = (timeline: Timeline): Draft => JSON.parse(JSON.stringify(toDraft(timeline, assets))) as Draft;

const fraction = fc.integer({ min: 0, max: 1000 }).map((value) => value / 1000);
const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const oddTicks = (most: number): fc.Arbitrary<Ticks> => fc.integer({ min: 0, max: most }).map(ticks);

const effect: fc.Arbitrary<ClipEffect> = fc.oneof(
  fc.constant({ name: 'reverse' as const }),
  fc.record({ name: fc.constant('denoise' as const), strength: fraction, engine: fc.constant('auto' as const) }),
  fc.record({ name: fc.constant('freeze' as const), at: oddTicks(4_000_000_000).map((at) => ticks(at + seconds(6))) }),
  fc.record({ name: fc.constant('crop' as const), left: fraction, top: fraction, right: fraction, bottom: fraction }).map((crop) => ({ ...crop, left: crop.left / 3, right: crop.right / 3, top: crop.top / 3, bottom: crop.bottom / 3 })),
  fc.record({ name: fc.constant('chroma-key' as const), color, similarity: fraction.map((value) => Math.max(0.01, value)), blend: fraction }),
  fc.record({ name: fc.constant('color' as const), exposure: fraction, look: fc.constantFrom(...looks) }, { requiredKeys: ['name'] }),
  fc.record({ name: fc.constant('blur' as const), radius: fraction.map((value) => 0.001 + value / 10), region: fc.constant({ x: 0.1, y: 0.2, width: 0.3, height: 0.25 }) }, { requiredKeys: ['name', 'radius'] }),
  fc.record({ name: fc.constant('place' as const), scale: fraction.map((value) => value + 0.01), x: fraction, y: fraction, rotation: fc.integer({ min: -360, max: 360 }), flip: fc.constantFrom('horizontal' as const, 'both' as const), opacity: fraction, fit: fc.constantFrom('cover' as const, 'blur-fill' as const) }, { requiredKeys: ['name', 'scale', 'x', 'y', 'rotation', 'opacity'] }),
  fc.record({ name: fc.constant('zoom' as const), from: fraction.map((value) => 1 + value), to: fraction.map((value) => 1 + value), anchorX: fraction, anchorY: fraction, easing: fc.constantFrom('linear' as const, 'ease-in-out' as const) }),
  fc.uniqueArray(oddTicks(4_000_000_000), { minLength: 1, maxLength: 5 }).map((times) => ({ name: 'envelope' as const, points: times.toSorted((a, b) => a - b).map((at, index) => ({ at, gainDb: 0 - index * 3.3 })) })),
  fc.record({ name: fc.constant('fade' as const), in: oddTicks(1_000_000_000), out: oddTicks(1_000_000_000) }),
); // prettier-ignore

const style = fc.record(
  { preset: fc.constantFrom(...textPresets), position: fc.constantFrom('top' as const, 'lower-third' as const), color, accent: color, size: fraction.map((value) => 0.02 + value / 5), fadeIn: oddTicks(400_000_000), fadeOut: oddTicks(400_000_000), animation: fc.constantFrom(...textAnimations) },
  { requiredKeys: ['preset', 'position', 'color', 'size', 'fadeIn', 'fadeOut'] },
); // prettier-ignore

const change = fc.record({
  track: fc.nat(3),
  item: fc.nat(5),
  effects: fc.array(effect, { maxLength: 4 }),
  style,
  words: fc.boolean(),
  blend: fc.constantFrom(...transitionNames),
  blendLength: fc.integer({ min: 1, max: 900_000_000 }),
});

/** A timeline with any mix of looks; what an edit refuses is left out. */
function dressed(
  changes: readonly (typeof change extends fc.Arbitrary<infer Value> ? Value : never)[],
  canvas: { readonly background: string; readonly duck: number },
): Timeline {
  let timeline = base;
  const tryEdits = (edits: readonly Edit[]) => {
    try {
      const next = applyEdits(timeline, edits, assets).timeline;
      if (checkTimeline(next, assets).length === 0) timeline = next;
    } catch {
      // A refusal is as good as no change.
    }
  };
  tryEdits([{ kind: 'set-canvas', background: canvas.background, fit: 'blur-fill' }]);
  tryEdits([{ kind: 'set-track', trackId: 'trk_4', ducking: { amountDb: 0 - canvas.duck, attackMs: 300, releaseMs: 600 } }]);
  for (const { track: index, item: wanted, effects, style: look, words, blend, blendLength } of changes) {
    const track = timeline.tracks[index]!;
    const solid = track.items.filter(({ kind }) => kind === 'clip' || kind === 'text');
    const item = solid[wanted % solid.length]!;
    if (item.kind === 'clip')
      for (const one of effects) tryEdits([{ kind: 'set-effect', itemId: item.id, effect: one }]);
    if (item.kind === 'text') {
      const spoken: TextClip = { ...item, style: { ...look, fadeIn: look.fadeIn, fadeOut: look.fadeOut }, ...(words ? { words: [{ text: 'Urban', start: ticks(1), end: ticks(700_000_001) }] } : {}) };
      tryEdits([{ kind: 'splice', trackId: track.id, index: track.items.indexOf(item), remove: 1, items: [spoken] }]);
    }
    const cut = itemsWithRanges(timeline.tracks[index % 2]!)[1]?.range.start;
    if (cut !== undefined)
      tryEdits([{ kind: 'add-transition', trackId: timeline.tracks[index % 2]!.id, at: cut, name: blend, duration: ticks(blendLength) }]);
  }
  // As it is saved: without the bare prototypes of generated values.
  return JSON.parse(JSON.stringify(timeline)) as Timeline;
} // prettier-ignore

describe('a draft with looks', () => {
  test('that comes back unchanged is the same timeline, with m and short keys, and with m alone', () => {
    let dressedItems = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), color, fc.integer({ min: 0, max: 30 }), (changes, background, duck) => {
        const timeline = dressed(changes, { background, duck });
        dressedItems += timeline.tracks.flatMap(({ items }) => items).filter((item) => item.kind === 'transition' || (item.kind === 'clip' && item.effects.length > 0)).length;
        expect(timeline.background).toBe(background);
        expect(fromDraft(sent(timeline), assets)).toStrictEqual(timeline);
        const stripped = sent(timeline);
        for (const track of stripped.t) {
          delete track.duck;
          for (const segment of track.sg) for (const key of ['fx', 'tr', 'style', 'words'] as const) delete segment[key];
        }
        expect(fromDraft(stripped, assets)).toStrictEqual(timeline);
      }),
      { numRuns: 150 },
    ); // prettier-ignore
    expect(dressedItems).toBeGreaterThan(300);
  });

  test('that says a look by its short keys alone has it, to the ms', () => {
    const written = {
      bg: '#102030',
      fit: 'blur-fill',
      t: [
        {
          tt: 0,
          sg: [
            { media: 'ast_talk', d: 5000, in: 2000, fx: [{ name: 'color', exposure: 0.5 }, { name: 'fade', in: 500, out: 0 }], tr: { name: 'wipe-left', d: 600 } },
            { media: 'ast_talk', d: 3000, in: 9000, fx: [{ name: 'freeze', at: 9500 }] },
          ],
        },
        { tt: 1, name: 'Music', duck: { db: -8, attack: 300, release: 600 }, sg: [{ media: 'ast_music', d: 8000, fx: [{ name: 'envelope', points: [{ at: 1000, gainDb: -6 }] }] }] },
        { tt: 7, sg: [{ s: 0, d: 2000, text: 'Hi there', style: { preset: 'quote', color: '#ff0000' }, words: [{ text: 'Hi', s: 0, d: 400 }] }] },
      ],
    }; // prettier-ignore
    const timeline = fromDraft(written, assets);
    expect(checkTimeline(timeline, assets)).toEqual([]);
    expect(timeline).toMatchObject({ background: '#102030', fit: 'blur-fill' });
    const [video, music, text] = timeline.tracks;
    expect((video!.items[0] as Clip).effects).toEqual([{ name: 'color', exposure: 0.5 }, { name: 'fade', in: seconds(0.5), out: 0 }]); // prettier-ignore
    expect(video!.items[1]).toMatchObject({ kind: 'transition', name: 'wipe-left', inOffset: seconds(0.3), outOffset: seconds(0.3) }); // prettier-ignore
    expect((video!.items[2] as Clip).effects).toEqual([{ name: 'freeze', at: seconds(9.5) }]);
    expect(music!.ducking).toEqual({ amountDb: -8, attackMs: 300, releaseMs: 600 });
    expect((music!.items[0] as Clip).effects).toEqual([{ name: 'envelope', points: [{ at: seconds(1), gainDb: -6 }] }]);
    expect(text!.items[0]).toMatchObject({ style: { ...titleStyle, preset: 'quote', color: '#ff0000' }, words: [{ text: 'Hi', start: 0, end: seconds(0.4) }] }); // prettier-ignore
    expect(fromDraft(sent(timeline), assets)).toStrictEqual(timeline);
  });

  test('holds a picture for longer than its media lasts', () => {
    const held = { t: [{ tt: 0, sg: [{ media: 'ast_talk', d: 90_000, in: 59_000, fx: [{ name: 'freeze', at: 59_000 }] }] }] };
    const timeline = fromDraft(held, assets);
    expect(checkTimeline(timeline, assets)).toEqual([]);
    expect(fromDraft(sent(timeline), assets)).toStrictEqual(timeline);
    expect(() => fromDraft({ t: [{ tt: 0, sg: [{ media: 'ast_talk', d: 90_000 }] }] }, assets)).toThrow('t[0].sg[0].d');
  });

  test('that was changed: short keys win one by one, other times stay exact, new words lose old timings', () => {
    const timeline = dressed(
      [{ track: 0, item: 0, effects: [{ name: 'fade', in: ticks(1_234_567), out: ticks(7) }, { name: 'reverse' }], style: titleStyle as never, words: true, blend: 'dissolve', blendLength: 400_000_001 },
       { track: 2, item: 0, effects: [], style: titleStyle as never, words: true, blend: 'dissolve', blendLength: 400_000_001 }],
      { background: '#000000', duck: 8 },
    ); // prettier-ignore
    const draft = sent(timeline);
    const [first] = draft.t[0]!.sg;
    first!.fx = [...first!.fx!.filter(({ name }) => name === 'fade'), { name: 'blur', radius: 0.02 }];
    first!.tr = null;
    Object.assign(draft.t[2]!.sg[0]!, { text: 'Other words' });
    draft.t[3]!.duck = null;
    const changed = fromDraft(draft, assets);
    const clip = changed.tracks[0]!.items[0] as Clip;
    expect(clip.effects.map(({ name }) => name).toSorted()).toEqual(['blur', 'fade']);
    expect(clip.effects.find(({ name }) => name === 'fade')).toEqual({ name: 'fade', in: 1_234_567, out: 7 });
    expect(changed.tracks[0]!.items.some(({ kind }) => kind === 'transition')).toBe(false);
    expect(changed.tracks[2]!.items.find((item) => item.kind === 'text')).toMatchObject({ text: 'Other words' });
    expect(changed.tracks[2]!.items.find((item) => item.kind === 'text')).not.toHaveProperty('words');
    expect(changed.tracks[3]!.ducking).toBeUndefined();
  });

  test.each([
    ['an effect that does not exist', { fx: [{ name: 'sparkle' }] }, 't[0].sg[0].fx[0]'],
    ['a number out of range', { fx: [{ name: 'blur', radius: 5 }] }, 't[0].sg[0].fx[0].radius'],
    ['a transition without unused media', { tr: { name: 'dissolve', d: 600 } }, 't[0].sg[0].tr'],
    ['a transition to nothing', { tr: { name: 'dissolve', d: 0 } }, 't[0].sg[0].tr.d'],
  ])('%s is refused with its path', (_what, look, path) => {
    const draft = {
      t: [
        {
          tt: 0,
          sg: [
            { media: 'ast_talk', d: 60_000, ...look },
            { media: 'ast_talk', d: 1000 },
          ],
        },
      ],
    };
    expect(() => fromDraft(draft, assets)).toThrow(path);
  });
});
