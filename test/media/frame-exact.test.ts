/**
 * However a picture is shared out, it is the same picture: every rate, one range or many, cuts, dissolves over a range's
 * border, other speeds. Frames and samples are counted, stamps compared, pictures held against a single pass.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { milliseconds, type FrameRate } from '#core/time';
import type { Item, Timeline } from '#core/timeline';
import { decodeSound, openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import { encodeSpans } from '#engine/plan';
import { createRandom } from '#engine/sample';
import type { MediaSource } from '#engine/tasks';
import { psnr, readFrames, readPackets, writeCountedVideo } from '../fixtures/counted-video.ts';
import { clipOf, renderTimeline, sourceFrom, timelineOf, trackOf, type Rendered } from '../fixtures/render-timeline.ts';

const seed = Number(process.env.TEST_SEED ?? 20_261_121);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rushes-exact-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sourceMs = 2600;
const rates: readonly (readonly [string, FrameRate, 'even' | 'uneven'])[] = [
  ['23.976', { num: 24_000, den: 1001 }, 'even'],
  ['24', { num: 24, den: 1 }, 'even'],
  ['25', { num: 25, den: 1 }, 'even'],
  ['29.97', { num: 30_000, den: 1001 }, 'even'],
  ['30', { num: 30, den: 1 }, 'even'],
  ['50', { num: 50, den: 1 }, 'even'],
  ['59.94', { num: 60_000, den: 1001 }, 'even'],
  ['variable', { num: 30, den: 1 }, 'uneven'],
];

function makeSource(name: string, frameRate: FrameRate, kind: 'even' | 'uneven'): MediaSource {
  const frames = Math.ceil((sourceMs * frameRate.num) / (1000 * frameRate.den));
  const random = createRandom(seed);
  let atMs = 0;
  const stampsMs = Array.from({ length: frames }, () => {
    const stamp = atMs;
    atMs += 17 + Math.floor(random() * 35);
    return stamp;
  });
  const path = join(folder, `${name}.mp4`);
  const size = { width: 192, height: 108 };
  const uneven = kind === 'uneven' ? { stampsMs } : {};
  writeCountedVideo(path, { frameRate, frames, gop: 30, bFrames: 2, soundSeconds: sourceMs / 1000, size, ...uneven });
  return sourceFrom(path, `ast_${name}`);
}

/** What is edited, and the range length that puts a border inside it. */
const edits: Readonly<Record<string, (source: MediaSource, kind: 'video' | 'audio') => Item[]>> = {
  cut: (source, kind) => [clipOf(source, kind, 217, 1133), clipOf(source, kind, 1451, 2408)],
  dissolve: (source, kind) => {
    const [before, after] = [clipOf(source, kind, 217, 1133), clipOf(source, kind, 1451, 2408)];
    const offset = milliseconds(200);
    const blend: Item = { kind: 'transition', id: `itm_blend_${kind}`, name: 'dissolve', inOffset: offset, outOffset: offset };
    return kind === 'video' ? [before, blend, after] : [before, after];
  },
  speed: (source, kind) => [
    clipOf(source, kind, 217, 1133, { speed: { num: 3, den: 2 } }),
    clipOf(source, kind, 1451, 2408, { speed: { num: 1, den: 2 } }),
  ],
};

function render(source: MediaSource, timeline: Timeline, parts: number, rangeSeconds: number): Promise<Rendered> {
  const output = { format: 'mp4', quality: 'high', copy: 'never', rangeSeconds } as const;
  return renderTimeline(folder, timeline, [source], { output, parts });
}

function countSamples(path: string, plan: Rendered['plan']): number {
  const { sampleRateHz, channels } = plan.sound!;
  let samples = 0;
  const source = sourceFrom(path, 'ast_output');
  const stream = source.asset.streams.find(({ kind }) => kind === 'audio')!;
  for (const block of decodeSound(
    { path, container: source.asset.container },
    { streamIndex: stream.index, sampleRateHz, channels },
  ))
    samples += block[0]!.length;
  return samples;
}

describe.each(rates)('at %s frames a second', (name, frameRate, kind) => {
  let source: MediaSource;
  beforeAll(() => (source = makeSource(name, frameRate, kind)));

  test.each(Object.keys(edits))('%s: one range, two and seven show the same frames as a single pass', async (edit) => {
    const timeline = timelineOf(
      source,
      (['video', 'audio'] as const).map((track) => trackOf(track, edits[edit]!(source, track))),
      { frameRate },
    );
    const single = await render(source, timeline, 1, 60);
    const frames = readFrames(single.path);
    const seconds = single.plan.sound!.samples / single.plan.sound!.sampleRateHz;
    expect(frames).toHaveLength(single.plan.video!.frames);
    for (const parts of [2, 7]) {
      const { plan, path } = await render(source, timeline, parts, Math.max(0.1, seconds / parts));
      expect(encodeSpans(plan.video).length).toBeGreaterThanOrEqual(parts);
      expect(plan.video!.frames).toBe(frames.length);
      const { packets } = readPackets(path);
      expect(packets).toHaveLength(frames.length);
      for (const [index, packet] of packets.entries()) {
        expect(packet.dts).toBeLessThanOrEqual(packet.pts);
        if (index > 0) expect(packet.dts).toBeGreaterThan(packets[index - 1]!.dts);
      }
      const shared = readFrames(path);
      // On a clock that no frame rate divides, a range's start is rounded to a unit of it.
      const late = shared.map((frame, index) => Math.abs(frame.seconds - frames[index]!.seconds));
      expect(Math.max(...late)).toBeLessThanOrEqual(kind === 'even' ? 1e-9 : 1.01 / plan.video!.timescale);
      const worst = Math.min(...shared.map((frame, index) => psnr(frame.luma, frames[index]!.luma)));
      expect(worst).toBeGreaterThan(35);
      // The encoder of the sound pads its last packet; what is heard is the planned length.
      expect(countSamples(path, plan)).toBe(plan.sound!.samples);
    }
  });
});

