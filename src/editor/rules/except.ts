/** "Everything except …": the wish is about all that is not named. */
import type { Clause } from './clause.ts';
import { call, has, removing } from './intent.ts';
import { rangeOf } from './intents/cutting.ts';
import type { ToolCallRequest } from './request.ts';
import type { TimePoint, TimeStretch } from './times.ts';

/** Tools that change a stretch without changing where anything else is. */
const perStretch: ReadonlySet<string> = new Set(['mute', 'set_volume', 'adjust_color', 'blur', 'zoom']);

type Read = (clause: Clause) => readonly ToolCallRequest[] | undefined;

/** Calls for what is not excepted; undefined where the exception means something else, or nothing that can be done safely. */
export function readExcept(clause: Clause, read: Read): readonly ToolCallRequest[] | undefined {
  const { words, stretches } = clause;
  if (!words.includes('everythingexcept')) return undefined;
  if (/\b(?:keep|leave)\b|保留|留下/.test(words) && !has(words, removing) && stretches.length > 0) {
    if (/\b(?:title|caption|music|sound|audio)s?\b|标题|字幕|音乐|声音/.test(words)) return undefined;
    return call('remove_ranges', { ranges: stretches.map(rangeOf) });
  }
  if (/\bmute\b|\bsilence\b|静音|消音/.test(words) && stretches.length === 0) {
    const named = words.slice(words.indexOf('everythingexcept'));
    if (/\b(?:music|bgm)\b|音乐/.test(named)) return call('mute', { muted: true, target: 'voice' });
    if (/\b(?:voice|speech|narration|talking|dialogue)\b|人声|旁白|说话/.test(named))
      return call('mute', { muted: true, target: 'music' });
    return undefined;
  }
  if (/^(?:mute|silence)\b|静音|消音/.test(words) && stretches.length > 0)
    return complement(stretches)?.flatMap((stretch) => call('mute', { muted: true, ...rangeOf(stretch) }));
  if (stretches.length === 0 || has(words, removing) || /剪|删|去掉|移除/.test(words)) return undefined;
  const plain = { ...clause, words: words.replace(/everythingexcept\s*⟪\d+⟫/, ' ').trim(), stretches: [], times: [] };
  // "Mute" alone and "blur" alone are about all of it.
  const calls = read(plain) ?? read({ ...plain, words: `${plain.words} it` });
  if (calls?.length !== 1 || !perStretch.has(calls[0]!.tool)) return undefined;
  const [{ tool, input }] = calls as readonly [ToolCallRequest];
  return complement(stretches)?.flatMap((stretch) => call(tool, { ...input, ...rangeOf(stretch) }));
}

/** What lies between stretches that are counted from the start; undefined where one is counted from the end among others. */
function complement(stretches: readonly TimeStretch[]): TimeStretch[] | undefined {
  if (stretches.length === 1) {
    const [{ start, end }] = stretches as readonly [TimeStretch];
    const before: TimeStretch[] = start === 'start' || start === 0 ? [] : [{ start: 'start', end: start }];
    return end === 'end' ? before : [...before, { start: end, end: 'end' }];
  }
  const sorted = stretches.map(({ start, end }) => [number(start), number(end)] as const).toSorted((a, b) => a[0] - b[0]);
  if (sorted.flat().some(Number.isNaN)) return undefined;
  const rest: TimeStretch[] = [];
  let at = 0;
  for (const [start, end] of sorted) {
    if (start > at) rest.push({ start: at === 0 ? 'start' : at, end: start });
    at = Math.max(at, end);
  }
  return Number.isFinite(at) ? [...rest, { start: at, end: 'end' }] : rest;
}

function number(point: TimePoint): number {
  if (point === 'start') return 0;
  if (point === 'end') return Number.POSITIVE_INFINITY;
  return point < 0 ? Number.NaN : point;
}
