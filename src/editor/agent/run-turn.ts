/**
 * One turn, from a stored message to its last event: the tool loop around whatever model is configured.
 *
 * Every event is in the log before anyone sees it, and every edit is committed before its event is. A turn that died with
 * its process runs again: calls that ended are answered from the log, calls that committed from the history.
 */
import { isStepCount, tool, ToolLoopAgent, type LanguageModel, type ModelMessage, type ToolSet } from 'ai';
import { asEditorError, fail } from '#core/errors';
import type { Receipt } from '#core/facts';
import type { SessionEvent } from '#core/protocol';
import { timelineDuration } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import { detectLanguage } from '#editor/rules';
import { runTool, tools, wordsFor } from '#editor/tools';
import { createLlm } from '#platform/llm';
import type { JobKind, JobRun } from '#platform/queue';
import {
  appendRunEvents,
  findRevisionByKey,
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
import { instructionsFor } from './prompt.ts';
import { createRulesModel, type PendingQuestion } from './rules-model.ts';
import { openSessionWorkspace, type SessionWorkspace } from './session-workspace.ts';
import { editCost } from './start-turn.ts';

type TurnPayload = { readonly runId: string };
type TurnValue = { readonly changed: boolean };

/** A model that goes round in circles is stopped here; the longest honest turn of the corpus needs nine. */
const stepLimit = 24;

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
  const text = await converse(ctx, { run, job, log, workspace, pending });
  await log.append([
    { kind: 'text', text },
    { kind: 'turn-end', status: 'done' },
  ]);
  const open = log.receipts().findLast(({ status }) => status === 'needs-answer');
  const question = open === undefined ? null : { tool: open.tool, input: open.asked };
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
  if (configured === undefined) return loop(ctx, turn, createRulesModel(turn.pending));
  try {
    return await loop(ctx, turn, configured);
  } catch (error) {
    const failure = asEditorError(error);
    if (turn.job.signal.aborted || failure.kind === 'canceled') throw error;
    ctx.log.warn('turn.model-failed', { runId: turn.run.id, code: failure.code, reason: failure.message });
    const language = languageOf(turn.run);
    const notice =
      language === 'zh'
        ? '语言模型没有响应，已改用内置规则。'
        : 'The language model did not answer, so the built-in rules took over.';
    if (turn.log.receipts().some(changes)) return notice;
    return `${notice}\n${await loop(ctx, turn, createRulesModel(turn.pending))}`;
  }
}

async function loop(ctx: EditorContext, turn: Turn, model: LanguageModel): Promise<string> {
  const { run, job, log, workspace } = turn;
  const agent = new ToolLoopAgent({
    model,
    instructions: instructionsFor({ timeline: workspace.timeline(), assets: workspace.assets(), language: run.language }),
    tools: toolSet(ctx, turn),
    stopWhen: isStepCount(stepLimit),
    maxRetries: 1,
  });
  const result = await agent.stream({
    messages: [...(await recentMessages(ctx, run)), { role: 'user', content: run.text }],
    abortSignal: job.signal,
  });
  let text = '';
  let streamed = '';
  for await (const part of result.fullStream) {
    if (part.type === 'start-step') text = '';
    if (part.type === 'text-delta') {
      text += part.text;
      streamed += part.text;
      if (streamed.length >= 80 || streamed.includes('\n')) {
        await log.append([{ kind: 'text-delta', text: streamed }]);
        streamed = '';
      }
    }
    if (part.type === 'tool-error') throw asEditorError(part.error);
    if (part.type === 'error')
      throw job.signal.aborted ? job.signal.reason : fail('LLM_UNAVAILABLE', { model: ctx.config.model }, { cause: part.error });
    if (part.type === 'abort') throw job.signal.reason ?? fail('JOB_CANCELED');
  }
  if (streamed !== '') await log.append([{ kind: 'text-delta', text: streamed }]);
  return text.trim() === '' ? summaryOf(log.receipts(), languageOf(run)) : text.trim();
}

