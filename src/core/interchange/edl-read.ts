/** CMX3600 edit lists in: cuts, dissolves and constant speeds; reels are told apart by the comments that name clips. */
import { fromFrame, ratio, subtractTicks, zero, type FrameRate, type Ratio, type Ticks } from '#core/time';
import type { ClipEffect, Timeline } from '#core/timeline';
import type { Asset } from '#core/asset';
import { assembleTimeline, type DraftItem, type DraftTrack, type ReadTimeline } from './assemble.ts';
import { documentFault, documentLimits, splitLines } from './document-text.ts';
import { tally } from './exported.ts';
import { hasDropFrame, isDropTimecode, isTimecode, readTimecode, timecodeBase } from './frame-timecode.ts';
import { mediaMatcher } from './match-asset.ts';

type Event = {
  readonly line: number;
  readonly reel: string;
  readonly channels: readonly string[];
  /** Frames of the transition; absent: a cut. */
  readonly blend?: number;
  readonly times: readonly [string, string, string, string];
  readonly drop: boolean;
  clip?: string;
  fromClip?: string;
  cutAt?: string;
  cutSource?: string;
  speed?: Ratio;
  reverse?: boolean;
  freeze?: boolean;
  from?: Event;
  /** All of it lies in the dissolve that comes from it. */
  isWhole?: boolean;
};

type Parsed = { readonly events: readonly Event[]; readonly rate: FrameRate | undefined; readonly notes: readonly string[] };

/**
 * The tracks of an edit list. Its frame rate is the one it names in a comment, else the timeline's. The first event's hour is 0:00.
 * Errors: DOCUMENT_INVALID with the line for an event that cannot be read, no event at all, or too many.
 */
export function parseEdl(text: string, assets: readonly Asset[], base: Timeline): ReadTimeline {
  const { events, rate: named, notes } = parseEvents(text);
  const usesDrop = events.some(({ drop }) => drop);
  const given = named ?? base.frameRate;
  const rate = usesDrop && !hasDropFrame(given) ? { num: timecodeBase(given) === 60 ? 60_000 : 30_000, den: 1001 } : given;
  const frame = (event: Event, timecode: string) => {
    const found = readTimecode(timecode, { rate, form: event.drop ? 'drop' : 'non-drop' });
    if (found === undefined)
      throw documentFault('EDL', `there is no timecode ${timecode} at ${rate.num}/${rate.den} frames a second`, event.line);
    return found;
  };
  const placed = events.map((event) => place(event, frame));
  const hour = usesDrop ? 3600 * timecodeBase(rate) - (timecodeBase(rate) / 15) * 54 : 3600 * timecodeBase(rate);
  const earliest = placed.reduce((least, { record }) => Math.min(least, record[0]), Number.MAX_SAFE_INTEGER);
  const origin = Math.floor(earliest / hour) * hour;
  const names = ['V', 'A', 'A2', 'A3', 'A4'].filter((channel) => placed.some(({ event }) => event.channels.includes(channel)));
  let late = 0;
  const drafts = names.map((channel): DraftTrack => {
    const built = buildTrack(
      placed.filter(({ event }) => event.channels.includes(channel)),
      { origin, rate },
    );
    late += built.late;
    return {
      kind: channel === 'V' ? 'video' : 'audio',
      name: channel === 'V' ? 'Video' : channel === 'A' ? 'Sound' : `Sound ${channel.slice(1)}`,
      items: built.items,
    };
  });
  const read = assembleTimeline(drafts, { format: 'EDL', frameRate: rate, match: mediaMatcher(assets), base });
  return {
    ...read,
    notes: [
      ...notes,
      ...(named === undefined ? [`The list names no frame rate; it was read at ${rate.num}/${rate.den} frames a second`] : []),
      ...tally(
        late,
        '1 event begins before the one before it ends and was shortened',
        '{n} events begin before the ones before them end and were shortened',
      ),
      ...read.notes,
    ],
  };
}

