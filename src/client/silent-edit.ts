/** What changed between two states, in plain words; for replies that never came. */
import { summarizeDraft, type SessionState } from './session.ts';

export type Speech = 'en' | 'zh';

/** The language that a message was written in. */
export function languageOf(text: string): Speech {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}

const words = {
  en: { done: 'Done.', length: 'Length', tracks: 'Tracks', media: 'Media', updated: 'The timeline was updated', unit: 's', end: '. ', stop: '.', colon: ': ' },
  zh: { done: '已完成。', length: '时长', tracks: '轨道', media: '素材', updated: '时间线已更新', unit: '秒', end: '；', stop: '。', colon: '：' },
} as const; // prettier-ignore

/** Undefined where nothing changed. */
export function describeSilentEdit(
  before: SessionState | undefined,
  after: SessionState,
  language: Speech = 'en',
): string | undefined {
  const t = words[language];
  const [a, b] = [before?.draft, after.draft];
  if (JSON.stringify(a ?? null) === JSON.stringify(b ?? null) && before?.media.length === after.media.length) return undefined;
  const lines: string[] = [];
  const say = (what: string, from: number, to: number, unit = '') => {
    if (from !== to && before !== undefined) lines.push(`${what}${t.colon}${from}${unit} → ${to}${unit}`);
  };
  say(t.length, seconds(lengthOf(a)), seconds(lengthOf(b)), ` ${t.unit}`);
  say(t.tracks, countTracks(a), countTracks(b));
  say(t.media, before?.media.length ?? 0, after.media.length);
  if (lines.length === 0) lines.push(t.updated);
  return `${t.done}${language === 'zh' ? '' : ' '}${lines.join(t.end)}${t.stop}\n${summarizeDraft(b)}`;
}

type Json = Readonly<Record<string, unknown>> | undefined;

function lengthOf(draft: Json): number {
  const tracks = Array.isArray(draft?.t) ? (draft.t as { readonly sg?: readonly { readonly d?: number }[] }[]) : [];
  return Math.max(0, ...tracks.map((track) => (track.sg ?? []).reduce((sum, segment) => sum + Number(segment.d ?? 0), 0)));
}

function countTracks(draft: Json): number {
  return Array.isArray(draft?.t) ? draft.t.length : 0;
}

function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toFixed(1));
}
