/** Cut-only renders: which packets are copied, that they are the source's own, and that every frame is the right one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rangeEnd, ticksPerSecond, toMilliseconds, type FrameRate } from '#core/time';
import { openDemuxer, openMuxer, timebaseOf, unitsOf } from '#engine/media';
import type { RenderPlan } from '#engine/plan';
import { createRandom } from '#engine/sample';
import type { MediaSource } from '#engine/tasks';
import {
  psnr,
  readFrames,
  readPackets,
  writeCountedVideo,
  type CountedVideo,
  type SeenPacket,
  type SeenFrame,
} from '../fixtures/counted-video.ts';
import { hasRealMedia, realMedia } from '../fixtures/real-media.ts';
import { clipOf, renderTimeline, sourceFrom, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const seed = Number(process.env.TEST_SEED ?? 20_261_121);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rushes-cut-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** A second opinion by another build of FFmpeg: not one line of complaint from start to end. */
function complaints(path: string): string {
  if (!hasFfmpeg) return '';
  // Stamps as they are: the null writer's own idea of an even rate would complain about its rounding.
  const input = ['-v', 'warning', '-xerror', '-i', path, '-map', '0'];
  const sink = ['-fps_mode', 'passthrough', '-enc_time_base:v', '1:90000', '-f', 'null', '-'];
  const { stderr, status } = spawnSync('ffmpeg', [...input, ...sink], { encoding: 'utf8' });
  return status === 0 ? stderr : `status ${status} ${stderr}`;
}

const rates: readonly (readonly [string, FrameRate])[] = [
  ['24', { num: 24, den: 1 }],
  ['25', { num: 25, den: 1 }],
  ['29.97', { num: 30_000, den: 1001 }],
  ['30', { num: 30, den: 1 }],
  ['60', { num: 60, den: 1 }],
];
const codings = [
  { gop: 15, bFrames: 3 },
  { gop: 60, bFrames: 0 },
  { gop: 60, bFrames: 3 },
  { gop: 250, bFrames: 2 },
];

/** Kept ranges in milliseconds at random places, in order, far enough apart to be cuts. */
function randomCuts(random: () => number, totalMs: number, count: number): [number, number][] {
  const edges = Array.from({ length: count * 2 }, () => random() * totalMs).sort((a, b) => a - b);
  return Array.from({ length: count }, (_, index): [number, number] => [edges[index * 2]!, edges[index * 2 + 1]!]).filter(
    ([from, to]) => to - from > 60,
  );
}

function makeSource(name: string, video: CountedVideo, extension = 'mp4'): MediaSource {
  const path = join(folder, `${name}.${extension}`);
  writeCountedVideo(path, video);
  return sourceFrom(path, name);
}

/** Every copied packet is byte for byte the source's packet that the plan says, at the planned stamp. */
function expectCopiesIdentical(plan: RenderPlan, path: string, source: MediaSource): number {
  const output = readPackets(path);
  const input = readPackets(source.path, source.asset.container);
  expect(output.packets.map(({ dts }) => dts)).toEqual(output.packets.map(({ dts }) => dts).toSorted((a, b) => a - b));
  for (const { pts, dts } of output.packets) expect(dts).toBeLessThanOrEqual(pts);
  const shown = input.packets.toSorted((a, b) => a.pts - b.pts);
  const written = output.packets.toSorted((a, b) => a.pts - b.pts);
  let copied = 0;
  let at = 0;
  for (const span of plan.video!.spans) {
    const spanPackets = written.slice(at, at + span.frames);
    at += span.frames;
    expect(spanPackets[0]!.pts).toBe(span.stamp);
    if (span.kind === 'encode') continue;
    const first = shown.findIndex(({ pts }) => pts === span.firstPts);
    spanPackets.forEach((packet, index) => expect(packet.bytes.equals(shown[first + index]!.bytes)).toBe(true));
    copied += spanPackets.length;
  }
  return copied;
}

