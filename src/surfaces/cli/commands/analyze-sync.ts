/** Whether sound and picture of one file lie together, in what `rushes analyze` says. */
import type { SelfSyncFacts } from '#core/facts';

export type SyncReport = {
  /** Null where the file has not both; `sound_late_ms` null where it cannot be told. */
  readonly sync: {
    readonly sound_late_ms: number | null;
    readonly confidence: number;
    readonly told_by: 'events' | 'mouth' | null;
    readonly reason: string | null;
  } | null;
};

export function toSyncReport(facts: SelfSyncFacts | undefined): SyncReport {
  if (facts === undefined) return { sync: null };
  const { confidence } = facts;
  return facts.found
    ? { sync: { sound_late_ms: facts.soundLateMs, confidence, told_by: facts.by, reason: null } }
    : { sync: { sound_late_ms: null, confidence, told_by: null, reason: facts.reason } };
}

export function syncLines({ sync }: SyncReport): string[] {
  if (sync === null) return [];
  if (sync.sound_late_ms === null)
    return [`  Sync      cannot tell whether sound and picture lie together (${reasons[sync.reason ?? ''] ?? sync.reason})`];
  const late = sync.sound_late_ms;
  const place = Math.abs(late) < 40 ? 'with' : `${Math.abs(late)} ms ${late > 0 ? 'after' : 'before'}`;
  return [`  Sync      the sound lies ${place} its picture (${late} ms, confidence ${sync.confidence})`];
}

const reasons: Readonly<Record<string, string>> = {
  'too-few-events': 'too few events are both seen and heard',
  unclear: 'what is seen and what is heard have too little in common',
  ambiguous: 'several offsets fit alike',
};
