/** Where in the sources a moment of the finished file has to come from, read from the plan. */
import { fromSample, rangeEnd, scaleTicks, ticks, type Ticks } from '#core/time';
import type { PictureLayer, RenderPlan, SoundClip, SoundPlan, VideoSpan } from '#engine/plan';

export type ExpectedPicture = {
  readonly span: VideoSpan;
  readonly spanIndex: number;
  readonly assetId: string;
  readonly streamIndex: number;
  /** Asset time shown at the asked moment. */
  readonly at: Ticks;
};

/** The picture at record time `at`: its span and, where it comes from one asset with nothing but text over it, the asset's time. */
export function expectedPicture(plan: RenderPlan, at: Ticks): ExpectedPicture | undefined {
  const spans = plan.video?.spans ?? [];
  const spanIndex = spans.findIndex((span) => at >= span.record.start && at < rangeEnd(span.record));
  const span = spans[spanIndex];
  if (span === undefined) return undefined;
  const into = ticks(at - span.record.start);
  if (span.kind === 'copy') {
    return { span, spanIndex, assetId: span.assetId, streamIndex: span.streamIndex, at: ticks(span.source.start + into) };
  }
  const pictures = span.layers.filter((layer): layer is PictureLayer & { kind: 'picture' } => layer.kind === 'picture');
  const [picture] = pictures;
  if (picture === undefined || pictures.length > 1 || picture.opacity !== undefined) return undefined;
  const source = ticks(picture.source.start + scaleTicks(into, picture.speed.num, picture.speed.den));
  return { span, spanIndex, assetId: picture.assetId, streamIndex: picture.streamIndex, at: source };
}

export type ExpectedSound = {
  readonly clip: SoundClip;
  readonly gainDb: number;
  /** Overlap with the asked stretch, in samples of the mix. */
  readonly first: number;
  readonly samples: number;
  /** Asset time of the first of them. */
  readonly at: Ticks;
};

/** All clips that are heard in `[first, first + samples)` of the mix. */
export function expectedSound(plan: SoundPlan, first: number, samples: number): ExpectedSound[] {
  return plan.tracks.flatMap((track) =>
    track.clips.flatMap((clip) => {
      const from = Math.max(first, clip.firstSample);
      const to = Math.min(first + samples, clip.firstSample + clip.samples);
      if (to <= from) return [];
      const into = fromSample(from - clip.firstSample, plan.sampleRateHz);
      const at = ticks(clip.source.start + scaleTicks(into, clip.speed.num, clip.speed.den));
      return [{ clip, gainDb: clip.gainDb + track.gainDb, first: from, samples: to - from, at }];
    }),
  );
}
