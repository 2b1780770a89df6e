/**
 * The render job: plan → picture and sound side by side → assemble → verify → publish.
 *
 * It may be killed at any moment and is then run again from the start. What it writes on the way has a generated name in
 * the temporary folder; the finished file gets its place only when its proof is ok, and the row says so in the same
 * transaction in which the job ends.
 */
import type { Asset } from '#core/asset';
import { fail, isEditorError } from '#core/errors';
import type { Proof } from '#core/facts';
import { neededAssets } from '#core/timeline';
import { mediaSource } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import type { OutputRequest } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import type { JobKind, JobOutcome, JobRun } from '#platform/queue';
import {
  getRender,
  listAssets,
  renderTopic,
  updateRender,
  type RenderFigures,
  type RenderFile,
  type RenderRow,
} from '#platform/store';
import { fileKind } from './file-kind.ts';
import { keepParts, knownParts } from './measured-parts.ts';
import { pictureMotion } from './picture-motion.ts';
import { hardwareEncoders, mayBeHardware } from './hardware.ts';
import { openRenderProgress } from './render-progress.ts';
import { renderKind, type RenderPayload } from './render-payload.ts';
import { makePictures, makeSound, type Work } from './render-streams.ts';
import { runSteadily } from './run-steadily.ts';
import { speechRanges } from './speech-ranges.ts';
import { together } from './together.ts';

type Finished = {
  readonly file: RenderFile;
  readonly proof: Proof;
  readonly figures: RenderFigures;
  readonly notes: readonly string[];
};

/** Registers the job; before `queue.start()`. */
export function handleRenders(ctx: EditorContext): void {
  const kind: JobKind<RenderPayload, Finished> = {
    kind: renderKind,
    // Each render fills two workers by itself: picture and sound.
    concurrency: Math.max(1, Math.ceil(ctx.pool.size / 2)),
    run: (run) => runRender(ctx, run),
    onEnd: async (store, job, outcome) => {
      // Written by requestRender.
      await updateRender(store, job.payload as RenderPayload, endOf(ctx, outcome));
    },
    afterEnd: (job) => ctx.store.changes.announce(renderTopic(job.payload as RenderPayload)),
  };
  ctx.queue.handle(kind);
}

async function runRender(ctx: EditorContext, run: JobRun<RenderPayload>): Promise<Finished> {
  const row = await getRender(ctx.store, run.payload);
  const startedAt = row.startedAt ?? ctx.now();
  await run.write((store) =>
    updateRender(store, run.payload, {
      status: 'processing',
      step: 'plan',
      progress: 0,
      etaSeconds: null,
      attempt: run.attempt,
      startedAt,
    }),
  );
  const sources = await sourcesOf(ctx, row);
  // OutputRequest was parsed before it was stored.
  const output = row.output as OutputRequest;
  const hardware = await hardwareEncoders(ctx);
  if (hardware.length === 0) return renderAs(ctx, run, { row, sources, output });
  try {
    return await renderAs(ctx, run, { row, sources, output: { ...output, hardware } });
  } catch (error) {
    if (run.signal.aborted || !mayBeHardware(error)) throw error;
    ctx.log.warn('render.hardware', { error });
    const done = await renderAs(ctx, run, { row, sources, output });
    return { ...done, notes: [...done.notes, 'It did not succeed with graphics hardware, so that the processor encoded it'] };
  }
}

type Asked = { readonly row: RenderRow; readonly sources: readonly MediaSource[]; readonly output: OutputRequest };

async function renderAs(ctx: EditorContext, run: JobRun<RenderPayload>, { row, sources, output }: Asked): Promise<Finished> {
  await using scratch = new AsyncDisposableStack();
  const timings = startTimings();
  const plan = await timings.time('plan', async () => {
    const assets = sources.map(({ asset }) => asset);
    const speech = await speechRanges(ctx, row.timeline, assets, run.signal);
    const motion = await pictureMotion(ctx, row.timeline, assets, run.signal);
    return runSteadily(ctx, 'plan-render', { timeline: row.timeline, sources, output, speech, motion }, { signal: run.signal });
  });
  await using progress = openRenderProgress(ctx, run, plan);
  const work = { ctx, plan, sources, scratch, signal: run.signal, progress, taken: new Set<string>() };
  try {
    // Awaited here: what `using` holds must outlive the work.
    return await finish({ ...work, reuse: true }, run, row, timings);
  } catch (error) {
    if (work.taken.size === 0 || !(isEditorError(error, 'INTERNAL') || isEditorError(error, 'PROOF_FAILED'))) throw error;
    // What was kept may have been damaged on the disk; made anew it cannot be to blame.
    ctx.log.warn('render.anew', { error, kept: work.taken.size });
    for (const key of work.taken) await ctx.cache.forget(key);
    return await finish({ ...work, reuse: false }, run, row, timings);
  }
}

