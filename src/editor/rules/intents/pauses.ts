/** More about pauses than cutting them: one that stays, all of them faster, air around words. */
import type { Clause } from '../clause.ts';
import { call, type Intent } from '../intent.ts';
import type { ToolCallRequest } from '../request.ts';

const onePause = /\b(?:pause|silence|gap|breath|break|beat)\b|停顿|静音|空白|沉默|间隙/;
const staying = /^(?:keep|leave|preserve|spare|retain|hold on to)\b|保留|留着|留下|别(?:剪|删|动|去)|不要(?:剪|删|动|去)/;
const going = /\b(?:cut|trim|remove|delete|touch|shorten|drop)\b|剪|删|去|动/;
const placed =
  /\b(?:at|around|near|about|from|@) (?:about |around )?⟦\d+⟧|⟦\d+⟧\s*(?:处|左右|那里|附近|那个)?的?\s*(?:停顿|静音|空白|沉默|间隙)|(?:在|位于)⟦\d+⟧/;

/** "Keep the pause at 1:12": joined to the trimming that was asked for before it, else the pause is put back. */
export function keepPause(calls: ToolCallRequest[], { words, negated, times, stretches }: Clause): boolean {
  const [at] = times;
  if (at === undefined || stretches.length > 0 || !onePause.test(words) || !placed.test(words)) return false;
  if (!(negated ? going.test(words) : staying.test(words))) return false;
  const trimming = calls.findIndex(({ tool }) => tool === 'trim_pauses');
  if (trimming < 0) calls.push({ tool: 'put_back', input: { at: `${at}s` } });
  else {
    const { input } = calls[trimming]!;
    calls[trimming] = {
      tool: 'trim_pauses',
      input: { ...input, keep_at: [...((input.keep_at as readonly string[] | undefined) ?? []), `${at}s`] },
    };
  }
  return true;
}

const somePauses =
  /\b(?:pauses|silences?|silent (?:parts?|sections?|bits?|moments?|gaps?)|dead ?(?:air|space|spots?)|gaps|quiet (?:parts?|bits?))\b|停顿|静音(?:部分|片段|段)?|沉默|空白(?:部分|片段|段)?|冷场|空隙|无声(?:部分|片段|段)?/;
const faster =
  /\b(?:speed(?:ing)?(?: up)?|fast[- ]?forward|faster|time[- ]?lapse|(?:double|triple|quadruple)(?: the)? speed|\d+(?:\.\d+)? ?x)\b|加速|快进|快放|倍速|倍播放/;

/** "Speed up the silences 4x". */
export const speedPauses: Intent = {
  name: 'speed-pauses',
  read: ({ words, negated }) =>
    !negated && somePauses.test(words) && faster.test(words)
      ? call('trim_pauses', { mode: 'speed', ...factorIn(words) })
      : undefined,
};

function factorIn(words: string): { readonly speed?: number } {
  const number = /(\d+(?:\.\d+)?) ?(?:x|×|times|倍)/.exec(words)?.[1];
  const named = /\bdouble|两倍|二倍/.test(words)
    ? 2
    : /\btriple|三倍/.test(words)
      ? 3
      : /\bquadruple|四倍/.test(words)
        ? 4
        : undefined;
  const speed = number === undefined ? named : Number(number);
  return speed === undefined ? {} : { speed: Math.min(8, Math.max(1.25, speed)) };
}

const margins =
  /⟦\d+⟧(?: of)? (?:margins?|padding|air|handles?|breathing room)|(?:margins?|padding|air|handles?) of ⟦\d+⟧|⟦\d+⟧ (?:before and after|around|on (?:both|each|either) sides?|to (?:both|each) sides?)|(?:前后|两边|两侧|两头)各?(?:留|保留|加)?⟦\d+⟧/;

/** How much air stays on each side of words, where the clause says it. */
export function marginsIn({ words, times }: Clause): { readonly after_ms: number; readonly before_ms: number } | undefined {
  const [time] = times;
  if (time === undefined || !margins.test(words)) return undefined;
  const ms = Math.min(2000, Math.max(30, Math.round(time * 1000)));
  return { after_ms: ms, before_ms: ms };
}
