/** Bytes that somebody sent, as lines of text within limits. */
import { fail, type EditorError } from '#core/errors';

/** What a document may hold; one that holds more is refused, never cut. */
export const documentLimits = {
  bytes: 16_777_216,
  lines: 500_000,
  lineLength: 65_536,
  cues: 20_000,
  /** Events of an edit list, items of a timeline. */
  items: 10_000,
  /** Objects within objects. */
  depth: 64,
} as const;

/** A fault of a document; `line` counts from 1. */
export function documentFault(format: string, reason: string, line?: number): EditorError {
  return fail('DOCUMENT_INVALID', { format, reason, ...(line === undefined ? {} : { line }) });
}

/**
 * The text of a file: UTF-8, or UTF-16 with its mark; the mark itself is not part of it.
 * Errors: DOCUMENT_INVALID where it is larger than 16 MiB, in another encoding, or not text at all.
 */
export function decodeText(bytes: Uint8Array, format = 'File'): string {
  if (bytes.length > documentLimits.bytes) {
    throw documentFault(format, `it has ${bytes.length} bytes, permitted are ${documentLimits.bytes}`);
  }
  const text = decode(bytes, encodingOf(bytes), format);
  const zero = text.indexOf('\0');
  if (zero >= 0) throw documentFault(format, 'it is not text', lineAt(text, zero));
  return text;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decode(bytes: Uint8Array, encoding: string, format: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw documentFault(format, 'it is neither UTF-8 nor UTF-16 text; save it as UTF-8');
  }
}

/** The lines of a document; number `n` is at `n - 1`. Errors: DOCUMENT_INVALID for too many or too long ones. */
export function splitLines(text: string, format: string): string[] {
  if (text.length > documentLimits.bytes) throw documentFault(format, `it has more than ${documentLimits.bytes} characters`);
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (lines.length > documentLimits.lines) {
    throw documentFault(format, `it has ${lines.length} lines, permitted are ${documentLimits.lines}`);
  }
  const long = lines.findIndex((line) => line.length > documentLimits.lineLength);
  if (long >= 0) throw documentFault(format, `the line has more than ${documentLimits.lineLength} characters`, long + 1);
  return lines;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
