/** Wishes that change what is kept: pauses, ranges, edges. */
import { fileIn } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, has, lessening, removing, type Intent } from '../intent.ts';
import { marginsIn } from './pauses.ts';
import { pointText, type TimeStretch } from '../times.ts';

const pauses =
  'pauses?|silences?|silent (?:parts?|sections?|bits?|gaps?|moments?)|dead ?air|dead ?space|dead spots?|gaps?|awkward silences?|quiet (?:parts?|bits?)|breaks? between (?:words|sentences)|停顿|静音(?:部分|片段|段)|沉默|空白(?:部分|片段|段)?|空隙|冷场|气口|无声(?:部分|片段|段)?|没声音的(?:部分|地方)?|没有声音的(?:部分|地方)?|死空气|空档|间隙';
const shortening =
  'trim|trimming|shorten|shortening|tighten(?: up)?|tightening|reduce|reducing|compress|squeeze|cut down|speed up|缩短|修剪|精简|压缩|减少|收紧|剪短';

export const trimPauses: Intent = {
  name: 'trim-pauses',
  read: (clause) => {
    if (!has(clause.words, pauses) && !/(?:停顿|静音部分|沉默|空白|冷场|气口|无声|没有?声音的)/.test(clause.words))
      return undefined;
    if (
      !has(clause.words, `${removing}|${shortening}|${lessening}|no|fewer|without|keep|leave`) &&
      clause.words.split(' ').length > 3
    )
      return undefined;
    if (/^silence (?:from |between )?⟪/.test(clause.words)) return undefined;
    const [minimumMs, keepMs] = limits(clause);
    const each =
      /\b(?:leave|keep)\b[^⟦]*⟦\d+⟧ (?:of|in|between|for|per) (?:each|every|all|the)\b|每个?(?:停顿|空白|间隙)?(?:保留|留)[^⟦]*⟦/.test(
        clause.words,
      );
    if (each && clause.times.length === 1 && !clause.negated)
      return call('trim_pauses', { mode: 'trim', keep_ms: Math.round(clause.times[0]! * 1000) });
    // "… but keep the pauses under half a second" says which ones count, not what to keep of the film.
    if (
      /\b(?:keep|leave)\b.*(?:pause|silence|gap)|保留.*(?:停顿|空白)|留.*停顿/.test(clause.words) &&
      !has(clause.words, `${removing}|${shortening}`)
    ) {
      const least = minimumMs ?? keepMs;
      return least === undefined || clause.negated ? [] : call('trim_pauses', { minimum_ms: least });
    }
    const mode = has(clause.words, shortening) || !hasVerb(clause.words) ? 'trim' : 'remove';
    const where = edgesIn(clause.words);
    const air = marginsIn(clause);
    const file = fileIn(clause.words);
    return call('trim_pauses', {
      mode,
      ...(where === undefined ? {} : { where }),
      ...(minimumMs === undefined ? {} : { minimum_ms: minimumMs }),
      ...(keepMs === undefined || air !== undefined ? {} : { keep_ms: keepMs }),
      ...air,
      ...(file === undefined ? {} : { file }),
    });
  },
};

export const keepRange: Intent = {
  name: 'keep-range',
  read: (clause) => {
    const keeping =
      has(
        clause.words,
        '(?:only |just )?keep(?:ing)?(?: only| just)?|(?:only|just) (?:leave|use|want|need|the)|leave only|只保留|仅保留|只留下?|只要|保留|留下',
      ) || /保留|只留|只要/.test(clause.words);
    if (has(clause.words, pauses)) return undefined;
    const air = marginsIn(clause);
    if (keeping && air !== undefined && /speech|words?|voice|sentences?|talking|说话|人声|台词/.test(clause.words))
      return call('trim_pauses', { mode: 'remove', ...air });
    const exceptions = isExcept(clause) && clause.stretches.length > 0;
    if (exceptions)
      return removes(clause.words) && !aboutSomethingElse.test(clause.words)
        ? call('keep_ranges', { ranges: clause.stretches.map(rangeOf) })
        : undefined;
    if (/^give me (?:only |just )?(?:the )?(?:parts?|bits?|sections?|pieces?)?\s*⟪/.test(clause.words))
      return call('keep_ranges', { ranges: clause.stretches.map(rangeOf) });
    if (keeping && clause.stretches.length > 0) return call('keep_ranges', { ranges: clause.stretches.map(rangeOf) });
    const target = clause.times.length === 1 && clause.stretches.length === 0 ? clause.times[0] : undefined;
    if (target === undefined) return undefined;
    const toLength =
      /(?:trim|cut|shorten|crop|limit|reduce|bring|get)\b.*\b(?:down )?to ⟦|(?:剪|裁|缩短|剪辑|控制)(?:到|成|至|在)⟦/.test(
        clause.words,
      );
    if (toLength) return call('keep_ranges', { ranges: [{ start: 'start', end: pointText(target) }] });
    return keeping && /⟦/.test(clause.words)
      ? call('keep_ranges', { ranges: [{ start: 'start', end: pointText(target) }] })
      : undefined;
  },
};

