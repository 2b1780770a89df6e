/**
 * Sound as samples at exact places: what a clip, an analysis and a proof all read.
 *
 * Frames are placed by their stamps and then counted, so that container rounding does not make them jitter; only a
 * difference that rounding cannot explain moves them. Priming and padding that the container declares are cut by
 * FFmpeg itself and the stamps say so.
 */
import { AV_CODEC_ID_VORBIS, AV_FRAME_FLAG_CORRUPT, AV_NOPTS_VALUE } from 'node-av/constants';
import type { Frame, Stream } from 'node-av/lib';
import { fail } from '#core/errors';
import { rangeEnd, toSample, toSeconds, type TimeRange } from '#core/time';
import { openDecoder } from './decoder.ts';
import { openDemuxer, timebaseOf, type Demuxer, type MediaFile } from './demuxer.ts';
import { createResampler, gridOf, resamplerReach, sameShape, shapeOf, type Resampler } from './resampler.ts';
import { createSoundLine, type SoundLine } from './sound-line.ts';

export type SoundOptions = {
  readonly streamIndex: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** Asset time; the whole stream where absent. */
  readonly range?: TimeRange;
  /** Samples per block, default 16 384. */
  readonly blockSamples?: number;
  /** Counts what could not be read or decoded, or came out damaged: decoding fills its place with silence, so only counting tells. */
  readonly damage?: { count: number };
};

/** Decoding starts this early before a sought place: enough for every codec's memory (Opus asks for 80 ms, MP3 for 10 frames). */
const prerollSeconds = 0.6;
/** Reading from the start is as fast as seeking before this place, and cannot be wrong. */
const seekFromSeconds = 10;
/** A hole up to this long is filled at the input, so that the resampler runs through; a longer one starts it anew. */
const bridgedSeconds = 0.5;
/** Stamps may be off by this much without meaning a hole. */
const jitterSeconds = 0.002;

/**
 * Decodes one stream's sound, resampled and mixed to mono or stereo.
 *
 * Shape:  planar blocks, one Float32Array per channel; sample 0 is asset time `range.start` (0 by default). With a
 *         range exactly `toSample(end) - toSample(start)` samples come out (nearest sample each), silence where the
 *         stream has nothing; without one, samples up to the stream's own end. Blocks may be kept.
 * Errors: MEDIA_UNREADABLE where no packet of a stream decodes, MEDIA_STREAM_MISSING.
 */
export function* decodeSound(file: MediaFile, options: SoundOptions): Generator<Float32Array[]> {
  const { range, sampleRateHz } = options;
  const first = range === undefined ? 0 : toSample(range.start, sampleRateHz, 'round');
  const end = range === undefined ? undefined : toSample(rangeEnd(range), sampleRateHz, 'round');
  const line = createSoundLine(first, end, options.channels, options.blockSamples ?? 16_384);
  if (end === undefined || end > first) yield* layFrames(file, options, line, { first, end });
  yield* line.finish();
}

type Window = { readonly first: number; readonly end: number | undefined };

function* layFrames(file: MediaFile, options: SoundOptions, line: SoundLine, window: Window): Generator<Float32Array[]> {
  const startSeconds = options.range === undefined ? 0 : toSeconds(options.range.start);
  const outputRateHz = options.sampleRateHz;
  let resampler: Resampler | undefined;
  /** Input position of the next sample to feed, and output position of the next that comes out. */
  let fed = 0;
  let placed = 0;

  function* lay(count: number): Generator<Float32Array[]> {
    yield* line.place(placed, resampler!.output, count);
    placed += count;
  }

  function* endRun(): Generator<Float32Array[]> {
    if (resampler === undefined) return;
    // The filter lags behind its input; where the input ends is where the sound ends.
    const last = Math.round((fed * outputRateHz) / resampler.shape.rateHz);
    const count = Math.min(resampler.pushSilence(2 * resamplerReach), Math.max(0, last - placed));
    if (count > 0) yield* lay(count);
    resampler[Symbol.dispose]();
    resampler = undefined;
  }

  try {
    for (const { frame, position, samples } of placedFrames(file, options, startSeconds)) {
      const shape = shapeOf(frame);
      const { rateHz } = shape;
      const stop = position + samples;
      if (window.end !== undefined && (position * outputRateHz) / rateHz > window.end + (resamplerReach * outputRateHz) / rateHz)
        break;
      if ((stop * outputRateHz) / rateHz < window.first - outputRateHz * 0.1) continue;
      if (resampler !== undefined && (!sameShape(resampler.shape, shape) || position - fed > bridgedSeconds * rateHz))
        yield* endRun();
      if (resampler === undefined) {
        resampler = createResampler(shape, outputRateHz, options.channels);
        const grid = gridOf(rateHz, outputRateHz);
        fed = Math.floor(position / grid) * grid;
        placed = Math.round((fed * outputRateHz) / rateHz);
      }
      if (position > fed) yield* lay(resampler.pushSilence(position - fed));
      if (stop > Math.max(fed, position)) yield* lay(resampler.push(frame, Math.max(0, fed - position), samples));
      fed = Math.max(fed, stop);
      if (window.end !== undefined && placed >= window.end) break;
    }
    yield* endRun();
  } finally {
    resampler?.[Symbol.dispose]();
  }
}

type Wanted = Pick<SoundOptions, 'streamIndex' | 'damage'>;

type PlacedFrame = {
  readonly frame: Frame;
  /** In samples of the frame's own rate, asset time. */
  readonly position: number;
  /** How many of the frame's samples count, from its first. */
  readonly samples: number;
};