/** Copied packets carry the very units of the source, whatever form they had there. Rank 0 of the output is `first` of the source. */
function expectSameUnits(path: string, source: MediaSource, first: number): void {
  const shown = (packets: readonly SeenPacket[]) => packets.toSorted((a, b) => a.pts - b.pts);
  const units = (bytes: Buffer) =>
    [...unitsOf(bytes, bytes.readUInt32BE() === 1 ? 0 : 4)].filter((unit) => [1, 5].includes(unit[0]! & 31));
  const output = shown(readPackets(path).packets);
  const input = shown(readPackets(source.path, source.asset.container).packets);
  for (let index = 0; index < 42; index++) expect(units(output[index]!.bytes)).toEqual(units(input[first + index]!.bytes));
}

/** Writes an MP4 whose units stand behind two-byte lengths. */
function shortenLengths(from: string, to: string): void {
  using demuxer = openDemuxer({ path: from, container: 'mov' });
  using muxer = openMuxer(to, { format: 'mp4' });
  const stream = demuxer.stream(0);
  const extradata = Buffer.from(stream.codecpar.extradata!);
  extradata[4] = 0xfd;
  stream.codecpar.extradata = extradata;
  muxer.addStream(stream.codecpar, timebaseOf(stream));
  for (const packet of demuxer.packets()) {
    const units = [...unitsOf(Buffer.from(packet.data!), 4)];
    const { pts, dts, duration, isKeyframe } = packet;
    // New bytes begin with nothing known about them.
    packet.data = Buffer.concat(units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 255]), unit]));
    Object.assign(packet, { pts, dts, duration, isKeyframe });
    muxer.write(packet, 0, timebaseOf(stream));
  }
  muxer.finish();
}

/** On screen in the asset at a moment: the number of the last frame not after it. */
function shownAt(source: readonly SeenFrame[], seconds: number): number {
  return source.findLast((frame) => frame.seconds <= seconds + 1e-6)?.number ?? 0;
}

describe.each(rates)(`cuts at %s frames/s (seed ${seed})`, (label, frameRate) => {
  test.each(codings)('GOP $gop with $bFrames B-frames keeps every frame and copies what it can', async ({ gop, bFrames }) => {
    const random = createRandom(seed + gop + frameRate.num);
    const frames = Math.round((4 * frameRate.num) / frameRate.den);
    const source = makeSource(`even-${label}-${gop}-${bFrames}`, { frameRate, frames, gop, bFrames });
    const cuts = randomCuts(random, 4000, 3);
    const timeline = timelineOf(source, [
      trackOf(
        'video',
        cuts.map(([from, to]) => clipOf(source, 'video', from, to)),
      ),
    ]);
    const { plan, path, stats } = await renderTimeline(folder, timeline, [source], { parts: 2 });

    const expected = Math.max(1, Math.round(((plan.duration / ticksPerSecond) * frameRate.num) / frameRate.den));
    const seen = readFrames(path);
    expect(seen.length).toBe(plan.video!.frames);
    expect(seen.length).toBe(expected);
    seen.forEach(({ seconds }, index) => expect(seconds).toBeCloseTo((index * frameRate.den) / frameRate.num, 4));
    // Each frame is at most one frame from what the timeline asks for at its middle, and looks like the source.
    const inSource = readFrames(source.path);
    const frameSeconds = frameRate.den / frameRate.num;
    let record = 0;
    for (const [from, to] of cuts) {
      const length = (to - from) / 1000;
      for (
        let index = Math.round(record / frameSeconds);
        index < Math.min(seen.length, Math.round((record + length) / frameSeconds));
        index++
      ) {
        const ideal = from / 1000 + (index + 0.5) * frameSeconds - record;
        expect(Math.abs(seen[index]!.number + 0.5 - ideal / frameSeconds)).toBeLessThan(1);
        expect(psnr(seen[index]!.luma, inSource[seen[index]!.number]!.luma)).toBeGreaterThan(36);
      }
      record += length;
    }
    const copied = expectCopiesIdentical(plan, path, source);
    expect(copied).toBe(stats.copied);
    expect(complaints(path)).toBe('');
  });
});

