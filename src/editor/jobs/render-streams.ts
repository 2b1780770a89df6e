/** The two halves of a render that need no word from each other: the picture, in parts, and the sound. */
import type { RenderStats } from '#core/facts';
import { knownDenoiseFacts } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import type { RenderPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import type { RenderProgress } from './render-progress.ts';
import { runSteadily } from './run-steadily.ts';
import { splitSpans } from './split-spans.ts';
import { together } from './together.ts';

export type Work = {
  readonly ctx: EditorContext;
  readonly plan: RenderPlan;
  readonly sources: readonly MediaSource[];
  /** Temporary files go when the render ends. */
  readonly scratch: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly progress: RenderProgress;
};

/** The picture as one file per part, in order; undefined for sound-only output. */
export async function makePictures(work: Work): Promise<{ readonly paths: string[]; readonly stats: RenderStats } | undefined> {
  const { ctx, plan, sources, scratch, signal, progress } = work;
  if (plan.video === undefined) return undefined;
  const spans = plan.video.spans;
  const parts = splitSpans(spans, ctx.pool.size).map((part) => ({
    ...part,
    path: scratch.use(ctx.blobs.temporaryFile('part')).path,
    frames: spans.slice(part.firstSpan, part.firstSpan + part.spanCount).reduce((sum, span) => sum + span.frames, 0),
  }));
  const done = parts.map(() => 0);
  const report = progress.on('picture');
  const all = await together(
    signal,
    parts.map(({ firstSpan, spanCount, path }, index) => (both: AbortSignal) => {
      const onProgress = (fraction: number): void => {
        done[index] = fraction;
        const frames = parts.reduce((sum, part, at) => sum + part.frames * done[at]!, 0);
        report(
          frames /
            Math.max(
              1,
              parts.reduce((sum, part) => sum + part.frames, 0),
            ),
        );
      };
      const input = { plan, sources, firstSpan, spanCount, outputPath: path };
      return runSteadily(ctx, 'render-picture', input, { signal: both, onProgress });
    }),
  );
  const sum = (pick: (stats: RenderStats) => number): number => all.reduce((total, stats) => total + pick(stats), 0);
  const reasons = [...new Set(all.flatMap((stats) => (stats.reason === undefined ? [] : [stats.reason])))];
  return {
    paths: parts.map((part) => part.path),
    stats: {
      frames: sum((stats) => stats.frames),
      copied: sum((stats) => stats.copied),
      encoded: sum((stats) => stats.encoded),
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    },
  };
}

/** The whole mix, encoded; undefined for silent output. */
export async function makeSound(work: Work): Promise<{ readonly path: string } | undefined> {
  const { ctx, plan, sources, scratch, signal, progress } = work;
  if (plan.sound === undefined) return undefined;
  const { path } = scratch.use(ctx.blobs.temporaryFile('sound'));
  const input = { plan, sources, outputPath: path, noiseProfiles: await noiseProfiles(work) };
  await runSteadily(ctx, 'render-sound', input, { signal, onProgress: progress.on('sound') });
  return { path };
}

/** What the tool measured when noise removal was asked for, by asset. */
async function noiseProfiles({ ctx, plan, sources }: Work): Promise<Readonly<Record<string, unknown>>> {
  const profiles: Record<string, unknown> = {};
  for (const { assetId, denoise } of plan.sound?.tracks.flatMap((track) => track.clips) ?? []) {
    const asset = sources.find((source) => source.asset.id === assetId)?.asset;
    if (denoise === undefined || asset === undefined || assetId in profiles) continue;
    const profile = (await knownDenoiseFacts(ctx, asset, denoise.strength))?.profile;
    if (profile !== undefined) profiles[assetId] = profile;
  }
  return profiles;
}