function parseEvents(text: string): Parsed {
  const events: Event[] = [];
  let last: Event | undefined;
  const found = { wipes: 0, rate: undefined as FrameRate | undefined, other: 0 };
  let drop = false;
  splitLines(text, 'EDL').forEach((line, index) => {
    const trimmed = line.trim();
    if (/^FCM:/i.test(trimmed)) drop = /^FCM:\s{0,8}DROP/i.test(trimmed);
    else if (trimmed.startsWith('*') || /^M2\s/i.test(trimmed)) {
      const rate = readRate(trimmed);
      if (rate !== undefined) found.rate = rate;
      else readComment(trimmed, last);
    } else if (/^\d{1,6}\s/.test(trimmed)) {
      const event = readEvent(trimmed, index + 1, drop);
      if (event.wipe) found.wipes++;
      if (event.channels.length === 0) found.other++;
      else if (event.times[2] !== event.times[3] || event.blend !== undefined) {
        // The line before a dissolve, of no length, says what it comes from.
        if (event.blend !== undefined && last !== undefined && last.times[2] === last.times[3]) event.from = last;
        events.push(event);
      }
      last = event;
      if (events.length > documentLimits.items)
        throw documentFault('EDL', `it has more than ${documentLimits.items} events`, index + 1);
    }
  });
  if (events.length === 0) throw documentFault('EDL', 'there is no event in it');
  return {
    events,
    rate: found.rate,
    notes: [
      ...tally(found.wipes, '1 wipe or key was read as a dissolve', '{n} wipes or keys were read as dissolves'),
      ...tally(
        found.other,
        '1 event on a channel that is neither picture nor sound was left out',
        '{n} events on channels that are neither picture nor sound were left out',
      ),
    ],
  };
}

function readEvent(line: string, number: number, fcmDrop: boolean): Event & { readonly wipe: boolean } {
  const words = line.split(/\s+/);
  const times = words.slice(-4);
  const [reel, channel, type] = [words[1], words[2], words[3]];
  if (
    words.length < 8 ||
    times.length < 4 ||
    !times.every(isTimecode) ||
    reel === undefined ||
    channel === undefined ||
    type === undefined
  )
    throw documentFault('EDL', 'the event has no reel, channel, type and four timecodes', number);
  if (!/^(?:C|D|W\d{1,3}|K[BO]?)$/i.test(type)) throw documentFault('EDL', `there is no transition ${type.slice(0, 20)}`, number);
  const isCut = /^C$/i.test(type);
  const length = isCut ? undefined : Number(words[4]);
  if (length !== undefined && !(Number.isInteger(length) && length >= 0 && length <= 100_000))
    throw documentFault('EDL', 'the transition has no length', number);
  return {
    line: number,
    reel,
    channels: channelsOf(channel),
    times: times as [string, string, string, string],
    drop: fcmDrop || times.some(isDropTimecode),
    wipe: !isCut && !/^D$/i.test(type),
    ...(length === undefined || length === 0 ? {} : { blend: length }),
  };
}

function channelsOf(text: string): readonly string[] {
  const name = text.toUpperCase();
  const known: Readonly<Record<string, readonly string[]>> = {
    V: ['V'], A: ['A'], A1: ['A'], A2: ['A2'], A3: ['A3'], A4: ['A4'], AA: ['A', 'A2'], B: ['V', 'A'], 'A/V': ['V', 'A'], 'AA/V': ['V', 'A', 'A2'], 'A2/V': ['V', 'A2'], VA: ['V', 'A'], V1: ['V'], VA1: ['V', 'A'], VA1A2: ['V', 'A', 'A2'], NONE: [],
  }; // prettier-ignore
  return Object.hasOwn(known, name) ? known[name]! : [];
}

