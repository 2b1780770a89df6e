/**
 * The order in which a line of mixed directions is seen.
 *
 * Source: Unicode Bidirectional Algorithm, UAX #9 (revision 50): W2 to W7, N0 to N2, I1, I2, L2. Embeddings and isolates that
 * somebody typed have no effect; marks of direction do. libass knows all of it, but not across codes, and a line needs codes
 * wherever its face changes and around words that come or swell.
 */
import type { Cluster } from './text-clusters.ts';

/** Levels of characters in the order of the text: even runs from left to right, odd from right to left. */
export function levelsOf(clusters: readonly Cluster[], isRightToLeft: boolean): number[] {
  const base = isRightToLeft ? 1 : 0;
  const kinds = clusters.map(kindOf);
  resolveNumbers(kinds, isRightToLeft ? 'R' : 'L');
  resolveBrackets(clusters, kinds, isRightToLeft ? 'R' : 'L');
  resolveNeutrals(kinds, isRightToLeft ? 'R' : 'L');
  return kinds.map((kind) => {
    if (kind === 'L') return base === 0 ? 0 : 2;
    if (kind === 'R') return 1;
    return 2;
  });
}

/** Indexes from left to right. */
export function visualOrder(levels: readonly number[]): number[] {
  const order = levels.map((_, index) => index);
  for (let level = Math.max(0, ...levels); level > 0; level--) {
    for (let start = 0; start < order.length; start++) {
      let end = start;
      while (end < order.length && levels[order[end]!]! >= level) end++;
      if (end > start) order.splice(start, end - start, ...order.slice(start, end).toReversed());
      start = Math.max(start, end);
    }
  }
  return order;
}

/** Bidirectional classes: left, right, Arabic letter, European and Arabic numbers, their separators, all that has no direction. */
type Kind = 'L' | 'R' | 'AL' | 'EN' | 'AN' | 'ES' | 'ET' | 'CS' | 'ON';
type Side = 'L' | 'R';

const kinds: readonly (readonly [Kind, RegExp])[] = [
  ['L', /^\u200e/],
  ['R', /^[\u200f\u061c]/],
  ['AN', /^[\u0660-\u0669\u066b\u066c\u06dd]/],
  ['EN', /^[0-9\u06f0-\u06f9\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]/],
  ['ES', /^[+\-\u2212]/],
  ['CS', /^[,./:\u00a0\u060c\u202f]/],
  ['ET', /^[#%\u00b0\u2030\u2032\u2033\u066a\p{Sc}]/u],
  ['AL', /^[\u0600-\u07bf\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufefc]/],
  ['R', /^[\u0590-\u05ff\u07c0-\u085f\ufb1d-\ufb4f\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u],
  ['L', /^[\p{L}\p{Nl}]/u],
];

function kindOf({ text, isPicture }: Cluster): Kind {
  if (isPicture) return 'ON';
  return kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? 'ON';
}

/** W2 to W7. */
function resolveNumbers(found: Kind[], base: Side): void {
  let strong: Kind = base;
  for (const [index, kind] of found.entries()) {
    if (kind === 'L' || kind === 'R' || kind === 'AL') strong = kind;
    if (kind === 'EN' && strong === 'AL') found[index] = 'AN';
  }
  for (const [index, kind] of found.entries()) if (kind === 'AL') found[index] = 'R';
  for (const [index, kind] of found.entries()) {
    const [before, after] = [found[index - 1], found[index + 1]];
    const isBetween = before === after && (before === 'EN' || (before === 'AN' && kind === 'CS'));
    if ((kind === 'ES' || kind === 'CS') && isBetween) found[index] = before;
  }
  const spread = (order: readonly number[], step: number) => {
    for (const index of order) if (found[index] === 'ET' && found[index + step] === 'EN') found[index] = 'EN';
  };
  const order = found.map((_, index) => index);
  spread(order, -1);
  spread(order.toReversed(), 1);
  strong = base;
  for (const [index, kind] of found.entries()) {
    if (kind === 'L' || kind === 'R') strong = kind;
    if (kind === 'ES' || kind === 'ET' || kind === 'CS') found[index] = 'ON';
    if (kind === 'EN' && strong === 'L') found[index] = 'L';
  }
}

const brackets: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '（': '）', '【': '】', '「': '」', '⟨': '⟩' };

/** N0: a pair of brackets goes with what is inside, where that says something. */
function resolveBrackets(clusters: readonly Cluster[], found: Kind[], base: Side): void {
  const open: { readonly closing: string; readonly at: number }[] = [];
  const pairs: [number, number][] = [];
  for (const [index, { text }] of clusters.entries()) {
    const closing = brackets[text];
    if (closing !== undefined) open.push({ closing, at: index });
    const match = open.findLastIndex((bracket) => bracket.closing === text);
    if (match < 0) continue;
    pairs.push([open[match]!.at, index]);
    open.length = match;
  }
  for (const [from, to] of pairs.toSorted(([a], [b]) => a - b)) {
    const inside = found.slice(from + 1, to).map(sideOf);
    if (!inside.some((side) => side !== undefined)) continue;
    const before =
      found
        .slice(0, from)
        .map(sideOf)
        .findLast((side) => side !== undefined) ?? base;
    const side = inside.includes(base) ? base : before;
    found[from] = side;
    found[to] = side;
  }
}

/** N1 and N2: what has no direction goes with its neighbours where they agree, else with the paragraph. */
function resolveNeutrals(found: Kind[], base: Side): void {
  for (let start = 0; start < found.length; start++) {
    if (found[start] !== 'ON') continue;
    let end = start;
    while (found[end] === 'ON') end++;
    const [before, after] = [sideOf(found[start - 1] ?? base), sideOf(found[end] ?? base)];
    found.fill(before === after && before !== undefined ? before : base, start, end);
    start = end;
  }
}

/** Numbers count as right to left here. */
function sideOf(kind: Kind): Side | undefined {
  if (kind === 'ON') return undefined;
  return kind === 'L' ? 'L' : 'R';
}
