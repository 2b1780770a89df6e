/** The only place where parts are joined: settings in, a running editor with its surfaces out. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { handleTurns, openPlanWorkspace, planTurns } from '#editor/agent';
import {
  chooseHearing,
  diagnose,
  enhancerPath,
  giveWords,
  pictureFacts,
  selfSyncFacts,
  soundFacts,
  transcriptOf,
} from '#editor/assets';
import { currentTimeline } from '#editor/commit';
import { createIds, type EditorContext } from '#editor/context';
import { handleRenders, sweepStorage } from '#editor/jobs';
import { handleProxies } from '#editor/previews';
import { createPool, type Pool } from '#engine/pool';
import { fail } from '#core/errors';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import type { PictureAnalysis, SoundAnalysis } from '#core/facts';
import { openBlobs, openCache } from '#platform/blobs';
import type { Config } from '#platform/config';
import { createSafeFetch } from '#platform/fetch';
import { createLog, type Log } from '#platform/log';
import { openQueue } from '#platform/queue';
import { creditBalance, ensureUser, grantCredits, inTransaction, listSessionAssets, openStore, saveToken } from '#platform/store';
import type { DoctorFact, EmbeddedServer } from '#surfaces/cli';
import { startServer } from '#surfaces/http';
import { httpServices } from './http-services.ts';

export type App = { readonly ctx: EditorContext; close(): Promise<void> };

const sweepEveryMs = 60 * 60 * 1000;

/** Opens everything and begins to work: what a crash left behind is taken up at once. */
export async function buildApp(config: Config, options: { readonly planning?: boolean } = {}): Promise<App> {
  const log = createLog({ level: config.logLevel, ...(config.logFile === undefined ? {} : { file: config.logFile }) });
  const store = await openStore(config, log);
  const blobs = openBlobs(config, log);
  const now = () => Date.now();
  const queue = openQueue({ store, log, leaseSeconds: config.leaseSeconds, now });
  const pool = openPool(config, log, join(blobs.temporaryFolder, 'scratch'));
  const ctx: EditorContext = {
    config,
    log,
    store,
    blobs,
    cache: openCache(config, log),
    queue,
    pool,
    fetch: createSafeFetch({ config, log }),
    now,
    ids: createIds(),
  };
  handleRenders(ctx);
  handleProxies(ctx);
  handleTurns(ctx, options.planning === true ? openPlanWorkspace : undefined);
  await sweepStorage(ctx);
  await queue.start();
  const sweeping = setInterval(() => {
    sweepStorage(ctx).catch((error: unknown) => log.error('sweep.failed', { reason: String(error) }));
  }, sweepEveryMs);
  sweeping.unref();
  return {
    ctx,
    close: async () => {
      clearInterval(sweeping);
      await queue.drain(config.drainSeconds);
      await pool.close();
      await blobs.close();
      await store.close();
    },
  };
}

