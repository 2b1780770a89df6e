/**
 * Facts about an asset's sound, found once per content: whoever asks for what somebody else is already finding waits for
 * that, and what was found before is read from the store.
 */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { soundAnalysisVersions, type MediaSource } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';

export type FactsOptions = { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void };

type Shared = {
  readonly facts: Promise<SoundFacts>;
  readonly stop: AbortController;
  readonly listeners: Set<(fraction: number) => void>;
  waiting: number;
};

/** What is being found, per pool and by hash and analyses: nothing of it outlives the work. */
const running = new WeakMap<EditorContext['pool'], Map<string, Shared>>();

/** The asked analyses. Errors: MEDIA_STREAM_MISSING for an asset without sound, and those of the task. */
export async function soundFacts<const Asked extends SoundAnalysis>(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly Asked[],
  options: FactsOptions = {},
): Promise<Required<Pick<SoundFacts, Asked>>> {
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const known = await knownSoundFacts(ctx, asset, analyses);
  const missing = analyses.filter((analysis) => known[analysis] === undefined).toSorted();
  const found = missing.length === 0 ? {} : await find(ctx, asset, missing, options);
  const all: SoundFacts = { ...known, ...found };
  for (const analysis of analyses) if (all[analysis] === undefined) throw fail('INTERNAL', { analysis });
  // Each asked one is there: checked in the line above.
  return all as Required<Pick<SoundFacts, Asked>>;
}

/** Those of the analyses that are known already; nothing is run for it. */
export async function knownSoundFacts(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly SoundAnalysis[] = ['speech', 'loudness', 'noise'],
): Promise<SoundFacts> {
  const entries = await Promise.all(
    analyses.map(async (analysis) => [analysis, await readAnalysis(ctx.store, keyOf(asset, analysis))] as const),
  );
  // Each column was written below, under the name of its analysis.
  return Object.fromEntries(entries.filter(([, facts]) => facts !== undefined)) as SoundFacts;
}

/** The asset and where its bytes are, for tasks. */
export function mediaSource(ctx: EditorContext, asset: Asset): MediaSource {
  return { asset, path: ctx.blobs.pathOf(asset.hash) };
}

async function find(
  ctx: EditorContext,
  asset: Asset,
  missing: readonly SoundAnalysis[],
  options: FactsOptions,
): Promise<SoundFacts> {
  const table = running.get(ctx.pool) ?? new Map<string, Shared>();
  running.set(ctx.pool, table);
  const key = `${asset.hash}:${missing.join(',')}`;
  const shared = table.get(key) ?? start(ctx, asset, missing);
  table.set(key, shared);
  const forget = (): void => void (table.get(key) === shared && table.delete(key));
  shared.facts.then(forget, forget);
  return join(shared, options, forget);
}

function start(ctx: EditorContext, asset: Asset, missing: readonly SoundAnalysis[]): Shared {
  const stop = new AbortController();
  const listeners = new Set<(fraction: number) => void>();
  const onProgress = (fraction: number): void => listeners.forEach((listener) => listener(fraction));
  const work = async (): Promise<SoundFacts> => {
    const input = { source: mediaSource(ctx, asset), analyses: missing };
    const facts = await ctx.pool.run('analyze-sound', input, { signal: stop.signal, onProgress });
    for (const analysis of missing) {
      if (facts[analysis] !== undefined)
        await writeAnalysis(ctx.store, { ...keyOf(asset, analysis), facts: facts[analysis], now: ctx.now() });
    }
    return facts;
  };
  return { facts: work(), stop, listeners, waiting: 0 };
}

/** Waits with the others; the work stops when the last of them has given up. */
async function join(shared: Shared, { signal, onProgress }: FactsOptions, forget: () => void): Promise<SoundFacts> {
  signal?.throwIfAborted();
  shared.waiting++;
  if (onProgress !== undefined) shared.listeners.add(onProgress);
  const gone = Promise.withResolvers<never>();
  const leave = (): void => gone.reject(signal?.reason);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([shared.facts, gone.promise]);
  } finally {
    signal?.removeEventListener('abort', leave);
    if (onProgress !== undefined) shared.listeners.delete(onProgress);
    shared.waiting--;
    if (shared.waiting === 0) {
      // Who comes now starts anew instead of waiting for work that is being stopped.
      forget();
      shared.stop.abort(fail('JOB_CANCELED'));
    }
  }
}

function keyOf(asset: Asset, analysis: SoundAnalysis) {
  return { hash: asset.hash, analysis, version: soundAnalysisVersions[analysis], params: '{}' };
}
