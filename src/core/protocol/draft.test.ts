import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seconds, ticks, toMilliseconds } from '#core/time';
import {
  applyEdits,
  checkTimeline,
  itemsWithRanges,
  timelineDuration,
  type Clip,
  type Edit,
  type Timeline,
} from '#core/timeline';
import { makeAssets, talk } from '../timeline/test-timelines.ts';
import { fromDraft, summarizeTimeline, toDraft, type Draft } from './index.ts';

const assets = makeAssets();
const start = talk();
const sent = (timeline: Timeline): Draft => JSON.parse(JSON.stringify(toDraft(timeline, assets))) as Draft;
const edited = (edits: readonly Edit[]) => applyEdits(start, edits, assets).timeline;
const clipOf = (timeline: Timeline, track: number, index = 0) =>
  timeline.tracks[track]!.items.filter((item): item is Clip => item.kind === 'clip')[index]!;

/** A timeline with all that has no short key: odd ticks, thirds of speed, fades, noise removal, a transition, a locked track. */
function rich(): Timeline {
  return edited([
    { kind: 'ripple-delete', range: { start: ticks(1_234_567_891), duration: ticks(777_777_777) } },
    { kind: 'split', at: seconds(9) },
    { kind: 'set-speed', itemId: clipOf(start, 0).id, speed: { num: 1, den: 3 } },
    { kind: 'set-effect', itemId: clipOf(start, 1).id, effect: { name: 'denoise', strength: 0.7, engine: 'auto' } },
    { kind: 'set-effect', itemId: clipOf(start, 1).id, effect: { name: 'fade', in: ticks(1), out: ticks(3) } },
    { kind: 'set-gain', target: { trackId: 'trk_4' }, gainDb: -9.118 },
    { kind: 'set-track', trackId: 'trk_4', locked: true },
    { kind: 'set-master', master: { loudness: { targetLufs: -14, ceilingDbtp: -1 } } },
  ]);
}

/** Times of a track in ms: `[start, length, source start]`. */
function times(timeline: Timeline, track: number): number[][] {
  return itemsWithRanges(timeline.tracks[track]!).flatMap(({ item, range }) =>
    item.kind === 'clip' || item.kind === 'text'
      ? [
          [
            toMilliseconds(range.start),
            toMilliseconds(range.duration),
            ...(item.kind === 'clip' ? [toMilliseconds(item.sourceRange.start)] : []),
          ],
        ]
      : [],
  );
}

