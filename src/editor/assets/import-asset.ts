/** From bytes to an asset in a session: hash, probe, keep, list, place. What cannot be used leaves nothing behind. */
import { rm } from 'node:fs/promises';
import { mainAudioStream, type Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import { commitEdits, currentTimeline } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import type { Stored } from '#platform/blobs';
import { addAsset, findProbe, findRevisionByKey, getSession, inTransaction, listSessionAssets } from '#platform/store';
import { cleanName } from './clean-name.ts';
import { hashFile } from './hash-file.ts';
import { isPlacedByItself, placeAsset as planPlacement } from './place-asset.ts';
import type { Imported, ImportOptions } from './types.ts';

/**
 * Takes over a temporary file of ours; the path is gone afterwards, whatever happens.
 *
 * The same bytes under the same name in the same session are the same asset: a client that sends again after a lost
 * answer changes nothing.
 *
 * Errors: SESSION_NOT_FOUND, UPLOAD_UNSUPPORTED, MEDIA_LIMIT, MEDIA_UNREADABLE, WORKER_…, DISK_FULL.
 */
export async function importFile(
  ctx: EditorContext,
  options: ImportOptions & { readonly path: string; readonly known?: Stored },
): Promise<Imported> {
  try {
    await getSession(ctx.store, options);
    const stored = options.known ?? (await hashFile(options.path, options.signal));
    const name = cleanName(options.name);
    const twin = (await listSessionAssets(ctx.store, options.sessionId)).find(
      ({ asset }) => asset.hash === stored.hash && asset.name === name,
    )?.asset;
    const asset = twin ?? (await keep(ctx, options, name, stored));
    return await placeIfAsked(ctx, options, asset, twin !== undefined);
  } finally {
    await rm(options.path, { force: true });
  }
}

/** Receives a stream within the upload limit and imports it. Errors: UPLOAD_TOO_LARGE, UPLOAD_EMPTY and those of importFile. */
export async function importStream(
  ctx: EditorContext,
  options: ImportOptions & { readonly stream: AsyncIterable<Uint8Array>; readonly limitBytes?: number },
): Promise<Imported> {
  const { stream, limitBytes = ctx.config.uploadLimitBytes, name, signal } = options;
  await using file = await ctx.blobs.receive(stream, {
    limitBytes,
    name: cleanName(name),
    ...(signal === undefined ? {} : { signal }),
  });
  return await importFile(ctx, { ...options, path: file.path, known: { hash: file.hash, bytes: file.bytes } });
}

/** Fetches a public address and imports it. Errors: URL_REFUSED and those of importStream. */
export async function importUrl(
  ctx: EditorContext,
  options: Omit<ImportOptions, 'name'> & { readonly url: string; readonly name?: string },
): Promise<Imported> {
  const { url, signal, ...rest } = options;
  await getSession(ctx.store, options);
  const body = await ctx.fetch.open(url, {
    limitBytes: ctx.config.uploadLimitBytes,
    ...(signal === undefined ? {} : { signal }),
  });
  return importStream(ctx, {
    ...rest,
    ...(signal === undefined ? {} : { signal }),
    name: options.name ?? body.name,
    stream: body.chunks,
  });
}

/** Puts an asset of the session's media list onto the timeline, however often it is there already. */
export async function placeAsset(
  ctx: EditorContext,
  request: { readonly sessionId: string; readonly asset: Asset; readonly actor?: ImportOptions['actor'] },
): Promise<Imported> {
  return place(ctx, { sessionId: request.sessionId, actor: request.actor ?? 'user' }, request.asset);
}

async function keep(
  ctx: EditorContext,
  options: ImportOptions & { readonly path: string },
  name: string,
  stored: Stored,
): Promise<Asset> {
  const probe =
    (await findProbe(ctx.store, stored.hash)) ??
    (await ctx.pool.run('probe', { path: options.path, name }, options.signal === undefined ? {} : { signal: options.signal }));
  await ctx.blobs.adopt(options.path, stored);
  const asset: Asset = { id: ctx.ids.asset(), hash: stored.hash, name, bytes: stored.bytes, ...probe };
  await addAsset(ctx.store, { asset, sessionId: options.sessionId, userId: options.userId, now: ctx.now() });
  return asset;
}

async function placeIfAsked(ctx: EditorContext, options: ImportOptions, asset: Asset, isTwin: boolean): Promise<Imported> {
  const { sessionId, place: wish = 'auto', actor = 'upload' } = options;
  const timeline = await currentTimeline(ctx, sessionId);
  const idempotencyKey = `import:${asset.id}`;
  const unplaced = (note: string): Imported => ({ asset, placed: false, revision: timeline.revision, notes: [note] });
  if (isTwin && (await findRevisionByKey(ctx.store, { sessionId, idempotencyKey })) !== undefined)
    return unplaced(`${asset.name} is here already and was not placed again`);
  if (wish === 'never' || (wish === 'auto' && !isPlacedByItself(timeline, asset)))
    return unplaced(
      `${asset.name} is in the media list and not on the timeline${mainAudioStream(asset) === undefined ? '' : ' yet'}`,
    );
  try {
    return await place(ctx, { sessionId, actor, idempotencyKey }, asset);
  } catch (error) {
    // The upload itself is done; a locked track must not make it fail.
    if (!isEditorError(error) || error.kind === 'bug' || error.kind === 'unavailable') throw error;
    return unplaced(`${asset.name} is in the media list; it was not placed: ${error.message}`);
  }
}

async function place(
  ctx: EditorContext,
  request: { readonly sessionId: string; readonly actor: NonNullable<ImportOptions['actor']>; readonly idempotencyKey?: string },
  asset: Asset,
): Promise<Imported> {
  // Planned and committed in one transaction: two uploads at once would else plan for the same place.
  return inTransaction(ctx.store, async (store) => {
    const within = { ...ctx, store };
    const { edits, notes } = planPlacement(await currentTimeline(within, request.sessionId), asset);
    const { revision, changed } = await commitEdits(within, {
      ...request,
      edits,
      reason: `Upload ${asset.name}`,
      tool: 'upload',
    });
    return { asset, placed: changed, revision, notes };
  });
}
