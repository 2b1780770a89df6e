/** Takes markup out of subtitle text in one pass; what only looks like it stays. */

/** `srt`: the tags that players know and `{\…}`. `vtt`: every tag. */
export type TagRules = 'srt' | 'vtt';

const known = /^\/?(?:[biusc]|font|em|strong|span|ruby|rt|v)(?:[\s.=][^]*)?\/?$/i;
/** Longer ones are text. */
const longestTag = 1000;

export function stripTags(text: string, rules: TagRules): string {
  return tokens(text, rules)
    .flatMap((token) => (token.kind === 'text' ? [token.text] : []))
    .join('');
}

export type Token = { readonly kind: 'text' | 'tag'; readonly text: string };

/** Text and tags in order; a tag's text is what stands between its brackets. */
export function tokens(text: string, rules: TagRules): Token[] {
  const found: Token[] = [];
  // Looked for once and kept: without an end each bracket would else search the rest of the text.
  const closes: Record<string, number> = { '>': -1, '}': -1 };
  const nextClose = (close: string, from: number): number => {
    const known = closes[close] ?? -1;
    if (known > from) return known === Number.MAX_SAFE_INTEGER ? -1 : known;
    const next = text.indexOf(close, from);
    closes[close] = next < 0 ? Number.MAX_SAFE_INTEGER : next;
    return next;
  };
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const close = text[at] === '<' ? '>' : rules === 'srt' && text[at] === '{' && text[at + 1] === '\\' ? '}' : undefined;
    const end = close === undefined ? -1 : nextClose(close, at);
    const inside = end < 0 || end - at > longestTag ? undefined : text.slice(at + 1, end);
    if (inside === undefined || (close === '>' && rules === 'srt' && !known.test(inside))) {
      at++;
      continue;
    }
    if (at > plainFrom) found.push({ kind: 'text', text: text.slice(plainFrom, at) });
    found.push({ kind: 'tag', text: inside });
    at += inside.length + 2;
    plainFrom = at;
  }
  if (plainFrom < text.length) found.push({ kind: 'text', text: text.slice(plainFrom) });
  return found;
}