function readRate(line: string): FrameRate | undefined {
  const match = /^\*\s{0,8}FRAME RATE:\s{0,8}(\d{1,6})(?:\/(\d{1,5})|\.(\d{1,4}))?\s*$/i.exec(line);
  if (match === null) return undefined;
  const [whole, den] = [Number(match[1]), match[2] === undefined ? 1 : Number(match[2])];
  if (match[3] !== undefined) {
    const value = Number(`${match[1]}.${match[3]}`);
    return Math.abs(Math.round(value) / 1.001 - value) < 0.01 && value > 1 ? ratio(Math.round(value) * 1000, 1001) : undefined;
  }
  const value = whole / den;
  return den > 0 && value >= 1 && value <= 240 ? ratio(whole, den) : undefined;
}

function readComment(line: string, event: Event | undefined): void {
  if (event === undefined) return;
  const value = (pattern: RegExp) => pattern.exec(line)?.[1]?.trim();
  const [from, to] = [value(/^\*\s{0,8}FROM CLIP NAME:(.*)$/i), value(/^\*\s{0,8}TO CLIP NAME:(.*)$/i)];
  if (from !== undefined) {
    if (event.blend === undefined) event.clip = from;
    else event.fromClip = from;
  }
  if (to !== undefined) event.clip = to;
  const [cut = '', source = ''] = value(/^\*\s{0,8}CUT AT:(.*)$/i)?.split(/\s+/) ?? [];
  if (isTimecode(cut)) event.cutAt = cut;
  if (isTimecode(source)) event.cutSource = source;
  const exact = /^\*\s{0,8}(FROM )?SPEED:\s{0,8}(-?)(\d{1,6})\/(\d{1,6})\s*$/i.exec(line);
  if (exact !== null && Number(exact[3]) > 0 && Number(exact[4]) > 0) {
    const speed = ratio(Number(exact[3]), Number(exact[4]));
    if (exact[1] !== undefined) {
      if (event.from !== undefined) Object.assign(event.from, { speed, isWhole: true });
    } else {
      event.speed = speed;
      event.reverse = exact[2] === '-';
    }
  }
  if (!/^M2\s/i.test(line)) return;
  const played = line.split(/\s+/).find((word, index) => index >= 1 && /^-?\d{1,4}\.\d{1,3}$/.test(word));
  if (played === undefined || event.speed !== undefined) return;
  const tenths = Math.round(Math.abs(Number(played)) * 10);
  event.freeze = tenths === 0;
  event.reverse = Number(played) < 0;
}

type Placed = {
  readonly event: Event;
  readonly source: readonly [number, number];
  readonly record: readonly [number, number];
  readonly cut?: number;
  /** Source frame at the cut. */
  readonly cutSource?: number;
  /** Source frame of the clip that a dissolve comes from, where the list has that clip nowhere else. */
  readonly fromSource?: number;
  /** Stands for such a clip; shown from its record in to the cut of the dissolve after it. */
  readonly isOrigin?: true;
};

function place(event: Event, frame: (event: Event, timecode: string) => number): Placed {
  const [sourceIn, sourceOut, recordIn, recordOut] = event.times.map((time) => frame(event, time)) as [
    number,
    number,
    number,
    number,
  ];
  if (recordOut <= recordIn) throw documentFault('EDL', 'the event ends before it begins', event.line);
  const cut = event.cutAt === undefined ? undefined : frame(event, event.cutAt);
  const { from } = event;
  return {
    event,
    source: [sourceIn, sourceOut],
    record: [recordIn, recordOut],
    ...(cut === undefined ? {} : { cut }),
    ...(cut === undefined || event.cutSource === undefined ? {} : { cutSource: frame(event, event.cutSource) }),
    ...(from === undefined || from.reel.toUpperCase() === 'BL' ? {} : { fromSource: frame(from, from.times[0]) }),
  };
}

/** Puts what a dissolve comes from before it where no event ends there. */
function withOrigins(sorted: readonly Placed[]): Placed[] {
  return sorted.flatMap((one, index): Placed[] => {
    const { event, fromSource } = one;
    const before = sorted[index - 1];
    if (event.blend === undefined || event.from === undefined || fromSource === undefined) return [one];
    const touches = before !== undefined && before.record[1] >= one.record[0] && before.record[0] < one.record[0];
    if (touches && event.from.isWhole !== true && before.event.reel === event.from.reel && before.source[1] === fromSource)
      return [one];
    const name = event.fromClip ?? event.from.clip;
    const origin: Event = { ...event.from, ...(name === undefined ? {} : { clip: name }) };
    const at = one.record[0];
    return [{ event: origin, source: [fromSource, fromSource], record: [at, at], isOrigin: true }, one];
  });
}

