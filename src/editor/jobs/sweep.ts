/** Takes away what is past its time: finished files, logs of old turns, ended jobs, holds nobody settled, orphaned bytes. */
import type { EditorContext } from '#editor/context';
import {
  expireRenderFiles,
  isBlobUsed,
  listOpenHolds,
  pruneAssets,
  pruneIdentity,
  pruneJobs,
  pruneRunEvents,
  releaseHold,
} from '#platform/store';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** Run it at the start and once an hour; nothing that is in use is touched. */
export async function sweepStorage(ctx: EditorContext): Promise<void> {
  const { store } = ctx;
  const now = ctx.now();
  const expired = await expireRenderFiles(store, { now });
  const logLines = await pruneRunEvents(store, { endedBefore: now - dayMs });
  const jobs = await pruneJobs(store, { endedBefore: now - 7 * dayMs });
  await pruneIdentity(store, { now, keepMs: 30 * dayMs });
  const holds = await listOpenHolds(store, { createdBefore: now - dayMs });
  for (const hold of holds) await releaseHold(store, { holdId: hold.id, now });
  const assets = await pruneAssets(store);
  const { blobs, temporary } = await ctx.blobs.sweep({ isUsed: (hash) => isBlobUsed(store, hash) });
  const cachedBytes = await ctx.cache.sweep();
  ctx.log.debug('storage.swept', { cachedBytes, expired, logLines, jobs, holds: holds.length, assets, blobs, temporary });
}
