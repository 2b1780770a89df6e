/** Assets, which session holds which, and the cache of their analyses. */
import type { Asset, AssetProbe } from '#core/asset';
import { fail } from '#core/errors';
import { fromJson, toJson } from './json.ts';
import type { SessionAssetRow } from './rows.ts';
import { inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Adds a new asset to a session's media list. */
export async function addAsset(
  store: Store,
  entry: { readonly asset: Asset; readonly sessionId: string; readonly userId: string; readonly now: number },
): Promise<void> {
  const { id, hash, name, bytes, ...probe } = entry.asset;
  await inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    await db
      .insertInto('assets')
      .values({ id, user_id: entry.userId, hash, name, bytes, probe: toJson(probe), created_at: entry.now })
      .execute();
    await db.insertInto('session_assets').values({ session_id: entry.sessionId, asset_id: id, added_at: entry.now }).execute();
  });
}

/** In the order they came. */
export async function listSessionAssets(store: Store, sessionId: string): Promise<SessionAssetRow[]> {
  const rows = await store[inside].db
    .selectFrom('session_assets')
    .innerJoin('assets', 'assets.id', 'session_assets.asset_id')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('added_at')
    .orderBy('assets.id')
    .execute();
  return rows.map((row) => ({ asset: toAsset(row), sessionId, userId: row.user_id, addedAt: row.added_at }));
}

/** Errors: RESOURCE_NOT_FOUND, also where it belongs to another session. */
export async function getSessionAsset(
  store: Store,
  key: { readonly sessionId: string; readonly assetId: string },
): Promise<Asset> {
  const row = await store[inside].db
    .selectFrom('session_assets')
    .innerJoin('assets', 'assets.id', 'session_assets.asset_id')
    .selectAll('assets')
    .where('session_id', '=', key.sessionId)
    .where('asset_id', '=', key.assetId)
    .executeTakeFirst();
  if (row === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Media' });
  return toAsset(row);
}

/** Assets by id whoever holds them, for work that was authorised when it was accepted; those that are gone are left out. */
export async function listAssets(store: Store, assetIds: readonly string[]): Promise<Asset[]> {
  if (assetIds.length === 0) return [];
  return (await store[inside].db.selectFrom('assets').selectAll().where('id', 'in', assetIds).execute()).map(toAsset);
}

/** What an earlier probe found in the same bytes: nothing is probed twice. */
export async function findProbe(store: Store, hash: string): Promise<AssetProbe | undefined> {
  const row = await store[inside].db.selectFrom('assets').select('probe').where('hash', '=', hash).executeTakeFirst();
  return row === undefined ? undefined : fromJson(row.probe);
}

/** Whether anything still needs these bytes: an asset in a session, or a kept render. */
export async function isBlobUsed(store: Store, hash: string): Promise<boolean> {
  const { db } = store[inside];
  const asset = await db.selectFrom('assets').select('id').where('hash', '=', hash).executeTakeFirst();
  if (asset !== undefined) return true;
  return (await db.selectFrom('renders').select('id').where('file_hash', '=', hash).executeTakeFirst()) !== undefined;
}

/** Takes away assets that no session holds and no render waits for; their bytes go with the next sweep. Gives how many. */
export async function pruneAssets(store: Store): Promise<number> {
  const result = await store[inside].db
    .deleteFrom('assets')
    .where((asset) =>
      asset.not(
        asset.exists(asset.selectFrom('session_assets').select('asset_id').whereRef('session_assets.asset_id', '=', 'assets.id')),
      ),
    )
    .where((asset) =>
      asset.not(
        asset.exists(
          asset
            .selectFrom('renders')
            .select('renders.id')
            .whereRef('renders.user_id', '=', 'assets.user_id')
            .where('renders.status', 'in', ['pending', 'processing']),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export type AnalysisKey = {
  /** Of the asset's bytes. */
  readonly hash: string;
  readonly analysis: string;
  /** Of the code that finds it: a better one starts anew. */
  readonly version: number;
  /** Canonical JSON of what it was asked with; `{}` for defaults. */
  readonly params: string;
};

export async function readAnalysis(store: Store, key: AnalysisKey): Promise<unknown> {
  const row = await store[inside].db
    .selectFrom('analyses')
    .select('facts')
    .where('hash', '=', key.hash)
    .where('analysis', '=', key.analysis)
    .where('version', '=', key.version)
    .where('params', '=', key.params)
    .executeTakeFirst();
  return row === undefined ? undefined : fromJson(row.facts);
}

export async function writeAnalysis(
  store: Store,
  entry: AnalysisKey & { readonly facts: unknown; readonly now: number },
): Promise<void> {
  const { hash, analysis, version, params, facts, now } = entry;
  await store[inside].db
    .insertInto('analyses')
    .values({ hash, analysis, version, params, facts: toJson(facts), created_at: now })
    .onConflict((conflict) => conflict.columns(['hash', 'analysis', 'version', 'params']).doNothing())
    .execute();
}

/** As `writeAnalysis`, but takes the place of what was there: for facts that a person may state anew. */
export async function replaceAnalysis(store: Store, entry: Parameters<typeof writeAnalysis>[1]): Promise<void> {
  const { hash, analysis, version, params, facts, now } = entry;
  const values = { hash, analysis, version, params, facts: toJson(facts), created_at: now };
  await store[inside].db
    .insertInto('analyses')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .columns(['hash', 'analysis', 'version', 'params'])
        .doUpdateSet({ facts: values.facts, created_at: values.created_at }),
    )
    .execute();
}

function toAsset(row: Pick<Tables['assets'], 'id' | 'hash' | 'name' | 'bytes' | 'probe'>): Asset {
  return { id: row.id, hash: row.hash, name: row.name, bytes: row.bytes, ...fromJson<AssetProbe>(row.probe) };
}
