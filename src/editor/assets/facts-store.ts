/**
 * Facts about an asset, found once per content: what was found before is read from the store, and whoever asks for what
 * somebody else is already finding waits for that.
 */
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { EditorContext } from '#editor/context';
import type { RunOptions } from '#engine/pool';
import type { MediaSource } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';

export type FactsOptions = { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void };

/** One kind of facts: how they are found, and under which name and version each is kept. */
export type FactsKind<Facts extends object> = {
  readonly nameOf: (analysis: keyof Facts & string) => string;
  readonly versions: Readonly<Record<keyof Facts & string, number>>;
  readonly find: (
    ctx: EditorContext,
    source: MediaSource,
    analyses: readonly (keyof Facts & string)[],
    options: RunOptions,
  ) => Promise<Facts>;
};

export type FactsStore<Facts extends object> = {
  /** The asked analyses, all of them. Errors: those of the task, JOB_CANCELED. */
  get<Asked extends keyof Facts & string>(
    ctx: EditorContext,
    asset: Asset,
    analyses: readonly Asked[],
    options: FactsOptions,
  ): Promise<Required<Pick<Facts, Asked>>>;
  /** Keeps what was found in another way. */
  keep(ctx: EditorContext, asset: Asset, facts: Facts): Promise<void>;
  /** Those of the analyses that are known already; nothing is run for it. */
  known(ctx: EditorContext, asset: Asset, analyses: readonly (keyof Facts & string)[]): Promise<Facts>;
};

type Shared<Facts> = {
  readonly facts: Promise<Facts>;
  readonly stop: AbortController;
  readonly listeners: Set<(fraction: number) => void>;
  waiting: number;
};

export function createFactsStore<Facts extends object>(kind: FactsKind<Facts>): FactsStore<Facts> {
  type Name = keyof Facts & string;
  /** What is being found, per pool and by hash and analyses: nothing of it outlives the work. */
  const running = new WeakMap<EditorContext['pool'], Map<string, Shared<Facts>>>();
  const keyOf = (asset: Asset, analysis: Name) => ({
    hash: asset.hash,
    analysis: kind.nameOf(analysis),
    version: kind.versions[analysis],
    params: '{}',
  });

  async function known(ctx: EditorContext, asset: Asset, analyses: readonly Name[]): Promise<Facts> {
    const entries = await Promise.all(
      analyses.map(async (analysis) => [analysis, await readAnalysis(ctx.store, keyOf(asset, analysis))] as const),
    );
    // Each column was written below, under the name of its analysis.
    return Object.fromEntries(entries.filter(([, facts]) => facts !== undefined)) as Facts;
  }

  async function keep(ctx: EditorContext, asset: Asset, facts: Facts): Promise<void> {
    for (const [analysis, found] of Object.entries(facts))
      await writeAnalysis(ctx.store, { ...keyOf(asset, analysis as Name), facts: found as object, now: ctx.now() });
  }

  function start(ctx: EditorContext, asset: Asset, missing: readonly Name[]): Shared<Facts> {
    const stop = new AbortController();
    const listeners = new Set<(fraction: number) => void>();
    const onProgress = (fraction: number): void => listeners.forEach((listener) => listener(fraction));
    const work = async (): Promise<Facts> => {
      const facts = await kind.find(ctx, mediaSource(ctx, asset), missing, { signal: stop.signal, onProgress });
      for (const analysis of missing) {
        if (facts[analysis] !== undefined)
          await writeAnalysis(ctx.store, { ...keyOf(asset, analysis), facts: facts[analysis], now: ctx.now() });
      }
      return facts;
    };
    return { facts: work(), stop, listeners, waiting: 0 };
  }

  async function find(ctx: EditorContext, asset: Asset, missing: readonly Name[], options: FactsOptions): Promise<Facts> {
    options.signal?.throwIfAborted();
    const table = running.get(ctx.pool) ?? new Map<string, Shared<Facts>>();
    running.set(ctx.pool, table);
    const key = `${asset.hash}:${missing.join(',')}`;
    const shared = table.get(key) ?? start(ctx, asset, missing);
    table.set(key, shared);
    const forget = (): void => void (table.get(key) === shared && table.delete(key));
    shared.facts.then(forget, forget);
    return join(shared, options, forget);
  }

  return {
    known,
    keep,
    async get(ctx, asset, analyses, options) {
      const before = await known(ctx, asset, analyses);
      const missing = analyses.filter((analysis) => before[analysis] === undefined).toSorted();
      const all: Facts = missing.length === 0 ? before : { ...before, ...(await find(ctx, asset, missing, options)) };
      for (const analysis of analyses) if (all[analysis] === undefined) throw fail('INTERNAL', { analysis });
      // Each asked one is there: checked in the line above.
      return all as never;
    },
  };
}

/** Waits with the others; the work stops when the last of them has given up. */
async function join<Facts>(shared: Shared<Facts>, { signal, onProgress }: FactsOptions, forget: () => void): Promise<Facts> {
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

/** The asset and where its bytes are, for tasks. */
export function mediaSource(ctx: EditorContext, asset: Asset): MediaSource {
  return { asset, path: ctx.blobs.pathOf(asset.hash) };
}
