/** The outline of an asset's sound, found once per content, as numbers or as a picture of any size. */
import { readFile, writeFile } from 'node:fs/promises';
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { mediaSource } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import { keptFile, keyOf, type PreviewFile } from './kept-file.ts';
import { assetOf, type AssetKey } from './pictures.ts';
import { encodePng } from './png.ts';

export type Waveform = {
  readonly durationMs: number;
  /** Largest deflection in each of equal parts of the sound, 0 … 1. */
  readonly peaks: readonly number[];
};

const peaksPerSecond = 100;

/** Errors: SESSION_NOT_FOUND, RESOURCE_NOT_FOUND, MEDIA_STREAM_MISSING for an asset without sound. */
export async function waveform(
  ctx: EditorContext,
  request: AssetKey & { readonly points: number; readonly signal?: AbortSignal },
): Promise<Waveform> {
  const fine = await finePeaks(ctx, request);
  return {
    durationMs: Math.round((fine.length * 1000) / peaksPerSecond),
    peaks: coarser(fine, Math.min(request.points, fine.length)).map((peak) => Math.round((peak / 255) * 1000) / 1000),
  };
}

/** The same as a PNG, light on dark, one pixel across for each point. */
export async function waveformPicture(
  ctx: EditorContext,
  request: AssetKey & { readonly width: number; readonly height: number; readonly signal?: AbortSignal },
): Promise<PreviewFile> {
  const asset = await assetOf(ctx, request);
  const { width, height } = request;
  const key = keyOf('waveform', { hash: asset.hash, width, height });
  return keptFile(ctx, key, { name: 'waveform', extension: 'png', mimeType: 'image/png' }, async (path) => {
    const peaks = coarser(await finePeaks(ctx, request), width);
    await writeFile(path, drawPeaks(peaks, { width, height }));
  });
}

/** One byte for each hundredth of a second. */
async function finePeaks(ctx: EditorContext, request: AssetKey & { readonly signal?: AbortSignal }): Promise<Uint8Array> {
  const asset = await assetOf(ctx, request);
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const kind = { name: 'peaks', extension: 'bin', mimeType: 'application/octet-stream' };
  const { signal } = request;
  await using file = await keptFile(ctx, keyOf('peaks', { hash: asset.hash }), kind, (outputPath) =>
    ctx.pool.run('sound-peaks', { source: mediaSource(ctx, asset), outputPath }, signal === undefined ? {} : { signal }),
  );
  return await readFile(file.path);
}

/** The largest of each of `count` equal parts; a part that is shorter than a peak repeats it. */
export function coarser(peaks: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count));
    let most = 0;
    for (let at = from; at < Math.min(to, peaks.length); at++) most = Math.max(most, peaks[at]!);
    return most;
  });
}

const dark = 24;
const light = 220;

function drawPeaks(peaks: readonly number[], { width, height }: { readonly width: number; readonly height: number }): Buffer {
  const pixels = new Uint8Array(width * height).fill(dark);
  for (let x = 0; x < width; x++) {
    const half = Math.max(0.5, ((peaks[x] ?? 0) / 255) * (height / 2));
    for (let y = Math.floor(height / 2 - half); y < Math.ceil(height / 2 + half); y++) {
      if (y >= 0 && y < height) pixels[y * width + x] = light;
    }
  }
  return encodePng({ kind: 'grey', pixels, width, height });
}
