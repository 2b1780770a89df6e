/**
 * SubRip: numbered cues with comma milliseconds. It has no specification and no escapes; players read `<i>` and `{\an8}` as
 * markup, so a word joiner, which nobody sees, goes into text that only looks like it.
 */
import { readClock, writeClock } from './clock-text.ts';
import { closeCues } from './close-cues.ts';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { documentFault, documentLimits, splitLines } from './document-text.ts';
import type { ReadCues } from './exported.ts';
import { stripTags } from './strip-tags.ts';

const form = { mark: ',', digits: 3, hourDigits: 2 } as const;
const joiner = '\u2060';

/** Cues as SubRip text. Times to the millisecond. */
export function writeSrt(cues: readonly Cue[]): string {
  return sortCues(cues)
    .map(
      ({ start, end, text }, index) => `${index + 1}\n${writeClock(start, form)} --> ${writeClock(end, form)}\n${escape(text)}\n`,
    )
    .join('\n');
}

function escape(text: string): string {
  return cleanCueText(text)
    .replaceAll(/<(?=\/?(?:[biuscv]|font|em|strong|span|ruby|rt)\b)/gi, `<${joiner}`)
    .replaceAll(/\{(?=\\)/g, `{${joiner}`)
    .replaceAll('-->', `--${joiner}>`);
}

type OpenCue = { readonly line: number; readonly start: Cue['start']; readonly end: Cue['end']; readonly text: string[] };

/**
 * Cues of SubRip text, forgiving where players are: numbers may be missing or wrong, dots may stand for commas, blank lines may be
 * missing or lie within a cue. Markup is taken away.
 *
 * Errors: DOCUMENT_INVALID with the line for a time that cannot be read, no cue at all, or too many.
 */
export function parseSrt(text: string): ReadCues {
  const lines = splitLines(text, 'SRT');
  const found: OpenCue[] = [];
  lines.forEach((line, index) => {
    const times = timesOf(line, index, lines);
    if (times === undefined) return void found.at(-1)?.text.push(line);
    dropNumber(found, lines[index - 1], lines[index - 2]);
    found.push({ ...times, line: index + 1, text: [] });
    if (found.length > documentLimits.cues) throw documentFault('SRT', `it has more than ${documentLimits.cues} cues`, index + 1);
  });
  if (found.length === 0) throw documentFault('SRT', 'there is no cue in it');
  return closeCues(found.map(({ text: parts, ...rest }) => ({ ...rest, text: plain(parts.join('\n')) })));
}

function timesOf(line: string, index: number, lines: readonly string[]): Pick<Cue, 'start' | 'end'> | undefined {
  const arrow = line.indexOf('-->');
  if (arrow < 0) return undefined;
  const start = readClock(line.slice(0, arrow).trim());
  // What follows the second time is a position of some player.
  const end = readClock(
    line
      .slice(arrow + 3)
      .trim()
      .split(/[ \t]/, 1)[0] ?? '',
  );
  if (start !== undefined && end !== undefined) return { start, end };
  const isCue = /^\s*\d/.test(line) && /^\s*\d*\s*$/.test(lines[index - 1] ?? '');
  if (isCue) throw documentFault('SRT', `"${line.trim().slice(0, 60)}" is not a pair of times`, index + 1);
  return undefined;
}

/** The number above the times belongs to the new cue, not to the text of the one before. */
function dropNumber(found: readonly OpenCue[], above: string | undefined, beforeIt: string | undefined): void {
  const text = found.at(-1)?.text;
  if (text === undefined || above === undefined || !/^\s*\d{1,9}\s*$/.test(above)) return;
  if ((beforeIt ?? '').trim() === '' || Number(above) === found.length + 1) text.pop();
}

function plain(text: string): string {
  const joined = (part: string) =>
    part.replaceAll(`<${joiner}`, '<').replaceAll(`{${joiner}`, '{').replaceAll(`--${joiner}>`, '-->');
  return cleanCueText(joined(stripTags(text, 'srt')));
}
