/** What clients are told about an uploaded file. */
import { z } from 'zod';
import { mainVideoStream, type Asset } from '#core/asset';
import { toSeconds } from '#core/time';
import type { ImportedDocument } from '#editor/assets';
import type { HttpContext, HttpRequest } from './http-context.ts';
import { linkTo } from './links.ts';

export const uploadedFileSchema = z
  .object({
    id: z.string().describe('Names this file in drafts'),
    filename: z.string(),
    file_type: z.enum(['video', 'image', 'audio', 'table']).describe('table: a .cube look-up table of colours'),
    cdn_url: z.url().describe('Signed, needs no header, expires'),
    duration: z.number().describe('Seconds; 0 for stills'),
    width: z.int().describe('Pixels as shown; 0 for sound'),
    height: z.int().describe('Pixels as shown; 0 for sound'),
    fps: z.number().describe('Frames per second; 0 for stills and sound'),
    size: z.int().describe('Bytes'),
    hash: z.string().describe('SHA-256, hexadecimal'),
    has_audio: z.boolean(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'UploadedFile' });

export type UploadedFile = z.infer<typeof uploadedFileSchema>;

/** Where a signed link to an uploaded file points. */
export function mediaPath(sessionId: string, assetId: string): string {
  return `/files/media/${sessionId}/${assetId}`;
}

/** The reply's entry for `asset`, with a fresh link. */
export async function uploadedFile(
  http: HttpContext,
  request: HttpRequest,
  sessionId: string,
  asset: Asset,
): Promise<UploadedFile> {
  const picture = asset.kind === 'audio' ? undefined : mainVideoStream(asset);
  const rate = asset.kind === 'video' ? picture?.frameRate : undefined;
  return {
    id: asset.id,
    filename: asset.name,
    file_type: asset.kind,
    cdn_url: await linkTo(http, request, mediaPath(sessionId, asset.id)),
    duration: Math.round(toSeconds(asset.duration) * 1000) / 1000,
    width: picture?.displaySize.width ?? 0,
    height: picture?.displaySize.height ?? 0,
    fps: rate === undefined ? 0 : Math.round((rate.num / rate.den) * 1000) / 1000,
    size: asset.bytes,
    hash: asset.hash,
    has_audio: asset.streams.some((stream) => stream.kind === 'audio' && stream.channels > 0),
    warnings: [...asset.warnings],
  };
}

export const importedDocumentSchema = z
  .object({
    filename: z.string(),
    file_type: z
      .enum(['captions', 'timeline', 'transcript', 'text'])
      .describe(
        'captions: srt, vtt, ass; timeline: edl, otio; transcript: json, txt, md; text: txt and md that no recording was found for',
      ),
    format: z.string(),
    count: z.int().describe('Captions, items of the timeline, words, or lines of a text'),
    duration: z.number().describe('Seconds up to where the last one ends'),
    size: z.int().describe('Bytes'),
    hash: z.string().describe('SHA-256, hexadecimal'),
    placed: z.boolean().describe('Whether the timeline changed because of it'),
    notes: z.array(z.string()).describe('What went where, what was left out, what reads badly'),
  })
  .meta({ id: 'ImportedDocument' });

/** The reply's entry for a document; it is on the timeline, there is no file to fetch. */
export function importedDocument(document: ImportedDocument): z.infer<typeof importedDocumentSchema> {
  const { name, kind, format, count, duration, bytes, hash, placed, notes } = document;
  return {
    filename: name,
    file_type: kind,
    format,
    count,
    duration: Math.round(toSeconds(duration) * 1000) / 1000,
    size: bytes,
    hash,
    placed,
    notes: [...notes],
  };
}
