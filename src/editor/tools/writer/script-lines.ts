/** The words that a narration is made of: what was just given, what was said before, the script, or a text that was uploaded. */
import { isSpeakable, readScript, scriptLimits, type NarrationTake, type ScriptLine, type WriterNotes } from '#core/script';
import { parseTimeInput } from '#core/protocol';
import { parseSrt } from '#core/interchange';
import type { Words } from '../words.ts';

export type GivenLines = {
  readonly text?: string | undefined;
  readonly lines?:
    readonly { readonly text: string; readonly shot?: number | undefined; readonly start?: string | undefined }[] | undefined;
  readonly another?: boolean | undefined;
  /** Other words for lines that there are, by their number. */
  readonly changes?: readonly { readonly line: number; readonly text: string }[] | undefined;
  /** `lines` come to those that are heard now, which stay where they are. */
  readonly add?: boolean | undefined;
  readonly heard?: readonly ScriptLine[];
};

export type FoundLines = {
  readonly lines: readonly ScriptLine[];
  /** Where they are from: the name of a text, or what the script is called. */
  readonly title?: string;
  /** Whether they are the script that is kept already. */
  readonly isScript: boolean;
  /** A model wrote them and may make them shorter; what a person wrote is never changed. */
  readonly isOurs: boolean;
};

/** The lines, or a sentence on what is missing. Errors: REQUEST_INVALID for times that are none. */
export function scriptLines(
  given: GivenLines,
  notes: WriterNotes,
  last: NarrationTake | undefined,
  words: Words,
): FoundLines | { readonly why: string } {
  const ours = (lines: readonly ScriptLine[]) => lines.filter(({ text }) => isSpeakable(text)).slice(0, scriptLimits.lines);
  if (given.lines !== undefined) {
    const lines = given.lines.map(({ text, shot, start }) => ({
      ...(shot === undefined ? {} : { shot }),
      ...(start === undefined ? {} : { at: parseTimeInput(start) }),
      text: text.replace(/\s+/g, ' ').trim(),
    }));
    const all = given.add === true ? [...(given.heard ?? []), ...lines].toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)) : lines;
    return found(ours(all), { isScript: false, isOurs: false }, words);
  }
  if (given.changes !== undefined) return changedLines(given.changes, last?.lines ?? notes.script?.lines ?? [], words);
  if (given.text !== undefined) return found(linesOf(given.text), { isScript: false, isOurs: false }, words);
  if (given.another === true && last !== undefined)
    return { lines: last.lines.map(({ source: _source, ...line }) => line), isScript: true, isOurs: false };
  const { script } = notes;
  const text = notes.texts.at(-1);
  if (text !== undefined && (script === undefined || text.number > script.afterText || script.lines.length === 0))
    return found(linesOf(text.text), { isScript: false, isOurs: false, title: text.name }, words);
  if (script === undefined)
    return {
      why: words.say(
        'there is no script yet: say "write a script", send your words after "narrate this:", or upload them as a .txt or .md file',
        '还没有脚本：可以说“写一段旁白脚本”，或以“朗读：”开头发送文字，或上传 .txt、.md 文件',
      ),
    };
  if (script.lines.length === 0)
    return {
      why: words.say(
        'the script is a frame whose places are not filled in yet; send the words after "narrate this:", or upload the filled text as a .txt or .md file',
        '脚本还只是框架，内容尚未填写；请以“朗读：”开头发送文字，或上传填好的 .txt、.md 文件',
      ),
    };
  return { lines: script.lines, isScript: true, isOurs: script.writtenBy === 'model' };
}

function changedLines(
  changes: NonNullable<GivenLines['changes']>,
  lines: readonly ScriptLine[],
  words: Words,
): FoundLines | { readonly why: string } {
  const missing = changes.find(({ line }) => lines[line - 1] === undefined);
  if (missing !== undefined)
    return {
      why: words.say(
        `there is no line ${missing.line}; there are ${lines.length}`,
        `没有第 ${missing.line} 句，共有 ${lines.length} 句`,
      ),
    };
  const changed = lines.map(({ shot, at, text }, index) => ({
    ...(shot === undefined ? {} : { shot }),
    ...(at === undefined ? {} : { at }),
    text:
      changes
        .findLast(({ line }) => line === index + 1)
        ?.text.replace(/\s+/g, ' ')
        .trim() ?? text,
  }));
  return found(
    changed.filter(({ text }) => isSpeakable(text)),
    { isScript: true, isOurs: false },
    words,
  );
}

function linesOf(text: string): readonly ScriptLine[] {
  // Captions are lines with times.
  if (text.includes('-->'))
    return parseSrt(text).cues.map(({ start, text: words }) => ({ at: start, text: words.replace(/\s+/g, ' ') }));
  return readScript(text).filter((line) => isSpeakable(line.text));
}

function found(
  lines: readonly ScriptLine[],
  from: Omit<FoundLines, 'lines'>,
  words: Words,
): FoundLines | { readonly why: string } {
  if (lines.length > 0) return { lines, ...from };
  return { why: words.say('there are no words to speak in it', '其中没有可朗读的文字') };
}
