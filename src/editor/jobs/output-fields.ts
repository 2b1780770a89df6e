/** Reading the loose fields of a request: what counts as given, as text, as a number, and how a refusal is worded. */
import { fail, type EditorError } from '#core/errors';

export type RawOutput = Readonly<Record<string, unknown>>;

export function lookUp<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Trimmed and in small letters; undefined for what is neither text nor a number, and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (!isGiven(value)) return undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : undefined;
}

/** A whole number between two bounds. Errors: REQUEST_INVALID naming the field. */
export function numberOf(
  value: unknown,
  field: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (!isGiven(value)) return undefined;
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  if (!Number.isInteger(number) || number < least || number > most)
    throw refuse(field, `it must be a whole number, ${least} to ${most}`);
  return number;
}

export function refuse(field: string, reason: string): EditorError {
  return fail('REQUEST_INVALID', { reason: `output.${field}: ${reason}` });
}
