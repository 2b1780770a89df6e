/** Small pictures of media and timelines: a frame at a time, contact sheets, filmstrips. Made in workers, kept by content. */
import { mainVideoStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import { ticks, type Ticks } from '#core/time';
import type { Timeline } from '#core/timeline';
import { mediaSource } from '#editor/assets';
import { currentTimeline } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { pictureMotion } from '#editor/jobs';
import { getSession, getSessionAsset, listSessionAssets } from '#platform/store';
import { keptFile, keyOf, type FileKind, type PreviewFile } from './kept-file.ts';

export type PictureFormat = 'png' | 'jpg';
export type SessionKey = { readonly userId: string; readonly sessionId: string };
export type AssetKey = SessionKey & { readonly assetId: string };

type Stop = { readonly signal?: AbortSignal };

const mimeTypes = { png: 'image/png', jpg: 'image/jpeg' } as const;

function pictureKind(name: string, format: PictureFormat): FileKind {
  return { name, extension: format, mimeType: mimeTypes[format] };
}

/** Errors: SESSION_NOT_FOUND, RESOURCE_NOT_FOUND, also for another user's. */
export async function assetOf(ctx: EditorContext, key: AssetKey): Promise<Asset> {
  await getSession(ctx.store, key);
  return getSessionAsset(ctx.store, key);
}

/** What is seen of an asset at `at`, at most `width` pixels wide. Errors: those of `assetOf`, MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export async function assetFrame(
  ctx: EditorContext,
  request: AssetKey & Stop & { readonly at: Ticks; readonly width: number; readonly format: PictureFormat },
): Promise<PreviewFile> {
  const asset = await assetOf(ctx, request);
  const { at, width, format } = request;
  const key = keyOf('frame', { hash: asset.hash, at, width, format });
  const size = { width, height: width };
  return keptFile(ctx, key, pictureKind('frame', format), (outputPath) =>
    ctx.pool.run('frame', { source: mediaSource(ctx, asset), at, size, format, outputPath }, stopOf(request)),
  );
}

/** The frame of the session's timeline at `at`, as the export will show it. Errors: SESSION_NOT_FOUND, RENDER_EMPTY, MEDIA_UNREADABLE. */
export async function timelineFrame(
  ctx: EditorContext,
  request: SessionKey & Stop & { readonly at: Ticks; readonly width: number; readonly format: PictureFormat },
): Promise<PreviewFile> {
  await getSession(ctx.store, request);
  const timeline = await currentTimeline(ctx, request.sessionId);
  const assets = usedAssets(
    timeline,
    (await listSessionAssets(ctx.store, request.sessionId)).map(({ asset }) => asset),
  );
  const { at, width, format } = request;
  const { id: _id, revision: _revision, nextId: _nextId, ...seen } = timeline;
  const key = keyOf('timeline-frame', { seen, hashes: assets.map(({ id, hash }) => [id, hash]), at, width, format });
  const sources = assets.map((asset) => mediaSource(ctx, asset));
  const size = { width, height: width };
  return keptFile(ctx, key, pictureKind('frame', format), async (outputPath) => {
    // Known already where somebody asked for it to be held still; measured once where a timeline came with it.
    const motion = await pictureMotion(ctx, timeline, assets, request.signal ?? new AbortController().signal);
    return ctx.pool.run('timeline-frame', { timeline, sources, at, size, format, outputPath, motion }, stopOf(request));
  });
}

export type GridRequest = AssetKey &
  Stop & {
    readonly count: number;
    /** Pixels of one picture. */
    readonly width: number;
    readonly format: PictureFormat;
  };

/** Pictures spread over an asset, in rows, each with its time. Errors: those of `assetFrame`. */
export function contactSheet(ctx: EditorContext, request: GridRequest & { readonly columns: number }): Promise<PreviewFile> {
  return grid(ctx, request, { name: 'sheet', columns: request.columns, labels: true });
}

/** The same in one row without times. */
export function filmstrip(ctx: EditorContext, request: GridRequest): Promise<PreviewFile> {
  return grid(ctx, request, { name: 'filmstrip', columns: request.count, labels: false });
}

/** JPEG and PNG are read everywhere up to this. */
const mostPixelsAcross = 16_000;

async function grid(
  ctx: EditorContext,
  request: GridRequest,
  look: { readonly name: string; readonly columns: number; readonly labels: boolean },
): Promise<PreviewFile> {
  const asset = await assetOf(ctx, request);
  const stream = mainVideoStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const { count, width, format } = request;
  if (look.columns * width > mostPixelsAcross)
    throw fail('REQUEST_INVALID', {
      reason: `query.width: ${look.columns} pictures side by side are at most ${mostPixelsAcross} pixels wide`,
    });
  const shown = asset.kind === 'image' ? 1 : count;
  // The middle of each of `count` equal parts: neither the black at the start nor the end card alone.
  const times = Array.from({ length: shown }, (_, index) => ticks(Math.floor(((index + 0.5) * stream.duration) / shown)));
  const cell = { width, height: width };
  const key = keyOf(look.name, { hash: asset.hash, times, cell, columns: look.columns, format });
  const { columns, labels } = look;
  return keptFile(ctx, key, pictureKind(look.name, format), (outputPath) =>
    ctx.pool.run(
      'picture-grid',
      { source: mediaSource(ctx, asset), times, columns, cell, labels, format, outputPath },
      stopOf(request),
    ),
  );
}

function usedAssets(timeline: Timeline, assets: readonly Asset[]): Asset[] {
  const text = JSON.stringify(timeline.tracks);
  return assets.filter(({ id }) => text.includes(JSON.stringify(id)));
}

function stopOf({ signal }: Stop): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