describe('a draft that comes back unchanged', () => {
  test('is the same timeline, whatever it holds', () => {
    const timeline = applyEdits(
      rich(),
      [
        {
          kind: 'add-transition',
          trackId: 'trk_1',
          at: itemsWithRanges(rich().tracks[0]!)[2]!.range.start,
          name: 'dissolve',
          duration: seconds(0.3),
        },
      ],
      assets,
    ).timeline;
    expect(timeline.tracks[0]!.items.map(({ kind }) => kind)).toContain('transition');
    expect(JSON.stringify(fromDraft(sent(timeline), assets))).toBe(JSON.stringify(timeline));
    expect(fromDraft(sent(timeline), assets, start)).toEqual(timeline);
  });

  test('is the same timeline after any cuts', () => {
    const cuts = fc.array(
      fc.record({
        at: fc.nat({ max: 14_000_000_000 }),
        length: fc.integer({ min: 1, max: 2_000_000_000 }),
        kind: fc.constantFrom('ripple-delete', 'lift'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(cuts, (choices) => {
        const timeline = edited(
          choices.map(({ at, length, kind }): Edit => ({
            kind: kind as 'lift',
            range: { start: ticks(at), duration: ticks(length) },
          })),
        );
        expect(JSON.stringify(fromDraft(sent(timeline), assets))).toBe(JSON.stringify(timeline));
      }),
      { numRuns: 200 },
    );
  });

  test('names media by id and times in whole ms', () => {
    const draft = sent(rich());
    expect(draft.t.map(({ tt }) => tt)).toEqual([0, 1, 7, 1]);
    for (const track of draft.t) {
      for (const segment of track.sg) {
        expect([segment.s, segment.d, segment.in ?? 0].every(Number.isInteger)).toBe(true);
        expect(track.tt === 7 ? segment.text : segment.media).toMatch(/^(ast_|Urban|The End)/);
      }
    }
    expect(draft.d).toBe(toMilliseconds(timelineDuration(rich())));
  });
});

describe('a draft that a client changed', () => {
  test('a new length wins over m, and effects stay', () => {
    const draft = sent(rich());
    Object.assign(draft.t[1]!.sg[0]!, { d: 1000 });
    const timeline = fromDraft(draft, assets);
    expect(checkTimeline(timeline, assets)).toEqual([]);
    expect(times(timeline, 1)[0]!.slice(0, 2)).toEqual([0, 1000]);
    expect(clipOf(timeline, 1).effects.map(({ name }) => name)).toEqual(['denoise', 'fade']);
    expect(clipOf(timeline, 1).linkId).toBeUndefined();
    expect(times(timeline, 0)).toEqual(times(rich(), 0));
  });

  test('a removed segment leaves its place empty, a moved one lies where it says', () => {
    const timeline = edited([
      { kind: 'split', at: seconds(5) },
      { kind: 'split', at: seconds(12) },
    ]);
    const removed = sent(timeline);
    removed.t[0]!.sg.splice(1, 1);
    expect(times(fromDraft(removed, assets), 0)).toEqual([
      [0, 5000, 5000],
      [12_000, 8000, 17_000],
    ]);
    const swapped = sent(timeline);
    const [first, second] = swapped.t[1]!.sg;
    Object.assign(first!, { s: 7000 });
    Object.assign(second!, { s: 0 });
    expect(times(fromDraft(swapped, assets), 1)).toEqual([
      [0, 7000, 10_000],
      [7000, 5000, 5000],
      [12_000, 8000, 17_000],
    ]);
    expect(clipOf(fromDraft(swapped, assets), 1).id).toBe(clipOf(timeline, 1, 1).id);
  });

  test('a copied segment gets an id of its own, new words and speed are taken', () => {
    const draft = sent(start);
    const bed = draft.t[3]!.sg;
    bed.push({ ...bed[0]!, s: 25_000 });
    Object.assign(draft.t[2]!.sg[0]!, { text: '你好 😀' });
    Object.assign(draft.t[3]!.sg[0]!, { speed: 2, d: 10_000 });
    const timeline = fromDraft(draft, assets);
    expect(checkTimeline(timeline, assets)).toEqual([]);
    expect(new Set(timeline.tracks[3]!.items.map(({ id }) => id)).size).toBe(timeline.tracks[3]!.items.length);
    expect(clipOf(timeline, 3)).toMatchObject({
      speed: { num: 2, den: 1 },
      sourceRange: { start: 0, duration: seconds(20) },
      gainDb: -9,
    });
    expect(timeline.tracks[2]!.items[1]).toMatchObject({ text: '你好 😀', id: start.tracks[2]!.items[1]!.id });
  });

  test('any change of numbers gives a sound timeline or names its place', () => {
    const field = fc.constantFrom('s', 'd', 'in', 'speed', 'gain');
    const change = fc.record({
      track: fc.nat(3),
      segment: fc.nat(5),
      field,
      value: fc.oneof(fc.integer({ min: -10, max: 30_000 }), fc.constantFrom(1e308, -1, 0.5, NaN, '7', null)),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const draft = sent(rich());
        for (const { track, segment, field: name, value } of changes) {
          const { sg } = draft.t[track]!;
          Object.assign(sg[segment % sg.length]!, { [name]: value });
        }
        try {
          const timeline = fromDraft(draft, assets);
          expect(checkTimeline(timeline, assets)).toEqual([]);
          // What was read is canonical: it goes out and comes back the same.
          expect(JSON.stringify(fromDraft(sent(timeline), assets))).toBe(JSON.stringify(timeline));
        } catch (error) {
          expect(error).toMatchObject({
            code: 'TIMELINE_INVALID',
            details: { path: expect.stringMatching(/^t\[\d\]\.sg\[\d\]/) },
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a draft written by hand', () => {
  const written = {
    t: [
      {
        tt: 0,
        sg: [
          { media: 'ast_talk', d: 5000 },
          { media: 'ast_still', d: 2000 },
          { media: 'ast_talk', d: 3000, in: 9000 },
        ],
      },
      { tt: 7, sg: [{ s: 0, d: 3000, text: 'Urban Dreams' }] },
    ],
  };

  test('lies end to end and brings its sound', () => {
    const timeline = fromDraft(written, assets);
    expect(checkTimeline(timeline, assets)).toEqual([]);
    expect(times(timeline, 0)).toEqual([
      [0, 5000, 0],
      [5000, 2000, 0],
      [7000, 3000, 9000],
    ]);
    expect(times(timeline, 2)).toEqual([
      [0, 5000, 0],
      [7000, 3000, 9000],
    ]);
    expect(clipOf(timeline, 2).linkId).toBe(clipOf(timeline, 0).linkId);
    expect(timeline).toMatchObject({ frameRate: { num: 30, den: 1 }, size: { width: 1920, height: 1080 }, revision: 0 });
  });

  test('takes settings from the session, and no sound where it has sound tracks of its own or is muted', () => {
    const timeline = fromDraft(
      { t: [...written.t, { tt: 1, name: 'BGM', gain: -9.1, sg: [{ media: 'ast_music', d: 10_000 }] }] },
      assets,
      { ...start, size: { width: 1080, height: 1920 }, revision: 7 },
    );
    expect(timeline).toMatchObject({ id: 'tl_1', size: { width: 1080, height: 1920 }, revision: 7 });
    expect(timeline.tracks.map(({ name }) => name)).toEqual(['Video', 'Title', 'BGM']);
    expect(fromDraft({ t: [{ ...written.t[0], muted: true }] }, assets).tracks).toHaveLength(1);
  });

  test('foreign metadata is left unread', () => {
    const foreign = {
      m: { app: 'other' },
      t: [{ tt: 0, m: 'x', muted: true, sg: [{ media: 'ast_talk', d: 1000, m: [1, { deep: true }] }] }],
    };
    expect(times(fromDraft(foreign, assets), 0)).toEqual([[0, 1000, 0]]);
  });

  test('whole ms that miss each other by one touch, and a last ms over the end of the media is cut off', () => {
    const timeline = fromDraft(
      {
        t: [
          {
            tt: 1,
            sg: [
              { media: 'ast_music', s: 0, d: 1000 },
              { media: 'ast_music', s: 999, d: 1000 },
              { media: 'ast_music', s: 2000, d: 60_001, in: 30_000 },
            ],
          },
        ],
      },
      assets,
    );
    expect(times(timeline, 0)).toEqual([
      [0, 1000, 0],
      [1000, 1000, 0],
      [2000, 60_000, 30_000],
    ]);
  });

  test('nothing on it is a timeline without tracks', () => {
    expect(fromDraft({ t: [] }, assets).tracks).toEqual([]);
  });
});

describe('an invalid draft names the place of its fault:', () => {
  const one = (segment: object, tt = 0) => ({ t: [{ tt, sg: [segment] }] });
  const good = { media: 'ast_talk', d: 1000 };

  test.each<[string, unknown, string, string]>([
    ['no tracks', {}, 't', 'expected array'],
    ['a list', [], 'its root', 'expected object'],
    ['text', 'draft', 'its root', 'expected object'],
    ['unknown kind of track', one(good, 3), 't[0].tt', '7 (text)'],
    ['no media', one({ d: 1000 }), 't[0].sg[0].media', 'names its media'],
    ['unknown media', one({ ...good, media: 'ast_other' }), 't[0].sg[0].media', 'ast_other is not known'],
    ['a path as media', one({ ...good, media: '/etc/passwd' }), 't[0].sg[0].media', 'is not known'],
    ['sound on a picture track', one({ ...good, media: 'ast_music' }), 't[0].sg[0].media', 'has no picture'],
    ['picture on a sound track', one({ ...good, media: 'ast_still' }, 1), 't[0].sg[0].media', 'has no sound'],
    ['words missing', one({ d: 1000 }, 7), 't[0].sg[0].text', 'needs words'],
    ['no length', one({ media: 'ast_talk' }), 't[0].sg[0].d', 'expected number'],
    ['length 0', one({ ...good, d: 0 }), 't[0].sg[0].d', '>=1'],
    ['a negative start', one({ ...good, s: -1 }), 't[0].sg[0].s', '>=0'],
    ['half a ms', one({ ...good, d: 10.5 }), 't[0].sg[0].d', 'expected int'],
    ['an absurd number', one({ ...good, d: 1e15 }), 't[0].sg[0].d', '<=604800000'],
    ['an absurd speed', one({ ...good, speed: 1e9 }), 't[0].sg[0].speed', '<=100'],
    ['longer than its media', one({ ...good, in: 59_500 }), 't[0].sg[0].d', 'ast_talk, which has 60 s'],
    [
      'an overlap',
      {
        t: [
          {
            tt: 0,
            sg: [
              { ...good, s: 0 },
              { ...good, s: 500 },
            ],
          },
        ],
      },
      't[0].sg[1]',
      'inside the segment before it',
    ],
    [
      'an overlap out of order',
      {
        t: [
          {
            tt: 0,
            sg: [
              { ...good, s: 500 },
              { ...good, s: 0 },
            ],
          },
        ],
      },
      't[0].sg[0]',
      'inside the segment before it',
    ],
    ['too many segments', { t: [{ tt: 0, sg: Array.from({ length: 10_001 }, () => good) }] }, 't', 'there are 10001 segments'],
    [
      'a prototype key',
      JSON.parse('{"t":[{"tt":0,"sg":[{"media":"ast_talk","d":1,"__proto__":{"x":1}}]}]}'),
      't[0].sg[0]',
      'key __proto__',
    ],
    ['depth', one({ ...good, m: JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) }), 't[0].sg[0].m', 'nested deeper'],
    ['m of ours that is broken', { m: { schema: 'timeline/1', id: 'x' }, t: [] }, 'm.revision', 'expected number'],
  ])('%s', (_what, draft, path, reason) => {
    try {
      fromDraft(draft, assets);
    } catch (error) {
      const { code, details } = error as { code: string; details: { path: string; reason: string } };
      expect(code).toBe('TIMELINE_INVALID');
      expect(details.path.startsWith(path)).toBe(true);
      expect(details.reason).toContain(reason);
      return;
    }
    throw new Error('it was taken');
  });

  test('broken m inside segments too', () => {
    const draft = sent(start);
    draft.t[0]!.sg[0]!.m = { item: { kind: 'gap', id: 'itm_1', duration: 5 }, start: 0 };
    expect(() => fromDraft(draft, assets)).toThrow('t[0].sg[0].m.item: a gap does not belong on this track');
    draft.t[0]!.sg[0]!.m = { start: 0 };
    expect(() => fromDraft(draft, assets)).toThrow('t[0].sg[0].m.item');
  });

  test('other users media is unknown media, whatever m says', () => {
    const draft = sent(start);
    expect(() => fromDraft(draft, assets.slice(1))).toThrow('t[0].sg[0].media: media ast_talk is not known');
  });
});

describe('summarizeTimeline()', () => {
  test('writes the line that clients quote', () => {
    const bgm = 20 * Math.log10(0.35);
    const timeline = edited([
      { kind: 'ripple-delete', range: { start: seconds(10), duration: seconds(10) } },
      { kind: 'lift', range: { start: seconds(10), duration: seconds(20) }, trackId: 'trk_4' },
      { kind: 'remove-track', trackId: 'trk_2' },
      { kind: 'remove-item', itemId: start.tracks[2]!.items[1]!.id, close: 'leave-gap' },
      {
        kind: 'overwrite',
        trackId: 'trk_3',
        at: ticks(0),
        item: {
          kind: 'text',
          duration: seconds(3),
          text: 'Urban Dreams',
          style: { preset: 'title', position: 'center', color: '#ffffff', size: 0.1, fadeIn: ticks(0), fadeOut: ticks(0) },
        },
      },
      { kind: 'set-gain', target: { itemId: clipOf(start, 3).id }, gainDb: bgm },
    ]);
    const swapped = { ...timeline, tracks: [timeline.tracks[0]!, timeline.tracks[2]!, timeline.tracks[1]!] };
    expect(summarizeTimeline(swapped, assets)).toBe(
      'Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)',
    );
  });

  test('counts clips of one asset, says what is muted, and stays short', () => {
    const cuts = [4, 8, 12].map((at): Edit => ({ kind: 'ripple-delete', range: { start: seconds(at), duration: seconds(0.5) } }));
    const texts = Array.from({ length: 20 }, (_, index): Edit => ({
      kind: 'overwrite',
      trackId: 'trk_3',
      at: seconds(index),
      item: {
        kind: 'text',
        duration: seconds(1),
        text: `${'long '.repeat(40)}${index}`,
        style: { preset: 'caption', position: 'bottom', color: '#ffffff', size: 0.05, fadeIn: ticks(0), fadeOut: ticks(0) },
      },
    }));
    const timeline = edited([...cuts, ...texts, { kind: 'set-track', trackId: 'trk_2', muted: true }]);
    const line = summarizeTimeline(timeline, assets);
    expect(line).toContain('1. Video: city timelapse (0-18.5s, 4 clips) 2. Sound: city timelapse (0-18.5s, 4 clips, muted)');
    expect(line).toContain('and 15 more (to 20s)');
    expect(line.length).toBeLessThan(700);
    expect(summarizeTimeline(timeline, assets, 'zh')).toContain(
      '时间线（4 条轨道）: 1. Video: city timelapse (0-18.5s, 4 个片段)',
    );
    expect(summarizeTimeline({ ...timeline, tracks: [] }, assets)).toBe('Timeline (0 tracks): empty');
  });
});
