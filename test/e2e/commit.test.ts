/** Commits on a real store: conflicts, repetition, undo and redo, and that every revision stays reachable. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { milliseconds, seconds, timeRange, zero } from '#core/time';
import { timelineDuration, type Edit, type TextStyle, type Timeline } from '#core/timeline';
import {
  commitEdits,
  createSession,
  currentTimeline,
  history,
  redo,
  restoreRevision,
  timelineAt,
  undo,
  type CommitRequest,
} from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { checkIntegrity } from '#platform/store';
import { openContext } from './open-context.ts';

const style: TextStyle = { preset: 'title', position: 'center', color: '#ffffff', size: 0.1, fadeIn: zero, fadeOut: zero };

/** A session with a text track of ten one-second texts: edits by time and by item without any media. */
async function open(ctx: EditorContext): Promise<{ readonly sessionId: string; readonly start: Timeline }> {
  const { id: sessionId } = await createSession(ctx, { userId: 'user', appName: 'nemo_agent', taskName: 'project' });
  const edits: Edit[] = [{ kind: 'add-track', track: { kind: 'text', name: 'Title' } }];
  for (let index = 0; index < 10; index++) {
    const item = { kind: 'text', duration: seconds(1), text: `text ${index}`, style } as const;
    edits.push({ kind: 'insert', trackId: 'trk_1', at: seconds(index), item });
  }
  const { timeline } = await commitEdits(ctx, { sessionId, edits, actor: 'user', reason: 'start', tool: 'test' });
  return { sessionId, start: timeline };
}

const commit = (ctx: EditorContext, sessionId: string, edits: readonly Edit[], more: Partial<CommitRequest> = {}) =>
  commitEdits(ctx, { sessionId, edits, actor: 'user', reason: edits[0]?.kind ?? 'nothing', tool: 'test', ...more });

const cut = (fromSeconds: number, lengthSeconds: number): Edit => ({
  kind: 'ripple-delete',
  range: timeRange(seconds(fromSeconds), seconds(lengthSeconds)),
});
const rename = (name: string): Edit => ({ kind: 'set-track', trackId: 'trk_1', name });

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (isEditorError(error)) return error.code;
    throw error;
  }
};

/** A timeline without its revision, as text: what undo and restore must bring back to the letter. */
const contentOf = (timeline: Timeline): string => JSON.stringify({ ...timeline, revision: 0 });

