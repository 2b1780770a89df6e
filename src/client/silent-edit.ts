/** What changed between two states, in plain words; for replies that never came. */
import { summarizeDraft, type SessionState } from './session.ts';

/** Undefined where nothing changed. */
export function describeSilentEdit(before: SessionState | undefined, after: SessionState): string | undefined {
  const [a, b] = [before?.draft, after.draft];
  if (JSON.stringify(a ?? null) === JSON.stringify(b ?? null) && before?.media.length === after.media.length) return undefined;
  const lines: string[] = [];
  const [lengthBefore, lengthAfter] = [lengthOf(a), lengthOf(b)];
  if (lengthBefore !== lengthAfter && before !== undefined)
    lines.push(`Length: ${seconds(lengthBefore)} → ${seconds(lengthAfter)}`);
  const [tracksBefore, tracksAfter] = [countTracks(a), countTracks(b)];
  if (tracksBefore !== tracksAfter && before !== undefined) lines.push(`Tracks: ${tracksBefore} → ${tracksAfter}`);
  if (before !== undefined && before.media.length !== after.media.length)
    lines.push(`Media: ${before.media.length} → ${after.media.length}`);
  if (lines.length === 0) lines.push('The timeline was updated');
  return `Done. ${lines.join('. ')}.\n${summarizeDraft(b)}`;
}

type Json = Readonly<Record<string, unknown>> | undefined;

function lengthOf(draft: Json): number {
  const tracks = Array.isArray(draft?.t) ? (draft.t as { readonly sg?: readonly { readonly d?: number }[] }[]) : [];
  return Math.max(0, ...tracks.map((track) => (track.sg ?? []).reduce((sum, segment) => sum + Number(segment.d ?? 0), 0)));
}

function countTracks(draft: Json): number {
  return Array.isArray(draft?.t) ? draft.t.length : 0;
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