/** Frames in order with their places, beginning early enough before `startSeconds` for the codec to have settled. */
function* placedFrames(file: MediaFile, options: Wanted, startSeconds: number): Generator<PlacedFrame> {
  if (startSeconds >= seekFromSeconds) {
    const frames = framesFrom(file, options, startSeconds - prerollSeconds);
    const head = frames.next();
    if (head.done !== true && head.value.position <= startSeconds * head.value.frame.sampleRate) {
      yield head.value;
      yield* frames;
      return;
    }
    frames.return(undefined);
  }
  yield* framesFrom(file, options, undefined);
}

function* framesFrom(file: MediaFile, { streamIndex, damage }: Wanted, seekSeconds: number | undefined): Generator<PlacedFrame> {
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const stream = demuxer.stream(streamIndex);
  const grid = seekSeconds === undefined ? undefined : learnGrid(file, streamIndex, stream);
  if (seekSeconds !== undefined) {
    const { num, den } = timebaseOf(stream);
    const sought = demuxer.seek(streamIndex, ((seekSeconds + toSeconds(demuxer.offset)) * den) / num);
    if (!sought) return;
  }
  yield* placeFrames(demuxer, stream, grid, damage);
}

/** Samples. Source: Vorbis I specification, 4.2.2: block sizes of 64 to 8192. */
const longestVorbisBlock = 8192;

/** Where the frames of a stream with coarse stamps lie: every `step` samples through `anchor`. */
type FrameGrid = { readonly anchor: number; readonly step: number };

/**
 * Milliseconds cannot say where a 1024-sample frame begins. Frames of equal length lie on a grid through the stream's
 * start, so two frames from there tell what the rounded stamps of all others mean.
 */
function learnGrid(file: MediaFile, streamIndex: number, stream: Stream): FrameGrid | undefined {
  const { num, den } = timebaseOf(stream);
  if ((num / den) * stream.codecpar.sampleRate <= 1) return undefined;
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const lengths: number[] = [];
  let anchor = 0;
  for (const { frame, position } of placeFrames(demuxer, demuxer.stream(streamIndex), undefined, undefined)) {
    lengths.push(frame.nbSamples);
    anchor = position + frame.nbSamples;
    if (lengths.length === 4) break;
  }
  const step = lengths[1];
  return step !== undefined && lengths.slice(1).every((length) => length === step) ? { anchor, step } : undefined;
}

function* placeFrames(
  demuxer: Demuxer,
  stream: Stream,
  grid: FrameGrid | undefined,
  damage: { count: number } | undefined,
): Generator<PlacedFrame> {
  using decoder = openDecoder(stream);
  const { num, den } = timebaseOf(stream);
  const tick = num / den;
  const offsetSeconds = toSeconds(demuxer.offset);
  const tolerance = Math.max(jitterSeconds, 1.5 * tick);
  const isVorbis = stream.codecpar.codecId === AV_CODEC_ID_VORBIS;
  let next: number | undefined;
  let frames = 0;

  function place(frame: Frame): number {
    const stamp = frame.bestEffortTimestamp;
    if (stamp === AV_NOPTS_VALUE) return next ?? 0;
    const rateHz = frame.sampleRate;
    const measured = (Number(stamp) * tick - offsetSeconds) * rateHz;
    if (next !== undefined) return follow(next, measured, tolerance * rateHz);
    if (grid === undefined) return Math.round(measured);
    const onGrid = grid.anchor + Math.round((measured - grid.anchor) / grid.step) * grid.step;
    return Math.abs(measured - onGrid) <= 0.75 * tick * rateHz ? onGrid : Math.round(measured);
  }

  /** Where a frame lies that should lie at `expected` and whose stamp says `measured`; all in samples. */
  function follow(expected: number, measured: number, tolerated: number): number {
    // Where Vorbis changes its block size, stamps are off by up to a long block while the sound runs on without a hole.
    const accepted = isVorbis ? Math.max(tolerated, longestVorbisBlock) : tolerated;
    return Math.abs(measured - expected) <= accepted ? expected : Math.round(measured);
  }

  /** The last frame of an MP4 says by its duration how much of it is sound and how much the encoder's filling. */
  function heardSamples(frame: Frame): number {
    if (isVorbis) return frame.nbSamples;
    const lasts = Math.round(Number(frame.duration) * tick * frame.sampleRate);
    return lasts > 0 && lasts < frame.nbSamples - tolerance * frame.sampleRate ? lasts : frame.nbSamples;
  }

  function* decode(packet: Parameters<typeof decoder.decode>[0]): Generator<PlacedFrame> {
    for (const frame of decoder.decode(packet)) {
      if (damage !== undefined && (frame.decodeErrorFlags !== 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0)) damage.count++;
      if (frame.nbSamples <= 0 || frame.sampleRate <= 0) continue;
      // A decoder that starts in the middle may cut its first frame as if it were the file's first: that one is off the grid.
      if (next === undefined && grid !== undefined && frame.nbSamples !== grid.step) continue;
      const position = place(frame);
      const samples = heardSamples(frame);
      next = position + samples;
      frames++;
      yield { frame, position, samples };
    }
  }

  for (const packet of demuxer.packets()) yield* decode(packet);
  yield* decode(undefined);
  if (damage !== undefined) damage.count += decoder.damage.count + demuxer.damage.count;
  if (frames === 0 && decoder.damage.count > 0) throw fail('MEDIA_UNREADABLE', { reason: 'no sound could be decoded' });
}
