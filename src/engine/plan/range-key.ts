/** What an encoded range depends on, as a key: equal keys, equal packets, wherever and whenever the range stands. */
import { createHash } from 'node:crypto';
import type { AssetId } from '#core/asset';
import { canonicalJson } from './canonical-json.ts';
import type { PictureLayer, RenderPlan, SoundPlan, VideoPlan, VideoSpan } from './render-plan.ts';

export type EncodeSpan = Extract<VideoSpan, { kind: 'encode' }>;

export type KeyOptions = {
  /** Content hash of an asset. */
  readonly hashOf: (assetId: AssetId) => string;
  /** Stands for the code that draws and encodes; another build, other keys. */
  readonly build: string;
  /** What a picture of sound shows. */
  readonly sound?: SoundPlan;
};

/**
 * A key for the encoded pictures of one span of a plan: 64 hex digits.
 *
 * Where the span lies in the output is no part of it; what is seen over its time, from which bytes, and how it is encoded is.
 */
export function rangeKey(video: VideoPlan, span: EncodeSpan, options: KeyOptions): string {
  const { size, frameRate, timescale, codec, encoder, keepStamps } = video;
  const layers = span.layers.map((layer) => placeless(layer, span, options));
  const seen = { frames: span.frames, duration: span.record.duration, layers, stamps: span.stamps };
  return digest(['picture', options.build, { size, frameRate, timescale, codec, encoder, keepStamps }, seen]);
}

/** A key for the rendered sound of a plan. */
export function soundKey(plan: RenderPlan, profiles: unknown, options: KeyOptions): string {
  return digest([
    'sound',
    options.build,
    plan.output.format,
    plan.output.codec ?? '',
    byContent(plan.sound, options),
    byContent(profiles, options),
  ]);
}

function placeless(layer: PictureLayer, span: EncodeSpan, options: KeyOptions): unknown {
  const plain = byContent(layer, options) as Record<string, unknown>;
  // Sound that is seen is that of a place in the mix.
  if (layer.kind === 'waveform') return { ...plain, at: span.record.start, sound: byContent(options.sound, options) };
  // The shift leads from source stamps to the output's: only its distance from the span's start matters.
  return 'shift' in plain && typeof plain.shift === 'number' ? { ...plain, shift: plain.shift - span.stamp } : plain;
}

/** The same value with assets named by their content. */
function byContent(value: unknown, options: KeyOptions): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => byContent(entry, options));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) =>
      key === 'assetId' || key === 'lutAssetId' ? [key, options.hashOf(entry as AssetId)] : [key, byContent(entry, options)],
    ),
  );
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export type RangeShare = { readonly spans: readonly number[]; readonly frames: number };

/** Reaching the first frame of a range means decoding up to it; about half a usual group of pictures. */
const reachFrames = 30;
/** Fewer frames than this are not worth a process of their own. */
const leastFrames = 240;

/**
 * Shares ranges (indices of encode spans, rising) out to at most `most` workers, in order, of about equal work; fewer where
 * there is less to share, none for none.
 */
export function shareRanges(video: VideoPlan, ranges: readonly number[], most: number): RangeShare[] {
  const costs = ranges.map((index) => video.spans[index]!.frames + reachFrames);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const parts = Math.max(1, Math.min(most, ranges.length, Math.floor(total / leastFrames)));
  const shares: RangeShare[] = [];
  let spans: number[] = [];
  let frames = 0;
  let done = 0;
  for (const [place, index] of ranges.entries()) {
    spans.push(index);
    frames += video.spans[index]!.frames;
    done += costs[place]!;
    const goal = (total * (shares.length + 1)) / parts;
    // The nearer side of the goal: with or without the next range.
    const isFull = shares.length < parts - 1 && done + (costs[place + 1] ?? 0) - goal > goal - done;
    if (!isFull && place < ranges.length - 1) continue;
    shares.push({ spans, frames });
    [spans, frames] = [[], 0];
  }
  return shares;
}

/** Indices of the spans that are encoded, rising. */
export function encodeSpans(video: VideoPlan | undefined): number[] {
  return (video?.spans ?? []).flatMap((span, index) => (span.kind === 'encode' ? [index] : []));
}
