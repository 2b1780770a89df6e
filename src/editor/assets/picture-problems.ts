/** Faults of the picture that are left on the timeline. */
import type { Asset } from '#core/asset';
import type { PictureFacts, PictureFaults, Problem, ProblemKind } from '#core/facts';
import { overlaps, rangeEnd, seconds, subtractTicks, ticks, timeRange, toSeconds, type TimeRange } from '#core/time';
import { lookProblems } from './look-problems.ts';
import { shakyStretches } from './shaky-stretches.ts';
import { joined, listed, momentsOf, placesOf, problem, type PlacedUse } from './problem-places.ts';

export type PictureCase = { readonly asset: Asset; readonly facts: PictureFacts; readonly clips: readonly PlacedUse[] };

/** Shorter ones are part of a cut or a fade. */
const leastBlack = seconds(0.4);
const leastFrozen = seconds(0.9);
/** Cuts lie on frames of the timeline, of which the slowest has 24 a second; moments in a recording lie on its own. */
const aFrame = seconds(0.045);
/** Around a fade, in which its ends may lie. */
const slack = seconds(0.3);
/** One lost picture nobody sees. */
const leastStutters = 3;
/** Who stands still this much of the time shows slides. */
const mostlyFrozen = 0.4;
/** Of the side. */
const leastBorder = 0.02;

export function pictureProblems(seen: PictureCase): Problem[] {
  return [...stretchProblems(seen), ...motionProblems(seen), ...borderProblems(seen), ...lookProblems(seen)];
}

function stretchProblems(seen: PictureCase): Problem[] {
  const { faults, shots } = seen.facts;
  if (faults === undefined) return [];
  const end = seen.asset.duration;
  // Through black is how scenes part; what a fade leads into or out of is meant.
  const blends = (shots?.changes ?? []).filter(({ kind }) => kind !== 'cut').map(({ range }) => range);
  const isBlended = (range: TimeRange) => blends.some((blend) => overlaps(widened(blend), range));
  // Films begin and end in black.
  const black = faults.black.filter(
    (range) =>
      range.duration >= leastBlack && range.start > seconds(0.3) && rangeEnd(range) < end - seconds(0.3) && !isBlended(range),
  );
  const frozenAll = faults.frozen.reduce((sum, { duration }) => sum + duration, 0);
  const frozen =
    frozenAll > mostlyFrozen * end
      ? []
      : faults.frozen.filter((range) => range.duration >= leastFrozen && faults.black.every((dark) => !overlaps(dark, range)));
  // Many close together are a strobe, or hardly anything to see at all.
  const flashes = isScreen(seen) ? [] : faults.flashes.filter((range) => !isBlended(range) && !isAmong(range, faults.flashes));
  return [
    ...stretches(seen, 'black', black, { weight: 0.6, en: 'black picture', zh: '黑屏' }),
    ...stretches(seen, 'frozen', frozen, { weight: 0.4, en: 'frozen picture', zh: '画面定格' }),
    ...stretches(seen, 'flash', flashes, { weight: 0.4, en: 'stray pictures', zh: '杂帧' }),
    ...stutterProblems(
      seen,
      faults.duplicates.filter((range) => !isBlended(range)),
    ),
  ];
}

/** On a recorded screen no camera moves at all: what goes and comes back there are lines of a page that is scrolled, no stray pictures. */
function isScreen({ facts: { shake } }: PictureCase): boolean {
  return shake !== undefined && shake.ranges.length > 0 && shake.ranges.every(({ shakePercent }) => shakePercent === 0);
}

function widened({ start, duration }: TimeRange): TimeRange {
  return timeRange(subtractTicks(start, slack), ticks(duration + 2 * slack));
}

function isAmong(range: TimeRange, all: readonly TimeRange[]): boolean {
  return all.filter(({ start }) => Math.abs(start - range.start) < seconds(2)).length > 2;
}

/** Whether most of them lie equally far apart. */
function isRegular(ranges: readonly TimeRange[]): boolean {
  const gaps = ranges.slice(1).map(({ start }, index) => start - ranges[index]!.start);
  const middle = gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
  return gaps.filter((gap) => Math.abs(gap - middle) < 0.1 * middle).length > 0.7 * gaps.length;
}

/** Pictures shown twice now and then are lost ones; in a steady beat they are how film is brought to video, or how cartoons are drawn. */
function stutterProblems(seen: PictureCase, duplicates: PictureFaults['duplicates']): Problem[] {
  const lonely = duplicates.filter(
    ({ start }) => duplicates.filter((other) => Math.abs(other.start - start) < seconds(1.5)).length <= 2,
  );
  const places = placesOf(seen.clips, lonely);
  if (places.length < leastStutters || lonely.length < 0.7 * duplicates.length || isRegular(lonely)) return [];
  return [
    problem(seen, 'stutter', {
      severity: 0.1 + places.length / 60,
      places,
      en: `the picture stutters: ${places.length} pictures are shown twice: ${listed(places).en}`,
      zh: `画面卡顿：${places.length} 帧重复显示：${listed(places).zh}`,
    }),
  ];
}

