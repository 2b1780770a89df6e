import { extname } from 'node:path';
import { documentExtensions } from '#core/interchange';
import { transcriptExtensions } from '#core/words';

/** Documents go last: they are about the media before them. */
export function documentsLast(files: readonly string[]): string[] {
  const isDocument = (file: string) =>
    [...documentExtensions, ...transcriptExtensions].some((one) => extname(file).toLowerCase() === `.${one}`);
  return [...files.filter((file) => !isDocument(file)), ...files.filter(isDocument)];
}
