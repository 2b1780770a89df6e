/** How pictures are encoded: to stand beside copied ones, or as the request says where all are encoded. */
import type { FrameRate } from '#core/time';
import type { PictureSource } from './copy-choice.ts';
import { codecOf } from './output-rules.ts';
import type { H264Facts } from './plan-source.ts';
import type { OutputRequest, PictureColor, PictureEncoder, Quality } from './render-plan.ts';

type Codec = ReturnType<typeof codecOf>;
type Effort = { readonly usual: PictureEncoder['preset']; readonly draft: PictureEncoder['preset'] };

/** Of each codec's own scale; chosen so that `high` is hard to tell from the source and `medium` looks clean (docs/decisions/2026-11-21-encoders.md). */
const factors: Readonly<Record<Codec, Readonly<Record<Quality, number>>>> = {
  h264: { low: 26, medium: 20, high: 17, lossless: 8 },
  h265: { low: 29, medium: 24, high: 20, lossless: 0 },
  vp9: { low: 42, medium: 32, high: 24, lossless: 0 },
  av1: { low: 45, medium: 34, high: 24, lossless: 8 },
  prores: { low: 0, medium: 0, high: 0, lossless: 0 },
  ffv1: { low: 0, medium: 0, high: 0, lossless: 0 },
};
const efforts: Readonly<Record<Codec, Effort>> = {
  h264: { usual: 'superfast', draft: 'ultrafast' },
  h265: { usual: 'superfast', draft: 'ultrafast' },
  vp9: { usual: '6', draft: '8' },
  av1: { usual: '9', draft: '12' },
  prores: { usual: 'medium', draft: 'medium' },
  ffv1: { usual: 'medium', draft: 'medium' },
};
/** Codecs that the ordinary players of their files play without any loss. */
const losslessCodecs: ReadonlySet<Codec> = new Set(['h265', 'vp9']);
const hardwareNames: Readonly<Partial<Record<Codec, string>>> = { h264: 'h264', h265: 'hevc', av1: 'av1' };
const reordering: ReadonlySet<Codec> = new Set(['h264', 'h265']);
const screenColor: PictureColor = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' };

/** The encoder's settings: made to join the copied stream, or BT.709 as the request says where all is encoded. */
export function chooseEncoder(
  copied: PictureSource | undefined,
  output: OutputRequest,
  frameRate: FrameRate,
  capKbps?: number,
): PictureEncoder {
  const { quality } = output;
  const keyFrames = Math.max(1, Math.round(((output.keyFrameSeconds ?? 2) * frameRate.num) / frameRate.den));
  const cap = capKbps === undefined ? {} : { capKbps };
  const facts = copied?.seen?.index.h264;
  if (copied?.seen === undefined || facts === undefined) {
    const codec = codecOf(output);
    const hardware =
      quality === 'lossless' ? undefined : output.hardware?.find((name) => name.startsWith(`${hardwareNames[codec]}_`));
    // What reorders how on which chip is not known, so nothing is reordered there.
    const reorders = reordering.has(codec) && hardware === undefined;
    return {
      ...(hardware === undefined ? {} : { hardware }),
      profile: codec === 'prores' ? (quality === 'low' || quality === 'medium' ? 'standard' : 'hq') : 'high',
      crf: factors[codec][quality],
      ...(quality === 'lossless' && losslessCodecs.has(codec) ? { lossless: true } : {}),
      preset: efforts[codec][output.effort ?? 'usual'],
      ...cap,
      bFrames: reorders ? 3 : 0,
      pyramid: reorders,
      keyFrames,
      parameterSetId: 0,
      color: screenColor,
    };
  }
  const profile = facts.profile === 66 ? 'baseline' : facts.profile === 77 || facts.profile === 88 ? 'main' : 'high';
  const reorder = profile === 'baseline' ? 0 : copied.seen.shown.reorderFrames;
  const { color } = copied.stream;
  return {
    profile,
    crf: factors.h264[quality] + roughness(copied.seen),
    preset: 'edge',
    ...cap,
    bFrames: reorder === 0 ? 0 : 3,
    pyramid: reorder >= 2,
    keyFrames,
    parameterSetId: freeParameterId(facts)!,
    color: { primaries: color.primaries, transfer: color.transfer, matrix: color.matrix, range: color.range },
  };
}

/** The lowest id from 1 that neither SPS nor PPS of the copied stream uses; x264 takes 0 … 31 and gives both the same. */
export function freeParameterId(facts: H264Facts): number | undefined {
  for (let id = 1; id <= 31; id++) if (!facts.ids.includes(id)) return id;
  return undefined;
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

/** Frames that the encoder decodes ahead with these settings. */
export function encoderReorder(encoder: PictureEncoder): number {
  return encoder.bFrames === 0 ? 0 : encoder.pyramid ? 2 : 1;
}
