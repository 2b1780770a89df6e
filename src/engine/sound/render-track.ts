/** One track of the mix: its clips in order, with their speed, level, fades and joins, silence between them. */
import { isUnity, rangeEnd, toSample, type Ratio } from '#core/time';
import type { LevelPoint, SoundClip } from '#engine/plan';
import { applyEnvelope } from './apply-envelope.ts';
import { applyFades, blend, joinBetween, mergeClips, type Handles, type Join } from './joins.ts';
import { createFineRetime, mostRetime } from './repair/fine-retime.ts';
import { createReversedReader } from './reversed-reader.ts';
import type { SoundReader } from './sound-reader.ts';
import { createTimeStretch } from './time-stretch.ts';

/** A reader of a clip's asset, processed as the clip asks, and how many samples the asset has at the mix's rate. */
export type ClipSound = { readonly reader: SoundReader; readonly length: number };

export type TrackOptions = {
  readonly clips: readonly SoundClip[];
  readonly gainDb: number;
  /** Over the mix, in its samples. */
  readonly envelope?: readonly LevelPoint[];
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Length of the mix. */
  readonly samples: number;
  /** The longest block it gives. */
  readonly blockSamples: number;
  readonly soundOf: (clip: SoundClip) => ClipSound;
};

/** At and below this a clip is not heard, and not read. */
const silentDb = -120;

type ClipStream = { next(count: number): Float32Array[] };

/** Gives exactly `samples` many samples in planar blocks. */
export function* renderTrack(options: TrackOptions): Generator<Float32Array[]> {
  let position = 0;
  for (const block of renderClips(options)) {
    if (options.envelope !== undefined) applyEnvelope(block, position, options.envelope);
    position += block[0]!.length;
    yield block;
  }
}

function* renderClips(options: TrackOptions): Generator<Float32Array[]> {
  const clips = mergeClips(
    options.clips.filter((clip) => clip.samples > 0),
    options.sampleRateHz,
  );
  let position = 0;
  let stream: ClipStream | undefined;
  for (const [index, clip] of clips.entries()) {
    yield* silence(clip.firstSample - position, options);
    position = Math.max(position, clip.firstSample);
    const joined = stream !== undefined;
    stream ??= openClip(clip, 0, options);
    const next = clips[index + 1];
    const join = next && fitJoin(joinBetween(clip, next, handlesOf(clip, next, options), options.sampleRateHz), position);
    const edges = { samples: clip.samples, fadeIn: joined ? 0 : clip.fadeIn, fadeOut: join === undefined ? clip.fadeOut : 0 };
    const bodyEnd = join?.start ?? clip.firstSample + clip.samples;
    while (position < bodyEnd) {
      const block = stream.next(Math.min(options.blockSamples, bodyEnd - position));
      applyFades(block, position - clip.firstSample, edges);
      position += block[0]!.length;
      yield block;
    }
    if (join === undefined || next === undefined) {
      stream = undefined;
      continue;
    }
    const left = stream.next(join.end - join.start);
    applyFades(left, join.start - clip.firstSample, { ...edges, samples: Infinity });
    stream = openClip(next, join.start - next.firstSample, options);
    yield blend(left, stream.next(join.end - join.start), join);
    position = join.end;
  }
  yield* silence(options.samples - position, options);
}

/** Where clips overlap so much that a clip is nothing but joins, the second join starts where the first one ends. */
function fitJoin(join: Join | undefined, position: number): Join | undefined {
  if (join === undefined || join.start >= position) return join;
  if (join.end <= position) return undefined;
  return { ...join, start: position, earliest: position, latest: position, length: join.end - position };
}

/** The clip's samples in order, the first one `from` samples after the clip's start (before it where negative). */
function openClip(clip: SoundClip, from: number, options: TrackOptions): ClipStream {
  const gainDb = clip.gainDb + options.gainDb;
  if (clip.gainDb <= silentDb || gainDb <= silentDb) return { next: (count) => emptyBlock(count, options.channels) };
  const stream = openSource(clip, from, options);
  const gain = 10 ** (gainDb / 20);
  let position = from;
  return {
    next(count) {
      const block = scale(stream.next(count), gain);
      if (clip.envelope !== undefined) applyEnvelope(block, position, clip.envelope);
      position += count;
      return block;
    },
  };
}

/** The same without its level. */
function openSource(clip: SoundClip, from: number, options: TrackOptions): ClipStream {
  const { reader } = options.soundOf(clip);
  const end = toSample(rangeEnd(clip.source), options.sampleRateHz, 'round');
  const read = clip.reverse
    ? createReversedReader(reader, { end, channels: options.channels, sampleRateHz: options.sampleRateHz })
    : (first: number, count: number) => reader.read(first, count);
  // Reversed, the clip's start is position 0.
  const first = clip.reverse ? 0 : toSample(clip.source.start, options.sampleRateHz, 'round');
  if (isUnity(clip.speed)) {
    let position = first + from;
    return {
      next(count) {
        const block = read(position, count);
        position += count;
        return block;
      },
    };
  }
  if (Math.abs(clip.speed.num / clip.speed.den - 1) <= mostRetime) {
    const firstSource = first + (from * clip.speed.num) / clip.speed.den;
    return createFineRetime({ speed: clip.speed, firstSource, read });
  }
  return createTimeStretch({
    channels: options.channels,
    sampleRateHz: options.sampleRateHz,
    speed: clip.speed,
    firstSource: first + Math.round((from * clip.speed.num) / clip.speed.den),
    read,
  });
}

function handlesOf(left: SoundClip, right: SoundClip, options: TrackOptions): { left: Handles; right: Handles } {
  const handles = (clip: SoundClip): Handles => {
    if (clip.gainDb <= silentDb) return { before: Infinity, after: Infinity };
    const { length } = options.soundOf(clip);
    const first = toSample(clip.source.start, options.sampleRateHz, 'round');
    const end = toSample(rangeEnd(clip.source), options.sampleRateHz, 'round');
    const [before, all] = clip.reverse ? [length - end, end] : [first, length - first];
    return {
      before: Math.max(0, atSpeed(before, clip.speed)),
      after: Math.max(0, atSpeed(all, clip.speed) - clip.samples),
    };
  };
  return { left: handles(left), right: handles(right) };
}

function atSpeed(samples: number, speed: Ratio): number {
  return Math.floor((samples * speed.den) / speed.num);
}

function scale(block: Float32Array[], gain: number): Float32Array[] {
  if (gain !== 1) for (const samples of block) for (let index = 0; index < samples.length; index++) samples[index]! *= gain;
  return block;
}

function* silence(count: number, options: TrackOptions): Generator<Float32Array[]> {
  for (let left = count; left > 0; left -= options.blockSamples) {
    yield emptyBlock(Math.min(left, options.blockSamples), options.channels);
  }
}

function emptyBlock(count: number, channels: number): Float32Array[] {
  return Array.from({ length: channels }, () => new Float32Array(count));
}