describe('commitEdits()', () => {
  test('the same key gives the first answer and changes nothing, however many ask at once', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => commit(ctx, sessionId, [cut(0, 1)], { idempotencyKey: 'once' })),
    );
    expect(new Set(answers.map((answer) => answer.revision))).toEqual(new Set([2]));
    expect(timelineDuration(await currentTimeline(ctx, sessionId))).toBe(seconds(9));
  });

  test('an edit that changes nothing writes no revision', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId, start } = await open(ctx);
    expect(await commit(ctx, sessionId, [rename('Title')])).toMatchObject({ changed: false, revision: 1, notes: [] });
    expect(await currentTimeline(ctx, sessionId)).toEqual(start);
  });

  test('edits that fail leave everything as it was', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId, start } = await open(ctx);
    const bad: Edit = { kind: 'set-gain', target: { itemId: 'itm_none' }, gainDb: 3 };
    expect(await codeOf(commit(ctx, sessionId, [cut(0, 1), bad]))).toBe('EDIT_TARGET_MISSING');
    const foreign: Edit = {
      kind: 'overwrite',
      trackId: 'trk_1',
      at: zero,
      item: { kind: 'clip', assetId: 'ast_of_another_session', streamIndex: 0, sourceRange: timeRange(zero, seconds(1)) },
    };
    expect(await codeOf(commit(ctx, sessionId, [foreign]))).toBe('EDIT_INVALID');
    const onNewTrack: Edit[] = [
      { kind: 'add-track', track: { kind: 'video', name: 'V' } },
      { ...foreign, trackId: `trk_${start.nextId}` },
    ];
    expect(await codeOf(commit(ctx, sessionId, onNewTrack))).toBe('TIMELINE_INVALID');
    expect(await currentTimeline(ctx, sessionId)).toEqual(start);
    expect(await history(ctx, sessionId)).toHaveLength(1);
  });

  test('edits for an older revision are taken where they commute, else refused with the current one', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    await commit(ctx, sessionId, [cut(2, 1)]);
    // By name of an item that is still there: the order makes no difference.
    const gentle = await commit(ctx, sessionId, [rename('Words')], { baseRevision: 1 });
    expect(gentle).toMatchObject({ revision: 3, changed: true });
    // By time behind the other cut: it would hit other material.
    const conflict = commit(ctx, sessionId, [cut(5, 1)], { baseRevision: 1 });
    await expect(conflict).rejects.toMatchObject({ code: 'TIMELINE_CONFLICT', details: { current: 3, expected: 1 } });
    // The same wish twice over is not the same as once: both would rename, the later name depends on the order.
    expect(await codeOf(commit(ctx, sessionId, [rename('Lines')], { baseRevision: 2 }))).toBe('TIMELINE_CONFLICT');
    expect(await codeOf(commit(ctx, sessionId, [rename('x')], { baseRevision: 99 }))).toBe('TIMELINE_CONFLICT');
    const { tracks } = await currentTimeline(ctx, sessionId);
    expect(tracks[0]?.name).toBe('Words');
    expect(timelineDuration(await currentTimeline(ctx, sessionId))).toBe(seconds(9));
  });

  test('eight writers on one timeline: each accepted write is there once, versions have no gap', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    let accepted = 0;
    let refused = 0;
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let count = 0; count < 25; count++) {
          const { revision } = await currentTimeline(ctx, sessionId);
          const edits = writer % 2 === 0 ? [rename(`w${writer}.${count}`)] : [cut(0, 0.01)];
          const code = await codeOf(commit(ctx, sessionId, edits, { baseRevision: revision, reason: `w${writer}.${count}` }));
          if (code === 'none') accepted++;
          else if (code === 'TIMELINE_CONFLICT') refused++;
          else throw new Error(code);
        }
      }),
    );
    expect(accepted + refused).toBe(200);
    expect(accepted).toBeGreaterThan(8);
    const entries = await history(ctx, sessionId);
    expect(entries.map((entry) => entry.revision)).toEqual(entries.map((_, index) => index + 1));
    expect(entries).toHaveLength(accepted + 1);
    expect(new Set(entries.map((entry) => entry.reason)).size).toBe(accepted + 1);
    process.stdout.write(`writers: ${accepted} accepted, ${refused} refused\n`);
  });
});