type Naming = { readonly weight: number; readonly en: string; readonly zh: string };

function stretches(seen: PictureCase, kind: ProblemKind, ranges: readonly TimeRange[], { weight, en, zh }: Naming): Problem[] {
  const places = placesOf(seen.clips, ranges);
  if (places.length === 0) return [];
  const total = places.reduce((sum, { duration }) => sum + duration, 0) / seconds(1);
  const input = { ranges: places.map((range) => ({ start: point(range.start), end: point(rangeEnd(range)) })) };
  return [
    problem(seen, kind, {
      severity: weight + total / 20,
      places,
      en: `${en} for ${total.toFixed(2)} s: ${listed(places, { ends: kind !== 'flash' }).en}`,
      zh: `${zh} ${total.toFixed(2)} 秒：${listed(places, { ends: kind !== 'flash' }).zh}`,
      repair: { tool: 'remove_ranges', input },
    }),
  ];
}

function point(time: number): string {
  return `${toSeconds(time as TimeRange['start']).toFixed(4)}s`;
}

function motionProblems(seen: PictureCase): Problem[] {
  const { shake, jumpCuts } = seen.facts;
  const loose = seen.clips.filter(({ clip }) => clip.effects.every(({ name }) => name !== 'stabilize'));
  const ranges = shake === undefined ? [] : shakyStretches(shake, seen.asset.duration);
  const shaken = joined(placesOf(loose, ranges));
  const worst = Math.max(0, ...ranges.map(({ shakePercent }) => shakePercent));
  const plain = seen.clips.filter(({ clip }) => clip.effects.every(({ name }) => name !== 'zoom'));
  // Where a clip begins at the jump, it was dealt with as a cut of the timeline.
  // Where a frozen or black stretch ends, time has gone on: that is its end, no jump cut of its own.
  const endsOfFaults = [...(seen.facts.faults?.frozen ?? []), ...(seen.facts.faults?.black ?? [])].flatMap((range) => [
    range.start,
    rangeEnd(range),
  ]);
  const ownJumps = (jumpCuts?.cuts ?? [])
    .map(({ at }) => at)
    .filter((at) => endsOfFaults.every((end) => Math.abs(end - at) > seconds(0.15)));
  const jumps = momentsOf(plain, ownJumps).filter(
    ({ start }) => !seen.clips.some(({ range }) => Math.abs(range.start - start) <= aFrame),
  );
  return [
    ...(shaken.length > 0
      ? [
          problem(seen, 'shake', {
            severity: 0.2 + worst / 2,
            places: shaken,
            en: `shaky picture, up to ${worst.toFixed(2)} % of its width: ${listed(shaken, { ends: true }).en}`,
            zh: `画面抖动，最多为宽度的 ${worst.toFixed(2)}%：${listed(shaken, { ends: true }).zh}`,
            repair: { tool: 'stabilize_video', input: {} },
          }),
        ]
      : []),
    ...(jumps.length > 0
      ? [
          problem(seen, 'jump-cut', {
            severity: 0.3 + jumps.length / 30,
            places: jumps,
            en: `${jumps.length === 1 ? 'a jump cut' : `${jumps.length} jump cuts`}: ${listed(jumps).en}`,
            zh: `${jumps.length} 处跳切：${listed(jumps).zh}`,
            repair: { tool: 'smooth_jump_cuts', input: {} },
          }),
        ]
      : []),
  ];
}

function borderProblems(seen: PictureCase): Problem[] {
  const { framing } = seen.facts;
  const open = seen.clips.some(({ clip }) => clip.effects.every(({ name }) => name !== 'crop'));
  if (framing === undefined || !open) return [];
  const { left, right, top, bottom } = framing.borders;
  const most = Math.max(left, right, top, bottom);
  if (most < leastBorder) return [];
  const percent = (value: number) => Math.round(value * 1000) / 10;
  const input = Object.fromEntries(
    Object.entries({ left, right, top, bottom }).flatMap(([side, value]) => (value >= 0.005 ? [[side, percent(value)]] : [])),
  );
  return [
    problem(seen, 'borders', {
      severity: 0.2 + most,
      places: [],
      en: `dark bars around the picture, up to ${percent(most)} % of a side`,
      zh: `画面周围有黑边，最多占 ${percent(most)}%`,
      // Bars may be wanted where the shape of the picture is another: they are named, and cut off only when asked.
      repair: { tool: 'crop', input },
    }),
  ];
}
