/**
 * Which bytes of a file a request is answered with: RFC 9110 sections 13 and 14, single ranges only.
 *
 * Pure; the table of cases is in range.test.ts.
 */

/** The request headers that decide; absent ones are undefined. */
export type RangeQuestion = {
  readonly method: string;
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
};

export type RangeAnswer =
  | { readonly kind: 'whole' }
  /** `end` excluded. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'precondition-failed' };

/**
 * Decides for a file of `bytes` bytes with the strong `etag` (quotes included).
 *
 * A malformed range, several ranges, a range on HEAD and a range whose `If-Range` does not match all give the whole file,
 * as the RFC permits or demands; a well-formed one past the end is unsatisfiable.
 */
export function decideRange(question: RangeQuestion, bytes: number, etag: string): RangeAnswer {
  const { ifMatch, ifNoneMatch } = question;
  if (ifMatch !== undefined && !listsTag(ifMatch, etag, 'strong')) return { kind: 'precondition-failed' };
  if (ifNoneMatch !== undefined && listsTag(ifNoneMatch, etag, 'weak')) return { kind: 'not-modified' };
  if (question.method !== 'GET' || question.range === undefined) return { kind: 'whole' };
  // Only a strong tag that is ours lets the range through; dates never do, since no Last-Modified is sent.
  if (question.ifRange !== undefined && question.ifRange.trim() !== etag) return { kind: 'whole' };
  return parseRange(question.range, bytes);
}

function parseRange(header: string, bytes: number): RangeAnswer {
  const set = /^\s*bytes\s*=(.*)$/i.exec(header)?.[1];
  const specs = (set ?? '')
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  const match = specs.length === 1 ? /^(\d*)-(\d*)$/.exec(specs[0]!) : null;
  if (match === null) return { kind: 'whole' };
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') return last === '' ? { kind: 'whole' } : suffix(Number(last), bytes);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= bytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? bytes : Math.min(Number(last) + 1, bytes) };
}

function suffix(length: number, bytes: number): RangeAnswer {
  if (length === 0 || bytes === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', start: Math.max(0, bytes - length), end: bytes };
}

function listsTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (comparison === 'weak' && tag === `W/${etag}`));
}
