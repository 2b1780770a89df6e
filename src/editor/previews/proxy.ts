/** A small, quick-to-seek copy of an asset for editing in a browser: a queued job, kept by content. */
import { mkdir } from 'node:fs/promises';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { fail, type EditorError } from '#core/errors';
import { timeRange, zero } from '#core/time';
import type { Clip, Timeline, Track } from '#core/timeline';
import { mediaSource } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import { encodeSpans, type OutputRequest } from '#engine/plan';
import type { JobKind, JobRun } from '#platform/queue';
import { getSessionAsset } from '#platform/store';
import { findFile, keyOf, type FileKind, type PreviewFile } from './kept-file.ts';
import { assetOf, type AssetKey } from './pictures.ts';

type Payload = AssetKey & { readonly key: string };

export type ProxyState =
  { readonly status: 'ready'; readonly file: PreviewFile } | { readonly status: 'pending'; readonly progress: number };

const kind = 'proxy';
const fileKind: FileKind = { name: 'proxy', extension: 'mp4', mimeType: 'video/mp4' };
/** 540p with a key frame twice a second: each seek decodes a few small pictures. */
const output: OutputRequest = {
  format: 'mp4',
  quality: 'low',
  size: { width: 960, height: 540 },
  copy: 'never',
  effort: 'draft',
  keyFrameSeconds: 0.5,
  soundKbps: 96,
};

type Known = { progress: number; error?: EditorError; done?: true };

/** What this process knows of its proxies; after a restart the kept file or a new job says it again. */
const known = new WeakMap<EditorContext['queue'], Map<string, Known>>();

/** Registers the job; before `queue.start()`. */
export function handleProxies(ctx: EditorContext): void {
  const job: JobKind<Payload, void> = {
    kind,
    concurrency: 1,
    run: (run) => makeProxy(ctx, run),
    onEnd: () => Promise.resolve(),
    afterEnd: (row, outcome) => {
      const state = stateOf(ctx, (row.payload as Payload).key);
      if (outcome.state === 'done') state.done = true;
      else state.error = outcome.error;
    },
  };
  ctx.queue.handle(job);
}

/**
 * The proxy where it is made, otherwise how far it is; the first to ask starts it.
 *
 * Errors: SESSION_NOT_FOUND, RESOURCE_NOT_FOUND, MEDIA_STREAM_MISSING for an asset without a moving picture, what making it failed with
 * (asking again tries again), REQUEST_INVALID where nothing is kept on this server.
 */
export async function proxy(ctx: EditorContext, request: AssetKey): Promise<ProxyState> {
  const asset = await assetOf(ctx, request);
  if (asset.kind !== 'video') throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  if (ctx.config.cacheLimitBytes === 0)
    throw fail('REQUEST_INVALID', { reason: 'proxies are kept in the cache, and this server keeps none (RUSHES_CACHE_MB is 0)' });
  const key = keyOf(kind, { hash: asset.hash, output });
  const file = await findFile(ctx, key, fileKind);
  if (file !== undefined) return { status: 'ready', file };
  const states = statesOf(ctx);
  const state = states.get(key);
  if (state?.error !== undefined) {
    states.delete(key);
    throw state.error;
  }
  if (state === undefined || state.done === true) {
    states.set(key, { progress: 0 });
    const { userId, sessionId, assetId } = request;
    const payload: Payload = { userId, sessionId, assetId, key };
    await ctx.queue.enqueue(ctx.store, { kind, payload, userId, lane: `proxy:${key}` });
    ctx.queue.wake();
  }
  return { status: 'pending', progress: stateOf(ctx, key).progress };
}

async function makeProxy(ctx: EditorContext, { payload, signal }: JobRun<Payload>): Promise<void> {
  const { key } = payload;
  await using there = await findFile(ctx, key, fileKind);
  if (there !== undefined) return;
  const asset = await getSessionAsset(ctx.store, payload);
  const timeline = timelineOf(asset);
  const sources = [mediaSource(ctx, asset)];
  await using scratch = new AsyncDisposableStack();
  const path = (extension: string) => scratch.use(ctx.blobs.temporaryFile(extension)).path;
  const report = (from: number, share: number) => (fraction: number) => {
    stateOf(ctx, key).progress = from + share * fraction;
  };
  const plan = await ctx.pool.run('plan-render', { timeline, sources, output }, { signal });
  const [partsFolder, soundPath, outputPath] = [path('parts'), path('sound'), path('mp4')];
  await mkdir(partsFolder, { recursive: true, mode: 0o700 });
  const spans = encodeSpans(plan.video);
  await ctx.pool.run('render-picture', { plan, sources, spans, partsFolder }, { signal, onProgress: report(0, 0.8) });
  if (plan.sound !== undefined)
    await ctx.pool.run('render-sound', { plan, sources, outputPath: soundPath }, { signal, onProgress: report(0.8, 0.15) });
  const sound = plan.sound === undefined ? {} : { soundPath };
  await ctx.pool.run('assemble', { plan, sources, partsFolder, ...sound, outputPath }, { signal });
  await ctx.cache.keep(key, outputPath);
}

/** The whole asset, untouched. */
function timelineOf(asset: Asset): Timeline {
  const video = mainVideoStream(asset);
  const audio = mainAudioStream(asset);
  if (video === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  const track = (trackKind: Track['kind'], streamIndex: number): Track => {
    const clip: Clip = {
      kind: 'clip',
      id: `itm_${trackKind}`,
      assetId: asset.id,
      streamIndex,
      sourceRange: timeRange(zero, asset.duration),
      speed: { num: 1, den: 1 },
      gainDb: 0,
      effects: [],
    };
    const plain = { follows: 'ripple', muted: false, hidden: false, locked: false, gainDb: 0 } as const;
    return { id: `trk_${trackKind}`, kind: trackKind, name: trackKind, ...plain, items: [clip] };
  };
  return {
    schema: 'timeline/1',
    id: 'proxy',
    revision: 0,
    frameRate: video.frameRate,
    size: video.displaySize,
    sampleRateHz: 48_000,
    tracks: [track('video', video.index), ...(audio === undefined ? [] : [track('audio', audio.index)])],
    master: {},
    nextId: 1,
  };
}

function statesOf(ctx: EditorContext): Map<string, Known> {
  const states = known.get(ctx.queue) ?? new Map<string, Known>();
  known.set(ctx.queue, states);
  return states;
}

function stateOf(ctx: EditorContext, key: string): Known {
  const states = statesOf(ctx);
  const state = states.get(key) ?? { progress: 0 };
  states.set(key, state);
  return state;
}
