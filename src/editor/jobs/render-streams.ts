/** The two halves of a render that need no word from each other: the picture, range by range, and the sound. What an earlier render made is used again. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { RenderStats } from '#core/facts';
import { enhancerPath, knownDenoiseFacts } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import {
  encodeSpans,
  rangeKey,
  renderStats,
  shareRanges,
  soundKey,
  type EncodeSpan,
  type KeyOptions,
  type RangeShare,
  type RenderPlan,
  type VideoPlan,
} from '#engine/plan';
import { partPath, type MediaSource } from '#engine/tasks';
import { drawingBuild } from './drawing-build.ts';
import type { RenderProgress } from './render-progress.ts';
import { runSteadily } from './run-steadily.ts';
import { together } from './together.ts';

export type Work = {
  readonly ctx: EditorContext;
  readonly plan: RenderPlan;
  readonly sources: readonly MediaSource[];
  /** Temporary files go when the render ends. */
  readonly scratch: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly progress: RenderProgress;
  /** Keys of what was taken from the cache; none may be where `reuse` is false. */
  readonly taken: Set<string>;
  readonly reuse: boolean;
};

/** More shares than workers, so that nobody waits long for the last one; each costs the start of a process. */
const sharesPerWorker = 2;

export type MadePictures = { readonly partsFolder: string; readonly stats: RenderStats };

/**
 * The encoded ranges of the picture, one file each in a folder; undefined for sound-only output.
 *
 * Every range is kept as soon as it is whole: after a crash, a stop or a small change only the others are encoded.
 */
export async function makePictures(work: Work): Promise<MadePictures | undefined> {
  const { ctx, plan, scratch, signal } = work;
  const { video } = plan;
  const stats = renderStats(plan);
  if (video === undefined || stats === undefined) return undefined;
  const partsFolder = scratch.use(ctx.blobs.temporaryFile('parts')).path;
  await mkdir(partsFolder, { recursive: true, mode: 0o700 });
  const ranges = await takeRanges(work, video, partsFolder);
  const missing = ranges.filter(({ isTaken }) => !isTaken);
  const shares = shareRanges(
    video,
    missing.map(({ index }) => index),
    ctx.pool.size * sharesPerWorker,
  );
  const report = createShareProgress(shares, work.progress.on('picture'));
  const keys = new Map(missing.map(({ index, key }) => [index, key]));
  await together(
    signal,
    shares.map(
      (share, place) => (all: AbortSignal) => encodeShare(work, { share, keys, partsFolder, signal: all, report: report(place) }),
    ),
  );
  const reused = ranges.reduce((sum, range) => sum + (range.isTaken ? video.spans[range.index]!.frames : 0), 0);
  return { partsFolder, stats: { ...stats, ...(reused === 0 ? {} : { reused }) } };
}

type Range = { readonly index: number; readonly key: string; readonly isTaken: boolean };

async function takeRanges(work: Work, video: VideoPlan, folder: string): Promise<Range[]> {
  const options = keyOptions(work);
  const ranges: Range[] = [];
  for (const index of encodeSpans(video)) {
    const key = rangeKey(video, video.spans[index] as EncodeSpan, options);
    const isTaken = work.reuse && (await work.ctx.cache.take(key, partPath(folder, index)));
    if (isTaken) work.taken.add(key);
    ranges.push({ index, key, isTaken });
  }
  return ranges;
}

type Encoding = {
  readonly share: RangeShare;
  readonly keys: ReadonlyMap<number, string>;
  readonly partsFolder: string;
  readonly signal: AbortSignal;
  readonly report: (fraction: number) => void;
};

async function encodeShare({ ctx, plan, sources }: Work, encoding: Encoding): Promise<void> {
  const { share, keys, partsFolder, signal, report } = encoding;
  const waiting = [...share.spans];
  const keeping: Promise<void>[] = [];
  const keepFinished = (): void => {
    while (waiting[0] !== undefined && existsSync(partPath(partsFolder, waiting[0]))) {
      const index = waiting.shift()!;
      keeping.push(ctx.cache.keep(keys.get(index)!, partPath(partsFolder, index)));
    }
  };
  const onProgress = (fraction: number): void => {
    keepFinished();
    report(fraction);
  };
  try {
    await runSteadily(ctx, 'render-picture', { plan, sources, spans: share.spans, partsFolder }, { signal, onProgress });
  } finally {
    keepFinished();
    await Promise.all(keeping);
  }
}

/** One fraction out of the shares' own, by their frames. */
function createShareProgress(shares: readonly RangeShare[], report: (fraction: number) => void) {
  const done = shares.map(() => 0);
  const total = Math.max(
    1,
    shares.reduce((sum, { frames }) => sum + frames, 0),
  );
  return (place: number) =>
    (fraction: number): void => {
      done[place] = fraction;
      report(shares.reduce((sum, { frames }, index) => sum + frames * done[index]!, 0) / total);
    };
}

/** The whole mix, encoded; undefined for silent output. */
export async function makeSound(work: Work): Promise<{ readonly path: string } | undefined> {
  const { ctx, plan, sources, scratch, signal, progress } = work;
  if (plan.sound === undefined) return undefined;
  const { path } = scratch.use(ctx.blobs.temporaryFile('sound'));
  const profiles = await noiseProfiles(work);
  const key = soundKey(plan, profiles, keyOptions(work));
  if (work.reuse && (await ctx.cache.take(key, path))) {
    work.taken.add(key);
    return { path };
  }
  const wanted = plan.sound.tracks.some((track) => track.clips.some(({ denoise }) => denoise?.engine === 'neural'));
  const enhancer = wanted ? enhancerPath(ctx) : undefined;
  const model = enhancer === undefined ? {} : { enhancerPath: enhancer };
  const input = { plan, sources, outputPath: path, noiseProfiles: profiles, ...model };
  await runSteadily(ctx, 'render-sound', input, { signal, onProgress: progress.on('sound') });
  await ctx.cache.keep(key, path);
  return { path };
}

function keyOptions({ sources, plan }: Work): KeyOptions {
  const hashes = new Map(sources.map(({ asset }) => [asset.id, asset.hash]));
  const sound = plan.sound === undefined ? {} : { sound: plan.sound };
  return { hashOf: (assetId) => hashes.get(assetId) ?? assetId, build: drawingBuild(), ...sound };
}

/** What the tool measured when noise removal was asked for, by asset. */
async function noiseProfiles({ ctx, plan, sources }: Work): Promise<Readonly<Record<string, unknown>>> {
  const profiles: Record<string, unknown> = {};
  for (const { assetId, denoise } of plan.sound?.tracks.flatMap((track) => track.clips) ?? []) {
    const asset = sources.find((source) => source.asset.id === assetId)?.asset;
    if (denoise === undefined || asset === undefined || assetId in profiles) continue;
    const profile = (await knownDenoiseFacts(ctx, asset, denoise))?.profile;
    if (profile !== undefined) profiles[assetId] = profile;
  }
  return profiles;
}
