/**
 * The edits that lead from one timeline to another, in groups that stand for themselves: what a client changed in a draft,
 * said in the operations that everybody else's edits are made of, so that it can be put on top of them.
 *
 *     base ──a clip's level──▶ ──a title──▶ ──the story──▶ wanted        three groups
 */
import { isEditorError } from '#core/errors';
import type { Asset } from '#core/asset';
import {
  applyEdits,
  findItem,
  itemsWithRanges,
  type Clip,
  type Edit,
  type Item,
  type TextClip,
  type Timeline,
  type Track,
} from '#core/timeline';
import { sameMeaning } from './same-content.ts';

/** One change of a client. `about`: the item or track it is about; absent: the whole. */
export type EditGroup = { readonly edits: readonly Edit[]; readonly about?: string };

/**
 * Empty where both say the same; one group that replaces everything where nothing gentler leads there. Numbers of ids are the
 * caller's: what is new in `wanted` keeps the ids it has there.
 */
export function editsBetween(base: Timeline, wanted: Timeline, assets: readonly Asset[]): readonly EditGroup[] {
  if (sameMeaning(base, wanted)) return [];
  const work: Work = { timeline: base, wanted, assets, groups: [] };
  try {
    settings(work);
    for (const track of wanted.tracks) {
      const known = work.timeline.tracks.find(({ id }) => id === track.id);
      if (known !== undefined) tracks(work, known, track);
    }
    comeAndGone(work);
    if (sameMeaning(work.timeline, wanted)) return work.groups;
  } catch (error) {
    if (!isEditorError(error) || error.kind === 'bug') throw error;
  }
  return [{ edits: [{ kind: 'restore', timeline: wanted }] }];
}

type Work = { timeline: Timeline; readonly wanted: Timeline; readonly assets: readonly Asset[]; readonly groups: EditGroup[] };

function add(work: Work, edits: readonly Edit[], about?: string): void {
  if (edits.length === 0) return;
  work.timeline = applyEdits(work.timeline, edits, work.assets).timeline;
  work.groups.push(about === undefined ? { edits } : { edits, about });
}

function settings(work: Work): void {
  const { timeline, wanted } = work;
  for (const field of ['frameRate', 'size', 'sampleRateHz', 'background', 'fit', 'master'] as const)
    if (!same(timeline[field], wanted[field]))
      add(work, [{ kind: 'put-fields', fields: { [field]: wanted[field] ?? null } as never }]);
}

function tracks(work: Work, now: Track, wanted: Track): void {
  for (const field of ['name', 'follows', 'muted', 'hidden', 'locked', 'gainDb', 'ducking'] as const)
    if (!same(now[field], wanted[field]))
      add(work, [{ kind: 'put-track-fields', trackId: now.id, fields: { [field]: wanted[field] ?? null } as never }], now.id);
  for (const item of wanted.items) {
    if (item.kind === 'gap' || item.kind === 'transition') continue;
    const known = now.items.find(({ id }) => id === item.id);
    if (known !== undefined) add(work, changesOf(known, item), item.id);
  }
  if (wanted.kind === 'text') texts(work, wanted);
  rest(work, wanted);
}

/** What is set on an item that keeps its place. */
function changesOf(known: Item, wanted: Item): Edit[] {
  if (known.kind === 'clip' && wanted.kind === 'clip') return clipChanges(known, wanted);
  if (known.kind !== 'text' || wanted.kind !== 'text') return [];
  if (known.text === wanted.text && same(known.style, wanted.style)) return [];
  return [
    {
      kind: 'set-text',
      itemId: known.id,
      ...(known.text === wanted.text ? {} : { text: wanted.text }),
      ...(same(known.style, wanted.style) ? {} : { style: wanted.style }),
    },
  ];
}

function clipChanges(known: Clip, wanted: Clip): Edit[] {
  const itemId = known.id;
  return [
    ...(known.gainDb === wanted.gainDb ? [] : [{ kind: 'set-gain' as const, target: { itemId }, gainDb: wanted.gainDb }]),
    ...known.effects
      .filter(({ name }) => !wanted.effects.some((effect) => effect.name === name))
      .map(({ name }) => ({ kind: 'remove-effect' as const, itemId, name })),
    ...wanted.effects
      .filter((effect) => !known.effects.some((other) => same(other, effect)))
      .map((effect) => ({ kind: 'set-effect' as const, itemId, effect })),
  ];
}

/** Words that came or went lie at times of their own: each is put or taken without moving the others. */
function texts(work: Work, wanted: Track): void {
  const track = () => work.timeline.tracks.find(({ id }) => id === wanted.id)!;
  for (const item of track().items)
    if (item.kind === 'text' && !wanted.items.some(({ id }) => id === item.id))
      add(work, [{ kind: 'remove-item', itemId: item.id, close: 'leave-gap' }], item.id);
  for (const { item, range } of itemsWithRanges(wanted)) {
    if (item.kind !== 'text' || findItem(work.timeline, item.id) !== undefined) continue;
    add(work, [{ kind: 'overwrite', trackId: wanted.id, at: range.start, item: asNew(item) }]);
  }
}

function asNew({ duration, text, style, words }: TextClip) {
  return { kind: 'text' as const, duration, text, style, ...(words === undefined ? {} : { words }) };
}

/** Whatever else differs in a track: the shortest stretch of items that does, replaced as a whole. */
function rest(work: Work, wanted: Track): void {
  const now = work.timeline.tracks.find(({ id }) => id === wanted.id)!;
  if (sameItems(now.items, wanted.items)) return;
  const shorter = Math.min(now.items.length, wanted.items.length);
  let index = 0;
  while (index < shorter && same(now.items[index], wanted.items[index])) index++;
  let tail = 0;
  while (tail < shorter - index && same(now.items.at(-1 - tail), wanted.items.at(-1 - tail))) tail++;
  const items = wanted.items.slice(index, wanted.items.length - tail);
  const remove = now.items.length - tail - index;
  add(work, [{ kind: 'splice', trackId: now.id, index, remove, items }], (now.items[index] ?? items[0])?.id ?? now.id);
}

function comeAndGone(work: Work): void {
  for (const { id } of work.timeline.tracks)
    if (!work.wanted.tracks.some((track) => track.id === id)) add(work, [{ kind: 'drop-track', trackId: id }], id);
  for (const [index, track] of work.wanted.tracks.entries())
    if (!work.timeline.tracks.some(({ id }) => id === track.id)) add(work, [{ kind: 'put-track', index, track }], track.id);
}

/** Ids of emptiness and the order of effects say nothing. */
function sameItems(a: readonly Item[], b: readonly Item[]): boolean {
  const plain = (item: Item) => (item.kind === 'clip' ? item : { ...item, id: '' });
  return a.length === b.length && a.every((item, index) => same(plain(item), plain(b[index]!)));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
