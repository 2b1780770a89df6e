/**
 * A script as people write it, into lines to be spoken: one paragraph a line, with the shot or the time it belongs to where it
 * says so, without what is not spoken: headings, notes after `>`, directions in brackets.
 */
import { milliseconds, type Ticks } from '#core/time';
import type { ScriptLine } from './script.ts';

export const scriptLimits = { characters: 200_000, lines: 400, lineCharacters: 2000 } as const;

const clock = String.raw`(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?`;
const timed = new RegExp(
  String.raw`^[\[(]?\s*${clock}(?:\s*(?:-->|[-–—~至到]|to)\s*(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?)?\s*[\])]?\s*[:：.)-]?\s*`,
);
const numbered =
  /^(?:(?:shot|scene|clip|line)\s*#?\s*(\d{1,3})\b|(?:镜头|场景|片段)\s*(\d{1,3})|第\s*(\d{1,3})\s*(?:个)?(?:镜头|场景|片段)|(\d{1,3})[.)、](?=\s|$)|(\d{1,3})\s*[:：](?=\s))\s*[:：.)、–—-]?\s*/i;
const speaker = /^(?:vo|v\.o\.|voice-?over|narrator|narration|旁白|解说|配音)\s*[:：]\s*/i;
const emphasis = /(\*\*|__|\*|`)(?=\S)([^*_`]+)\1/g;

type Place = { readonly shot?: number; readonly at?: Ticks };

/** Lines in their order; empty where nothing is to be spoken. A single paragraph without places becomes its sentences. */
export function readScript(text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  let place: Place = {};
  let open = false;
  const mayContinue = continues(text);
  for (const raw of text
    .slice(0, scriptLimits.characters)
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)) {
    const line = raw.slice(0, 2 * scriptLimits.lineCharacters).trim();
    if (line === '' || /^[-=_*]{3,}$/.test(line) || line.startsWith('>') || /^<!--.*-->$/.test(line)) {
      open = false;
      continue;
    }
    const heading = /^#{1,6}\s*/.exec(line);
    const found = placeOf(line.slice(heading?.[0].length ?? 0));
    const isPlaced = found.place.shot !== undefined || found.place.at !== undefined;
    if (heading !== null) {
      place = isPlaced ? found.place : place;
      open = false;
      continue;
    }
    const words = spokenWords(found.rest);
    if (isPlaced && words === '' && found.rest === '') {
      place = found.place;
      open = false;
      continue;
    }
    if (words === '') continue;
    if (isPlaced || !open || lines.length === 0 || !mayContinue) lines.push({ ...(isPlaced ? found.place : place), text: words });
    else lines[lines.length - 1] = { ...lines.at(-1)!, text: `${lines.at(-1)!.text} ${words}` };
    // A time is that of one line; a shot may have several.
    if (place.at !== undefined) place = place.shot === undefined ? {} : { shot: place.shot };
    open = true;
  }
  const [only] = lines;
  const whole = lines.length === 1 && only !== undefined && only.shot === undefined && only.at === undefined;
  return (whole ? sentencesOf(only.text).map((sentence) => ({ text: sentence })) : lines)
    .map((line) => ({ ...line, text: line.text.slice(0, scriptLimits.lineCharacters) }))
    .slice(0, scriptLimits.lines);
}

/** Paragraphs that are parted by empty lines may be broken into several; otherwise each line stands by itself. */
function continues(text: string): boolean {
  return /\S[ \t]*(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)[ \t]*\S/.test(text);
}

/** The shot and the time that a line begins with, and what comes after. */
function placeOf(line: string): { readonly place: Place; readonly rest: string } {
  const bare = line.replace(/^[-*+•]\s+/, '').replace(/^\*\*([^*]+)\*\*/, '$1');
  const number = numbered.exec(bare);
  const afterNumber = bare.slice(number?.[0].length ?? 0).replace(/^[,，]\s*/, '');
  const time = timed.exec(afterNumber);
  const shot = number?.slice(1).find((part) => part !== undefined);
  return {
    place: {
      ...(shot === undefined ? {} : { shot: Number(shot) }),
      ...(time === null ? {} : { at: ticksOf(time) }),
    },
    rest: afterNumber
      .slice(time?.[0].length ?? 0)
      .replace(/^\((?:[^)]*)\)\s*[:：]?\s*(?=\S)/, '')
      .trim(),
  };
}

function ticksOf([, hours, minutes, secondsPart, fraction]: RegExpExecArray): Ticks {
  const whole = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(secondsPart);
  return milliseconds(whole * 1000 + Number((fraction ?? '0').padEnd(3, '0')));
}

/** What is spoken of a line: no speaker's name, no markup, no directions in square brackets. */
function spokenWords(line: string): string {
  return line
    .replace(speaker, '')
    .replace(/\[[^\]]*\]|【[^】]*】/g, ' ')
    .replace(emphasis, '$2')
    .replace(/^["“]([^"“”]+)["”]$/, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether anything in a text is a letter or a digit. */
export function isSpeakable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function sentencesOf(text: string): string[] {
  const parts = text.split(/(?<=[.!?…]["”')]?)\s+(?=["“'(]?[\p{Lu}\p{N}])|(?<=[。！？]["”’）]?)/u).map((part) => part.trim());
  return parts.filter(isSpeakable);
}