async function finish(work: Work, run: JobRun<RenderPayload>, row: RenderRow, timings: Timings): Promise<Finished> {
  const { ctx, plan, sources, scratch, signal, progress } = work;
  progress.enter('render');
  // Sound first: it is one task and mostly the longer way, while the parts of the picture fill what places are left.
  const [sound, pictures] = await timings.time('render', () =>
    together(signal, [
      (both) => timings.time('sound', () => makeSound({ ...work, signal: both })),
      (both) => timings.time('picture', () => makePictures({ ...work, signal: both })),
    ]),
  );
  progress.enter('assemble');
  const { extension, mimeType } = fileKind(plan.output.format);
  const target = scratch.use(ctx.blobs.temporaryFile(extension)).path;
  const { bytes } = await timings.time('assemble', () =>
    runSteadily(
      ctx,
      'assemble',
      {
        plan,
        sources,
        ...(pictures === undefined ? {} : { partsFolder: pictures.partsFolder }),
        ...(sound === undefined ? {} : { soundPath: sound.path }),
        outputPath: target,
      },
      { signal, onProgress: progress.on('assemble') },
    ),
  );
  progress.enter('verify');
  const known = work.reuse ? await knownParts(work, row.sessionId) : undefined;
  const { proof, parts } = await timings.time('verify', () =>
    runSteadily(
      ctx,
      'verify',
      {
        plan,
        timeline: row.timeline,
        sources,
        path: target,
        ...(pictures === undefined ? {} : { pictures: pictures.stats }),
        ...(known === undefined ? {} : { known }),
      },
      { signal, onProgress: progress.on('verify') },
    ),
  );
  const notes = [...new Set([...plan.reasons, ...proof.warnings])];
  if (!proof.ok) {
    await run.write((store) => updateRender(store, run.payload, { proof, notes }));
    throw fail('PROOF_FAILED', { reason: reasonOf(proof) });
  }
  await keepParts(ctx, row.sessionId, parts);
  progress.enter('publish');
  const { hash } = await timings.time('publish', () => ctx.blobs.adopt(target));
  const { width, height } = plan.video?.size ?? { width: 0, height: 0 };
  const stats = pictures?.stats ?? { frames: 0, copied: 0, encoded: 0 };
  return {
    file: { hash, bytes, durationMs: proof.durationMs, width, height, extension, mimeType },
    proof,
    figures: { ...stats, timings: timings.read() },
    notes,
  };
}

async function sourcesOf(ctx: EditorContext, row: RenderRow): Promise<MediaSource[]> {
  const ids = neededAssets(row.timeline);
  const assets: readonly Asset[] = await listAssets(ctx.store, [...ids]);
  for (const id of ids) {
    const asset = assets.find((candidate) => candidate.id === id);
    if (asset === undefined || !(await ctx.blobs.has(asset.hash))) throw fail('RESOURCE_NOT_FOUND', { what: `Media ${id}` });
  }
  return assets.map((asset) => mediaSource(ctx, asset));
}

function endOf(ctx: EditorContext, outcome: JobOutcome<Finished>): Parameters<typeof updateRender>[2] {
  const completedAt = ctx.now();
  const common = { step: 'ended', etaSeconds: null, completedAt } as const;
  if (outcome.state === 'done') {
    const expiresAt = completedAt + ctx.config.outputDays * 24 * 60 * 60 * 1000;
    return { ...common, ...outcome.value, status: 'completed', progress: 1, expiresAt };
  }
  const status = outcome.state === 'canceled' ? 'cancelled' : 'failed';
  return { ...common, status, error: outcome.error.toJSON() };
}

function reasonOf(proof: Proof): string {
  const failed = proof.checks.filter((check) => !check.ok);
  return (
    failed.map(({ name, expected, measured }) => `${name}: expected ${expected}, measured ${measured}`).join('; ') ||
    'no check says why'
  );
}

type Timings = {
  time<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Milliseconds by name, `total` included. */
  read(): Readonly<Record<string, number>>;
};

function startTimings(): Timings {
  const startedMs = performance.now();
  const timings: Record<string, number> = {};
  return {
    async time(name, work) {
      const beganMs = performance.now();
      try {
        return await work();
      } finally {
        timings[name] = Math.round(performance.now() - beganMs);
      }
    },
    read: () => ({ ...timings, total: Math.round(performance.now() - startedMs) }),
  };
}