/** The registry's tools as the loop wants them. One call at a time, because each looks at what the one before left. */
function toolSet(ctx: EditorContext, { run, job, log, workspace }: Turn): ToolSet {
  const words = wordsFor(languageOf(run));
  let previous: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = previous.then(work, work);
    previous = next.catch(() => undefined);
    return next;
  };
  return Object.fromEntries(
    tools.map((entry) => [
      entry.name,
      tool({
        description: entry.description,
        inputSchema: entry.input,
        execute: (input: unknown, { toolCallId }: { readonly toolCallId: string }) =>
          inTurn(async () => {
            const known = log.receiptOf(toolCallId);
            if (known !== undefined) return known;
            await log.append([
              {
                kind: 'tool-call-start',
                callId: toolCallId,
                tool: entry.name,
                input: input as Readonly<Record<string, unknown>>,
              },
            ]);
            workspace.beginCall(toolCallId);
            const committed = await findRevisionByKey(ctx.store, {
              sessionId: run.sessionId,
              idempotencyKey: `${run.id}:${toolCallId}:1`,
            });
            const receipt =
              committed?.receipt === undefined
                ? await runTool({ workspace, words, signal: job.signal }, entry.name, input)
                : ({ ...committed.receipt, revision: committed.revision } as unknown as Receipt);
            await log.append([
              { kind: 'tool-call-end', callId: toolCallId, tool: entry.name, receipt },
              ...(receipt.revision === undefined
                ? []
                : [
                    {
                      kind: 'timeline-changed' as const,
                      revision: receipt.revision,
                      durationMs: Math.round(timelineDuration(workspace.timeline()) / 705_600),
                    },
                  ]),
            ]);
            return receipt;
          }),
      }),
    ]),
  );
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

type TurnLog = {
  readonly started: boolean;
  readonly ended: boolean;
  append(events: readonly SessionEvent[]): Promise<void>;
  receipts(): readonly Receipt[];
  receiptOf(callId: string): Receipt | undefined;
};

function createTurnLog(ctx: EditorContext, job: JobRun<TurnPayload>, runId: string, known: readonly SessionEvent[]): TurnLog {
  const events = [...known];
  const ends = () => events.flatMap((event) => (event.kind === 'tool-call-end' ? [event] : []));
  return {
    started: known.some(({ kind }) => kind === 'turn-start'),
    ended: known.some(({ kind }) => kind === 'turn-end'),
    append: async (added) => {
      await job.write((store) => appendRunEvents(store, { runId, events: added, now: ctx.now() }));
      events.push(...added);
      ctx.store.changes.announce(`run:${runId}`);
    },
    receipts: () => ends().map(({ receipt }) => receipt),
    receiptOf: (callId) => ends().find((event) => event.callId === callId)?.receipt,
  };
}

async function loadRun(ctx: EditorContext, job: JobRun<TurnPayload>, runId: string): Promise<RunRow> {
  await job.write((store) => setRunStatus(store, { runId, status: 'running', now: ctx.now() }));
  const run = (await listRuns(ctx.store, { sessionId: job.job.lane.replace(/^session:/, '') })).find(({ id }) => id === runId);
  if (run === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Turn' });
  return run;
}

function changes(receipt: Receipt): boolean {
  return receipt.revision !== undefined || receipt.jobId !== undefined;
}

/** What a silent model leaves the user with: the receipts in plain sentences, so that no edit goes without words. */
function summaryOf(receipts: readonly Receipt[], language: 'en' | 'zh'): string {
  const lines = receipts.flatMap(({ done, skipped }) => [...done, ...skipped.map(({ reason }) => reason)]);
  return lines.length > 0
    ? lines.map((line) => `- ${line}`).join('\n')
    : language === 'zh'
      ? '没有做任何修改。'
      : 'Nothing was changed.';
}

function languageOf(run: RunRow): 'en' | 'zh' {
  return run.language?.toLowerCase().startsWith('zh') === true ? 'zh' : detectLanguage(run.text);
}
