/** What a change set: effects, levels, speeds, words, tracks and the frame go back, unless something later set them again. */
import { isDeepStrictEqual } from 'node:util';
import type { Clip, ClipEffect, Edit, Item, TextClip, Timeline, Track } from '#core/timeline';
import { idsOf, isPartOf, nameOf } from './take-back-material.ts';
import { step, type Undoing } from './undoing.ts';

export function takeBackSettings(work: Undoing): void {
  takeBackClips(work);
  for (const track of work.after.tracks) {
    const before = work.before.tracks.find(({ id }) => id === track.id);
    const now = work.timeline.tracks.find(({ id }) => id === track.id);
    if (before !== undefined && now !== undefined) takeBackTrack(work, { before, after: track, now });
  }
  takeBackFrame(work);
}

function takeBackClips(work: Undoing): void {
  const [old, made] = [idsOf(work.before), idsOf(work.after)];
  for (const track of work.after.tracks) {
    const origins = work.before.tracks.find(({ id }) => id === track.id)?.items ?? [];
    for (const after of track.items) {
      const before = origins.find((whole) => isPartOf(after, whole, old));
      if (before === undefined) continue;
      const parts = work.timeline.tracks
        .find(({ id }) => id === track.id)
        ?.items.filter((candidate) => isPartOf(candidate, after, made));
      for (const now of parts ?? []) takeBackItem(work, { before, after, now });
    }
  }
}

type Three<Kind> = { readonly before: Kind; readonly after: Kind; readonly now: Kind };

function takeBackItem(work: Undoing, { before, after, now }: Three<Item>): void {
  if (before.kind === 'clip' && after.kind === 'clip' && now.kind === 'clip') takeBackClip(work, { before, after, now });
  if (before.kind === 'text' && after.kind === 'text' && now.kind === 'text') takeBackText(work, { before, after, now });
}

function takeBackClip(work: Undoing, { before, after, now }: Three<Clip>): void {
  const names = new Set([...before.effects, ...after.effects].map(({ name }) => name));
  for (const name of names) {
    const [old, set, current] = [before, after, now].map(({ effects }) => effects.find((effect) => effect.name === name));
    const isPart = !isDeepStrictEqual(after.sourceRange, now.sourceRange);
    if (
      same(old, set) ||
      same(old, current) ||
      (isPartEffect(name) && !isDeepStrictEqual(before.sourceRange, after.sourceRange) && old !== undefined)
    )
      continue;
    // A part of a clip that was cut since has a part of its curve: gone is gone.
    const isSame = same(set, current) || (isPart && isPartEffect(name) && old === undefined);
    if (!isSame) conflict(work, nameOf(work, now));
    else
      step(
        work,
        old === undefined ? { kind: 'remove-effect', itemId: now.id, name } : { kind: 'set-effect', itemId: now.id, effect: old },
      );
  }
  if (before.gainDb !== after.gainDb && now.gainDb !== before.gainDb) {
    if (now.gainDb === after.gainDb) step(work, { kind: 'set-gain', target: { itemId: now.id }, gainDb: before.gainDb });
    else conflict(work, nameOf(work, now));
  }
  const speed =
    work.timeline.tracks.flatMap(({ items }) => items).find((item): item is Clip => item.id === now.id)?.speed ?? now.speed;
  if (!same(before.speed, after.speed) && !same(speed, before.speed)) {
    if (same(speed, after.speed)) step(work, { kind: 'set-speed', itemId: now.id, speed: before.speed });
    else conflict(work, nameOf(work, now));
  }
}

function isPartEffect(name: ClipEffect['name']): boolean {
  return name === 'fade' || name === 'envelope' || name === 'zoom';
}

function takeBackText(work: Undoing, { before, after, now }: Three<TextClip>): void {
  const [text, style] = [before.text !== after.text, !same(before.style, after.style)];
  if (!text && !style) return;
  if ((text && now.text !== after.text) || (style && !same(now.style, after.style))) conflict(work, nameOf(work, now));
  else
    step(work, {
      kind: 'set-text',
      itemId: now.id,
      ...(text ? { text: before.text } : {}),
      ...(style ? { style: before.style } : {}),
    });
}

const trackFields = ['name', 'follows', 'muted', 'hidden', 'locked', 'gainDb', 'ducking'] as const;

function takeBackTrack(work: Undoing, { before, after, now }: Three<Track>): void {
  for (const field of trackFields) {
    if (same(before[field], after[field]) || same(now[field], before[field])) continue;
    if (!same(now[field], after[field])) conflict(work, now.name);
    else step(work, { kind: 'put-track-fields', trackId: now.id, fields: { [field]: before[field] ?? null } });
  }
}

const frameFields = ['frameRate', 'size', 'sampleRateHz', 'background', 'fit', 'master'] as const;

function takeBackFrame(work: Undoing): void {
  const { before, after } = work;
  const now: Timeline = work.timeline;
  for (const field of frameFields) {
    if (same(before[field], after[field]) || same(now[field], before[field])) continue;
    if (!same(now[field], after[field])) conflict(work, field === 'master' ? 'loudness' : field);
    else step(work, { kind: 'put-fields', fields: { [field]: before[field] ?? null } } as Edit);
  }
}

function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

function conflict(work: Undoing, what: string): void {
  if (!work.conflicts.some((known) => known.what === what && known.why === 'set-since'))
    work.conflicts.push({ what, why: 'set-since' });
}
