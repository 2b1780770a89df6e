/** A whole timeline that a client sends back, taken as the changes it made to the revision it was read from. */
import { fail } from '#core/errors';
import type { Edit, Timeline } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import { inTransaction, latestRevision, listSessionAssets, type Store } from '#platform/store';
import { commitWithin, findRepeated } from './commit-edits.ts';
import { editsBetween, type EditGroup } from './edits-between.ts';
import { conflictOf, goTogether, readMeanwhile, type Meanwhile } from './rebase.ts';
import type { CommitRequest, Committed } from './types.ts';

export type DraftCommit = Omit<CommitRequest, 'edits' | 'baseRevision'> & {
  /** The revision that the client changed. */
  readonly baseRevision: number;
  readonly wanted: Timeline;
  /** What happens to changes that somebody else's stand in the way of: all is refused, or the others are made. */
  readonly onConflict: 'refuse' | 'skip';
};

/** One sentence for each change that was not made. */
export type DraftCommitted = Committed & { readonly conflicts: readonly string[] };

/**
 * Makes each change of a client on top of what others did meanwhile; a change that would mean something else now is a
 * conflict that is named. Never is somebody else's change lost to it.
 *
 * Errors: TIMELINE_CONFLICT where something conflicts and `onConflict` is `refuse`; what `commitEdits` throws.
 */
export async function commitDraft(ctx: EditorContext, request: DraftCommit): Promise<DraftCommitted> {
  return inTransaction(ctx.store, (store) => commitDraftWithin(ctx, store, request));
}

async function commitDraftWithin(ctx: EditorContext, store: Store, request: DraftCommit): Promise<DraftCommitted> {
  const { baseRevision, wanted, onConflict, ...rest } = request;
  const repeated = await findRepeated(store, request);
  if (repeated !== undefined) return { ...repeated, conflicts: [] };
  const latest = await latestRevision(store, request.sessionId);
  const assets = (await listSessionAssets(store, request.sessionId)).map(({ asset }) => asset);
  const meanwhile = await readMeanwhile(store, { sessionId: request.sessionId, base: baseRevision }, latest, assets);
  const { start, current } = meanwhile;
  const target = withFreshIds(wanted, start, current.nextId);
  const groups = editsBetween(start, target, assets);
  const reserve: Edit[] = target.nextId > current.nextId ? [{ kind: 'put-fields', fields: { nextId: target.nextId } }] : [];
  const { taken, refused } = sift(meanwhile, groups, reserve);
  const conflicts = refused.map(({ edits }) => conflictOf(meanwhile, [...reserve, ...edits]).message);
  if (conflicts.length > 0 && onConflict === 'refuse')
    throw fail(
      'TIMELINE_CONFLICT',
      { current: latest.revision, expected: baseRevision },
      { message: [...new Set(conflicts)].slice(0, 5).join('; ') },
    );
  const edits = taken.flatMap((group) => group.edits);
  if (edits.length === 0) return { timeline: latest.timeline, revision: latest.revision, notes: [], changed: false, conflicts };
  const committed = await commitWithin(ctx, store, { ...rest, edits: [...reserve, ...edits] });
  return { ...committed, conflicts };
}

/** Those that get along with what others did and with each other, in their order. */
function sift(meanwhile: Meanwhile, groups: readonly EditGroup[], reserve: readonly Edit[]) {
  const all = groups.flatMap(({ edits }) => edits);
  const isAlone = meanwhile.theirs.length === 0;
  if (isAlone || goTogether(meanwhile, [...reserve, ...all])) return { taken: groups, refused: [] };
  const taken: EditGroup[] = [];
  const refused: EditGroup[] = [];
  for (const group of groups) {
    const before = taken.flatMap(({ edits }) => edits);
    (goTogether(meanwhile, [...reserve, ...before, ...group.edits]) ? taken : refused).push(group);
  }
  return { taken, refused };
}

/** What the client made gets numbers that nobody has, so that it is never taken for what others made meanwhile. */
function withFreshIds(wanted: Timeline, start: Timeline, from: number): Timeline {
  const known = new Set<string>(
    start.tracks.flatMap(({ id, items }) => [
      id,
      ...items.flatMap((item) => [item.id, ...(item.kind === 'clip' && item.linkId !== undefined ? [item.linkId] : [])]),
    ]),
  );
  const names = new Map<string, string>();
  let next = Math.max(from, start.nextId);
  const fresh = (id: string): string => {
    if (known.has(id)) return id;
    const name = names.get(id) ?? id.replace(/\d+$/, String(next++));
    names.set(id, name);
    return name;
  };
  const tracks = wanted.tracks.map((track) => ({
    ...track,
    id: fresh(track.id),
    items: track.items.map((item) => ({
      ...item,
      id: fresh(item.id),
      ...(item.kind === 'clip' && item.linkId !== undefined ? { linkId: fresh(item.linkId) } : {}),
    })),
  }));
  return { ...wanted, id: start.id, revision: start.revision, tracks, nextId: names.size === 0 ? start.nextId : next };
}
