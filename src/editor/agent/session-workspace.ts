/** The workspace of a stored session: what tools do here is committed, one history step per call. */
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { Receipt } from '#core/facts';
import { toDraft } from '#core/protocol';
import { applyEdits, type Timeline } from '#core/timeline';
import {
  denoiseFacts,
  giveWords,
  knownTranscript,
  makeMusic,
  musicFacts,
  pictureFacts,
  joinFacts,
  selfSyncFacts,
  soundFacts,
  syncFacts,
  transcriptOf,
} from '#editor/assets';
import { commitEdits, currentTimeline, history, redo, restoreRevision, timelineAt, undo } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { picturesAskedFor } from './pictures-asked.ts';
import { parseOutputRequest, requestRender } from '#editor/jobs';
import type { HistoryEntry, Workspace } from '#editor/tools';
import { listSessionAssets } from '#platform/store';
import { openWriterDesk } from './writer-desk.ts';

export type SessionWorkspace = Workspace & {
  /** Names the call that is about to run; the key under which its commit is known for ever. */
  beginCall(callId: string): void;
};

export async function openSessionWorkspace(
  ctx: EditorContext,
  session: {
    readonly sessionId: string;
    readonly userId: string;
    readonly runId: string;
    readonly text: string;
    readonly signal: AbortSignal;
  },
): Promise<SessionWorkspace> {
  const { sessionId, userId, runId, signal } = session;
  let timeline: Timeline = await currentTimeline(ctx, sessionId);
  const listAssets = async (): Promise<readonly Asset[]> =>
    (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
  let assets = await listAssets();
  const writer = await openWriterDesk(ctx, { sessionId, userId, signal }, async () => {
    assets = await listAssets();
  });
  let callId = 'call';
  let writes = 0;
  let exports = 0;
  const key = () => `${runId}:${callId}:${++writes}`;
  const entries = async (): Promise<HistoryEntry[]> =>
    (await history(ctx, sessionId)).map((entry) => ({
      revision: entry.revision,
      reason: entry.reason,
      tool: entry.tool,
      kind: entry.kind,
      done: sentencesOf(entry.receipt, entry.notes),
      active: entry.applied,
      ...(entry.parent === undefined ? {} : { parent: entry.parent }),
      // Written by a tool, read back as it was.
      ...(entry.receipt === undefined ? {} : { receipt: entry.receipt as unknown as Receipt }),
    }));
  const move = async (steps: number, direction: 'undo' | 'redo') => {
    const before = await entries();
    const committed = await (direction === 'undo' ? undo : redo)(ctx, {
      sessionId,
      actor: 'agent',
      steps,
      idempotencyKey: key(),
    });
    timeline = committed.timeline;
    const after = await entries();
    const moved = after.filter(
      (entry) => entry.kind === 'edit' && entry.active !== before.find(({ revision }) => revision === entry.revision)?.active,
    );
    return { revision: committed.revision, moved: direction === 'undo' ? moved.toReversed() : moved };
  };
  const together = picturesAskedFor(session.text);
  return {
    beginCall: (id) => {
      callId = id;
      writes = 0;
      exports = 0;
    },
    timeline: () => timeline,
    assets: () => assets,
    preview: (edits) => applyEdits(timeline, edits, assets).timeline,
    soundFacts: (asset, analyses) => soundFacts(ctx, asset, analyses, { signal }),
    pictureFacts: (asset, analyses) => pictureFacts(ctx, asset, [...new Set([...analyses, ...together])], { signal }),
    transcript: (asset) => transcriptOf(ctx, { sessionId, asset }, { signal }),
    knownTranscript: (asset) => knownTranscript(ctx, { sessionId, asset }),
    giveWords: (asset, given) => giveWords(ctx, { sessionId, asset }, given),
    measureJoins: (asset, joins) => joinFacts(ctx, asset, { joins, signal }),
    measureDenoise: (asset, strength) => denoiseFacts(ctx, asset, { strength, signal }),
    selfSyncFacts: (asset) => selfSyncFacts(ctx, asset, { signal, beside: together }),
    syncFacts: (reference, other) => syncFacts(ctx, { reference, other }, { signal }),
    makeMusic: async (request) => {
      const bed = await makeMusic(ctx, { sessionId, userId, signal }, request);
      assets = await listAssets();
      return bed;
    },
    musicFacts: (asset) => musicFacts(ctx, asset),
    writer,
    commit: async (edits, { tool, receipt }) => {
      const idempotencyKey = key();
      const committed = await commitEdits(ctx, {
        sessionId,
        baseRevision: timeline.revision,
        edits,
        actor: 'agent',
        reason: session.text,
        tool,
        idempotencyKey,
        receipt,
        turn: runId,
      }).catch(async (error: unknown) => {
        // Somebody else wrote: whatever comes next looks at what is there now, under the key that was not used.
        timeline = await currentTimeline(ctx, sessionId);
        writes--;
        throw error;
      });
      timeline = committed.timeline;
      return { revision: committed.revision, timeline, changed: committed.changed };
    },
    undo: async (steps) => {
      const { revision, moved } = await move(steps, 'undo');
      return { revision, undone: moved };
    },
    redo: async (steps) => {
      const { revision, moved } = await move(steps, 'redo');
      return { revision, redone: moved };
    },
    restore: async (wanted) => {
      const target = wanted === 'original' ? originalRevision(await entries()) : wanted;
      const committed = await restoreRevision(ctx, {
        sessionId,
        actor: 'agent',
        revision: target,
        reason: session.text,
        idempotencyKey: key(),
        turn: runId,
        receipt: {
          tool: 'restore_version',
          status: 'done',
          asked: { revision: target },
          done: [],
          skipped: [],
          facts: { restored: target },
          warnings: [],
        },
      });
      timeline = committed.timeline;
      return { revision: committed.revision, restored: target };
    },
    history: entries,
    version: (revision) => timelineAt(ctx, { sessionId, revision }),
    requestExport: async (request, other) => {
      const row = await requestRender(ctx, {
        userId,
        sessionId,
        id: `render_${runId}_${callId}${exports++ === 0 ? '' : `_${exports}`}`,
        ...(other === undefined ? {} : { draft: toDraft(other, assets) }),
        output: parseOutputRequest(request, other ?? timeline),
      });
      return { renderId: row.id };
    },
  };
}

/** The last revision that an upload made before anything else changed; 0 where there is none. */
function originalRevision(entries: readonly HistoryEntry[]): number {
  const firstEdit = entries.findIndex((entry) => entry.tool !== 'upload');
  const uploads = firstEdit === -1 ? entries : entries.slice(0, firstEdit);
  const last = uploads.at(-1);
  if (entries.length === 0) throw fail('RESOURCE_NOT_FOUND', { what: 'An earlier version' });
  return last?.revision ?? 0;
}

function sentencesOf(receipt: Readonly<Record<string, unknown>> | undefined, notes: readonly string[]): readonly string[] {
  const done = (receipt as Receipt | undefined)?.done;
  return done !== undefined && done.length > 0 ? done : notes;
}
