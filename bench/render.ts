/**
 * Sixty seconds of 1080p30 with four kept ranges: our way from timeline to file against what people do by hand.
 *
 * All from file to file in processes of their own, one after the other. Sound is left out where that can be asked for
 * (auto-editor cannot do without). Peers are the Debian packages where they are installed. CPU seconds are told too: they
 * stay the same while the machine does other work, which wall time does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asset } from '#core/asset';
import { milliseconds, rangeBetween } from '#core/time';
import type { Clip, Timeline } from '#core/timeline';
import { encodeSpans, shareRanges, type RenderPlan } from '#engine/plan';
import { createPool, type Pool } from '#engine/pool';
import { makeCameraSource } from './camera-source.ts';
import { costOf, inWords, type Cost } from './measure.ts';

const size = { width: 1920, height: 1080 };
const frameRate = { num: 30, den: 1 };
const seconds = 60;
/** Milliseconds; cuts fall anywhere in a group of pictures. */
const kept: readonly (readonly [number, number])[] = [
  [3000, 14_000],
  [17_500, 28_333],
  [30_000, 44_000],
  [50_010, 58_000],
];
const rounds = 3;

export async function renderBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const pool = createPool({ size: 2, sandbox: 'auto', scratchFolder: join(folder, 'scratch'), onWarning: () => {} });
  const path = join(folder, 'source.mp4');
  const output = join(folder, 'output.mp4');
  try {
    makeCameraSource(path, { seconds, gop: 60 });
    const peers = await measurePeers(installedPeers(path, output));
    for (const gop of [30, 60, 250]) {
      if (gop !== 60) makeCameraSource(path, { seconds, gop });
      report(gop, await measureOurs(pool, folder, path, output), peers);
    }
    for (const name of ['ffmpeg', 'melt', 'auto-editor']) {
      if (!peers.some((peer) => peer.command === name)) console.log(`  ${name} is not installed`);
    }
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type MeasuredPeer = Peer & { readonly cost: Cost };

/** Once each: they decode and encode everything, so neither groups of pictures nor luck change much. */
async function measurePeers(peers: readonly Peer[]): Promise<MeasuredPeer[]> {
  const measured: MeasuredPeer[] = [];
  for (const peer of peers) {
    const cost = await costOf(() => {
      const { status, stderr, stdout } = spawnSync(peer.command, peer.args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${peer.name} failed: ${stderr.slice(-400)} ${stdout.slice(-400)}`);
    });
    measured.push({ ...peer, cost });
  }
  return measured;
}

type Ours = { readonly cost: Cost; readonly plan: RenderPlan };

/** The fastest of a few runs. */
async function measureOurs(pool: Pool, folder: string, path: string, output: string): Promise<Ours> {
  const probe = await pool.run('probe', { path, name: 'bench.mp4' });
  const asset: Asset = { id: 'ast_bench', hash: 'bench', name: 'bench.mp4', bytes: 1, ...probe };
  const runs: Ours[] = [];
  for (let round = 0; round < rounds; round++) {
    let plan: RenderPlan | undefined;
    const cost = await costOf(async () => (plan = await renderOurs(pool, folder, { asset, path }, output)));
    runs.push({ cost, plan: plan! });
  }
  return runs.toSorted((a, b) => a.cost.seconds - b.cost.seconds)[0]!;
}

function report(gop: number, { cost, plan }: Ours, peers: readonly MeasuredPeer[]): void {
  const encoded = plan.video!.spans.reduce((sum, span) => sum + (span.kind === 'encode' ? span.frames : 0), 0);
  const { frames } = plan.video!;
  console.log(
    `GOP ${gop}: rushes ${inWords(cost)}, ${frames - encoded} of ${frames} frames copied (load ${loadavg()[0]!.toFixed(1)})`,
  );
  for (const { name, goal, cost: theirs } of peers) {
    const aim = goal === undefined ? '' : `, goal ${goal}`;
    const cpu = cost.cpuSeconds > 0 ? `, CPU ${(cost.cpuSeconds / theirs.cpuSeconds).toFixed(3)} ×` : '';
    console.log(`  ${(cost.seconds / theirs.seconds).toFixed(3)} × ${name}${cpu} (${inWords(theirs)}${aim})`);
  }
}

/** Plan, picture in as many parts as there are workers, file: as a render job goes it. */
async function renderOurs(
  pool: Pool,
  folder: string,
  source: { readonly asset: Asset; readonly path: string },
  outputPath: string,
): Promise<RenderPlan> {
  const sources = [source];
  const plan = await pool.run('plan-render', {
    timeline: timelineOf(source.asset),
    sources,
    output: { format: 'mp4', quality: 'high' },
  });
  const shares = shareRanges(plan.video!, encodeSpans(plan.video), pool.size);
  await Promise.all(shares.map(({ spans }) => pool.run('render-picture', { plan, sources, spans, partsFolder: folder })));
  await pool.run('assemble', { plan, sources, partsFolder: folder, outputPath });
  return plan;
}

function timelineOf(asset: Asset): Timeline {
  const items = kept.map(([from, to], index): Clip => ({
    kind: 'clip',
    id: `itm_${index}`,
    assetId: asset.id,
    streamIndex: 0,
    sourceRange: rangeBetween(milliseconds(from), milliseconds(to)),
    speed: { num: 1, den: 1 },
    gainDb: 0,
    effects: [],
  }));
  const track = {
    id: 'trk_1',
    kind: 'video',
    name: 'Video',
    follows: 'ripple',
    muted: false,
    hidden: false,
    locked: false,
    gainDb: 0,
    items,
  } as const;
  return {
    schema: 'timeline/1',
    id: 'tml_1',
    revision: 1,
    frameRate,
    size,
    sampleRateHz: 48_000,
    tracks: [track],
    master: {},
    nextId: 9,
  };
}

type Peer = { readonly name: string; readonly command: string; readonly args: readonly string[]; readonly goal?: number };

function installedPeers(path: string, output: string): Peer[] {
  const inSeconds = kept.map(([from, to]) => [from / 1000, to / 1000] as const);
  const select = `select='${inSeconds.map(([from, to]) => `between(t,${from},${to - 0.001})`).join('+')}',setpts=N/30/TB`;
  const ffmpeg = ['-v', 'error', '-y', '-i', path, '-vf', select, '-an', '-c:v', 'libx264'];
  const holes = inSeconds
    .map(([from], index) => [index === 0 ? 0 : inSeconds[index - 1]![1], from] as const)
    .concat([[inSeconds.at(-1)![1], seconds]]);
  const peers: Peer[] = [
    { name: 'ffmpeg (default preset)', command: 'ffmpeg', args: [...ffmpeg, output], goal: 0.25 },
    { name: 'ffmpeg (veryfast)', command: 'ffmpeg', args: [...ffmpeg, '-preset', 'veryfast', output] },
    {
      name: 'melt',
      command: 'melt',
      args: [
        ...kept.flatMap(([from, to]) => [path, `in=${Math.round(from * 0.03)}`, `out=${Math.round(to * 0.03) - 1}`]),
        '-consumer',
        `avformat:${output}`,
        'vcodec=libx264',
        'an=1',
      ],
      goal: 0.2,
    },
    {
      name: 'auto-editor',
      command: 'auto-editor',
      args: [
        path,
        '--edit',
        'none',
        '--cut-out',
        ...holes.map(([from, to]) => `${from}sec,${to}sec`),
        '--no-open',
        '--output',
        output,
      ],
      goal: 0.12,
    },
  ];
  return peers.filter(({ command }) => spawnSync(command, ['--version']).error === undefined);
}
