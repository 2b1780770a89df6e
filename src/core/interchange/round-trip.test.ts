import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds, rangeEnd, ticks, toFrame, type Ticks } from '#core/time';
import { applyEdits, checkTimeline, itemsWithRanges, type Timeline } from '#core/timeline';
import {
  captionsToEdits,
  exportTimeline,
  parseAss,
  parseEdl,
  parseOtio,
  parseSrt,
  parseVtt,
  readDocument,
  sortCues,
  timelineCues,
  writeAss,
  writeSrt,
  writeVtt,
  type Cue,
} from './index.ts';
import { captionLook, cook, emptyTimeline, makeAssets, toRecipe } from './test-timelines.ts';

const assets = makeAssets();
/** Recipes of three edits to `most`. */
const recipes = (most = 16) =>
  fc.array(fc.integer({ min: 0, max: 999_999 }), { minLength: 13, maxLength: 1 + 4 * most }).map(toRecipe);

/** What an edit list can say of a timeline: for each clip of a kind of track where it is and what it shows, in frames. */
function cuts(timeline: Timeline, kind: 'video' | 'audio'): unknown[] {
  const rate = timeline.frameRate;
  const frame = (time: Ticks) => toFrame(time, rate, 'round');
  const tracks = timeline.tracks.filter((track) => track.kind === kind && track.items.some((item) => item.kind === 'clip'));
  return (kind === 'video' ? tracks.slice(0, 1) : tracks).map((track) =>
    joinThroughEdits(
      itemsWithRanges(track).flatMap(({ item, range }): Shown[] => {
        const [start, end] = [frame(range.start), frame(rangeEnd(range))];
        if (item.kind === 'transition') return [{ what: 'dissolve', start, end }];
        // A speed may leave less than half a frame of a clip; the export says that it drops it.
        if (item.kind !== 'clip' || end === start) return [];
        const source = item.assetId === 'ast_5' ? 0 : frame(item.sourceRange.start);
        return [{ what: item.assetId, start, end, source, speed: item.speed }];
      }),
    ),
  );
}

type Shown = {
  readonly what: string;
  readonly start: number;
  readonly end: number;
  readonly source?: number;
  readonly speed?: { readonly num: number; readonly den: number };
};

/** A cut after which the same clip goes on where it was cannot be seen, and an edit list has no word for it before a dissolve. */
function joinThroughEdits(list: readonly Shown[]): Shown[] {
  const joined: Shown[] = [];
  for (const one of list) {
    const last = joined.at(-1);
    const { speed } = one;
    const goesOn =
      last?.source !== undefined &&
      speed !== undefined &&
      last.what === one.what &&
      last.end === one.start &&
      speed.num === speed.den &&
      last.speed?.num === last.speed?.den &&
      (one.what === 'ast_5' || last.source + last.end - last.start === one.source);
    if (goesOn) joined[joined.length - 1] = { ...last, end: one.end };
    else joined.push(one);
  }
  return joined;
}

describe('OpenTimelineIO', () => {
  test('gives back the very same timeline, whatever is on it', () => {
    let items = 0;
    fc.assert(
      fc.property(recipes(), (recipe) => {
        const timeline = cook(recipe, 'anywhere');
        const { text, extension } = exportTimeline('otio', timeline, assets, { title: 'A <title> & "more"' });
        expect(extension).toBe('otio');
        const read = parseOtio(text, assets, { ...emptyTimeline(recipe.rate), id: timeline.id, revision: timeline.revision });
        expect(JSON.stringify(read.timeline)).toBe(JSON.stringify(timeline));
        expect(read).toMatchObject({ notes: [], missing: [] });
        items += timeline.tracks.reduce((sum, track) => sum + track.items.length, 0);
      }),
      { numRuns: 30 },
    );
    expect(items).toBeGreaterThan(150);
  });

  test('is read from its tree where another program changed it, and where it knows nothing of us', () => {
    let transitions = 0;
    fc.assert(
      fc.property(recipes(), (recipe) => {
        const timeline = cook(recipe, 'on the grid', (edit) => edit.kind !== 'set-speed' && edit.kind !== 'set-effect');
        const document = JSON.parse(exportTimeline('otio', timeline, assets).text) as { metadata: unknown };
        document.metadata = {};
        const read = parseOtio(JSON.stringify(document), assets, emptyTimeline(recipe.rate));
        for (const kind of ['video', 'audio'] as const) expect(cuts(read.timeline, kind)).toEqual(cuts(timeline, kind));
        expect(read.timeline.frameRate).toEqual(timeline.frameRate);
        expect(checkTimeline(read.timeline, assets)).toEqual([]);
        transitions += timeline.tracks.flatMap((track) => track.items).filter((item) => item.kind === 'transition').length;
      }),
      { numRuns: 30 },
    );
    expect(transitions).toBeGreaterThan(0);
  });

  test('finds the media in another session by their bytes, and says what is missing', () => {
    const timeline = cook({ rate: { num: 25, den: 1 }, choices: [] }, 'on the grid');
    const { text } = exportTimeline('otio', timeline, assets);
    const elsewhere = assets.map((asset) => ({ ...asset, id: `${asset.id}_new`, name: 'renamed.mp4' }));
    const found = parseOtio(text, elsewhere, emptyTimeline(timeline.frameRate));
    expect(found.timeline.tracks[0]?.items[0]).toMatchObject({ assetId: 'ast_1_new' });
    const lost = parseOtio(text, [], emptyTimeline(timeline.frameRate));
    expect(lost.missing).toEqual([assets[0]!.name]);
    expect(lost.timeline.tracks.every((track) => track.items.length === 0)).toBe(true);
  });
});

