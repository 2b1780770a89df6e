/**
 * Several files, each by itself: which part of what was said is about which file, and one report for all.
 *
 *     "clean the first, trim the second, export both"  →  1: clean it, export it   2: trim it, export it
 */

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const chinese = '一二三四五六七八九十';
const noun = '(?: (?:one|video|file|recording|clip|upload)s?)?';

/** Whether the words ask for every file by itself. */
export function asksForEach(instruction: string): boolean {
  return /\b(?:each|all|both|them|every(?: file| one| video)?)\b[^.,;]*\b(?:separately|individually|on (?:its|their) own|by (?:itself|themselves))\b|\bseparate(?:ly)? (?:files|videos|renders)\b|\bone by one\b|\b(?:separately|individually)\b|分别|逐个|各自|单独处理/i.test(
    instruction,
  );
}

/** The words for each of the files, in their order; what names no file is for all of them. */
export function instructionsForEach(instruction: string, names: readonly string[]): readonly string[] {
  const spoken = instruction.replace(
    /[,，;；]?\s*(?:and )?\b(?:process|edit|do|handle|treat) (?:each|them|all|both)(?: (?:one|of them|file|video)s?)? (?:separately|individually|one by one|on (?:its|their) own)\b:?|\b(?:separately|individually|one by one)\b|分别处理[：:]?|逐个处理[：:]?|分别|逐个/gi,
    ' ',
  );
  const parts = spoken
    .split(
      /[,，;；。\n]+|\.(?=\s|$)|\b(?:and then|then)\b|然后|\band\b(?=[^,;]*\b(?:first|second|third|fourth|fifth|last|both|all|each)\b)/i,
    )
    .map((part) => part.trim().replace(/^(?:and|also|please|并且?|再)\s+/i, ''))
    .filter((part) => part !== '');
  const wishes = names.map((): string[] => []);
  let targets = names.map((_, index) => index);
  for (const part of parts) {
    const named = filesIn(part, names);
    if (named !== undefined) targets = named;
    const words = withoutName(part, names);
    // Each gets its file anyway.
    if (!/^(?:export|render|download|save)(?: it)?$|^(?:导出|渲染|下载)$/i.test(words))
      for (const index of targets) wishes[index]!.push(words);
  }
  return wishes.map((list) => list.join(', '));
}

/** Which files a part is about; undefined where it goes on about those before it. */
function filesIn(part: string, names: readonly string[]): number[] | undefined {
  if (/\b(?:both|all|each|every|everything|them)\b|都|全部|每个|所有|两个/i.test(part)) return names.map((_, index) => index);
  const found = names.flatMap((name, index) => {
    const ordinal = new RegExp(
      `(?<!\\b(?:first|last|a|one|every|per) )\\b(?:the )?${ordinals[index] ?? '(?!)'}\\b(?!\\s+(?:\\d|second|minute|half|clip|shot|scene|cut|pause))`,
      'i',
    );
    const numbered = new RegExp(
      `\\b(?:video|file|recording) ${index + 1}\\b|第${chinese[index] ?? '(?!)'}个|第${index + 1}个`,
      'i',
    );
    const isLast = index === names.length - 1 && new RegExp(`\\bthe last${noun}$|最后一个`, 'i').test(part);
    return part.includes(name) || ordinal.test(part) || numbered.test(part) || isLast ? [index] : [];
  });
  return found.length === 0 ? undefined : found;
}

/** The same wish, said to one file: "clean the first" is "clean it". */
function withoutName(part: string, names: readonly string[]): string {
  let words = part;
  for (const name of names) words = words.replaceAll(name, 'it');
  const one = `(?<!(?:first|last|a|one|every|per) )(?:the )?(?:${ordinals.join('|')}|last)(?! (?:\\d|seconds?|minutes?|half|clip|shot|scene|cut|pause))${noun}`;
  return words
    .replace(new RegExp(`\\b(?:in|from|of|for|on|to) ${one}\\b`, 'gi'), '')
    .replace(new RegExp(`\\b${one}\\b`, 'gi'), 'it')
    .replace(/\b(?:in|from|of|for|on) (?:both|all of them|each(?: of them| one| file| video)?|every (?:one|file|video))\b/gi, '')
    .replace(/\b(?:both|all of them|each(?: of them| one| file| video)?|every (?:one|file|video)|them)\b/gi, 'it')
    .replace(
      /(?:把|对|给)?第[一二三四五六七八九十\d]+个(?:视频|文件|素材|录音)?的?|(?:两个|每个|所有)(?:视频|文件|素材)?的?|都/g,
      '',
    )
    .replace(/\s+/g, ' ')
    .trim();
}

export type EachRow = {
  readonly file: string;
  readonly asked: string;
  readonly before?: string;
  readonly after?: string;
  readonly output?: string;
  readonly failed?: string;
};

/** The report as a table in plain text. */
export function tableOf(rows: readonly EachRow[]): string[] {
  const head = ['#', 'File', 'Asked', 'Length', 'Result'];
  const body = rows.map(({ file, asked, before, after, output, failed }, index) => [
    String(index + 1),
    file,
    asked === '' ? '-' : asked,
    before === undefined || after === undefined ? '-' : before === after ? after : `${before} → ${after}`,
    failed ?? output ?? '-',
  ]);
  const widths = head.map((title, column) => Math.min(48, Math.max(...[title, ...body.map((row) => row[column]!)].map(widthOf))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, widths[column]! - widthOf(cell))),
      )
      .join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

/** Columns of a terminal: Chinese letters take two. */
function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, letter) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(letter) ? 2 : 1),
    0,
  );
}
