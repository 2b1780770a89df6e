/** Documents in: what a file of text is, and reading it. */
import type { Asset } from '#core/asset';
import type { Timeline } from '#core/timeline';
import { parseAss } from './ass.ts';
import type { ReadTimeline } from './assemble.ts';
import { decodeText, documentFault, documentLimits } from './document-text.ts';
import { parseEdl } from './edl-read.ts';
import type { ReadCues } from './exported.ts';
import { parseOtio } from './otio-read.ts';
import { parseSrt } from './srt.ts';
import { parseVtt } from './vtt.ts';

export type DocumentFormat = 'srt' | 'vtt' | 'ass' | 'edl' | 'otio';

export type ReadDocument =
  | ({ readonly kind: 'captions'; readonly format: DocumentFormat } & ReadCues)
  | ({ readonly kind: 'timeline'; readonly format: DocumentFormat } & ReadTimeline);

/** File endings of documents that can be read. */
export const documentExtensions = ['srt', 'vtt', 'ass', 'ssa', 'edl', 'otio'] as const;

/** Bytes from the start that `documentFormat` needs to see. */
export const documentHeadBytes = 65_536;

const byExtension: Readonly<Record<(typeof documentExtensions)[number], DocumentFormat>> = {
  srt: 'srt',
  vtt: 'vtt',
  ass: 'ass',
  ssa: 'ass',
  edl: 'edl',
  otio: 'otio',
};

/**
 * What a file is, by the ending of its name and the start of its content together; undefined where they do not agree: then it is
 * not a document, whatever it is called. Reads at most the first 64 KiB.
 */
export function documentFormat(name: string, head: Uint8Array): DocumentFormat | undefined {
  const extension = /\.([a-z]{3,4})$/i.exec(name)?.[1]?.toLowerCase();
  const format = documentExtensions.find((one) => one === extension);
  if (format === undefined) return undefined;
  const text = looseText(head.subarray(0, documentHeadBytes));
  return text !== undefined && looksLike[byExtension[format]](text) ? byExtension[format] : undefined;
}

const looksLike: Readonly<Record<DocumentFormat, (text: string) => boolean>> = {
  srt: (text) => text.includes('-->'),
  vtt: (text) => text.startsWith('WEBVTT'),
  ass: (text) => /^\s{0,100}\[Script Info\]/i.test(text) || /^Dialogue:/im.test(text),
  edl: (text) => /^\s{0,20}TITLE:/i.test(text) || /^FCM:/im.test(text) || /^\d{1,6}\s{1,8}\S{1,128}\s/m.test(text),
  otio: (text) => text.trimStart().startsWith('{') && text.includes('"OTIO_SCHEMA"'),
};

/** The start of a file as text, or undefined where it holds what no text does. */
function looseText(head: Uint8Array): string | undefined {
  const mark = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(mark).decode(head);
  return text.includes('\0') ? undefined : text;
}

/**
 * Reads a document. Timelines keep id and revision of `base` and find their media among `assets`.
 * Errors: DOCUMENT_INVALID, with the line where there is one.
 */
export function readDocument(
  format: DocumentFormat,
  bytes: Uint8Array,
  { assets, base }: { readonly assets: readonly Asset[]; readonly base: Timeline },
): ReadDocument {
  const text = decodeText(bytes, format.toUpperCase());
  switch (format) {
    case 'srt':
      return { kind: 'captions', format, ...parseSrt(text) };
    case 'vtt':
      return { kind: 'captions', format, ...parseVtt(text) };
    case 'ass':
      return { kind: 'captions', format, ...parseAss(text) };
    case 'edl':
      return { kind: 'timeline', format, ...parseEdl(text, assets, base) };
    case 'otio':
      return { kind: 'timeline', format, ...parseOtio(text, assets, base) };
  }
}

/** Captions from text that somebody pasted: WebVTT and ASS by their first line, else SubRip. Errors: DOCUMENT_INVALID. */
export function parseCaptions(text: string): ReadCues {
  if (text.length > documentLimits.bytes) throw documentFault('Captions', `it has more than ${documentLimits.bytes} characters`);
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('WEBVTT')) return parseVtt(start);
  if (/^\[Script Info\]/i.test(start) || /^Dialogue:/im.test(start.slice(0, 65_536))) return parseAss(start);
  return parseSrt(start);
}
