import type { Container } from '#engine/plan';

const kinds: Readonly<Record<Container, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  gif: 'image/gif',
  webp: 'image/webp',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
};

/** How a finished file is named and announced. */
export function fileKind(format: Container): { readonly extension: string; readonly mimeType: string } {
  return { extension: format, mimeType: kinds[format] };
}
