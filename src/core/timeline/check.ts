/** Whether a timeline keeps its promises; edits of ours always do, documents from elsewhere may not. */
import type { Asset, AssetId } from '#core/asset';
import { fail, type EditorError, type ErrorCode } from '#core/errors';
import { toSeconds, type Ticks } from '#core/time';
import { limits } from './edit-limits.ts';
import { isFrozen, itemDuration, roundedDuration } from './query.ts';
import { headHandle, isEndless, tailHandle } from './sources.ts';
import type { Clip, Item, LinkId, Timeline, Track, Transition } from './timeline.ts';

export type Problem = {
  /** Where in the JSON: `tracks[0].items[3].sourceRange`. */
  readonly path: string;
  readonly reason: string;
  readonly code: Extract<ErrorCode, 'TIMELINE_INVALID' | 'CLIP_OUT_OF_SOURCE' | 'TRANSITION_NO_HANDLE'>;
  readonly details: Readonly<Record<string, number | string>>;
  readonly itemId?: string;
};

/** The error that a problem stands for. */
export function problemError(problem: Problem): EditorError {
  return fail(problem.code, { ...problem.details, path: problem.path, reason: problem.reason });
}

type Report = (path: string, reason: string, more?: Partial<Problem>) => void;
type Checking = { readonly assets: ReadonlyMap<AssetId, Asset>; readonly report: Report };

/**
 * Every broken promise, in document order: lengths over 0, items on tracks of their kind, clips inside their asset, known assets,
 * transitions with clips and handles on both sides, links of two or more clips in one place, unique ids below `nextId`,
 * gaps in canonical form. An empty list means that it can be edited and rendered.
 */
export function checkTimeline(timeline: Timeline, assets: readonly Asset[]): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, reason, more = {}) => {
    problems.push({ path, reason, code: 'TIMELINE_INVALID', details: {}, ...more });
  };
  const checking: Checking = { assets: new Map(assets.map((asset) => [asset.id, asset])), report };
  const count = timeline.tracks.reduce((sum, track) => sum + track.items.length, 0);
  if (count > limits.items) report('tracks', `there are ${count} items, permitted are ${limits.items}`);
  checkIds(timeline, report);
  timeline.tracks.forEach((track, index) => checkTrack(track, `tracks[${index}]`, checking));
  checkLinks(timeline, report);
  return problems;
}

function checkIds(timeline: Timeline, report: Report): void {
  const seen = new Set<string>();
  const check = (id: string, path: string) => {
    if (seen.has(id)) report(path, `id ${id} is used twice`);
    seen.add(id);
    if (numberOf(id) >= timeline.nextId) report(path, `id ${id} is not below nextId ${timeline.nextId}`);
  };
  timeline.tracks.forEach((track, trackIndex) => {
    check(track.id, `tracks[${trackIndex}].id`);
    track.items.forEach((item, index) => {
      const path = `tracks[${trackIndex}].items[${index}]`;
      check(item.id, `${path}.id`);
      if (item.kind === 'clip' && item.linkId !== undefined && numberOf(item.linkId) >= timeline.nextId) {
        report(`${path}.linkId`, `link ${item.linkId} is not below nextId ${timeline.nextId}`);
      }
    });
  });
}

function numberOf(id: string): number {
  const match = /_(\d{1,15})$/.exec(id);
  return match === null ? -1 : Number(match[1]);
}

function checkTrack(track: Track, trackPath: string, checking: Checking): void {
  const { report } = checking;
  track.items.forEach((item, index) => {
    const path = `${trackPath}.items[${index}]`;
    const before = track.items[index - 1];
    if (item.kind === 'transition') return checkTransition(item, { track, index, path }, checking);
    if (!(itemDuration(item) > 0)) report(path, `its length is ${itemDuration(item)} ticks`, { itemId: item.id });
    if (item.kind === 'gap') {
      if (before?.kind === 'gap') report(path, 'two gaps touch', { itemId: item.id });
      if (index === track.items.length - 1) report(path, 'a gap ends the track', { itemId: item.id });
      return;
    }
    if ((item.kind === 'text') !== (track.kind === 'text')) {
      report(path, `a ${item.kind} does not belong on the ${track.kind} track`, { itemId: item.id });
    }
    if (item.kind === 'clip') checkClip(item, { track, path }, checking);
    else if (item.words?.some(({ start, end }, at) => end < start || (at > 0 && start < item.words![at - 1]!.start)) === true)
      report(`${path}.words`, 'its words are not in order', { itemId: item.id });
    else if (item.style.fadeIn + item.style.fadeOut > item.duration)
      report(path, 'its fades are longer than it is', { itemId: item.id });
  });
}