/** `rushes serve`. */
export async function serve(config: Config): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = await buildApp(config);
  try {
    const server = await startServer({ services: httpServices(app.ctx), config, log: app.ctx.log });
    return {
      url: server.url,
      close: async () => {
        await server.close();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** A server for one command: a free port on loopback, a user of its own, the same API. */
export async function startEmbedded(given: Config, options: { readonly planning?: boolean } = {}): Promise<EmbeddedServer> {
  const config: Config = { ...given, host: '127.0.0.1', port: 0, publicUrl: undefined, drainSeconds: 0 };
  const app = await buildApp(config, options);
  const { ctx } = app;
  try {
    const token = await issueLocalToken(ctx);
    const server = await startServer({ services: httpServices(ctx), config, log: ctx.log });
    return {
      url: server.url,
      token,
      soundFacts: async (sessionId, analyses, onProgress) => {
        const assets = (await listSessionAssets(ctx.store, sessionId))
          .map(({ asset }) => asset)
          .filter((asset) => mainAudioStream(asset) !== undefined);
        const found = [];
        for (const [index, asset] of assets.entries()) {
          const facts = await soundFacts(ctx, asset, analyses, {
            onProgress: (fraction) => onProgress?.((index + fraction) / assets.length),
          });
          found.push({ asset, facts });
        }
        return found;
      },
      problems: async (sessionId) => {
        const assets = (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
        const source = {
          soundFacts: (asset: Asset, analyses: readonly SoundAnalysis[]) => soundFacts(ctx, asset, analyses),
          pictureFacts: (asset: Asset, analyses: readonly PictureAnalysis[]) => pictureFacts(ctx, asset, analyses),
          selfSyncFacts: (asset: Asset) => selfSyncFacts(ctx, asset),
        };
        return diagnose(source, await currentTimeline(ctx, sessionId), assets);
      },
      selfSync: async (sessionId) => {
        const asset = (await listSessionAssets(ctx.store, sessionId))
          .map((entry) => entry.asset)
          .find((one) => one.kind === 'video' && mainVideoStream(one) !== undefined && mainAudioStream(one) !== undefined);
        return asset === undefined ? undefined : selfSyncFacts(ctx, asset);
      },
      pictureFacts: async (sessionId, analyses, onProgress) => {
        const assets = (await listSessionAssets(ctx.store, sessionId))
          .map(({ asset }) => asset)
          .filter((asset) => asset.kind === 'video' && mainVideoStream(asset) !== undefined);
        const found = [];
        for (const [index, asset] of assets.entries()) {
          const facts = await pictureFacts(ctx, asset, analyses, {
            onProgress: (fraction) => onProgress?.((index + fraction) / assets.length),
          });
          found.push({ asset, facts });
        }
        return found;
      },
      transcribe: async (sessionId, given, onProgress) => {
        const asset = (await listSessionAssets(ctx.store, sessionId))
          .map((entry) => entry.asset)
          .find((one) => mainAudioStream(one) !== undefined);
        if (asset === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
        if (given !== undefined) await giveWords(ctx, { sessionId, asset }, given);
        return transcriptOf(ctx, { sessionId, asset }, onProgress === undefined ? {} : { onProgress });
      },
      makeSample: (request, outputPath, onProgress) =>
        ctx.pool.run('make-sample', { ...request, outputPath }, onProgress === undefined ? {} : { onProgress }),
      makeMusic: (request, outputPath, onProgress) =>
        ctx.pool.run('make-music', { request, outputPath }, onProgress === undefined ? {} : { onProgress }),
      plan: (request) => planTurns(ctx, { ...request, userId: localUser }),
      close: async () => {
        await server.close();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The user of this machine's command line: always the same, so that sessions of earlier commands stay reachable. */
const localUser = 'anon_10ca1c0de0000001';

async function issueLocalToken(ctx: EditorContext): Promise<string> {
  const token = ctx.ids.token();
  const now = ctx.now();
  await inTransaction(ctx.store, async (store) => {
    await ensureUser(store, { id: localUser, now });
    const { total } = await creditBalance(store, localUser);
    const welcome = ctx.config.anonymousCredits;
    if (total === 0 && welcome > 0)
      await grantCredits(store, { userId: localUser, amount: welcome, operation: `welcome:${now}`, now });
    await saveToken(store, {
      token,
      userId: localUser,
      clientId: 'command-line',
      scope: 'api',
      createdAt: now,
      expiresAt: now + 24 * 60 * 60 * 1000,
    });
  });
  return token;
}

/** What `rushes doctor` tells: each part tried for real. */
export async function inspectMachine(config: Config): Promise<readonly DoctorFact[]> {
  const app = await buildApp(config);
  const { ctx } = app;
  try {
    const space = await statfs(config.dataFolder);
    const freeGb = (space.bavail * space.bsize) / 1e9;
    const sample = join(ctx.blobs.temporaryFolder, 'doctor.wav');
    const engine = await ctx.pool
      .run('make-sample', {
        seed: 1,
        seconds: 3,
        size: { width: 320, height: 180 },
        frameRate: { num: 30, den: 1 },
        snrDb: 20,
        noise: 'pink',
        gop: 30,
        container: 'wav',
        outputPath: sample,
      })
      .then(
        () => ({ ok: true, note: 'decodes, encodes and speaks in a worker process' }),
        (error: unknown) => ({ ok: false, note: String(error) }),
      );
    const hardware = await ctx.pool.run('media-versions', {}).then(
      ({ usableHardware }) => usableHardware,
      () => [],
    );
    const { sandbox } = ctx.pool;
    return [
      { name: 'Node.js', ok: Number(process.versions.node.split('.')[0]) >= 24, note: process.version },
      { name: 'Database', ok: true, note: `SQLite in ${config.dataFolder}` },
      { name: 'Media engine', ...engine },
      {
        name: 'Hardware encoders',
        ok: true,
        note: hardware.length === 0 ? 'none that works here' : `${hardware.join(', ')}; RUSHES_HARDWARE is ${config.hardware}`,
      },
      { name: 'Sandbox', ok: true, note: sandbox.note },
      {
        name: 'Workers',
        ok: true,
        note: `${ctx.pool.size} at once, at most ${Math.round(config.workerMemoryBytes / 1_048_576)} MB each`,
      },
      { name: 'Disk', ok: freeGb > 2, note: `${freeGb.toFixed(1)} GB free` },
      {
        name: 'Noise model',
        ok: true,
        note:
          enhancerPath(ctx) === undefined
            ? 'built-in engines; rushes models pull gtcrn adds a neural one'
            : `neural engine, ${enhancerPath(ctx)}`,
      },
      { name: 'Words', ...(await hearingFact(ctx)) },
      {
        name: 'Language model',
        ok: true,
        note: config.model === 'rules' ? 'built-in rules, no key needed; RUSHES_MODEL names another' : config.model,
      },
    ];
  } finally {
    await app.close();
  }
}

/** What hears words here; where nothing does, words that people give are still found in the sound. */
async function hearingFact(ctx: EditorContext): Promise<{ readonly ok: boolean; readonly note: string }> {
  try {
    const hearing = await chooseHearing(ctx);
    if (hearing === undefined)
      return { ok: true, note: 'scripts and transcripts that are given; `rushes models pull whisper-base` hears them too' };
    const rough = hearing.kind === 'pocketsphinx' ? ', roughly' : '';
    return { ok: true, note: `heard by ${hearing.name}${hearing.kind === 'endpoint' ? ' (endpoint)' : ''}${rough}` };
  } catch (error) {
    return { ok: false, note: String(error) };
  }
}

function openPool(config: Config, log: Log, scratchFolder: string): Pool {
  return createPool({
    size: config.workers,
    sandbox: config.sandbox,
    memoryLimitBytes: config.workerMemoryBytes,
    // Below this process's temporary folder: what a killed server leaves is swept at the next start.
    scratchFolder,
    onWarning: (name: string, fields: Readonly<Record<string, unknown>>) => log.warn(name, fields),
  });
}
