/** Signatures that other parts write against. */
import type { Asset } from '#core/asset';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import type { MediaSource } from '#engine/tasks';
import type { Imported, ImportOptions } from './types.ts';

/** Takes over a temporary file of ours (`blobs.receive`). Errors: UPLOAD_EMPTY, UPLOAD_UNSUPPORTED, MEDIA_LIMIT, MEDIA_UNREADABLE, DISK_FULL. */
export declare function importFile(ctx: EditorContext, options: ImportOptions & { readonly path: string }): Promise<Imported>;
/** Receives a stream within the upload limit and imports it. */
export declare function importStream(
  ctx: EditorContext,
  options: ImportOptions & { readonly stream: AsyncIterable<Uint8Array> },
): Promise<Imported>;
/** Fetches a public address and imports it. Errors: URL_REFUSED and those of importFile. */
export declare function importUrl(
  ctx: EditorContext,
  options: Omit<ImportOptions, 'name'> & { readonly url: string; readonly name?: string },
): Promise<Imported>;
/** Puts an asset of the session's media list at the end of the timeline. */
export declare function placeAsset(
  ctx: EditorContext,
  request: { readonly sessionId: string; readonly asset: Asset; readonly actor?: ImportOptions['actor'] },
): Promise<Imported>;
/** The asked analyses of an asset's sound, cached by content; concurrent requests share one run. Errors: MEDIA_STREAM_MISSING. */
export declare function soundFacts<const Asked extends SoundAnalysis>(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly Asked[],
  options?: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void },
): Promise<Required<Pick<SoundFacts, Asked>>>;
/** The asset and where its bytes are, for tasks. */
export declare function mediaSource(ctx: EditorContext, asset: Asset): MediaSource;