type Building = { readonly origin: number; readonly rate: FrameRate };

/** Events in order of time, each from where the one before ends; a dissolve becomes a cut inside it with a transition over it. */
function buildTrack(
  placed: readonly Placed[],
  { origin, rate }: Building,
): { readonly items: DraftItem[]; readonly late: number } {
  const time = (frame: number): Ticks => fromFrame(frame - origin, rate);
  const sorted = withOrigins(placed.toSorted((a, b) => a.record[0] - b.record[0]));
  const blends = sorted.map((one, index): boolean => {
    const before = sorted[index - 1];
    return (
      one.event.blend !== undefined &&
      before !== undefined &&
      before.record[1] >= one.record[0] &&
      (before.record[0] < one.record[0] || before.isOrigin === true)
    );
  });
  // Where each event begins to be the one that is seen: its record in, or the cut inside its dissolve.
  const starts = sorted.map((one, index) => {
    const [recordIn, recordOut] = one.record;
    if (blends[index] !== true) return recordIn;
    const blend = one.event.blend ?? 0;
    // A cut that is named may be where this event ends: the clip is then seen in the next dissolve only.
    const last = Math.min(recordIn + blend, one.cut === undefined ? recordOut - 1 : recordOut);
    return Math.max(recordIn, Math.min(last, one.cut ?? recordIn + Math.floor(blend / 2)));
  });
  const items: DraftItem[] = [];
  let [at, late] = [origin, 0];
  sorted.forEach((one, index) => {
    const [recordIn, recordOut] = one.record;
    const begin = Math.max(starts[index]!, at);
    if (begin > starts[index]!) late++;
    // The clip before a dissolve is seen until its cut, which lies after its own record out.
    const end = blends[index + 1] === true ? Math.max(starts[index + 1]!, begin) : recordOut;
    if (end <= begin) return;
    if (begin > at) items.push({ kind: 'gap', duration: subtractTicks(time(begin), time(at)) });
    else if (blends[index] === true && begin === starts[index] && items.at(-1)?.kind === 'clip') {
      const blendEnd = Math.max(begin, recordIn + (one.event.blend ?? 0));
      items.push({
        kind: 'transition',
        name: 'dissolve',
        inOffset: subtractTicks(time(begin), time(recordIn)),
        outOffset: subtractTicks(time(blendEnd), time(begin)),
      });
    }
    items.push(draftClip(one, begin - recordIn, subtractTicks(time(end), time(begin)), rate));
    at = end;
  });
  return { items, late };
}

function draftClip(
  { event, source, record, cut, cutSource }: Placed,
  skipped: number,
  duration: Ticks,
  rate: FrameRate,
): DraftItem {
  const [used, shown] = [source[1] - source[0], record[1] - record[0]];
  const speed = event.speed ?? (event.freeze === true || used <= 0 || used === shown ? { num: 1, den: 1 } : ratio(used, shown));
  const atCut = cutSource !== undefined && skipped > 0 && record[0] + skipped === cut;
  const start = atCut ? cutSource : source[0] + Math.round((skipped * speed.num) / speed.den);
  const at = fromFrame(start, rate);
  const effects: ClipEffect[] =
    event.freeze === true ? [{ name: 'freeze', at }] : event.reverse === true ? [{ name: 'reverse' }] : [];
  const name = event.clip ?? event.reel;
  return {
    kind: 'clip',
    media: { names: [...(event.clip === undefined ? [] : [event.clip]), event.reel] },
    name,
    sourceStart: at < 0 ? zero : at,
    duration,
    speed,
    effects,
  };
}
