/**
 * What stabilisation leaves of the shaking, on made clips and real ones, against FFmpeg's vid.stab (where the ffmpeg command has it)
 * at our largest zoom (smoothing over 10 and 30 pictures, which reaches beyond the picture's edges; then held within the frame); all measured by the same analysis of the finished file. Then frames a second at 1080p, both phases together.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainVideoStream } from '#core/asset';
import { timeRange, toMilliseconds, zero } from '#core/time';
import { analyzePictureTask } from '#engine/analysis';
import { createPool } from '#engine/pool';
import { encodeSpans, forecastSteady, shareRanges, type PicturePath } from '#engine/plan';
import { hasRealMedia, realMedia } from '../../test/fixtures/real-media.ts';
import { clipOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../../test/fixtures/render-timeline.ts';
import { writeDrawn } from '../../test/fixtures/sight/measure.ts';
import { atLeast, atMost, type QualityRow } from './row.ts';
import { makeShakyFilm } from '../../test/fixtures/sight/shaky-film.ts';

const usual = { name: 'stabilize', strength: 1, maxZoom: 1.15 } as const;
/** As the tool chooses: the least enlargement that leaves a quarter. */
const zooms = Array.from({ length: 15 }, (_, step) => 1.15 + 0.025 * step);

export async function shakeBench(): Promise<QualityRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const held: Held[] = [];
  try {
    console.log(
      'clip                          shake %   left %   ratio    zoom   vid.stab left % (10, 30, 30 within the frame)   pan % a second',
    );
    for (const [name, options] of [
      ['made, walking', { shake: 0.006, pan: 0.06 }],
      ['made, strong', { shake: 0.012, pan: 0 }],
      ['made, faint and panning', { shake: 0.003, pan: 0.15 }],
    ] as const) {
      const path = join(folder, `${name.replaceAll(/\W/g, '')}.mp4`);
      writeDrawn(path, makeShakyFilm(501, { width: 640, height: 360 }, 6, options), { crf: 20 });
      held.push(await row(folder, name, path));
    }
    if (hasRealMedia) {
      held.push(await row(folder, 'real, unstable.avi', realMedia('shaky/Video-Stabilization__unstable.avi')));
      held.push(await row(folder, 'real, sample_demo_22', realMedia('shaky/Video-LLaVA__sample_demo_22.mp4')));
    }
    return [...rowsOf(held), atLeast(25, await speed(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, path: string) {
  const source = sourceFrom(path, 'ast_bench', path);
  const { shake, motion } = await analyzePictureTask({ source, analyses: ['motion', 'shake'] }, taskContext(folder));
  const pan = shake!.ranges.reduce((sum, { panPercent }) => sum + panPercent, 0) / shake!.ranges.length;
  return { source, motion: motion!, shake: shake!.shakePercent, pan };
}

async function row(folder: string, name: string, path: string): Promise<Held> {
  const before = await measure(folder, path);
  const { source, motion } = before;
  const { codedSize } = mainVideoStream(source.asset)!;
  const whole = timeRange(zero, source.asset.duration);
  const leaves = (maxZoom: number) => {
    const told = forecastSteady(motion, whole, codedSize.height / codedSize.width, { ...usual, maxZoom });
    return told.leftPercent / told.shakePercent;
  };
  const effect = { ...usual, maxZoom: zooms.find((zoom) => leaves(zoom) <= 0.23) ?? 1.5 };
  const clip = clipOf(source, 'video', 0, Math.floor(toMilliseconds(source.asset.duration)), { effects: [effect] });
  const timeline = timelineOf(source, [trackOf('video', [clip])]);
  const rendered = await renderTimeline(folder, timeline, [source], { motion: { [source.asset.id]: motion } });
  const layers = rendered.plan.video!.spans.flatMap((span) => (span.kind === 'encode' ? span.layers : []));
  const zoom = Math.max(...layers.map((layer) => (layer.kind === 'picture' ? mostZoom(layer.stabilize) : 1)));
  const after = await measure(folder, rendered.path);
  const peers: (number | undefined)[] = [];
  // All that it may shift and still show no edge, as ours does not.
  const room = Math.floor(((zoom - 1) / (2 * zoom)) * Math.min(codedSize.width, codedSize.height));
  for (const [smoothing, bounds] of [
    [10, ''],
    [30, ''],
    [30, `:maxshift=${room}:maxangle=0`],
  ] as const) {
    const peer = vidstab(folder, path, { smoothing, zoom, bounds });
    peers.push(peer === undefined ? undefined : (await measure(folder, peer)).shake);
  }
  console.log(
    `${name.padEnd(28)}${before.shake.toFixed(3).padStart(9)}${after.shake.toFixed(3).padStart(9)}${(after.shake / before.shake).toFixed(3).padStart(8)}${zoom.toFixed(3).padStart(8)}${peers
      .map((left) => left?.toFixed(3) ?? '–')
      .join(', ')
      .padStart(40)}${`${before.pan.toFixed(2)} → ${after.pan.toFixed(2)}`.padStart(22)}`,
  );
  return { ratio: after.shake / before.shake, overPeer: peers[2] === undefined ? undefined : after.shake / peers[2] };
}

type Held = {
  /** Shaking left, of what there was. */
  readonly ratio: number;
  /** Shaking left over what vid.stab leaves that shows no edge either, at the same zoom. */
  readonly overPeer: number | undefined;
};

function rowsOf(held: readonly Held[]): QualityRow[] {
  const set = `${held.length} clips, the worst of them`;
  const peers = held.flatMap(({ overPeer }) => overPeer ?? []);
  return [
    atMost(0.25, { what: 'shake: left of it', set, figure: Math.max(...held.map(({ ratio }) => ratio)) }),
    ...(peers.length === 0
      ? []
      : [atMost(1, { what: "shake: left, over vid.stab's without edges", set, figure: Math.max(...peers) })]),
  ];
}

/** In all, where a path is enlarged most. */
function mostZoom(path: PicturePath | undefined): number {
  return path === undefined ? 1 : path.zoom * (1 + Math.max(0, ...path.growth) / 1e6);
}

/** The picture through vid.stab at the same zoom; undefined where the command does not have it. */
function vidstab(
  folder: string,
  path: string,
  { smoothing, zoom, bounds }: { readonly smoothing: number; readonly zoom: number; readonly bounds: string },
): string | undefined {
  const transforms = join(folder, 'transforms.trf');
  const output = join(folder, `vidstab-${smoothing}.mp4`);
  const run = (args: string[]) => spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', path, '-an', ...args]).status === 0;
  if (!run(['-vf', `vidstabdetect=shakiness=8:result=${transforms}`, '-f', 'null', '-'])) return undefined;
  const filter = `vidstabtransform=input=${transforms}:smoothing=${smoothing}:optzoom=0:zoom=${((zoom - 1) * 100).toFixed(2)}${bounds}`;
  return run(['-vf', filter, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', output]) ? output : undefined;
}

async function speed(folder: string) {
  const path = join(folder, 'hd.mp4');
  const seconds = 8;
  writeDrawn(path, makeShakyFilm(502, { width: 1920, height: 1080 }, seconds), { crf: 24 });
  const source = sourceFrom(path, 'ast_hd');
  const pool = createPool({ size: 2, sandbox: 'off', scratchFolder: folder, onWarning: () => {} });
  try {
    const begun = performance.now();
    const { motion } = await pool.run('analyze-picture', { source, analyses: ['motion'] });
    const measured = performance.now();
    const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, seconds * 1000, { effects: [usual] })])]);
    const output = { format: 'mp4', quality: 'medium', effort: 'draft', rangeSeconds: 2 } as const;
    const plan = await pool.run('plan-render', { timeline, sources: [source], output, motion: { ast_hd: motion! } });
    const partsFolder = mkdtempSync(join(folder, 'parts-'));
    const shares = shareRanges(plan.video!, encodeSpans(plan.video), 2);
    await Promise.all(shares.map(({ spans }) => pool.run('render-picture', { plan, sources: [source], spans, partsFolder })));
    const ended = performance.now();
    const perSecond = (ms: number) => ((seconds * 30 * 1000) / ms).toFixed(1);
    console.log(
      `1080p, two workers: analysis ${perSecond(measured - begun)} frames/s, drawing and encoding ${perSecond(ended - measured)} frames/s, both ${perSecond(ended - begun)} frames/s`,
    );
    const figure = (seconds * 30 * 1000) / (ended - begun);
    return { what: 'shake: both phases', set: `1080p, two workers`, figure, unit: 'frames/s', digits: 1 };
  } finally {
    await pool.close();
  }
}
