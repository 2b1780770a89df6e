/** Exports in a real browser: they open, play to the end and show the right picture wherever one jumps to; and the `ffmpeg` command reads them in silence. */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { milliseconds, zero } from '#core/time';
import type { TextClip } from '#core/timeline';
import type { OutputRequest } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import { countedSize, writeCountedVideo } from '../fixtures/counted-video.ts';
import { clipOf, gapOf, renderTimeline, sourceFrom, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
const hasCommand = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasBrowser) process.stdout.write(`skipped: there is no browser at ${executablePath}\n`);
if (!hasCommand) process.stdout.write('skipped: the ffmpeg command is not installed\n');

const outputs: Readonly<Record<string, OutputRequest>> = {
  'MP4, copied and encoded pictures stitched': { format: 'mp4', quality: 'high', rangeSeconds: 1 },
  'MP4 held to a rate': { format: 'mp4', quality: 'medium', maxBitrateKbps: 900, copy: 'never' },
  'WebM, VP9 and Opus': { format: 'webm', quality: 'medium', rangeSeconds: 1 },
  'WebM, AV1 and Opus': { format: 'webm', codec: 'av1', quality: 'medium', rangeSeconds: 1 },
};
/** Formats that browsers do not play; the command must read them too. */
const others: Readonly<Record<string, OutputRequest>> = {
  'MP4, H.265': { format: 'mp4', codec: 'h265', quality: 'medium' },
  'MOV, ProRes': { format: 'mov', codec: 'prores', quality: 'high' },
  GIF: { format: 'gif', quality: 'medium' },
  M4A: { format: 'm4a', quality: 'high' },
  MP3: { format: 'mp3', quality: 'high' },
  FLAC: { format: 'flac', quality: 'high' },
};
/** Frames of the source that the video shows: two cuts. */
const shown = [...range(10, 40), ...range(55, 90), ...range(100, 125)];

let folder: string;
let source: MediaSource;
let server: Server;
let base: string;
const files = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-browser-'));
  const path = join(folder, 'source.mp4');
  writeCountedVideo(path, { frameRate: { num: 30, den: 1 }, frames: 130, gop: 15, bFrames: 2, soundSeconds: 130 / 30 });
  source = sourceFrom(path, 'main');
  server = createServer((request, response) => serve(request.url ?? '/', request.headers.range, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Rendered once, whoever asks first. */
async function fileOf(name: string, output: OutputRequest): Promise<string> {
  const found = files.get(name);
  if (found !== undefined) return found;
  const ms = (frame: number) => (frame * 1000) / 30;
  const clips = (kind: 'video' | 'audio') => [
    clipOf(source, kind, ms(10), ms(40)),
    clipOf(source, kind, ms(55), ms(90)),
    clipOf(source, kind, ms(100), ms(125)),
  ];
  const title: TextClip = {
    kind: 'text',
    id: 'itm_title',
    duration: milliseconds(500),
    text: 'Hello',
    style: { preset: 'title', position: 'top', color: '#ffffff', size: 0.1, fadeIn: zero, fadeOut: zero },
  };
  const tracks = [trackOf('video', clips('video')), trackOf('audio', clips('audio')), trackOf('text', [gapOf(1200), title])];
  const { path } = await renderTimeline(folder, timelineOf(source, tracks), [source], { output, parts: 2 });
  files.set(name, path);
  return path;
}

type Reply = Parameters<Parameters<typeof createServer>[1] & {}>[1];

/** `/` is a page with a player; `/<number>` the file of that number, with Range. */
function serve(url: string, wanted: string | undefined, response: Reply): void {
  const path = [...files.values()][Number(url.slice(1))];
  if (url === '/' || path === undefined) {
    response.writeHead(url === '/' ? 200 : 404, { 'Content-Type': 'text/html' }).end('<!doctype html><video muted></video>');
    return;
  }
  const size = statSync(path).size;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(wanted ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = to === undefined || to === '' ? size - 1 : Number(to);
  response.writeHead(wanted === undefined ? 200 : 206, {
    'Content-Type': path.endsWith('webm') ? 'video/webm' : 'video/mp4',
    'Content-Length': end - start + 1,
    'Accept-Ranges': 'bytes',
    ...(wanted === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(path, { start, end })
    .on('error', () => response.destroy())
    .pipe(response);
}

type Played = {
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  readonly ended: boolean;
  readonly endedAt: number;
  readonly numbers: readonly number[];
};

/** Plays the file to its end, then jumps to each time and reads the number in the picture. */
async function play(page: Page, url: string, times: readonly number[]): Promise<Played> {
  await page.goto(`${base}/`);
  const script = `(async () => {
    const video = document.querySelector('video');
    const happens = (name) => new Promise((resolve, reject) => {
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'it does not play')), { once: true });
    });
    const ready = happens('canplay');
    video.src = ${JSON.stringify(url)};
    await ready;
    const ending = happens('ended');
    await video.play();
    await ending;
    const ended = video.ended;
    const endedAt = video.currentTime;
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const paint = canvas.getContext('2d', { willReadFrequently: true });
    const box = Math.max(4, 2 * Math.floor(canvas.width / 100));
    const numbers = [];
    for (const time of ${JSON.stringify(times)}) {
      const there = happens('seeked');
      video.currentTime = time;
      await there;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      paint.drawImage(video, 0, 0);
      let number = 0;
      for (let bit = 0; bit < 20; bit++) {
        const [red, green, blue] = paint.getImageData((bit + 1) * box + (box >> 1), canvas.height - 2 * box + (box >> 1), 1, 1).data;
        if ((red + green + blue) / 3 > 127) number |= 1 << bit;
      }
      numbers.push(number);
    }
    return { duration: video.duration, width: video.videoWidth, height: video.videoHeight, ended, endedAt, numbers };
  })()`;
  return page.evaluate<Played>(script);
}

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    for (const [name, output] of Object.entries(outputs)) await fileOf(name, output);
    // Its own sandbox needs rights that a container does not have; the only pages are ours.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser.close());

  // Side by side: each takes the time that playing takes.
  test.concurrent.each(Object.keys(outputs))('%s: plays to the end, every jump shows its picture', async (name) => {
    const page = await browser.newPage();
    const frames = [0, 29, 30, 31, 44, 64, 65, 88, 89];
    const number = [...files.keys()].indexOf(name);
    const played = await play(
      page,
      `${base}/${number}`,
      frames.map((frame) => (frame + 0.5) / 30),
    );
    await page.close();
    expect(played).toMatchObject({ ...countedSize, ended: true });
    expect(played.duration).toBeGreaterThan(2.98);
    expect(played.duration).toBeLessThan(3.05);
    expect(Math.abs(played.endedAt - played.duration)).toBeLessThan(0.05);
    expect(played.numbers).toEqual(frames.map((frame) => shown[frame]));
  });
});

describe.skipIf(!hasCommand)('the ffmpeg command', () => {
  test.each(Object.entries({ ...outputs, ...others }))('%s: decodes without a word', async (name, output) => {
    const path = await fileOf(name, output);
    const { stdout, stderr, status } = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  });
});