describe('history', () => {
  test('undo brings back the very same JSON, redo the one after it, and both are revisions of their own', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId, start } = await open(ctx);
    const first = await commit(ctx, sessionId, [cut(1, 2)], { reason: 'first cut' });
    const second = await commit(ctx, sessionId, [cut(3, 1)], { reason: 'second cut' });
    const back = await undo(ctx, { sessionId, actor: 'user' });
    expect(contentOf(back.timeline)).toBe(contentOf(first.timeline));
    expect(contentOf((await undo(ctx, { sessionId, actor: 'user' })).timeline)).toBe(contentOf(start));
    const both = await redo(ctx, { sessionId, actor: 'user', steps: 2 });
    expect(contentOf(both.timeline)).toBe(contentOf(second.timeline));
    expect(both.revision).toBe(6);
    expect(await codeOf(redo(ctx, { sessionId, actor: 'user' }))).toBe('HISTORY_END');
    expect((await history(ctx, sessionId)).map((entry) => [entry.revision, entry.kind, entry.applied])).toEqual([
      [1, 'edit', true],
      [2, 'edit', true],
      [3, 'edit', true],
      [4, 'undo', false],
      [5, 'undo', false],
      [6, 'redo', false],
    ]);
  });

  test('edits of one turn are one step, and steps are counted in turns', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    const alone = await commit(ctx, sessionId, [cut(1, 2)]);
    for (const index of [0, 1, 2]) await commit(ctx, sessionId, [cut(index, 0.5)], { turn: 'e-1' });
    const whole = await commit(ctx, sessionId, [rename('Last')], { turn: 'e-2' });
    const before = contentOf(whole.timeline);
    const sentence = await undo(ctx, { sessionId, actor: 'user', steps: 2 });
    expect(contentOf(sentence.timeline)).toBe(contentOf(alone.timeline));
    expect((await redo(ctx, { sessionId, actor: 'user' })).timeline.tracks[0]!.name).not.toBe('Last');
    expect(contentOf((await redo(ctx, { sessionId, actor: 'user' })).timeline)).toBe(before);
    expect(await codeOf(redo(ctx, { sessionId, actor: 'user' }))).toBe('HISTORY_END');
  });

  test('more steps than there are go as far as they can and say so; none is an error', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    await commit(ctx, sessionId, [cut(1, 2)]);
    const all = await undo(ctx, { sessionId, actor: 'user', steps: 9 });
    expect(all.notes.at(-1)).toBe('There were only 2 steps to undo, 9 were asked for');
    expect(all.timeline.tracks).toEqual([]);
    expect(await codeOf(undo(ctx, { sessionId, actor: 'user' }))).toBe('HISTORY_END');
  });

  test('a repeated undo with its key undoes once', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    for (let index = 0; index < 3; index++) await commit(ctx, sessionId, [cut(0, 1)]);
    const answers = await Promise.all(
      [1, 2, 3].map(() => undo(ctx, { sessionId, actor: 'user', steps: 2, idempotencyKey: 'u' })),
    );
    expect(new Set(answers.map((answer) => answer.revision)).size).toBe(1);
    expect(timelineDuration(await currentTimeline(ctx, sessionId))).toBe(seconds(9));
  });

  test('an edit after an undo opens a branch, and the branch that was left comes back whole', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const { sessionId } = await open(ctx);
    const left = await commit(ctx, sessionId, [cut(1, 2)]);
    await undo(ctx, { sessionId, actor: 'user' });
    const taken = await commit(ctx, sessionId, [rename('Other')]);
    expect(await codeOf(redo(ctx, { sessionId, actor: 'user' }))).toBe('HISTORY_END');
    const restored = await restoreRevision(ctx, { sessionId, actor: 'user', revision: left.revision });
    expect(contentOf({ ...restored.timeline, nextId: 0 })).toBe(contentOf({ ...left.timeline, nextId: 0 }));
    expect(contentOf((await undo(ctx, { sessionId, actor: 'user' })).timeline)).toBe(contentOf(taken.timeline));
    expect(await codeOf(restoreRevision(ctx, { sessionId, actor: 'user', revision: 99 }))).toBe('RESOURCE_NOT_FOUND');
  });

  test('any sequence of edits, undos, redos and restores keeps every revision and agrees with a model of it', async () => {
    await using opened = await openContext();
    const { ctx } = opened;
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`history: seed ${seed}\n`);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), at: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('rename' as const), at: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const), at: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('restore' as const), at: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { sessionId, start } = await open(ctx);
        const empty = contentOf(await timelineAt(ctx, { sessionId, revision: 0 }));
        const model = { past: [empty], now: contentOf(start), future: [] as string[] };
        const saved = new Map([[1, contentOf(start)]]);
        const did = ({ timeline, changed }: { readonly timeline: Timeline; readonly changed: boolean }): void => {
          if (!changed) return;
          model.past.push(model.now);
          model.now = contentOf(timeline);
          model.future = [];
        };
        for (const { kind, at } of steps) {
          const { revision } = await currentTimeline(ctx, sessionId);
          const length = timelineDuration(await currentTimeline(ctx, sessionId));
          if (kind === 'cut' && length > milliseconds(at * 500)) did(await commit(ctx, sessionId, [cut(at / 2, 0.3)]));
          if (kind === 'rename' && length > 0) did(await commit(ctx, sessionId, [rename(`name ${at}`)]));
          if (kind === 'restore') did(await restoreRevision(ctx, { sessionId, actor: 'user', revision: at % (revision + 1) }));
          if (kind === 'undo' || kind === 'redo') {
            const [from, to] = kind === 'undo' ? [model.past, model.future] : [model.future, model.past];
            if (from.length === 0) {
              expect(await codeOf((kind === 'undo' ? undo : redo)(ctx, { sessionId, actor: 'user', steps: at }))).toBe(
                'HISTORY_END',
              );
            } else {
              for (let count = 0; count < at && from.length > 0; count++) {
                to.push(model.now);
                model.now = from.pop()!;
              }
              await (kind === 'undo' ? undo : redo)(ctx, { sessionId, actor: 'user', steps: at });
            }
          }
          const current = await currentTimeline(ctx, sessionId);
          expect(contentOf(current)).toBe(model.now);
          saved.set(current.revision, contentOf(current));
        }
        for (const [revision, content] of saved) expect(contentOf(await timelineAt(ctx, { sessionId, revision }))).toBe(content);
      }),
      { numRuns: 25, seed },
    );
    expect(await checkIntegrity(ctx.store)).toEqual([]);
  });
});
