/** The layers of an encode span, from what is seen over its stretch. */
import { isFrozen, isReversed, isTransitionName, type TransitionName } from '#core/timeline';
import { rangeEnd, subtractTicks, ticksPerSecond, timeRange, type Ticks, type TimeRange } from '#core/time';
import { partOfWindow } from './follow-window.ts';
import {
  isMorph,
  opacityOver,
  sourceOf,
  sourceTime,
  type Shown,
  type ShownClip,
  type ShownTransition,
  type Stretch,
} from './compose.ts';
import { isPlainLook, looksMove, type ClipLook } from './picture-look.ts';
import type { MovingZoom, PictureLayer, PictureOf, Ramp } from './render-plan.ts';
import type { SpanContext } from './span-context.ts';
import { partOfPath } from './steady-path.ts';

/** Which of the source's pictures a layer shows. */
export type Pick = {
  readonly source?: TimeRange;
  readonly firstPts?: number;
  readonly endPts?: number;
  readonly shift?: number;
};

/** All layers over `record`, a part of the stretch. `pickFor` says which pictures clips show; the default is by time. */
export function layersOver(
  { shown }: Stretch,
  record: TimeRange,
  context: SpanContext,
  pickFor: (clip: ShownClip) => Pick = () => ({}),
): PictureLayer[] {
  const layers = shown.map((one) => layerOf(one, record, context, pickFor));
  const [lowest] = shown;
  const { background } = context;
  const isBare = background !== undefined && (lowest === undefined || !fills(lowest, record, context));
  return isBare ? [{ kind: 'background', color: background }, ...layers] : layers;
}

/** Whether a stretch shows pictures of one clip as they are, so that they may be copied. */
export function isUntouched({ shown, record }: Stretch, { lookOf }: SpanContext): boolean {
  const [only] = shown;
  return shown.length === 1 && only?.kind === 'clip' && opacityOver(only, record) === undefined && isPlainLook(lookOf(only.clip));
}

/** Whether nothing below can be seen. */
function fills(shown: Shown, record: TimeRange, { covers }: SpanContext): boolean {
  if (shown.kind === 'text') return false;
  if (shown.kind === 'transition') return covers(shown.from.clip) && covers(shown.to.clip);
  return covers(shown.clip) && opacityOver(shown, record) === undefined;
}

function layerOf(shown: Shown, record: TimeRange, context: SpanContext, pickFor: (clip: ShownClip) => Pick): PictureLayer {
  switch (shown.kind) {
    case 'clip':
      return pictureLayer(shown, record, context, pickFor(shown));
    case 'transition': {
      const [from, to] = sidesOf(shown, record, context);
      return {
        kind: 'transition',
        name: shownAs(shown.name),
        from: pictureLayer(from, record, context, pickFor(from)),
        to: pictureLayer(to, record, context, pickFor(to)),
        progress: shareOf(shown.record, record),
      };
    }
    case 'text': {
      const { text, style, words } = shown.text;
      const start = subtractTicks(shown.record.start, record.start);
      const end = subtractTicks(rangeEnd(shown.record), record.start);
      return { kind: 'text', text, style, start, end, ...(words === undefined ? {} : { words }) };
    }
  }
}

/**
 * What lies beyond a cut was taken out because it should not be seen, or is the other side already: a morph holds the picture next to
 * the cut instead, so that both halves move towards what is seen there.
 */
function sidesOf(shown: ShownTransition, record: TimeRange, { frameRate }: SpanContext): readonly [ShownClip, ShownClip] {
  const { from, to } = shown;
  if (!isMorph(shown)) return [from, to];
  const cut = to.record.start;
  const half = Math.round((ticksPerSecond * frameRate.den) / frameRate.num / 2);
  return record.start < cut ? [from, heldAt(to, cut + half)] : [heldAt(from, cut - half), to];
}

function heldAt(shown: ShownClip, time: number): ShownClip {
  const at = sourceTime(shown, time as Ticks);
  const effects = [...shown.clip.effects.filter(({ name }) => name !== 'freeze'), { name: 'freeze' as const, at }];
  return isFrozen(shown.clip) ? shown : { ...shown, clip: { ...shown.clip, effects } };
}

/** What stands in for a transition of a name that is not ours. */
export function shownAs(name: string): TransitionName {
  return isTransitionName(name) ? name : 'dissolve';
}

function pictureLayer(shown: ShownClip, record: TimeRange, context: SpanContext, pick: Pick): PictureOf {
  const { clip } = shown;
  const { zoom, stabilize, follow, ...look } = context.lookOf(clip);
  const freeze = clip.effects.find((effect) => effect.name === 'freeze');
  const opacity = opacityOver(shown, record);
  const source = sourceOf(shown, record);
  const seen = freeze === undefined ? source : timeRange(freeze.at, 1 as Ticks);
  const loop = isFrozen(clip) ? undefined : context.loopOf(clip);
  return {
    kind: 'picture',
    assetId: clip.assetId,
    streamIndex: clip.streamIndex,
    source,
    speed: clip.speed,
    ...(isReversed(clip) ? { reverse: true } : {}),
    ...(freeze === undefined ? {} : { freeze: freeze.at }),
    ...(loop === undefined ? {} : { loop }),
    ...pick,
    ...look,
    ...(stabilize === undefined ? {} : { stabilize: partOfPath(stabilize, seen) }),
    ...(follow === undefined ? {} : { follow: partOfWindow(follow, seen) }),
    ...(zoom === undefined ? {} : { zoom: zoomOver(zoom, shareOf(shown.record, record)) }),
    ...(opacity === undefined ? {} : { opacity }),
  };
}

/** A zoom that stands still says nothing of time, so that spans of a clip differ in nothing but their pictures. */
function zoomOver(zoom: NonNullable<ClipLook['zoom']>, progress: Ramp): MovingZoom {
  return { ...zoom, progress: looksMove({ zoom }) ? progress : { from: 0, to: 0 } };
}

/** How far of `whole` has passed at both ends of `part`. */
function shareOf(whole: TimeRange, part: TimeRange): Ramp {
  return {
    from: (part.start - whole.start) / whole.duration,
    to: (rangeEnd(part) - whole.start) / whole.duration,
  };
}