const aboutSomethingElse =
  /声音|音频|原声|\b(?:sound|audio|volume|voice|narration|noise|title|text|captions?|subtitles?|music|blur|zoom|transitions?|logo|watermark|overlay|effects?|filters?|colou?rs?|reverse|freeze|mirror|rotation)\b|噪|字幕|标题|音乐|模糊|转场|水印|滤镜|特效|缩放|倒放|定格|马赛克/;

function removes(words: string): boolean {
  return (
    has(words, removing) || /剪|删|去掉|裁|切|移除|不要$/.test(words) || /\btake ⟪|\btake\b.*\b(?:off|out|away)\b/.test(words)
  );
}

/** "Everything except …": the stretch it names is what stays, so that no other reading may act on it. */
export function isExcept(clause: Clause): boolean {
  return /everythingexcept|\b(?:except|excluding|other than|apart from)\b|除了|以外|之外/.test(clause.words);
}

export const removeRange: Intent = {
  name: 'remove-range',
  read: (clause) => {
    if (!removes(clause.words) || aboutSomethingElse.test(clause.words)) return undefined;
    if (clause.stretches.length > 0) return call('remove_ranges', { ranges: clause.stretches.map(rangeOf) });
    return undefined;
  },
};

/** "trim the start and end" without a time: the silence at the edges. */
export const trimEdges: Intent = {
  name: 'trim-edges',
  read: (clause) => {
    const where = edgesIn(clause.words);
    if (where === undefined || clause.stretches.length > 0 || clause.times.length > 0) return undefined;
    if (/掐头去尾|去头去尾/.test(clause.words)) return call('trim_pauses', { mode: 'trim', where: 'edges' });
    if (!/\b(?:trim|tidy|clean|tighten)\b|修剪|剪掉|裁剪|整理/.test(clause.words)) return undefined;
    return call('trim_pauses', { mode: 'trim', where });
  },
};

export const split: Intent = {
  name: 'split',
  read: (clause) => {
    const at = clause.times[0];
    if (at === undefined || clause.stretches.length > 0) return undefined;
    return /\b(?:split|cut|divide|slice)\b.*\bat\b.*⟦|(?:在|从)?⟦\d+⟧(?:处|的地方|的位置)?(?:分割|切开|切一刀|断开|拆分)/.test(
      clause.words,
    )
      ? call('split_at', { at: pointText(at) })
      : undefined;
  },
};

export function rangeOf(stretch: TimeStretch): { readonly start: string; readonly end: string } {
  return { start: pointText(stretch.start), end: pointText(stretch.end) };
}

function edgesIn(words: string): 'start' | 'end' | 'edges' | undefined {
  if (
    /(?:start|beginning|intro)and|开头结尾|掐头去尾|去头去尾|首尾|两端|\b(?:both )?(?:ends|edges)\b|start and (?:the )?end/.test(
      words,
    )
  )
    return 'edges';
  if (/\b(?:at|from|of|off)? ?the (?:very )?(?:start|beginning|front|head)\b|开头|片头/.test(words)) return 'start';
  if (/\b(?:at|from|of|off)? ?the (?:very )?(?:end|ending|tail)\b|结尾|末尾|片尾/.test(words)) return 'end';
  return undefined;
}

/** "longer than 1 s" is what counts as a pause, "to 300 ms" is what is left of it. */
function limits(clause: Clause): readonly [number | undefined, number | undefined] {
  let minimumMs: number | undefined;
  let keepMs: number | undefined;
  // "Longer than 800 ms to 200 ms" reads like a stretch of time and is two lengths.
  const pair = clause.stretches[0];
  if (
    /(?:longer|more|over|above|than|超过|大于|长于)[^⟪]*⟪/.test(clause.words) &&
    typeof pair?.start === 'number' &&
    typeof pair.end === 'number'
  )
    return [Math.round(pair.end * 1000), Math.round(pair.start * 1000)];
  for (const [index, match] of [...clause.words.matchAll(/([^⟦]*)⟦\d+⟧([^⟦]*)/g)].entries()) {
    const ms = Math.round((clause.times[index] ?? 0) * 1000);
    const before = match[1] ?? '';
    const after = match[2] ?? '';
    if (
      /(?:longer|more|greater|bigger|over|above|exceeding|at least|than|>|超过|大于|长于|多于|不少于)\s*(?:than\s*)?$/.test(
        before,
      ) ||
      /^\s*(?:or (?:longer|more)|\+|以上|及以上)/.test(after)
    )
      minimumMs = ms;
    else if (
      /(?:\bto|leave|leaving|keep|keeping|down to|at most|max(?:imum)?(?: of)?|under|below|到|为|成|保留|留|至|不超过)\s*(?:about |around |only |大约|约)?$/.test(
        before,
      )
    )
      keepMs = ms;
  }
  return [minimumMs, keepMs];
}

function hasVerb(words: string): boolean {
  return has(words, removing) || /剪|删|去|移除|消除|清除/.test(words);
}
