/** Captions onto a text track. */
import { addTicks, rangeBetween, rangeEnd, subtractTicks, zero, type Ticks, type TimeRange } from '#core/time';
import {
  fitText,
  itemsWithRanges,
  limits,
  type Edit,
  type Item,
  type TextClip,
  type TextStyle,
  type Timeline,
  type Track,
  type TrackId,
} from '#core/timeline';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { tally } from './exported.ts';

export type CaptionPlacing = {
  /** Absent: `captionStyle`. */
  readonly style?: TextStyle;
  /** Absent: `Captions`. */
  readonly trackName?: string;
  /** `replace` takes these tracks away first; else the captions are added beside what is on them. */
  readonly existing?: 'keep' | 'replace';
};

export type CaptionEdits = {
  readonly edits: readonly Edit[];
  /** Plain facts: how many captions, on which tracks, what overlaps. */
  readonly notes: readonly string[];
};

/** How captions look that come without a look. */
export const captionStyle: TextStyle = {
  preset: 'caption',
  position: 'bottom',
  color: '#ffffff',
  size: 0.05,
  fadeIn: zero,
  fadeOut: zero,
};

export const captionTrackName = 'Captions';

type Placed = { readonly start: Ticks; readonly item: TextClip };

type Lane = {
  readonly id: TrackId;
  readonly name: string;
  /** What the track holds already; undefined for one that is to be made. */
  readonly track: Track | undefined;
  readonly busy: TimeRange[];
  readonly cues: Cue[];
};

/**
 * The edits that put cues, given in the timeline's time, on the text track of that name; it is made where there is none. Captions
 * that overlap lie on a second track (`Captions 2`) at the top of the picture, so that all of them can be read. Times and words
 * are kept to the tick.
 *
 * Errors: those of the edits when they are applied (a locked track is passed over: a new one is made).
 */
export function captionsToEdits(timeline: Timeline, cues: readonly Cue[], placing: CaptionPlacing = {}): CaptionEdits {
  const { style = captionStyle, trackName = captionTrackName, existing = 'keep' } = placing;
  const own = timeline.tracks.filter((track) => track.kind === 'text' && !track.locked && isLaneName(track.name, trackName));
  const removed = existing === 'replace' ? own : [];
  const lanes: Lane[] = (existing === 'replace' ? [] : own).map((track) => ({
    id: track.id,
    name: track.name,
    track,
    busy: busyRanges(track),
    cues: [],
  }));
  const usable = cues
    .map((cue) => ({ ...cue, text: cleanCueText(cue.text) }))
    .filter(({ text, start, end }) => text !== '' && end > start && start >= 0);
  let { nextId } = timeline;
  for (const cue of sortCues(usable)) {
    const range = rangeBetween(cue.start, cue.end);
    let lane = lanes.find(({ busy }) => isFree(busy, range));
    if (lane === undefined) {
      const name = lanes.length === 0 ? trackName : `${trackName} ${lanes.length + 1}`;
      lane = { id: `trk_${nextId++}`, name, track: undefined, busy: [], cues: [] };
      lanes.push(lane);
    }
    insertRange(lane.busy, range);
    lane.cues.push(cue);
  }
  const filled = lanes.filter((lane) => lane.cues.length > 0);
  const take = () => `itm_${nextId++}`;
  const spliced = filled.map((lane): Edit => {
    const placed = lane.cues.map((cue): Placed => ({
      start: cue.start,
      item: makeText(cue, take(), lanes.indexOf(lane) > 0, style),
    }));
    const items = lineUp([...heldBy(lane.track), ...placed], take);
    return { kind: 'splice', trackId: lane.id, index: 0, remove: lane.track?.items.length ?? 0, items };
  });
  return {
    edits: [
      ...removed.map(({ id }): Edit => ({ kind: 'remove-track', trackId: id })),
      ...filled.flatMap(({ track, name }): Edit[] =>
        track === undefined ? [{ kind: 'add-track', track: { kind: 'text', name } }] : [],
      ),
      // Whole tracks at once: thousands of captions placed one by one would each look at all the others.
      ...spliced,
      ...(filled.length === 0 ? [] : [{ kind: 'put-fields', fields: { nextId } } as const]),
    ],
    notes: [
      ...describe(filled),
      ...tally(
        cues.length - usable.length,
        '1 caption has no words or no length and was left out',
        '{n} captions have no words or no length and were left out',
      ),
      ...tally(
        usable.filter(({ text }) => text.length > limits.textLength).length,
        `1 caption has more than ${limits.textLength} characters and was cut there`,
        `{n} captions have more than ${limits.textLength} characters and were cut there`,
      ),
    ],
  };
}

function makeText(cue: Cue, id: string, isSecond: boolean, style: TextStyle): TextClip {
  const look = cue.style ?? style;
  const text = cue.text.slice(0, limits.textLength);
  return fitText({
    kind: 'text',
    id,
    duration: subtractTicks(cue.end, cue.start),
    text,
    style: isSecond && look.position === 'bottom' ? { ...look, position: 'top' } : look,
    ...(cue.words === undefined || cue.words.length === 0 || text !== cue.text ? {} : { words: cue.words }),
  });
}

function heldBy(track: Track | undefined): Placed[] {
  if (track === undefined) return [];
  return itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'text' ? [{ start: range.start, item }] : []));
}

/** Texts in order of time with gaps between them. */
function lineUp(placed: readonly Placed[], take: () => string): Item[] {
  let at = zero;
  return placed
    .toSorted((a, b) => a.start - b.start)
    .flatMap(({ start, item }): Item[] => {
      const gap: Item[] = start > at ? [{ kind: 'gap', id: take(), duration: subtractTicks(start, at) }] : [];
      at = addTicks(start, item.duration);
      return [...gap, item];
    });
}

function describe(lanes: readonly Lane[]): string[] {
  return lanes.map(({ name, cues }, index) => {
    const count = cues.length === 1 ? '1 caption' : `${cues.length} captions`;
    return index === 0
      ? `Put ${count} on the track ${name}`
      : `${count} at the same time as another went to the track ${name}, at the top`;
  });
}

function isLaneName(name: string, trackName: string): boolean {
  return name === trackName || (name.startsWith(`${trackName} `) && /^\d{1,3}$/.test(name.slice(trackName.length + 1)));
}

function busyRanges(track: Track): TimeRange[] {
  return itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'text' ? [range] : []));
}

/** Whether nothing of a sorted, disjoint list lies in the range. */
function isFree(busy: readonly TimeRange[], range: TimeRange): boolean {
  const next = firstAfter(busy, range.start);
  const [before, after] = [busy[next - 1], busy[next]];
  return (before === undefined || rangeEnd(before) <= range.start) && (after === undefined || after.start >= rangeEnd(range));
}

function insertRange(busy: TimeRange[], range: TimeRange): void {
  busy.splice(firstAfter(busy, range.start), 0, range);
}

/** Index of the first range that starts after `time`. */
function firstAfter(busy: readonly TimeRange[], time: Ticks): number {
  let [low, high] = [0, busy.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (busy[middle]!.start > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
