/** How well changes of shot are found, on made films and labelled real ones, and how fast ten minutes of 1080p are looked through. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PictureAnalysis } from '#core/facts';
import { analyzePictureTask } from '#engine/analysis';
import { openDecoder, openDemuxer, probeMedia } from '#engine/media';
import { hasRealMedia, realMedia } from '../../test/fixtures/real-media.ts';
import { makeFilm } from '../../test/fixtures/sight/edited-film.ts';
import {
  addTallies,
  analyzeDrawn,
  cutsOf,
  f1,
  scoreDissolves,
  scoreTimes,
  writeDrawn,
  type Tally,
} from '../../test/fixtures/sight/measure.ts';
import { makeTalkingHead } from '../../test/fixtures/sight/talking-head.ts';

/** Not among those that anything was tuned on. */
const seeds = [301, 302, 303, 304, 305, 306, 307, 308, 309, 310];
const size = { width: 320, height: 180 };

export async function shotsBench(): Promise<void> {
  console.log('film                      cuts  found  right     F1   dissolves  found  right     F1');
  const films = seeds.map((seed) => {
    const film = makeFilm(seed, size, 10);
    const shots = analyzeDrawn(film, ['shots']).shots!;
    return {
      name: `made, seed ${seed}`,
      cuts: scoreTimes(film.cuts, cutsOf(shots)),
      dissolves: scoreDissolves(film.dissolves, shots),
    };
  });
  for (const { name, cuts, dissolves } of films) print(name, cuts, dissolves);
  print('all made', addTallies(films.map(({ cuts }) => cuts)), addTallies(films.map(({ dissolves }) => dissolves)));
  if (hasRealMedia) await realFilms();
  speed();
}

function print(name: string, cuts: Tally, dissolves?: Tally): void {
  const cells = (tally: Tally, first: number) =>
    `${String(tally.truth).padStart(first)}${String(tally.found).padStart(7)}${String(tally.hits).padStart(7)}${f1(tally).toFixed(3).padStart(7)}`;
  console.log(`${name.padEnd(24)}${cells(cuts, 6)}${dissolves === undefined ? '' : cells(dissolves, 12)}`);
}

async function realFilms(): Promise<void> {
  const read = (name: string) =>
    JSON.parse(readFileSync(realMedia(`shots/${name}`), 'utf8')) as { pts?: number[]; hard_cuts: { t: number }[] };
  const labelled = [
    ['nodejs-video-intelligence__googlework_short.mp4', read('googlework_short.cuts.json')],
    ['PySceneDetect__issue-195-aspect-ratio.mp4', read('issue195_sar.cuts.json')],
  ] as const;
  for (const [file, { pts, hard_cuts }] of labelled) {
    const { shots } = await analyzeFile(realMedia(`shots/${file}`), ['shots']);
    const truth = pts ?? hard_cuts.map(({ t }) => t);
    const others = shots!.changes.length - cutsOf(shots!).length;
    print(file.replace(/^.*__|\.mp4$/g, '').slice(0, 23), scoreTimes(truth, cutsOf(shots!), 0.04, 1), {
      truth: 0,
      found: others,
      hits: 0,
    });
  }
}

async function analyzeFile(path: string, analyses: readonly PictureAnalysis[]) {
  const asset = { id: 'ast_bench', hash: '', name: 'bench', bytes: 1, ...probeMedia(path, path) };
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: tmpdir() };
  return analyzePictureTask({ source: { asset, path }, analyses }, context);
}

const minutes = 10;

/** A talking head of 20 s, thirty times: coded by x264 as uploads are, at about 5 Mbit/s. */
function speed(): void {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    const path = join(folder, 'ten.mp4');
    if (!makeTenMinutes(folder, path))
      return console.log('ten minutes of 1080p: not measured, the ffmpeg command is not installed');
    for (const part of ['decode', 'shots,quality,framing', 'shots,jumpCuts,faults']) {
      const child = spawnSync(process.execPath, ['--no-warnings', fileURLToPath(import.meta.url), path, part], {
        encoding: 'utf8',
      });
      console.log(`${minutes} min of 1080p30 (H.264), ${part}: ${child.status === 0 ? child.stdout.trim() : child.stderr}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeTenMinutes(folder: string, path: string): boolean {
  if (!existsSync('/usr/bin/ffmpeg')) return false;
  const one = join(folder, 'one.mp4');
  writeDrawn(one, makeTalkingHead(9, { width: 1920, height: 1080 }, 10, 2), { crf: 26 });
  const made = spawnSync('ffmpeg', ['-v', 'error', '-stream_loop', String(minutes * 6 - 1), '-i', one, '-c', 'copy', path]);
  return made.status === 0;
}

async function measureHere(path: string, part: string): Promise<void> {
  const started = performance.now();
  if (part === 'decode') {
    using demuxer = openDemuxer({ path, container: 'mov' }, { onlyStream: 0 });
    using decoder = openDecoder(demuxer.stream(0), { threads: 2 });
    for (const packet of demuxer.packets()) for (const _frame of decoder.decode(packet));
  } else await analyzeFile(path, part.split(',') as PictureAnalysis[]);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(
    `${((performance.now() - started) / 1000).toFixed(1)} s (${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s of CPU), peak ${Math.round(maxRSS / 1024)} MB`,
  );
}

if (import.meta.main) {
  const [path, part] = process.argv.slice(2);
  if (path === undefined || part === undefined) await shotsBench();
  else await measureHere(path, part);
}
