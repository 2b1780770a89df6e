/** Whose packets may be copied into the output, and why the others may not. */
import { mainVideoStream, type AssetId, type Size, type VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { isUnity, type FrameRate } from '#core/time';
import type { H264Facts, PictureIndex, PlanSource } from './plan-source.ts';
import type { PictureColor, PictureEncoder, Quality } from './render-plan.ts';
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
};

/** Why no packet of `source` can be copied, as a plain sentence; undefined where copying works. */
export function copyFault(source: PictureSource, target: CopyTarget): string | undefined {
  const { stream, seen } = source;
  const called = `"${source.name}"`;
  if (seen === undefined) return `${called} is a still picture`;
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
  if (shown.starts.idr === 0) return `${called} has open groups of pictures only, which cannot be entered without decoding`;
  return undefined;
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

/** The lowest id from 1 that neither SPS nor PPS of the copied stream uses; x264 takes 0 … 31 and gives both the same. */
function freeParameterId(facts: H264Facts): number | undefined {
  for (let id = 1; id <= 31; id++) if (!facts.ids.includes(id)) return id;
  return undefined;
}

/** Two streams may share one output where their parameter sets are the very same bytes. */
export function parameterKey(source: PictureSource): string {
  const facts = source.seen?.index.h264;
  return `${facts?.sps.join(',')} ${facts?.pps.join(',')}`;
}

const factors: Readonly<Record<Quality, number>> = { low: 26, medium: 20, high: 17, lossless: 8 };

/** The encoder's settings: made to join the copied stream, or High profile in BT.709 where all is encoded. */
export function chooseEncoder(copied: PictureSource | undefined, quality: Quality, frameRate: FrameRate): PictureEncoder {
  const keyFrames = Math.max(1, Math.round((2 * frameRate.num) / frameRate.den));
  const facts = copied?.seen?.index.h264;
  if (copied?.seen === undefined || facts === undefined) {
    const color = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' };
    return {
      profile: 'high',
      crf: factors[quality],
      preset: 'superfast',
      bFrames: 3,
      pyramid: true,
      keyFrames,
      parameterSetId: 0,
      color,
    };
  }
  const profile = facts.profile === 66 ? 'baseline' : facts.profile === 77 || facts.profile === 88 ? 'main' : 'high';
  const reorder = profile === 'baseline' ? 0 : copied.seen.shown.reorderFrames;
  return {
    profile,
    crf: factors[quality] + roughness(copied.seen),
    preset: 'edge',
    bFrames: reorder === 0 ? 0 : 3,
    pyramid: reorder >= 2,
    keyFrames,
    parameterSetId: freeParameterId(facts)!,
    color: colorOf(copied.stream),
  };
}

/**
 * What may be added to the rate factor because the source itself was coded sparingly: 0 from 0.25 bits a pixel on (what
 * cameras write), 4 below 0.06 (a video from the web). More care than the neighbours had costs bytes that nobody sees.
 */
function roughness({ index, shown }: NonNullable<PictureSource['seen']>): number {
  const { width, height } = index.h264!;
  const bitsPerPixel = (index.bytes * 8) / Math.max(1, shown.stamps.length * width * height);
  const steps = 2 * Math.log2(0.25 / Math.max(bitsPerPixel, 1e-6));
  return Math.round(Math.min(4, Math.max(0, steps)) * 2) / 2;
}

/** Frames that x264 decodes ahead with these settings. */
export function encoderReorder(encoder: PictureEncoder): number {
  return encoder.bFrames === 0 ? 0 : encoder.pyramid ? 2 : 1;
}

function colorOf({ color }: VideoStream): PictureColor {
  return { primaries: color.primaries, transfer: color.transfer, matrix: color.matrix, range: color.range };
}

function codecWord(codec: string): string {
  const words: Readonly<Record<string, string>> = {
    hevc: 'HEVC',
    vp8: 'VP8',
    vp9: 'VP9',
    av1: 'AV1',
    prores: 'ProRes',
    mjpeg: 'MJPEG',
    mpeg4: 'MPEG-4',
  };
  return words[codec] ?? codec;
}

function rateWord(rate: number): string {
  return String(Number(rate.toFixed(2)));
}
