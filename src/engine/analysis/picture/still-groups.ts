/**
 * Where a film need not be decoded to know that its shot goes on: groups of pictures that begin with the same picture as the
 * next one, and in which no picture took many more bytes than the others do.
 */
import type { VideoStream } from '#core/asset';
import { breathe, openDecoder, openDemuxer, readPacketIndex, type MediaFile, type PacketIndex } from '#engine/media';
import { cutStrength } from './find-cuts.ts';
import { measureChange, meanDifference, seeLook, type Sight } from './change.ts';
import { openLookReader } from './look.ts';

/** A longer group has room for another shot between two dissolves; a shorter one is no work saved. */
const groupSeconds = { least: 0.9, most: 3 } as const;

/** Key pictures between two stays in the event loop, where native handles are given back. */
const keysPerBreath = 100;

/** Per packet of the stream, in decode order: 1 where it belongs to such a group. Undefined where there is none. */
export type StillPackets = Uint8Array;

type Group = { readonly from: number; readonly to: number };

/** Reads every packet, decodes key pictures only. Errors: MEDIA_UNREADABLE. */
export async function findStillPackets(
  file: MediaFile,
  stream: VideoStream,
  signal: AbortSignal,
): Promise<StillPackets | undefined> {
  const index = readPacketIndex(file, stream.index);
  const groups = closedGroups(index);
  const calm = groups.slice(0, -1).map((group) => isCalm(index, group));
  if (!calm.includes(true)) return undefined;
  const wanted = new Map<number, number>();
  groups.forEach(({ from }, place) => {
    if (calm[place] === true || calm[place - 1] === true) wanted.set(from, place);
  });
  const still = new Uint8Array(index.pts.length);
  let before: { readonly sight: Sight; readonly place: number } | undefined;
  for (const [place, sight] of keySights(file, stream, wanted)) {
    const group = groups[place - 1];
    const follows = group !== undefined && calm[place - 1] === true && before?.place === place - 1;
    if (follows && isSameShot(before!.sight, sight, secondsOf(index, group))) still.fill(1, group.from, group.to);
    before = { sight, place };
    signal.throwIfAborted();
    if (place % keysPerBreath === 0) await breathe();
  }
  return still.includes(1) ? still : undefined;
}

/** From each picture that nothing after it looks behind to the next. */
function closedGroups({ idr }: PacketIndex): Group[] {
  const groups: Group[] = [];
  let from = idr.indexOf(1);
  while (from >= 0) {
    const next = idr.indexOf(1, from + 1);
    groups.push({ from, to: next < 0 ? idr.length : next });
    from = next;
  }
  return groups;
}

/** A shot that comes and goes between two key pictures is coded anew: by one large picture, or by many where it is blended in. */
function isCalm(index: PacketIndex, { from, to }: Group): boolean {
  const { sizes, hidden } = index;
  const seconds = secondsOf(index, { from, to });
  // Also false where a stamp is missing.
  if (!(seconds >= groupSeconds.least && seconds <= groupSeconds.most)) return false;
  if (to - from < 2 * runLength || hidden.subarray(from, to).includes(1)) return false;
  const others = sizes.slice(from + 1, to).sort();
  // Where three in four pictures are coded from both sides, a quarter of all are the larger ones.
  const usual = others[Math.floor(others.length * 0.8)]!;
  const largest = others.at(-1)!;
  if (largest >= 2 * usual && largest >= 0.15 * sizes[from]!) return false;
  const [least, most] = runsOf(sizes.subarray(from + 1, to));
  return most < 2.5 * least;
}

function secondsOf({ pts, timebase }: PacketIndex, { from, to }: Group): number {
  return ((pts[to]! - pts[from]!) * timebase.num) / timebase.den;
}

/** Pictures, as many as the shortest dissolves have; whole mini-groups of one to three B-frames. */
const runLength = 12;

/** What the smallest and the largest run take. */
function runsOf(sizes: Uint32Array): readonly [number, number] {
  let [least, most, sum] = [Infinity, 0, 0];
  for (let index = 0; index < sizes.length; index++) {
    sum += sizes[index]! - (index < runLength ? 0 : sizes[index - runLength]!);
    if (index < runLength - 1) continue;
    least = Math.min(least, sum);
    most = Math.max(most, sum);
  }
  return [least, most];
}

/** Less is left between two pictures of a shot than a cut makes, or that part of the slowest dissolve. */
function isSameShot(before: Sight, now: Sight, seconds: number): boolean {
  if (meanDifference(before.quarter.data, now.quarter.data) < 1.5) return true;
  const most = Math.min(0.1, 0.05 * seconds);
  return before.deviation > 3 && now.deviation > 3 && cutStrength(measureChange(before, now)) < most;
}

function* keySights(
  file: MediaFile,
  stream: VideoStream,
  wanted: ReadonlyMap<number, number>,
): Generator<readonly [number, Sight]> {
  using demuxer = openDemuxer(file, { onlyStream: stream.index });
  using decoder = openDecoder(demuxer.stream(stream.index), { threads: 1, glance: 'all' });
  using reader = openLookReader(stream);
  let count = 0;
  for (const packet of demuxer.packets()) {
    const place = wanted.get(count++);
    if (place === undefined) continue;
    for (const given of [packet, undefined])
      for (const frame of decoder.decode(given)) yield [place, seeLook(reader.read(frame, stream.start))];
    decoder.context.flushBuffers();
  }
}
