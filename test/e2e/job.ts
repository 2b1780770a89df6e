/** The main job on the real app, without a network: import, one message, one export, and what came of it. */
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildApp, type App } from '../../src/app.ts';
import type { Asset } from '#core/asset';
import type { Receipt, SoundFacts } from '#core/facts';
import type { SessionEvent } from '#core/protocol';
import type { Timeline } from '#core/timeline';
import { startTurn, watchEvents } from '#editor/agent';
import { importFile, soundFacts } from '#editor/assets';
import { createSession, currentTimeline } from '#editor/commit';
import { renderEnd, renderOutput, requestRender, parseOutputRequest } from '#editor/jobs';
import { loadConfig, type Config } from '#platform/config';
import { ensureUser, type RenderRow } from '#platform/store';

export type { App };

/** The app on a folder of its own; the caller closes. */
export function openApp(folder: string, overrides: Partial<Config> = {}): Promise<App> {
  return buildApp({
    ...loadConfig({ RUSHES_DATA: folder, RUSHES_DISK_RESERVE_MB: '0', RUSHES_LOG_LEVEL: 'error' }),
    drainSeconds: 0,
    ...overrides,
  });
}

export const userId = 'anon_0000000000000001';

export async function openSession(app: App): Promise<string> {
  await ensureUser(app.ctx.store, { id: userId, now: app.ctx.now() });
  return (await createSession(app.ctx, { userId, appName: 'nemo_agent', taskName: 'test' })).id;
}

/** Imports a copy of the file, as an upload does. */
export async function bringIn(app: App, sessionId: string, path: string): Promise<Asset> {
  const copy = join(app.ctx.blobs.temporaryFolder, `${app.ctx.ids.other('in')}.bin`);
  copyFileSync(path, copy);
  return (await importFile(app.ctx, { sessionId, userId, path: copy, name: basename(path) })).asset;
}

export type Said = { readonly text: string; readonly receipts: readonly Receipt[] };

/** Says one sentence and waits for the end of its turn. */
export async function say(app: App, sessionId: string, text: string): Promise<Said> {
  const { invocationId } = await startTurn(app.ctx, { userId, sessionId, text });
  const receipts: Receipt[] = [];
  let reply = '';
  for await (const { event } of watchEvents(app.ctx, {
    userId,
    invocationId,
    afterSeq: 0,
    signal: AbortSignal.timeout(280_000),
  })) {
    const known: SessionEvent = event;
    if (known.kind === 'tool-call-end') receipts.push(known.receipt);
    if (known.kind === 'text') reply = known.text;
    if (known.kind === 'error')
      throw new Error(`${known.error.code}: ${known.error.message} ${JSON.stringify(known.error.details)}`);
  }
  return { text: reply, receipts };
}

export type Finished = { readonly row: RenderRow; readonly path: string };

/** Renders the session's timeline and waits for the proved file; a failed render throws with its reason. */
export async function render(app: App, sessionId: string, output: Readonly<Record<string, unknown>> = {}): Promise<Finished> {
  const id = app.ctx.ids.other('render');
  const timeline: Timeline = await currentTimeline(app.ctx, sessionId);
  await requestRender(app.ctx, { userId, sessionId, id, output: parseOutputRequest(output, timeline) });
  const row = await renderEnd(app.ctx, { userId, id, signal: AbortSignal.timeout(280_000) });
  if (row.status !== 'completed')
    throw new Error(
      `render ${row.status}: ${JSON.stringify(row.error)} ${JSON.stringify(row.proof?.checks.filter(({ ok }) => !ok))}`,
    );
  return { row, path: (await renderOutput(app.ctx, { userId, id })).path };
}

export type JobResult = {
  readonly asset: Asset;
  readonly said: Said;
  readonly timeline: Timeline;
  readonly finished: Finished;
  readonly before: SoundFacts;
  readonly after: SoundFacts;
  readonly output: Asset;
};

/** The whole job on one file, measured on both sides. */
export async function runJob(app: App, path: string, instruction: string): Promise<JobResult> {
  const sessionId = await openSession(app);
  const asset = await bringIn(app, sessionId, path);
  const before = await soundFacts(app.ctx, asset, ['speech', 'noise', 'loudness']);
  const said = await say(app, sessionId, instruction);
  const timeline = await currentTimeline(app.ctx, sessionId);
  const finished = await render(app, sessionId);
  const output = await bringIn(app, await openSession(app), finished.path);
  const after = await soundFacts(app.ctx, output, ['speech', 'noise', 'loudness']);
  return { asset, said, timeline, finished, before, after, output };
}