describe('variable frame rate', () => {
  test.each(codings)('GOP $gop with $bFrames B-frames keeps every stamp to the unit', async ({ gop, bFrames }) => {
    const random = createRandom(seed + gop);
    let at = 0;
    const stampsMs = Array.from({ length: 130 }, () => (at += 12 + Math.floor(random() * 60)) - 12);
    const first = stampsMs[0]!;
    const source = makeSource(`vfr-${gop}-${bFrames}`, {
      frameRate: { num: 30, den: 1 },
      frames: 130,
      gop,
      bFrames,
      stampsMs: stampsMs.map((ms) => ms - first),
      settings: { video_track_timescale: 90_000 },
    });
    const cuts = randomCuts(random, at - first, 3);
    const timeline = timelineOf(source, [
      trackOf(
        'video',
        cuts.map(([from, to]) => clipOf(source, 'video', from, to)),
      ),
    ]);
    const { plan, path } = await renderTimeline(folder, timeline, [source], { parts: 2 });
    expect(plan.video!.keepStamps).toBe(true);
    const seen = readFrames(path);
    expect(seen.length).toBe(plan.video!.frames);
    const inSource = readFrames(source.path);
    let record = 0;
    for (const [from, to] of cuts) {
      const inside = seen.filter(({ seconds }) => seconds >= record - 1e-4 && seconds < record + (to - from) / 1000 - 1e-4);
      inside.forEach(({ seconds, number }, index) => {
        const own = inSource[number]!.seconds - from / 1000 + record;
        // The first picture of a clip may have begun before it.
        if (index > 0) expect(Math.abs(seconds - own)).toBeLessThan(2 / 90_000);
        else expect(Math.abs(number - shownAt(inSource, from / 1000))).toBeLessThanOrEqual(1);
      });
      record += (to - from) / 1000;
    }
    expectCopiesIdentical(plan, path, source);
    expect(complaints(path)).toBe('');
  });
});

