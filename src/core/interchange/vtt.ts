/** WebVTT after the W3C's draft: dots, escapes, blocks parted by blank lines, stamps between words. */
import { addTicks, subtractTicks, zero, type Ticks } from '#core/time';
import { readClock, writeClock } from './clock-text.ts';
import { closeCues } from './close-cues.ts';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { documentFault, documentLimits, splitLines } from './document-text.ts';
import { tally, type ReadCues } from './exported.ts';
import { tokens } from './strip-tags.ts';
import { toStretches, wordsOf, type StampedPart } from './word-stamps.ts';

const form = { mark: '.', digits: 3, hourDigits: 2 } as const;

/** Cues as WebVTT, word times as stamps. Times to the millisecond. */
export function writeVtt(cues: readonly Cue[]): string {
  const blocks = sortCues(cues).map(
    (cue, index) => `${index + 1}\n${writeClock(cue.start, form)} --> ${writeClock(cue.end, form)}\n${body(cue)}\n`,
  );
  return ['WEBVTT\n', ...blocks].join('\n');
}

function body(cue: Cue): string {
  const clean = { ...cue, text: cleanCueText(cue.text) };
  const stretches = toStretches(clean);
  if (stretches === undefined) return escape(clean.text);
  const stamp = (offset: Ticks) => `<${writeClock(addTicks(cue.start, offset), form)}>`;
  let spoken: Ticks = zero;
  let text = '';
  for (const { text: part, start, end } of stretches) {
    if (start !== undefined && start > spoken) text += stamp(start);
    text += escape(part);
    if (start === undefined || end === undefined) continue;
    spoken = end;
    // The pause after a word begins with a stamp of its own, so that the word ends where it does.
    if (end < subtractTicks(cue.end, cue.start)) text += stamp(end);
  }
  return text;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Cues of WebVTT text. Tags, settings, styles and regions are taken away; stamps become words.
 * Errors: DOCUMENT_INVALID with the line for a missing header, a time that cannot be read, no cue at all, or too many.
 */
export function parseVtt(text: string): ReadCues {
  const lines = splitLines(text, 'WebVTT');
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) throw documentFault('WebVTT', 'its first line is not WEBVTT', 1);
  const found: (Cue & { readonly line: number })[] = [];
  let [settings, voices] = [0, 0];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (!line.includes('-->')) continue;
    const times = /^[ \t]*([\d:.]{1,20})[ \t]*-->[ \t]*([\d:.]{1,20})(?:[ \t]|$)/.exec(line);
    const [start, end] = [readClock(times?.[1] ?? ''), readClock(times?.[2] ?? '')];
    if (start === undefined || end === undefined) {
      throw documentFault('WebVTT', `"${line.trim().slice(0, 60)}" is not a pair of times`, index + 1);
    }
    const from = index + 1;
    while (index + 1 < lines.length && lines[index + 1]!.trim() !== '' && !lines[index + 1]!.includes('-->')) index++;
    const content = lines.slice(from, index + 1).join('\n');
    if (line.slice(times![0].length).trim() !== '') settings++;
    if (/<v[ \t.]/.test(content)) voices++;
    found.push({ line: from, start, end, ...readBody(content, start, end) });
    if (found.length > documentLimits.cues) throw documentFault('WebVTT', `it has more than ${documentLimits.cues} cues`, from);
  }
  if (found.length === 0) throw documentFault('WebVTT', 'there is no cue in it');
  const { cues, notes } = closeCues(found);
  return {
    cues,
    notes: [
      ...notes,
      ...tally(settings, 'The position of 1 cue was left out', 'The positions of {n} cues were left out'),
      ...tally(voices, 'The name of the speaker of 1 cue was left out', 'The names of the speakers of {n} cues were left out'),
    ],
  };
}

function readBody(content: string, start: Ticks, end: Ticks): Pick<Cue, 'text' | 'words'> {
  const parts: { text: string; at: Ticks }[] = [{ text: '', at: zero }];
  let stamped = false;
  for (const token of tokens(content, 'vtt')) {
    if (token.kind === 'text') {
      parts.at(-1)!.text += unescape(token.text);
      continue;
    }
    const time = /^[\d:.]{5,20}$/.test(token.text) ? readClock(token.text) : undefined;
    if (time === undefined) continue;
    stamped = true;
    parts.push({ text: '', at: subtractTicks(time, start) });
  }
  const text = cleanCueText(parts.map((part) => part.text).join(''));
  const words = stamped && end > start ? wordsOf(parts satisfies StampedPart[], subtractTicks(end, start)) : undefined;
  return { text, ...(words === undefined ? {} : { words }) };
}

const names: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f', quot: '"', apos: "'",
}; // prettier-ignore

function unescape(text: string): string {
  return text.replaceAll(
    /&(?:([a-z]{2,4})|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return names[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : whole;
    },
  );
}
