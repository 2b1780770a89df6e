/**
 * Facts about an asset's picture, found once per content: what was found before is read from the store, and whoever asks for
 * what somebody else is already finding waits for that.
 */
import { mainVideoStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { PictureAnalysis, PictureFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { pictureAnalysisVersions } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource, type FactsOptions } from './sound-facts.ts';

type Shared = {
  readonly facts: Promise<PictureFacts>;
  readonly stop: AbortController;
  readonly listeners: Set<(fraction: number) => void>;
  waiting: number;
};

/** What is being found, per pool and by hash and analyses. */
const running = new WeakMap<EditorContext['pool'], Map<string, Shared>>();

/** The asked analyses. Errors: MEDIA_STREAM_MISSING for an asset without pictures, and those of the task. */
export async function pictureFacts<const Asked extends PictureAnalysis>(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly Asked[],
  options: FactsOptions = {},
): Promise<Required<Pick<PictureFacts, Asked>>> {
  if (asset.kind !== 'video' || mainVideoStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const known = await knownPictureFacts(ctx, asset, analyses);
  const missing = analyses.filter((analysis) => known[analysis] === undefined).toSorted();
  const found = missing.length === 0 ? {} : await find(ctx, asset, missing, options);
  const all: PictureFacts = { ...known, ...found };
  for (const analysis of analyses) if (all[analysis] === undefined) throw fail('INTERNAL', { analysis });
  // Each asked one is there: checked in the line above.
  return all as Required<Pick<PictureFacts, Asked>>;
}

/** Those of the analyses that are known already; nothing is run for it. */
export async function knownPictureFacts(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly PictureAnalysis[],
): Promise<PictureFacts> {
  const entries = await Promise.all(
    analyses.map(async (analysis) => [analysis, await readAnalysis(ctx.store, keyOf(asset, analysis))] as const),
  );
  // Each column was written below, under the name of its analysis.
  return Object.fromEntries(entries.filter(([, facts]) => facts !== undefined)) as PictureFacts;
}

async function find(
  ctx: EditorContext,
  asset: Asset,
  missing: readonly PictureAnalysis[],
  options: FactsOptions,
): Promise<PictureFacts> {
  options.signal?.throwIfAborted();
  const table = running.get(ctx.pool) ?? new Map<string, Shared>();
  running.set(ctx.pool, table);
  const key = `${asset.hash}:${missing.join(',')}`;
  const shared = table.get(key) ?? start(ctx, asset, missing);
  table.set(key, shared);
  const forget = (): void => void (table.get(key) === shared && table.delete(key));
  shared.facts.then(forget, forget);
  const gone = Promise.withResolvers<never>();
  const leave = (): void => gone.reject(options.signal?.reason);
  options.signal?.addEventListener('abort', leave, { once: true });
  if (options.onProgress !== undefined) shared.listeners.add(options.onProgress);
  shared.waiting++;
  try {
    return await Promise.race([shared.facts, gone.promise]);
  } finally {
    options.signal?.removeEventListener('abort', leave);
    if (options.onProgress !== undefined) shared.listeners.delete(options.onProgress);
    // The work stops when the last who waits has given up; who comes then starts anew.
    if (--shared.waiting === 0) {
      forget();
      shared.stop.abort(fail('JOB_CANCELED'));
    }
  }
}

function start(ctx: EditorContext, asset: Asset, missing: readonly PictureAnalysis[]): Shared {
  const stop = new AbortController();
  const listeners = new Set<(fraction: number) => void>();
  const onProgress = (fraction: number): void => listeners.forEach((listener) => listener(fraction));
  const work = async (): Promise<PictureFacts> => {
    const input = { source: mediaSource(ctx, asset), analyses: missing };
    const facts = await ctx.pool.run('analyze-picture', input, { signal: stop.signal, onProgress });
    for (const analysis of missing) {
      if (facts[analysis] !== undefined)
        await writeAnalysis(ctx.store, { ...keyOf(asset, analysis), facts: facts[analysis], now: ctx.now() });
    }
    return facts;
  };
  return { facts: work(), stop, listeners, waiting: 0 };
}

function keyOf(asset: Asset, analysis: PictureAnalysis) {
  return { hash: asset.hash, analysis: `picture.${analysis}`, version: pictureAnalysisVersions[analysis], params: '{}' };
}
