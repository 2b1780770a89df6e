/** Whose packets may be copied into the output, and why the others may not. */
import { mainVideoStream, type AssetId, type Size, type VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { isUnity, type FrameRate } from '#core/time';
import type { H264Facts, PictureIndex, PlanSource } from './plan-source.ts';
import { freeParameterId } from './encoder-choice.ts';
import type { Quality, VideoPlan } from './render-plan.ts';
import { averageRate, isEven, showPictures, type ShownPictures } from './shown-pictures.ts';

/** An asset's picture stream, looked through. Stills have no index. */
export type PictureSource = {
  readonly assetId: AssetId;
  readonly stream: VideoStream;
  readonly name: string;
  readonly seen?: { readonly index: PictureIndex; readonly shown: ShownPictures };
};

/** Errors: MEDIA_STREAM_MISSING where the timeline uses what the sources do not have. */
export function lookThrough(sources: readonly PlanSource[], assetId: AssetId, streamIndex: number): PictureSource {
  const source = sources.find(({ asset }) => asset.id === assetId);
  const stream =
    source?.asset.streams.find(
      (candidate): candidate is VideoStream => candidate.kind === 'video' && candidate.index === streamIndex,
    ) ?? (source === undefined ? undefined : mainVideoStream(source.asset));
  if (source === undefined || stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  const index = source.pictures.get(streamIndex);
  const named = { assetId, stream, name: source.asset.name };
  return index === undefined ? named : { ...named, seen: { index, shown: showPictures(index) } };
}

export type CopyTarget = {
  readonly size: Size;
  readonly frameRate: FrameRate;
  readonly keepStamps: boolean;
  readonly quality: Quality;
  readonly copy: 'auto' | 'never';
  readonly codec: VideoPlan['codec'];
  /** Most bits a second of the picture, in thousands. */
  readonly capKbps?: number;
};

/** Why no packet of `source` can be copied, as a plain sentence; undefined where copying works. */
export function copyFault(source: PictureSource, target: CopyTarget): string | undefined {
  const { stream, seen } = source;
  const called = `"${source.name}"`;
  if (seen === undefined) return `${called} is a still picture`;
  // Cameras write H.265 in open groups with parameter sets of their own on the way; docs/decisions/2026-11-21-encoders.md.
  if (target.codec !== 'h264') return `the file is ${codecWord(target.codec)}, and only H.264 is copied`;
  if (stream.codec !== 'h264')
    return `${called} is ${codecWord(stream.codec)}, and only H.264 pictures can be copied into this file`;
  if (target.copy === 'never') return 'it was asked that every picture is encoded anew';
  if (target.quality === 'low') return 'low quality asks for a smaller file, so that every picture is encoded';
  const { index, shown } = seen;
  const sets = parameterFault(index.h264);
  if (sets !== undefined) return `${called} ${sets}`;
  if (stream.rotation !== 0)
    return `${called} is turned by ${stream.rotation}° when it is played, so its pictures are turned and encoded`;
  if (!isUnity(stream.sampleAspect)) return `${called} has pixels that are not square`;
  const facts = index.h264!;
  if (facts.width !== target.size.width || facts.height !== target.size.height) {
    return `${called} has ${facts.width}×${facts.height} pixels, the output ${target.size.width}×${target.size.height}`;
  }
  if (shown.disordered) return `${called} has pictures without a time of their own`;
  if (!target.keepStamps && !isEven(shown, index, target.frameRate)) {
    return `${called} has ${rateWord(averageRate(shown, index))} frames/s${stream.variableFrameRate ? ' (variable)' : ''}, the output ${rateWord(target.frameRate.num / target.frameRate.den)}`;
  }
  const kbps = averageKbps(seen);
  if (target.capKbps !== undefined && kbps > target.capKbps * steadyShare)
    return `${called} takes ${Math.round(kbps)} kbit/s on average, too near to the most that was asked to be copied unseen`;
  if (shown.starts.idr === 0) return `${called} has open groups of pictures only, which cannot be entered without decoding`;
  return undefined;
}

/** A stream whose average is no more than this of a bound has few stretches over it. */
const steadyShare = 0.6;

/** Of the whole stream, in thousands of bits a second. */
function averageKbps({ index, shown }: NonNullable<PictureSource['seen']>): number {
  const seconds = shown.stamps.length / Math.max(1e-6, averageRate(shown, index));
  return (index.bytes * 8) / 1000 / Math.max(1e-6, seconds);
}

function parameterFault(facts: H264Facts | undefined): string | undefined {
  if (facts === undefined || facts.sps.length === 0 || facts.pps.length === 0)
    return 'has no readable parameter sets in its header';
  if (facts.changing) return 'changes its parameter sets on the way';
  if (facts.chromaFormat !== 1 || facts.bitDepth !== 8) return 'is not 8-bit 4:2:0';
  if (!facts.framesOnly) return 'is interlaced or may be';
  if (freeParameterId(facts) === undefined) return 'leaves no number for other parameter sets';
  return undefined;
}

/** Two streams may share one output where their parameter sets are the very same bytes. */
export function parameterKey(source: PictureSource): string {
  const facts = source.seen?.index.h264;
  return `${facts?.sps.join(',')} ${facts?.pps.join(',')}`;
}

function codecWord(codec: string): string {
  const words: Readonly<Record<string, string>> = {
    h265: 'H.265',
    hevc: 'HEVC',
    vp8: 'VP8',
    vp9: 'VP9',
    av1: 'AV1',
    prores: 'ProRes',
    mjpeg: 'MJPEG',
    mpeg4: 'MPEG-4',
    ffv1: 'an animation',
  };
  return words[codec] ?? codec;
}

function rateWord(rate: number): string {
  return String(Number(rate.toFixed(2)));
}
