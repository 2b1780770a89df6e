/** Advanced SubStation Alpha (v4+): styles, karaoke by `\k`, times to the hundredth of a second. */
import type { Size } from '#core/asset';
import { milliseconds, subtractTicks, ticks, toMilliseconds, type Ticks } from '#core/time';
import type { TextStyle } from '#core/timeline';
import { assStyleFormat, assStyleLine } from './ass-styles.ts';
import { captionStyle } from './captions-to-edits.ts';
import { readClock, toCentiseconds, writeClock } from './clock-text.ts';
import { closeCues } from './close-cues.ts';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { documentFault, documentLimits, splitLines } from './document-text.ts';
import { tally, type ReadCues } from './exported.ts';
import { toStretches, wordsOf, type StampedPart } from './word-stamps.ts';

const form = { mark: '.', digits: 2, hourDigits: 1 } as const;
const joiner = '\u2060';
const eventFormat = 'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';

/** Cues as an ASS script for a canvas; cues without a style get the usual caption look. Times to the hundredth of a second. */
export function writeAss(cues: readonly Cue[], canvas: Size, title = 'Captions'): string {
  const names = new Map<string, { readonly name: string; readonly style: TextStyle }>();
  const events = sortCues(cues).map((cue) => {
    const style = { ...(cue.style ?? captionStyle), fadeIn: 0 as Ticks, fadeOut: 0 as Ticks };
    const key = JSON.stringify(style);
    const named = names.get(key) ?? { name: `${style.preset}-${names.size + 1}`, style };
    names.set(key, named);
    return `Dialogue: 0,${writeClock(cue.start, form)},${writeClock(cue.end, form)},${named.name},,0,0,0,,${fade(cue)}${body(cue)}`;
  });
  return [
    '[Script Info]',
    `Title: ${title.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')}`,
    'ScriptType: v4.00+',
    `PlayResX: ${canvas.width}`,
    `PlayResY: ${canvas.height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    '',
    '[V4+ Styles]',
    assStyleFormat,
    ...[...names.values()].map(({ name, style }) => assStyleLine(name, style, canvas)),
    '',
    '[Events]',
    eventFormat,
    ...events,
    '',
  ].join('\n');
}

function fade({ style }: Cue): string {
  if (style === undefined || style.fadeIn + style.fadeOut === 0) return '';
  return `{\\fad(${toMilliseconds(style.fadeIn)},${toMilliseconds(style.fadeOut)})}`;
}

function body(cue: Cue): string {
  const clean = { ...cue, text: cleanCueText(cue.text) };
  const stretches = toStretches(clean);
  if (stretches === undefined) return escape(clean.text);
  // Each length is the difference of two rounded moments: a minute of words ends where the cue does.
  const moment = (offset: number) => toCentiseconds(ticks(cue.start + offset)) - toCentiseconds(cue.start);
  let spoken = 0;
  let text = '';
  for (const { text: part, start, end } of stretches) {
    if (start === undefined || end === undefined) {
      text += escape(part);
      continue;
    }
    const [from, to] = [moment(start), moment(end)];
    if (from > spoken) text += `{\\k${from - spoken}}`;
    text += `{\\k${to - from}}${escape(part)}`;
    spoken = to;
  }
  return text;
}

/** Braces would open markup, a backslash a code; a word joiner after it, which nobody sees, keeps it a backslash. */
function escape(text: string): string {
  return text.replaceAll('\\', `\\${joiner}`).replaceAll(/[{}]/g, '\\$&').replaceAll('\n', '\\N');
}

type Columns = { readonly count: number; readonly start: number; readonly end: number };
/** Before a Format line, or without one. */
const usualColumns: Columns = { count: 10, start: 1, end: 2 };

/**
 * Cues of an ASS or SSA script. Looks, positions and drawings are taken away; `\k` times become words.
 * Errors: DOCUMENT_INVALID with the line for an event that cannot be read, no event at all, or too many.
 */
export function parseAss(text: string): ReadCues {
  const lines = splitLines(text, 'ASS');
  const found: (Cue & { readonly line: number })[] = [];
  let columns = usualColumns;
  let drawings = 0;
  lines.forEach((line, index) => {
    if (/^Format:/i.test(line) && /\bText\s*$/i.test(line)) columns = columnsOf(line, index + 1);
    if (!/^Dialogue:/i.test(line)) return;
    const fields = splitFields(line.slice('Dialogue:'.length), columns.count);
    const [start, end] = [readClock(fields[columns.start]?.trim() ?? ''), readClock(fields[columns.end]?.trim() ?? '')];
    if (fields.length < columns.count || start === undefined || end === undefined)
      throw documentFault('ASS', 'the event has no pair of times', index + 1);
    const read = readBody(fields.at(-1) ?? '', end > start ? subtractTicks(end, start) : (0 as Ticks));
    if (read.isDrawing) drawings++;
    else found.push({ line: index + 1, start, end, ...read.content });
    if (found.length > documentLimits.cues)
      throw documentFault('ASS', `it has more than ${documentLimits.cues} events`, index + 1);
  });
  if (found.length + drawings === 0) throw documentFault('ASS', 'there is no event in it');
  const { cues, notes } = closeCues(found);
  return { cues, notes: [...notes, ...tally(drawings, '1 drawing was left out', '{n} drawings were left out')] };
}

function columnsOf(line: string, number: number): Columns {
  const names = line
    .slice('Format:'.length)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const columns = { count: names.length, start: names.indexOf('start'), end: names.indexOf('end') };
  if (columns.start < 0 || columns.end < 0) throw documentFault('ASS', 'the format of events names no Start or End', number);
  return columns;
}

/** Split at commas into so many fields; the last one, the text, keeps its own. */
function splitFields(text: string, count: number): string[] {
  const fields: string[] = [];
  let from = 0;
  while (fields.length < count - 1) {
    const comma = text.indexOf(',', from);
    if (comma < 0) break;
    fields.push(text.slice(from, comma));
    from = comma + 1;
  }
  return [...fields, text.slice(from)];
}

type Body = { readonly isDrawing: boolean; readonly content: Pick<Cue, 'text' | 'words'> };

function readBody(source: string, duration: Ticks): Body {
  const parts: { text: string; at: Ticks }[] = [{ text: '', at: 0 as Ticks }];
  let [elapsed, stamped, isDrawing] = [0, false, false];
  for (const token of assTokens(source)) {
    if (token.kind === 'text') {
      parts.at(-1)!.text += token.text;
      continue;
    }
    if (/\\p[1-9]/.test(token.text)) isDrawing = true;
    for (const match of token.text.matchAll(/\\(?:k|K|kf|ko)(\d{1,6})(?!\d)/g)) {
      stamped = true;
      parts.push({ text: '', at: milliseconds(elapsed * 10) });
      elapsed += Number(match[1]);
    }
  }
  if (stamped) parts.push({ text: '', at: milliseconds(elapsed * 10) });
  const text = cleanCueText(parts.map((part) => part.text).join(''));
  const words = stamped && duration > 0 ? wordsOf(parts satisfies StampedPart[], duration) : undefined;
  return { isDrawing, content: { text, ...(words === undefined ? {} : { words }) } };
}

type AssToken = { readonly kind: 'text' | 'tags'; readonly text: string };

function assTokens(source: string): AssToken[] {
  const tokens: AssToken[] = [];
  let plain = '';
  let at = 0;
  // Without a closing brace all the rest is text; looked for once, so that a line of braces takes no longer than any other.
  const lastClose = source.lastIndexOf('}');
  while (at < source.length) {
    const [character, next] = [source[at]!, source[at + 1]];
    if (character === '\\' && next !== undefined && /[Nnh{}\u2060]/.test(next)) {
      plain += next === 'N' || next === 'n' ? '\n' : next === 'h' ? '\u00a0' : next === joiner ? '\\' : next;
      at += 2;
      continue;
    }
    if (character === '{' && at < lastClose) {
      const close = source.indexOf('}', at);
      if (plain !== '') tokens.push({ kind: 'text', text: plain });
      plain = '';
      tokens.push({ kind: 'tags', text: source.slice(at + 1, close) });
      at = close + 1;
      continue;
    }
    plain += character;
    at++;
  }
  return plain === '' ? tokens : [...tokens, { kind: 'text', text: plain }];
}