function checkClip(clip: Clip, { track, path }: { readonly track: Track; readonly path: string }, checking: Checking): void {
  const { assets, report } = checking;
  const asset = assets.get(clip.assetId);
  const own = { itemId: clip.id };
  if (asset === undefined) return report(`${path}.assetId`, `media ${clip.assetId} is not known`, own);
  const stream = asset.streams.find(({ index }) => index === clip.streamIndex);
  if (stream === undefined || (track.kind !== 'text' && stream.kind !== track.kind)) {
    report(`${path}.streamIndex`, `media ${clip.assetId} has no ${track.kind} stream ${clip.streamIndex}`, own);
  }
  const { start, duration } = clip.sourceRange;
  if (!(start >= 0 && duration > 0)) report(`${path}.sourceRange`, 'it begins before 0 or has no length', own);
  else if (!isEndless(asset) && !isFrozen(clip) && start + duration > asset.duration) {
    const [end, available] = [toSeconds((start + duration) as Ticks), toSeconds(asset.duration)];
    report(`${path}.sourceRange`, `it ends at ${end} s but ${clip.assetId} has ${available} s`, {
      ...own,
      code: 'CLIP_OUT_OF_SOURCE',
      details: { end, available },
    });
  }
  // Each cut inside a clip with a speed may be off by half a source tick; more than the permitted items cannot add up.
  const slack = limits.items * Math.max(1, clip.speed.den / clip.speed.num);
  if (clip.recordDuration !== undefined && Math.abs(clip.recordDuration - roundedDuration(clip)) > slack) {
    report(`${path}.recordDuration`, 'it does not follow from the source range and the speed', own);
  }
  const fade = clip.effects.find((effect) => effect.name === 'fade');
  if (fade?.name === 'fade' && fade.in + fade.out > itemDuration(clip))
    report(`${path}.effects`, 'its fades are longer than it is', own);
  for (const effect of clip.effects) {
    if (effect.name === 'freeze' && !isEndless(asset) && effect.at >= asset.duration)
      report(
        `${path}.effects`,
        `it freezes at ${toSeconds(effect.at)} s but ${clip.assetId} has ${toSeconds(asset.duration)} s`,
        own,
      );
    if (effect.name === 'color' && effect.lutAssetId !== undefined && !assets.has(effect.lutAssetId))
      report(`${path}.effects`, `look-up table ${effect.lutAssetId} is not known`, own);
  }
  if (new Set(clip.effects.map(({ name }) => name)).size < clip.effects.length)
    report(`${path}.effects`, 'an effect is there twice', own);
}

type Place = { readonly track: Track; readonly index: number; readonly path: string };

function checkTransition(transition: Transition, { track, index, path }: Place, { assets, report }: Checking): void {
  const at = (offset: number): Item | undefined => track.items[index + offset];
  const [before, after] = [at(-1), at(1)];
  const own = { itemId: transition.id };
  if (before?.kind !== 'clip' || after?.kind !== 'clip') return report(path, 'a transition needs a clip on both sides', own);
  const { inOffset, outOffset } = transition;
  if (!(inOffset >= 0 && outOffset >= 0 && inOffset + outOffset > 0)) report(path, 'a transition has a length', own);
  const [earlier, later] = [at(-2), at(2)];
  const taken = [
    earlier?.kind === 'transition' ? earlier.outOffset : 0,
    later?.kind === 'transition' ? later.inOffset : 0,
  ] as const;
  if (inOffset + taken[0] > itemDuration(before) || outOffset + taken[1] > itemDuration(after)) {
    report(path, 'a transition is longer than the clips it blends', own);
  }
  const [head, tail] = [headHandle(after, assets.get(after.assetId)), tailHandle(before, assets.get(before.assetId))];
  if (inOffset > head || outOffset > tail) {
    const [needed, available] = [
      toSeconds((inOffset + outOffset) as Ticks),
      toSeconds((Math.min(inOffset, head) + Math.min(outOffset, tail)) as Ticks),
    ];
    report(path, `a transition needs ${needed} s of unused material, there are ${available} s`, {
      ...own,
      code: 'TRANSITION_NO_HANDLE',
      details: { needed, available },
    });
  }
}

function checkLinks(timeline: Timeline, report: Report): void {
  type Use = { readonly path: string; readonly start: number; readonly duration: number; count: number; readonly itemId: string };
  const links = new Map<LinkId, Use>();
  timeline.tracks.forEach((track, trackIndex) => {
    let start = 0;
    track.items.forEach((item, index) => {
      const duration = itemDuration(item);
      const path = `tracks[${trackIndex}].items[${index}].linkId`;
      if (item.kind === 'clip' && item.linkId !== undefined) {
        const first = links.get(item.linkId);
        if (first === undefined) links.set(item.linkId, { path, start, duration, count: 1, itemId: item.id });
        else {
          first.count++;
          if (first.start !== start || first.duration !== duration) {
            report(path, `clips of ${item.linkId} do not lie in one place`, { itemId: item.id });
          }
        }
      }
      start += duration;
    });
  });
  for (const [linkId, { path, count, itemId }] of links) {
    if (count < 2) report(path, `${linkId} links one clip to nothing`, { itemId });
  }
}
