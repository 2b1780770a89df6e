/** A user's file name as it may be shown: never a path, nothing invisible, nothing that turns text around. Pure. */
const lengthLimit = 200;

/** The last part of the name without control and format characters, at most 200 long, extension kept; `untitled` where nothing is left. */
export function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const visible = last
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (visible === '' || visible === '.' || visible === '..') return 'untitled';
  const characters = Array.from(visible);
  if (characters.length <= lengthLimit) return visible;
  const extension = Array.from(/\.[^.]{1,10}$/u.exec(visible)?.[0] ?? '');
  return [...characters.slice(0, lengthLimit - extension.length), ...extension].join('');
}
