/** From what a caller wants placed to an item of the timeline. */
import { ratio } from '#core/time';
import type { NewItem } from './edit.ts';
import { invalid, requireTicks, takeId, type EditState } from './edit-state.ts';
import { checkEffect, checkGain, checkText } from './edit-limits.ts';
import { settle } from './cutting.ts';
import { fitFades, fitText, makeGap, type SolidItem } from './item-parts.ts';
import type { LinkId, Track } from './timeline.ts';

type Placing = { readonly edit: 'insert' | 'overwrite'; readonly track: Track; readonly linkId?: LinkId };

/** Gives a new item its id and form. Errors: EDIT_INVALID where it does not belong on the track or has no length. */
export function makeItem(state: EditState, wanted: NewItem, placing: Placing): SolidItem {
  const { edit, track } = placing;
  if (wanted.kind !== 'gap' && (wanted.kind === 'text') !== (track.kind === 'text')) {
    throw invalid(edit, `a ${wanted.kind} does not belong on the ${track.kind} track ${track.id}`);
  }
  if (wanted.kind !== 'clip') {
    requireTicks(edit, { duration: wanted.duration }, 1);
    if (wanted.kind === 'gap') return makeGap(takeId(state, 'itm'), wanted.duration);
    checkText(edit, wanted.text, wanted.style);
    const { duration, text, style, words } = wanted;
    return fitText({ kind: 'text', id: takeId(state, 'itm'), duration, text, style, ...(words === undefined ? {} : { words }) });
  }
  const { start, duration } = wanted.sourceRange;
  requireTicks(edit, { 'source start': start }, 0);
  requireTicks(edit, { 'source duration': duration }, 1);
  const speed = ratio(wanted.speed?.num ?? 1, wanted.speed?.den ?? 1);
  checkGain(edit, wanted.gainDb ?? 0);
  wanted.effects?.forEach((effect) => checkEffect(edit, effect));
  const linkId = placing.linkId ?? (wanted.linkId === undefined ? undefined : resolveLink(state, wanted.linkId));
  const clip = fitFades({
    kind: 'clip',
    id: takeId(state, 'itm'),
    assetId: wanted.assetId,
    streamIndex: wanted.streamIndex,
    sourceRange: { start, duration },
    speed,
    gainDb: wanted.gainDb ?? 0,
    effects: wanted.effects ?? [],
    ...(linkId === undefined ? {} : { linkId }),
  });
  return settle(state, clip);
}

/** A link that the timeline has stays itself; any other name is one that the items of this call share. */
function resolveLink(state: EditState, name: LinkId): LinkId {
  const known = state.timeline.tracks.some((track) => track.items.some((item) => item.kind === 'clip' && item.linkId === name));
  if (known) return name;
  const linkId = state.links.get(name) ?? takeId(state, 'lnk');
  state.links.set(name, linkId);
  return linkId;
}
