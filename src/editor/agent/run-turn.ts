/**
 * One turn, from a stored message to its last event: the tool loop around whatever model is configured.
 *
 * Every event is in the log before anyone sees it, and every edit is committed before its event is. A turn that died with
 * its process runs again: calls that ended are answered from the log, calls that committed from the history.
 */
import type { ModelMessage } from 'ai';
import { isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import type { SessionEvent } from '#core/protocol';
import type { EditorContext } from '#editor/context';
import { detectLanguage, parseRequest } from '#editor/rules';
import { wordsFor } from '#editor/tools';
import { createLlm, withPatience, type Model } from '#platform/llm';
import type { JobKind, JobRun } from '#platform/queue';
import {
  appendRunEvents,
  creditBalance,
  getRun,
  getSessionById,
  listRuns,
  readRunEvents,
  releaseHold,
  reserveCredits,
  setRunStatus,
  settleHold,
  updateSessionState,
  type RunRow,
  type Store,
} from '#platform/store';
import { accountOf, summaryOf } from './account.ts';
import { failureOf, tellFailure, type ModelFailure } from './model-failure.ts';
import { runLoop } from './model-loop.ts';
import { permissionFor } from './permission.ts';
import { instructionsFor } from './prompt.ts';
import { costLine, type Account } from './reply.ts';
import { createRulesModel, type PendingQuestion } from './rules-model.ts';
import { openSessionWorkspace, type SessionWorkspace } from './session-workspace.ts';
import { editCost } from './start-turn.ts';
import type { ToolTurn } from './tool-set.ts';
import { createTurnLog, type TurnLog } from './turn-log.ts';

type TurnPayload = { readonly runId: string };
type TurnValue = { readonly changed: boolean };

type OpenWorkspace = typeof openSessionWorkspace;

/** Registers turns with the queue; call before `queue.start()`. `open`: what turns work on, by default the stored session. */
export function handleTurns(ctx: EditorContext, open: OpenWorkspace = openSessionWorkspace): void {
  const kind: JobKind<TurnPayload, TurnValue> = {
    kind: 'turn',
    concurrency: 8,
    run: (run) => runTurn(ctx, run, open),
    onEnd: async (store, job, outcome) => {
      const { runId } = job.payload as TurnPayload;
      const now = ctx.now();
      if (outcome.state !== 'done') {
        const error = outcome.error;
        await appendRunEvents(store, {
          runId,
          now,
          events: [
            { kind: 'error', error: error.toJSON() },
            { kind: 'turn-end', status: outcome.state },
          ] satisfies SessionEvent[],
        });
      }
      await setRunStatus(store, {
        runId,
        status: outcome.state,
        now,
        ...(outcome.state === 'done' ? {} : { error: outcome.error.toJSON() }),
      });
      await closeHold(ctx, store, { runId, userId: job.userId, charge: outcome.state === 'done' && outcome.value.changed });
    },
    afterEnd: (job) => ctx.store.changes.announce(`run:${(job.payload as TurnPayload).runId}`),
  };
  ctx.queue.handle(kind);
}

async function closeHold(
  ctx: EditorContext,
  store: Store,
  turn: { readonly runId: string; readonly userId: string; readonly charge: boolean },
): Promise<void> {
  const cost = editCost(ctx);
  if (cost === 0) return;
  const hold = await reserveCredits(store, { userId: turn.userId, amount: cost, operation: `run:${turn.runId}`, now: ctx.now() });
  await (turn.charge ? settleHold : releaseHold)(store, { holdId: hold.id, now: ctx.now() });
}

async function runTurn(ctx: EditorContext, job: JobRun<TurnPayload>, openWorkspace: OpenWorkspace): Promise<TurnValue> {
  const { runId } = job.payload;
  const run = await loadRun(ctx, job, runId);
  const log = createTurnLog(
    ctx,
    job,
    runId,
    await readRunEvents(ctx.store, { runId, afterSeq: 0 }).then((rows) => rows.map(({ event }) => event as SessionEvent)),
  );
  if (log.ended) return { changed: log.receipts().some(changes) };
  if (!log.started) await log.append([{ kind: 'turn-start', invocationId: runId, text: run.text }]);
  const workspace = await openWorkspace(ctx, {
    sessionId: run.sessionId,
    userId: run.userId,
    runId,
    text: run.text,
    signal: job.signal,
  });
  const session = await getSessionById(ctx.store, run.sessionId);
  const pending = session.state.pendingQuestion as PendingQuestion | undefined;
  const said = await converse(ctx, { run, job, log, workspace, pending });
  const cost = editCost(ctx);
  const isTalk = log.receipts().length === 0;
  const text = cost === 0 || isTalk ? said : `${said}\n${costLine(cost, log.receipts().some(changes), languageOf(run))}`;
  await log.append([
    { kind: 'text', text },
    { kind: 'turn-end', status: 'done' },
  ]);
  const open = log.receipts().find(({ status }) => status === 'needs-answer');
  const question =
    open === undefined
      ? null
      : { tool: open.tool, input: open.asked, ...(open.facts.guarded === true ? { isGuarded: true } : {}) };
  if (question !== null || pending !== undefined)
    await job.write((store) =>
      updateSessionState(store, { sessionId: run.sessionId, delta: { pendingQuestion: question }, now: ctx.now() }),
    );
  return { changed: log.receipts().some(changes) };
}

type Turn = {
  readonly run: RunRow;
  readonly job: JobRun<TurnPayload>;
  readonly log: TurnLog;
  readonly workspace: SessionWorkspace;
  readonly pending: PendingQuestion | undefined;
};

/** The loop with the configured model; the rules take over where it fails before it changed anything. */
async function converse(ctx: EditorContext, turn: Turn): Promise<string> {
  const configured = createLlm(ctx.config);
  // "Yes" to a question is an answer for whoever asked it, and both were asked by the editor itself.
  const isAnswer = turn.pending !== undefined && parseRequest(turn.run.text).talk === 'yes';
  if (configured === undefined || isAnswer) return withRules(ctx, turn);
  // Asked again, a model would not say the same, and what it said before is committed.
  if (turn.log.receipts().length > 0) return kept('restarted', turn);
  try {
    return await withModel(ctx, turn, configured);
  } catch (error) {
    const { signal } = turn.job;
    if (signal.aborted || (isEditorError(error) && error.kind !== 'unavailable')) throw error;
    const why = failureOf(error);
    ctx.log.warn('turn.model-failed', { runId: turn.run.id, model: ctx.config.model, why });
    if (turn.log.receipts().some(changes)) return kept(why, turn);
    return `${tellFailure(why, 'rules', languageOf(turn.run))}\n${await withRules(ctx, turn, turn.log.receipts().length)}`;
  }
}

/** What was done before a model failed stays, and the user is told what that is. */
function kept(why: ModelFailure, { log, run }: Turn): string {
  const language = languageOf(run);
  return `${tellFailure(why, 'kept', language)}\n${summaryOf(log.receipts(), language)}`;
}

/** `after`: receipts of a model that failed, which are no answers to what the rules ask for. */
async function withRules(ctx: EditorContext, turn: Turn, after = 0): Promise<string> {
  const messages = await recentMessages(ctx, turn.run);
  const model = createRulesModel({
    pending: turn.pending,
    prefix: after === 0 ? 'call_' : 'rules_',
    account: await accountFor(ctx, turn.run),
  });
  const text = await runLoop(ctx, { ...toolTurn(turn), ...asked(turn, messages), model });
  return text === '' ? summaryOf(turn.log.receipts(), languageOf(turn.run)) : text;
}

/** As the user has it when this turn has ended without a change: its own hold is given back then. */
async function accountFor(ctx: EditorContext, run: RunRow): Promise<Account> {
  const { available, frozen } = await creditBalance(ctx.store, run.userId);
  const cost = editCost(ctx);
  return { editCost: cost, available: available + cost, frozen: Math.max(0, frozen - cost) };
}

async function withModel(ctx: EditorContext, turn: Turn, configured: Model): Promise<string> {
  const { run, workspace, log } = turn;
  const language = languageOf(run);
  const messages = await recentMessages(ctx, run);
  const earlier = messages.flatMap(({ role, content }) => (role === 'user' && typeof content === 'string' ? [content] : []));
  const permission = permissionFor({ text: run.text, earlier, workspace, language });
  const model = withPatience(configured, ctx.config.modelWaitSeconds * 1000);
  const text = await runLoop(ctx, { ...toolTurn(turn), ...asked(turn, messages), model, permission });
  return accountOf({ text, receipts: log.receipts(), language, message: run.text });
}

function toolTurn({ run, job, log, workspace }: Turn): ToolTurn {
  return { run, log, workspace, words: wordsFor(languageOf(run)), signal: job.signal };
}

function asked({ run, workspace }: Turn, earlier: readonly ModelMessage[]) {
  return {
    instructions: instructionsFor({ timeline: workspace.timeline(), assets: workspace.assets(), language: run.language }),
    messages: [...earlier, { role: 'user' as const, content: run.text }],
  };
}

/** The last few exchanges as plain text: enough for "do that again", small whatever the length of the session. */
async function recentMessages(ctx: EditorContext, run: RunRow): Promise<ModelMessage[]> {
  const earlier = (await listRuns(ctx.store, { sessionId: run.sessionId, limit: 7 }))
    .filter(({ id, status }) => id !== run.id && status === 'done')
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const messages: ModelMessage[] = [];
  for (const { id, text } of earlier.slice(-6)) {
    const answer = (await readRunEvents(ctx.store, { runId: id, afterSeq: 0 }))
      .map(({ event }) => event as SessionEvent)
      .findLast((event) => event.kind === 'text');
    if (answer?.kind === 'text') messages.push({ role: 'user', content: text }, { role: 'assistant', content: answer.text });
  }
  return messages;
}

async function loadRun(ctx: EditorContext, job: JobRun<TurnPayload>, runId: string): Promise<RunRow> {
  await job.write((store) => setRunStatus(store, { runId, status: 'running', now: ctx.now() }));
  return getRun(ctx.store, { userId: job.job.userId, runId });
}

function changes(receipt: Receipt): boolean {
  return receipt.revision !== undefined || receipt.jobId !== undefined;
}

function languageOf(run: RunRow): 'en' | 'zh' {
  return run.language?.toLowerCase().startsWith('zh') === true ? 'zh' : detectLanguage(run.text);
}
