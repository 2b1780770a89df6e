/** A bed of music as an asset of a session, and what is known of it. */
import type { Asset } from '#core/asset';
import type { MusicBed, MusicFacts, MusicRequest } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { importFile } from './import-asset.ts';
import { builtInMusic, type MusicProvider } from './music-providers.ts';

export type MusicOptions = {
  readonly sessionId: string;
  readonly userId: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** Absent: the built-in one. */
  readonly provider?: MusicProvider;
};

/** Rises with the form of `MusicFacts`. */
const factsVersion = 1;

/**
 * Makes music and keeps it in the session's media list; it is not placed. The same request gives the same asset.
 *
 * Errors: SESSION_NOT_FOUND, REQUEST_INVALID for numbers out of bounds, JOB_CANCELED, WORKER_…, DISK_FULL.
 */
export async function makeMusic(ctx: EditorContext, options: MusicOptions, request: MusicRequest): Promise<MusicBed> {
  const { sessionId, userId, signal, onProgress, provider = builtInMusic } = options;
  await using file = ctx.blobs.temporaryFile(provider.extension);
  const stop = signal === undefined ? {} : { signal };
  const facts = await provider.make(ctx, request, {
    outputPath: file.path,
    ...stop,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { asset } = await importFile(ctx, {
    sessionId,
    userId,
    path: file.path,
    name: `${nameOf(facts)}.${provider.extension}`,
    place: 'never',
    actor: 'agent',
    ...stop,
  });
  await writeAnalysis(ctx.store, { ...keyOf(asset), facts, now: ctx.now() });
  return { assetId: asset.id, facts };
}

/** Beats, key and loop of a bed that was made here; undefined for other sounds. */
export async function musicFacts(ctx: EditorContext, asset: Asset): Promise<MusicFacts | undefined> {
  // Written above and nowhere else.
  return (await readAnalysis(ctx.store, keyOf(asset))) as MusicFacts | undefined;
}

/** `Lo-fi, 84 bpm, A minor`. */
function nameOf({ mood, bpm, key }: MusicFacts): string {
  const minor = key.endsWith('m');
  return `${mood.charAt(0).toUpperCase()}${mood.slice(1)}, ${Math.round(bpm)} bpm, ${minor ? key.slice(0, -1) : key} ${minor ? 'minor' : 'major'}`;
}

function keyOf(asset: Asset) {
  return { hash: asset.hash, analysis: 'music', version: factsVersion, params: '{}' };
}