describe('CMX3600', () => {
  test('gives back the same cuts, dissolves and speeds on the frame grid', () => {
    const counts = { dissolves: 0, clips: 0 };
    fc.assert(
      fc.property(recipes(), fc.boolean(), (recipe, dropFrame) => {
        const timeline = cook(recipe, 'on the grid', (edit) => edit.kind !== 'set-effect' || edit.effect.name !== 'reverse');
        const exported = exportTimeline('edl', timeline, assets, { title: 'Round & trip', dropFrame });
        const read = parseEdl(exported.text, assets, emptyTimeline({ num: 30, den: 1 }));
        expect(read.timeline.frameRate).toEqual(timeline.frameRate);
        for (const kind of ['video', 'audio'] as const) expect(cuts(read.timeline, kind)).toEqual(cuts(timeline, kind));
        expect(checkTimeline(read.timeline, assets)).toEqual([]);
        const items = timeline.tracks.flatMap((track) => track.items);
        counts.dissolves += items.filter((item) => item.kind === 'transition').length;
        counts.clips += items.filter((item) => item.kind === 'clip').length;
      }),
      { numRuns: 40 },
    );
    expect(counts.dissolves).toBeGreaterThan(0);
    expect(counts.clips).toBeGreaterThan(120);
  });

  test('looks as other programs expect it', () => {
    const timeline = cook({ rate: { num: 30_000, den: 1001 }, choices: [] }, 'on the grid');
    const drop = exportTimeline('edl', timeline, assets, { dropFrame: true });
    expect(drop.text.split('\r\n').slice(0, 5)).toEqual([
      'TITLE: Timeline',
      'FCM: DROP FRAME',
      '* FRAME RATE: 30000/1001',
      '001  CITYNIGH B     C        00:00:04;24 00:00:14;12 01:00:00;00 01:00:09;18',
      '* FROM CLIP NAME: city & "night" <one>.mp4',
    ]);
    expect(exportTimeline('edl', { ...timeline, frameRate: { num: 25, den: 1 } }, assets, { dropFrame: true }).dropped).toContain(
      'There is no drop-frame timecode at 25/1 frames a second; the list is non-drop',
    );
  });
});

describe('captions', () => {
  const word = fc.constantFrom('Hello', 'big', 'world', '你好', 'café', '<b>', '{x}', 'a\\N');
  const spoken: fc.Arbitrary<Cue> = fc
    .record({
      start: fc.nat(3000),
      words: fc.array(fc.record({ word, gap: fc.nat(40), length: fc.integer({ min: 1, max: 90 }) }), {
        minLength: 2,
        maxLength: 6,
      }),
    })
    .map(({ start, words }) => {
      let at = 0;
      const timed = words.map(({ word: text, gap, length }) => {
        const from = at + gap * 10;
        at = from + length * 10;
        return { text, start: milliseconds(from), end: milliseconds(at) };
      });
      return {
        start: milliseconds(start * 10),
        end: milliseconds(start * 10 + at),
        text: words.map(({ word: text }) => text).join(' '),
        words: timed,
      };
    });
  const list = fc.array(spoken, { minLength: 1, maxLength: 8 }).map(sortCues);
  const canvas = { width: 1920, height: 1080 };

  test('ASS gives back the same cues and words to the hundredth of a second', () => {
    fc.assert(
      fc.property(list, (cues) => {
        const read = parseAss(
          writeAss(
            cues.map((cue) => ({ ...cue, style: captionLook })),
            canvas,
            'a\nb',
          ),
        );
        expect(read).toEqual({ cues, notes: [] });
      }),
      { numRuns: 40 },
    );
  });

  test('WebVTT gives back the same cues and words to the millisecond', () => {
    fc.assert(
      fc.property(list, (cues) => {
        expect(parseVtt(writeVtt(cues))).toEqual({ cues, notes: [] });
      }),
      { numRuns: 40 },
    );
  });

  test('put on a timeline and taken off again they are the same, those that overlap too', () => {
    let overlapping = 0;
    fc.assert(
      fc.property(list, (cues) => {
        const base = emptyTimeline({ num: 25, den: 1 });
        const { edits } = captionsToEdits(base, cues, { style: captionLook });
        const { timeline } = applyEdits(base, edits);
        expect(checkTimeline(timeline, [])).toEqual([]);
        const back = timelineCues(timeline).cues.map(({ style: _style, ...cue }) => cue);
        const key = (cue: Cue) => JSON.stringify(cue);
        expect(back.map(key).toSorted()).toEqual(cues.map(key).toSorted());
        if (timeline.tracks.length > 1) overlapping++;
        expect(parseSrt(writeSrt(back)).cues).toHaveLength(cues.length);
      }),
      { numRuns: 40 },
    );
    expect(overlapping).toBeGreaterThan(0);
  });
});

test('times that no format can say are rounded once, not added up', () => {
  const rate = { num: 24_000, den: 1001 };
  const base = emptyTimeline(rate);
  // 400 clips of 41.7001 ms would be half a frame off at their end if lengths were rounded and added.
  const length = ticks(29_429_700);
  const { timeline } = applyEdits(base, [
    { kind: 'add-track', track: { kind: 'video', name: 'Video' } },
    ...Array.from(
      { length: 400 },
      (_, index) =>
        ({
          kind: 'overwrite',
          trackId: 'trk_1',
          at: ticks(index * length),
          item: {
            kind: 'clip',
            assetId: 'ast_1',
            streamIndex: 0,
            sourceRange: { start: ticks(index * length), duration: length },
          },
        }) as const,
    ),
  ]);
  const read = readDocument('edl', new TextEncoder().encode(exportTimeline('edl', timeline, assets).text), { assets, base });
  expect(read.kind === 'timeline' && cuts(read.timeline, 'video')).toEqual(cuts(timeline, 'video'));
});