describe('what can be copied', () => {
  const frameRate = { num: 30, den: 1 };

  test('a sound-only edit copies every frame', async () => {
    const source = makeSource('with-sound', { frameRate, frames: 120, gop: 48, bFrames: 3, soundSeconds: 4.02 });
    const length = toMilliseconds(source.asset.duration);
    const timeline = timelineOf(source, [
      trackOf('video', [clipOf(source, 'video', 0, length)]),
      trackOf('audio', [clipOf(source, 'audio', 0, length, { gainDb: -6 })]),
    ]);
    const { plan, path, stats } = await renderTimeline(folder, timeline, [source]);
    expect(stats).toEqual({ frames: 120, copied: 120, encoded: 0 });
    expect(expectCopiesIdentical(plan, path, source)).toBe(120);
    expect(complaints(path)).toBe('');
  });

  test('open groups of pictures are entered only where a decoder could', async () => {
    const source = makeSource('open-gop', { frameRate, frames: 150, gop: 20, bFrames: 3, x264: 'open-gop=1:scenecut=0' });
    const timeline = timelineOf(source, [
      trackOf('video', [clipOf(source, 'video', 0, 2000), clipOf(source, 'video', 3000, 5000)]),
    ]);
    const { plan, path, stats } = await renderTimeline(folder, timeline, [source]);
    // Only the first picture is an IDR: the first clip is copied, the second encoded, and it is said why.
    expect(stats.copied).toBeGreaterThan(50);
    expect(stats.encoded).toBeGreaterThanOrEqual(60);
    expect(plan.reasons.join()).toContain('open groups');
    expect(readFrames(path).map(({ number }) => number)).toEqual([
      ...Array(60).keys(),
      ...Array.from({ length: 60 }, (_, index) => 90 + index),
    ]);
    expect(complaints(path)).toBe('');
  });

  test.each(['mov', 'matroska'] as const)('packets from %s are copied too', async (format) => {
    const source = makeSource(
      `from-${format}`,
      { format, frameRate, frames: 120, gop: 30, bFrames: 2 },
      format === 'mov' ? 'mov' : 'mkv',
    );
    const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 1000, 3000)])]);
    const { plan, path, stats } = await renderTimeline(folder, timeline, [source]);
    expect(stats).toMatchObject({ frames: 60, encoded: 0 });
    expectCopiesIdentical(plan, path, source);
    expect(readFrames(path).map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => 30 + index));
    expect(complaints(path)).toBe('');
  });

  test('packets behind start codes, as AVI has them, are put behind lengths', async () => {
    const source = makeSource('from-avi', { format: 'avi', frameRate, frames: 120, gop: 30, bFrames: 0 }, 'avi');
    const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 1000, 3000)])]);
    const { path, stats } = await renderTimeline(folder, timeline, [source]);
    expect(stats).toMatchObject({ frames: 60, encoded: 0 });
    expectSameUnits(path, source, 30);
    expect(complaints(path)).toBe('');
  });

  test('packets with units behind two-byte lengths get four', async () => {
    const long = makeSource('four-bytes', { frameRate, frames: 120, gop: 30, bFrames: 2 });
    const short = join(folder, 'two-bytes.mp4');
    shortenLengths(long.path, short);
    const source = sourceFrom(short, 'two-bytes');
    const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 1000, 2500)])]);
    const { path, stats } = await renderTimeline(folder, timeline, [source]);
    expect(stats.copied).toBeGreaterThanOrEqual(42);
    expectSameUnits(path, long, 30);
    expect(readFrames(path).map(({ number }) => number)).toEqual(Array.from({ length: 45 }, (_, index) => 30 + index));
    expect(complaints(path)).toBe('');
  });

  test('all-intra material is copied to the frame', async () => {
    const source = makeSource('intra', { frameRate, frames: 60, gop: 1, bFrames: 0 });
    const cuts = [clipOf(source, 'video', 100, 533), clipOf(source, 'video', 700, 1300)];
    const { path, stats } = await renderTimeline(folder, timelineOf(source, [trackOf('video', cuts)]), [source]);
    expect(stats.encoded).toBe(0);
    expect(complaints(path)).toBe('');
  });

  test('a second asset of other settings is encoded, the first copied, in one stream', async () => {
    const first = makeSource('mixed-a', { frameRate, frames: 60, gop: 15, bFrames: 0 });
    const second = makeSource('mixed-b', { frameRate, frames: 60, gop: 15, bFrames: 3, x264: 'scenecut=0:cabac=0' });
    const timeline = timelineOf(first, [
      trackOf('video', [clipOf(first, 'video', 0, 2000), clipOf(second, 'video', 500, 1500), clipOf(first, 'video', 500, 1500)]),
    ]);
    const { plan, path, stats } = await renderTimeline(folder, timeline, [first, second]);
    expect(stats).toMatchObject({ frames: 120, copied: 90, encoded: 30 });
    expect(plan.reasons.join()).toContain('other settings');
    expect(readFrames(path).map(({ number }) => number)).toEqual([
      ...Array(60).keys(),
      ...Array.from({ length: 30 }, (_, i) => 15 + i),
      ...Array.from({ length: 30 }, (_, i) => 15 + i),
    ]);
    expect(rangeEnd(plan.video!.spans.at(-1)!.record)).toBe(plan.duration);
    expect(complaints(path)).toBe('');
  });
});

describe.skipIf(!hasRealMedia)('real recordings', () => {
  test.each([
    'talk/autocut__test001.mp4',
    'talk/auto-editor__man-on-green-screen.mp4',
    'shots/nodejs-video-intelligence__googlework_short.mp4',
  ])('%s: what was not touched is byte for byte the same', async (file) => {
    const source = sourceFrom(realMedia(file), 'real');
    const total = toMilliseconds(source.asset.duration);
    const cuts = [clipOf(source, 'video', total * 0.12, total * 0.31), clipOf(source, 'video', total * 0.55, total * 0.71)];
    const { plan, path } = await renderTimeline(folder, timelineOf(source, [trackOf('video', cuts)]), [source]);
    expect(readFrames(path).length).toBe(plan.video!.frames);
    expect(expectCopiesIdentical(plan, path, source)).toBeGreaterThan(20);
    expect(complaints(path)).toBe('');
  });
});