describe('525 cuts', () => {
  const flashEveryMs = 400;
  const cuts = 525;

  /** A grey picture that flashes for one frame, and a click at that very moment, every so often. */
  function writeFlashes(path: string, frameRate: FrameRate, frames: number): void {
    const size = { width: 64, height: 36 };
    using encoder = openPlanesEncoder({ size, frameRate, gop: 250, crf: 20, preset: 'ultrafast' });
    using muxer = openMuxer(path, { format: 'mp4' });
    muxer.addStream(encoder.parameters, encoder.timebase);
    using sound = openSoundEncoder({ codec: 'aac', sampleRateHz: 48_000, channels: 1 });
    muxer.addStream(sound.parameters, sound.timebase);
    const plane = (value: number, share: number) => new Uint8Array((size.width * size.height) / share).fill(value);
    const [dark, bright, chroma] = [plane(60, 1), plane(220, 1), plane(128, 4)];
    const perSecond = frameRate.num / frameRate.den;
    const isFlash = (frame: number) =>
      Math.floor(((frame / perSecond) * 1000) / flashEveryMs) !== Math.floor((((frame - 1) / perSecond) * 1000) / flashEveryMs);
    let heard = 0;
    for (let frame = 0; frame < frames; frame++) {
      const planes = { luma: isFlash(frame) ? bright : dark, blue: chroma, red: chroma };
      for (const packet of encoder.encode(planes)) muxer.write(packet, 0, encoder.timebase);
      const until = Math.round(((frame + 1) * 48_000) / perSecond);
      const samples = new Float32Array(until - heard);
      if (isFlash(frame)) for (let index = 0; index < 240; index++) samples[index] = 0.8 * Math.sin(index * 0.6);
      for (const packet of sound.encode([samples])) muxer.write(packet, 1, sound.timebase);
      heard = until;
    }
    for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
    for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
    muxer.finish();
  }

  test('picture and sound stay within one frame of each other to the end, and the error does not grow', async () => {
    const frameRate = { num: 30_000, den: 1001 };
    const path = join(folder, 'flashes.mp4');
    const totalMs = (cuts + 1) * 700;
    writeFlashes(path, frameRate, Math.ceil((totalMs * frameRate.num) / (1000 * frameRate.den)));
    const source = sourceFrom(path, 'ast_flashes');
    const random = createRandom(seed);
    const kept = Array.from({ length: cuts + 1 }, (_, index) => {
      const from = index * 700 + random() * 100;
      return [from, from + 380 + random() * 200] as const;
    });
    const tracks = (['video', 'audio'] as const).map((kind) =>
      trackOf(
        kind,
        kept.map(([from, to]) => clipOf(source, kind, from, to)),
      ),
    );
    const rendered = await renderTimeline(folder, timelineOf(source, tracks, { frameRate }), [source], { parts: 2 });
    const flashes = readFrames(rendered.path)
      .filter(({ luma }) => luma[luma.length >> 1]! > 140)
      .map(({ seconds }) => seconds);
    const clicks = clicksIn(rendered.path, rendered.plan);
    const frameSeconds = frameRate.den / frameRate.num;
    // A click that a cut goes through has lost its flash or its start; it says nothing.
    const errors = flashes.flatMap((flash) => {
      const nearest = clicks.reduce((best, click) => (Math.abs(click - flash) < Math.abs(best - flash) ? click : best), Infinity);
      return Math.abs(nearest - flash) < 0.1 ? [nearest - flash] : [];
    });
    expect(flashes.length).toBeGreaterThan(cuts / 2);
    expect(errors.length).toBeGreaterThan(flashes.length * 0.9);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(frameSeconds);
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const fifth = Math.floor(errors.length / 5);
    expect(Math.abs(mean(errors.slice(-fifth)) - mean(errors.slice(0, fifth)))).toBeLessThan(frameSeconds / 4);
  });

  function clicksIn(path: string, plan: Rendered['plan']): number[] {
    const { asset } = sourceFrom(path, 'ast_output');
    const streamIndex = asset.streams.find(({ kind }) => kind === 'audio')!.index;
    const { sampleRateHz } = plan.sound!;
    const found: number[] = [];
    let position = 0;
    let quietUntil = -1;
    for (const [samples] of decodeSound({ path, container: asset.container }, { streamIndex, sampleRateHz, channels: 1 })) {
      for (const [index, value] of samples!.entries()) {
        if (Math.abs(value) < 0.3) continue;
        if (position + index > quietUntil) found.push((position + index) / sampleRateHz);
        quietUntil = position + index + sampleRateHz / 50;
      }
      position += samples!.length;
    }
    return found;
  }
});
