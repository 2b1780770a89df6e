/**
 * What the agent would do: instructions carried out on a session that nobody keeps, by the loop and the tools that do it for real.
 *
 * The context has to be one whose turns were registered with `openPlanWorkspace`: exports are calls there and nothing more.
 */
import { errorFromJson } from '#core/errors';
import type { Receipt } from '#core/facts';
import { fromDraft, toDraft, type Draft, type SessionEvent } from '#core/protocol';
import { describeChanges, diffTimelines, type Timeline } from '#core/timeline';
import type { Asset } from '#core/asset';
import { commitEdits, currentTimeline } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { detectLanguage } from '#editor/rules';
import { addAsset, listSessionAssets } from '#platform/store';
import { draftIn, placeholdersOf } from './placeholders.ts';
import { startTurn } from './start-turn.ts';
import { watchEvents } from './watch-events.ts';

export type PlanRequest = {
  readonly userId: string;
  readonly sessionId: string;
  /** In their order, one conversation. */
  readonly instructions: readonly string[];
  /**
   * The timeline to begin with, as the state route gives it. Media of the session stand for media of the draft that have
   * their name; the others are placeholders.
   */
  readonly draft?: unknown;
  readonly signal: AbortSignal;
};

export type PlannedCall = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };
export type PlannedTurn = {
  readonly instruction: string;
  readonly calls: readonly PlannedCall[];
  readonly changes: readonly string[];
  readonly reply: string;
  /** The one question that the turn ends with. */
  readonly question?: string;
};

/** What `rushes plan --json` prints; calls of all turns in their order, changes from the first timeline to the last. */
export type Plan = {
  readonly calls: readonly PlannedCall[];
  readonly changes: readonly string[];
  readonly timeline: Timeline;
  readonly draft: Draft;
  /** The answer to the last instruction. */
  readonly reply: string;
  readonly question?: string;
  /** Each instruction by itself, where there are several. */
  readonly turns?: readonly PlannedTurn[];
};

/** Errors: TIMELINE_INVALID for a draft, SESSION_NOT_FOUND, and what made a turn fail. */
export async function planTurns(ctx: EditorContext, request: PlanRequest): Promise<Plan> {
  const { sessionId, instructions } = request;
  if (request.draft !== undefined) await placeDraft(ctx, request, request.draft);
  const before = await currentTimeline(ctx, sessionId);
  const turns: PlannedTurn[] = [];
  for (const instruction of instructions) turns.push(await planTurn(ctx, request, instruction));
  const timeline = await currentTimeline(ctx, sessionId);
  const assets = await assetsOf(ctx, sessionId);
  const last = turns.at(-1);
  return {
    calls: turns.flatMap(({ calls }) => calls),
    changes: changesBetween(before, timeline, assets, instructions[0] ?? ''),
    timeline,
    draft: toDraft(timeline, assets),
    reply: last?.reply ?? '',
    ...(last?.question === undefined ? {} : { question: last.question }),
    ...(turns.length > 1 ? { turns } : {}),
  };
}

async function planTurn(ctx: EditorContext, request: PlanRequest, instruction: string): Promise<PlannedTurn> {
  const { sessionId, userId, signal } = request;
  const before = await currentTimeline(ctx, sessionId);
  const { invocationId } = await startTurn(ctx, { sessionId, userId, text: instruction, idempotencyKey: ctx.ids.invocation() });
  const calls: PlannedCall[] = [];
  const receipts: Receipt[] = [];
  let reply = '';
  for await (const { event } of watchEvents(ctx, { userId, invocationId, afterSeq: 0, signal })) {
    if (event.kind === 'tool-call-start') calls.push({ tool: event.tool, input: event.input });
    if (event.kind === 'tool-call-end') receipts.push(event.receipt);
    if (event.kind === 'text') reply = event.text;
    if (event.kind === 'error') throw failure(event);
  }
  signal.throwIfAborted();
  const question = receipts.find(({ status }) => status === 'needs-answer')?.question;
  return {
    instruction,
    calls,
    changes: changesBetween(before, await currentTimeline(ctx, sessionId), await assetsOf(ctx, sessionId), instruction),
    reply,
    ...(question === undefined ? {} : { question }),
  };
}

function failure({ error }: Extract<SessionEvent, { kind: 'error' }>): Error {
  return errorFromJson(error);
}

/** The draft's timeline becomes the session's, with what it names in the list of media. */
async function placeDraft(ctx: EditorContext, { sessionId, userId }: PlanRequest, json: unknown): Promise<void> {
  const files = await assetsOf(ctx, sessionId);
  const draft = withFiles(draftIn(json), files);
  for (const asset of placeholdersOf(withFiles(json, files), files))
    await addAsset(ctx.store, { asset, sessionId, userId, now: ctx.now() });
  const assets = await assetsOf(ctx, sessionId);
  // Whatever else is wrong with it is said by this with its place.
  const timeline = fromDraft(draft, assets);
  await commitEdits(ctx, {
    sessionId,
    edits: [{ kind: 'restore', timeline }],
    actor: 'user',
    reason: 'Draft',
    tool: 'upload',
  });
}

/** Ids of media become those of files with the same name. */
function withFiles(json: unknown, files: readonly Asset[]): unknown {
  const names = new Map<string, string>();
  for (const { media, name } of segmentsIn(draftIn(json))) {
    const file = files.find((candidate) => candidate.name === name);
    if (file !== undefined && typeof media === 'string') names.set(media, file.id);
  }
  if (names.size === 0) return json;
  return JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    (key === 'media' || key === 'assetId') && typeof value === 'string' ? (names.get(value) ?? value) : value,
  ) as unknown;
}

function segmentsIn(draft: unknown): { readonly media?: unknown; readonly name?: unknown }[] {
  const tracks = (draft as { readonly t?: unknown } | undefined)?.t;
  if (!Array.isArray(tracks)) return [];
  return (tracks as { readonly sg?: unknown }[]).flatMap(({ sg }) =>
    Array.isArray(sg) ? (sg as { readonly media?: unknown; readonly name?: unknown }[]) : [],
  );
}

async function assetsOf(ctx: EditorContext, sessionId: string): Promise<Asset[]> {
  return (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
}

function changesBetween(before: Timeline, after: Timeline, assets: readonly Asset[], words: string): string[] {
  return describeChanges(diffTimelines(before, after), detectLanguage(words), new Map(assets.map(({ id, name }) => [id, name])));
}
