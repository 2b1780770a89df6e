/** The registry's tools as the loop wants them: logged, committed before they are told, once however often they are asked. */
import { tool, zodSchema, type ToolSet } from 'ai';
import type { Receipt } from '#core/facts';
import { timelineDuration } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import { runTool, tools, type ToolContext, type Words } from '#editor/tools';
import { findRevisionByKey, type RunRow } from '#platform/store';
import { NeedsYes, type Permission } from './permission.ts';
import type { SessionWorkspace } from './session-workspace.ts';
import type { TurnLog } from './turn-log.ts';

/** Made once: the loop writes every schema out as JSON for each step of each turn. */
const inputSchemas = new Map(tools.map(({ name, input }) => [name, zodSchema(input)]));

export type LoopTools = {
  readonly set: ToolSet;
  /** What a tool failed with that is neither the user's nor the model's business: the turn ends with it. */
  readonly fault: () => unknown;
};

export type ToolTurn = {
  readonly run: RunRow;
  readonly log: TurnLog;
  readonly workspace: SessionWorkspace;
  readonly words: Words;
  readonly signal: AbortSignal;
  /** For language models; the rules do what the user said and nothing else. */
  readonly permission?: Permission;
};

/** One call at a time, because each looks at what the one before left. */
export function loopTools(ctx: EditorContext, turn: ToolTurn): LoopTools {
  let previous: Promise<unknown> = Promise.resolve();
  let fault: unknown;
  let calls = 0;
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = previous.then(work, work);
    previous = next.catch((error: unknown) => void (fault ??= error));
    return next;
  };
  // Models number their calls as they like, some of them twice: numbers of ours are never taken for a call that was made.
  const idOf = (given: string) => (turn.permission === undefined ? given : `${turn.log.prefix}${++calls}`);
  const set = Object.fromEntries(
    tools.map(({ name, description }) => [
      name,
      tool({
        description,
        inputSchema: inputSchemas.get(name)!,
        execute: (input: unknown, { toolCallId }: { readonly toolCallId: string }) =>
          inTurn(() => perform(ctx, turn, { id: idOf(toolCallId), name, input: input as Readonly<Record<string, unknown>> })),
      }),
    ]),
  );
  return { set, fault: () => fault };
}

type Call = { readonly id: string; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

async function perform(ctx: EditorContext, turn: ToolTurn, { id, name, input }: Call): Promise<Receipt> {
  const { run, log, workspace, permission } = turn;
  const known = log.receiptOf(id);
  if (known !== undefined) return known;
  const refused = permission?.refusal(name, input, log.receipts());
  await log.append([{ kind: 'tool-call-start', callId: id, tool: name, input }]);
  workspace.beginCall(id);
  const committed = await findRevisionByKey(ctx.store, { sessionId: run.sessionId, idempotencyKey: `${run.id}:${id}:1` });
  const receipt =
    refused ??
    (committed?.receipt === undefined
      ? await attempt(turn, name, input)
      : ({ ...committed.receipt, revision: committed.revision } as unknown as Receipt));
  await log.append([
    { kind: 'tool-call-end', callId: id, tool: name, receipt },
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
}

async function attempt({ workspace, words, signal, permission }: ToolTurn, name: string, input: object): Promise<Receipt> {
  const context: ToolContext = { workspace: permission?.guard(workspace, name, input) ?? workspace, words, signal };
  try {
    return await runTool(context, name, input);
  } catch (error) {
    if (error instanceof NeedsYes) return error.receipt;
    throw error;
  }
}
