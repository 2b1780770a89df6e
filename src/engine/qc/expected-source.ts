/** Where in the sources a moment of the finished file has to come from: by the plan, and by the timeline that it was made for. */
import { fromSample, rangeEnd, scaleTicks, subtractTicks, ticks, type Ticks } from '#core/time';
import { isReversed, itemsWithRanges, type Timeline, type Track } from '#core/timeline';
import type { PictureLayer, PictureOf, RenderPlan, SoundClip, SoundPlan, VideoSpan } from '#engine/plan';

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
  const picture = plainPicture(span.layers);
  if (picture === undefined) return undefined;
  const source = ticks(picture.source.start + scaleTicks(into, picture.speed.num, picture.speed.den));
  return { span, spanIndex, assetId: picture.assetId, streamIndex: picture.streamIndex, at: source };
}

/** What a picture layer may say and still show the source as it is, fitted whole into the canvas. */
const plainKeys: ReadonlySet<string> = new Set<keyof PictureOf>([
  'kind',
  'assetId',
  'streamIndex',
  'source',
  'speed',
  'firstPts',
  'endPts',
  'shift',
]);

/** The one picture of one asset that is seen as it was recorded, with nothing but text over it. */
function plainPicture(layers: readonly PictureLayer[]): PictureOf | undefined {
  const [picture, ...others] = layers.filter((layer) => layer.kind !== 'text' && layer.kind !== 'background');
  if (picture?.kind !== 'picture' || others.length > 0) return undefined;
  const isPlain = Object.entries(picture).every(([key, value]) => plainKeys.has(key) || (key === 'fit' && value === 'contain'));
  return isPlain ? picture : undefined;
}

export type ExpectedSound = {
  readonly clip: SoundClip;
  readonly gainDb: number;
  /** Overlap with the asked stretch, in samples of the mix. */
  readonly first: number;
  readonly samples: number;
  /** Asset time of the first of them; of a reversed clip, of the last one's end. */
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
      const end = clip.reverse ? rangeEnd(clip.source) : clip.source.start;
      const at = clip.reverse
        ? ticks(end - scaleTicks(fromSample(to - clip.firstSample, plan.sampleRateHz), clip.speed.num, clip.speed.den))
        : ticks(end + scaleTicks(into, clip.speed.num, clip.speed.den));
      return [{ clip, gainDb: clip.gainDb + track.gainDb, first: from, samples: to - from, at }];
    }),
  );
}

/** Nearer than this to an edge of a clip the timeline is not asked: plans snap cuts to frames and samples. */
const edge = ticks(70_560_000);

/**
 * How much later than the timeline asks the plan shows (`video`) or plays (`audio`) an asset at record time `at`, where
 * `planned` is the asset's time there by the plan. Undefined where the timeline has no plain clip of that asset; of
 * several on different tracks the nearest is meant.
 */
export function plannedLate(
  timeline: Timeline,
  kind: 'video' | 'audio',
  at: Ticks,
  planned: { readonly assetId: string; readonly at: Ticks },
): Ticks | undefined {
  let nearest: Ticks | undefined;
  for (const track of timeline.tracks.toReversed()) {
    const asked = track.kind === kind ? askedOf(track, at) : undefined;
    // The plan may mean what is unsure here.
    if (asked === 'unsure') return undefined;
    if (asked?.assetId !== planned.assetId) continue;
    const ahead = asked.reversed ? subtractTicks(planned.at, asked.at) : subtractTicks(asked.at, planned.at);
    const late = scaleTicks(ahead, asked.speed.den, asked.speed.num);
    if (nearest === undefined || Math.abs(late) < Math.abs(nearest)) nearest = late;
  }
  return nearest;
}

function askedOf(track: Track, at: Ticks) {
  if (track.hidden || track.muted) return undefined;
  for (const { item, range } of itemsWithRanges(track)) {
    const near = at >= range.start - edge && at < rangeEnd(range) + edge;
    if (!near || item.kind === 'gap' || item.kind === 'text') continue;
    if (item.kind === 'transition') return 'unsure';
    if (item.effects.some(({ name }) => name === 'reverse' || name === 'freeze')) return 'unsure';
    if (at < range.start + edge || at >= rangeEnd(range) - edge) return 'unsure';
    const into = scaleTicks(subtractTicks(at, range.start), item.speed.num, item.speed.den);
    const reversed = isReversed(item);
    const place = reversed ? rangeEnd(item.sourceRange) - into : item.sourceRange.start + into;
    return { assetId: item.assetId, at: ticks(place), speed: item.speed, reversed };
  }
  return undefined;
}
