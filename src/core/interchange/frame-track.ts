/** A track on the frame grid, for formats that count frames. Every border is rounded from its own tick, so nothing adds up. */
import type { Asset, AssetId } from '#core/asset';
import { addTicks, isUnity, rangeEnd, subtractTicks, toFrame, type FrameRate, type Ticks } from '#core/time';
import { itemsWithRanges, type Clip, type Gap, type TextClip, type Track, type Transition } from '#core/timeline';

type Span = { /** Frames of the timeline. */ readonly start: number; /** Frames, 1 or more. */ readonly length: number };

export type FrameClip = Span & {
  readonly kind: 'clip';
  readonly item: Clip;
  readonly asset: Asset | undefined;
  /** Where its source begins, in frames of the timeline's rate from the asset's 0. */
  readonly sourceStart: number;
  /** Source frames it uses: as many as its length at normal speed. */
  readonly sourceLength: number;
};
export type FrameText = Span & { readonly kind: 'text'; readonly item: TextClip };
export type FrameGap = Span & { readonly kind: 'gap'; readonly item: Gap };
export type FrameTransition = {
  readonly kind: 'transition';
  readonly item: Transition;
  /** Frames of the timeline. */
  readonly cut: number;
  /** Frames blended before and after the cut. */
  readonly before: number;
  readonly after: number;
};
export type FrameItem = FrameClip | FrameText | FrameGap | FrameTransition;

export type FrameTrack = {
  readonly track: Track;
  readonly items: readonly FrameItem[];
  /** Frames of the timeline at which the last item ends. */
  readonly end: number;
  /** Items shorter than half a frame, which are not in the list. */
  readonly lost: number;
};

/** The items of a track in frames of `rate`; a stretch without an item is a gap of its own or none at all. */
export function toFrameTrack(track: Track, rate: FrameRate, assets: ReadonlyMap<AssetId, Asset>): FrameTrack {
  const frame = (time: Ticks) => toFrame(time, rate, 'round');
  let lost = 0;
  const items = itemsWithRanges(track).flatMap(({ item, range }): FrameItem[] => {
    if (item.kind === 'transition') return transitionFrames(item, addTicks(range.start, item.inOffset), frame);
    const start = frame(range.start);
    const length = frame(rangeEnd(range)) - start;
    if (length <= 0) {
      if (item.kind !== 'gap') lost++;
      return [];
    }
    if (item.kind === 'gap') return [{ kind: 'gap', item, start, length }];
    if (item.kind === 'text') return [{ kind: 'text', item, start, length }];
    const sourceStart = frame(item.sourceRange.start);
    const sourceLength = isUnity(item.speed) ? length : Math.max(1, frame(rangeEnd(item.sourceRange)) - sourceStart);
    return [{ kind: 'clip', item, asset: assets.get(item.assetId), start, length, sourceStart, sourceLength }];
  });
  const kept = items.filter((item, index) => item.kind !== 'transition' || isBetweenClips(items, index));
  const last = kept.at(-1);
  return { track, items: kept, end: last === undefined || last.kind === 'transition' ? 0 : last.start + last.length, lost };
}

function transitionFrames(item: Transition, at: Ticks, frame: (time: Ticks) => number): FrameTransition[] {
  const cut = frame(at);
  const before = cut - frame(subtractTicks(at, item.inOffset));
  const after = frame(addTicks(at, item.outOffset)) - cut;
  return before + after > 0 ? [{ kind: 'transition', item, cut, before, after }] : [];
}

function isBetweenClips(items: readonly FrameItem[], index: number): boolean {
  return items[index - 1]?.kind === 'clip' && items[index + 1]?.kind === 'clip';
}

/** Frames that a transition before and after a clip takes from beyond its ends. */
export function blends(
  items: readonly FrameItem[],
  index: number,
): { readonly before?: FrameTransition; readonly after?: FrameTransition } {
  const [before, after] = [items[index - 1], items[index + 1]];
  return {
    ...(before?.kind === 'transition' ? { before } : {}),
    ...(after?.kind === 'transition' ? { after } : {}),
  };
}
