/** Everything that has to be drawn: fades, titles, gaps, stills, other sizes and rates, turned pictures, sound alone. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { milliseconds, seconds, ticksPerSecond } from '#core/time';
import type { TextClip } from '#core/timeline';
import { decodeSound, encodeSound, probeMedia } from '#engine/media';
import { encodeSpans } from '#engine/plan';
import { assembleTask, planRenderTask, renderPictureTask } from '#engine/render';
import type { MediaSource } from '#engine/tasks';
import {
  countedSize,
  psnr,
  readFrames,
  readPackets,
  writeCountedVideo,
  type CountedVideo,
  type SeenFrame,
} from '../fixtures/counted-video.ts';
import { makers, writeMedia, writePicture } from '../fixtures/media-files.ts';
import { clipOf, gapOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const frameRate = { num: 30, den: 1 };
let folder: string;
let source: MediaSource;
let inSource: SeenFrame[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-render-'));
  source = makeSource('main', { frameRate, frames: 120, gop: 30, bFrames: 3, soundSeconds: 4 });
  inSource = readFrames(source.path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeSource(name: string, video: CountedVideo): MediaSource {
  const path = join(folder, `${name}.mp4`);
  writeCountedVideo(path, video);
  return sourceFrom(path, name);
}

function mean(luma: Uint8Array): number {
  return luma.reduce((sum, value) => sum + value, 0) / luma.length;
}

function textOf(text: string, ms: number, style: Partial<TextClip['style']> = {}): TextClip {
  const plain = {
    preset: 'title',
    position: 'center',
    color: '#ffffff',
    size: 0.15,
    fadeIn: seconds(0),
    fadeOut: seconds(0),
  } as const;
  return { kind: 'text', id: `itm_text_${text}`, duration: milliseconds(ms), text, style: { ...plain, ...style } };
}

/** Without colour, so that a change of the colour matrix changes nothing. */
function grey(x: number, y: number, plane: number, frame: number): number {
  return plane === 0 ? 60 + Math.round(50 * Math.sin((x + 3 * frame) / 17) + 50 * Math.cos((y - 2 * frame) / 23) + 50) : 128;
}

/** Pixels that differ clearly, as a fraction. */
function changed(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < a.length; index++) if (Math.abs(a[index]! - b[index]!) > 40) count++;
  return count / a.length;
}

describe('fades', () => {
  test('only the faded frames are encoded, and their light follows the line', async () => {
    const clip = clipOf(source, 'video', 0, 4000, {
      effects: [{ name: 'fade', in: milliseconds(500), out: milliseconds(1000) }],
    });
    const { path, stats } = await renderTimeline(folder, timelineOf(source, [trackOf('video', [clip])]), [source], { parts: 2 });
    const seen = readFrames(path);
    expect(seen.length).toBe(120);
    const copied = stats.copied;
    // Frames 30 to 89 need nothing; 15 to 29 are encoded because copies begin at key frames.
    expect(copied).toBe(60);
    for (let index = 0; index < 120; index++) {
      const middle = (index + 0.5) / 30;
      const opacity = Math.min(1, middle / 0.5, (4 - middle) / 1);
      const expected = 16 + (mean(inSource[index]!.luma) - 16) * opacity;
      expect(Math.abs(mean(seen[index]!.luma) - expected)).toBeLessThan(2.5);
    }
  });
});

describe('text', () => {
  test('is drawn over its frames only, and the others stay as they are', async () => {
    const tracks = [
      trackOf('video', [clipOf(source, 'video', 0, 4000)]),
      trackOf('text', [gapOf(1000), textOf('Hello 你好', 1000)]),
    ];
    const { path, stats } = await renderTimeline(folder, timelineOf(source, tracks), [source]);
    const seen = readFrames(path);
    expect(stats).toMatchObject({ frames: 120, copied: 90, encoded: 30 });
    seen.forEach(({ luma }, index) => {
      const share = changed(luma, inSource[index]!.luma);
      if (index >= 30 && index < 60) expect(share).toBeGreaterThan(0.02);
      else expect(psnr(luma, inSource[index]!.luma)).toBe(100);
    });
  });

  test('what the user typed is never markup', async () => {
    const render = async (text: string) => {
      const tracks = [trackOf('video', [clipOf(source, 'video', 0, 200)]), trackOf('text', [textOf(text, 200, { size: 0.1 })])];
      const { path } = await renderTimeline(folder, timelineOf(source, tracks), [source]);
      return readFrames(path)[2]!.luma;
    };
    const bare = inSource[2]!.luma;
    // As markup these would draw nothing, a shape all over, or two lines.
    for (const text of ['{\\alpha&HFF&}gone', '{\\p1}m 0 0 l 900 0 900 900 0 900{\\p0}', 'C:\\Nowhere\\hard', 'a{b}c']) {
      const share = changed(await render(text), bare);
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.25);
    }
    const rows = (luma: Uint8Array) => {
      let first: number = countedSize.height;
      let last = 0;
      for (let y = 0; y < countedSize.height; y++) {
        const from = y * countedSize.width;
        if (changed(luma.subarray(from, from + countedSize.width), bare.subarray(from, from + countedSize.width)) === 0) continue;
        first = Math.min(first, y);
        last = Math.max(last, y);
      }
      return last - first;
    };
    expect(rows(await render('C:\\Nowhere'))).toBeLessThan(rows(await render('C:\nowhere')) - 10);
  });

  test('Chinese letters come from the typeface of the project', async () => {
    const render = async (text: string) => {
      const tracks = [trackOf('video', [clipOf(source, 'video', 0, 100)]), trackOf('text', [textOf(text, 100, { size: 0.2 })])];
      return readFrames((await renderTimeline(folder, timelineOf(source, tracks), [source])).path)[1]!.luma;
    };
    // Letters that are missing would all be the same box.
    const [first, second] = [await render('剪'), await render('频')];
    expect(changed(first, inSource[1]!.luma)).toBeGreaterThan(0.004);
    expect(changed(first, second)).toBeGreaterThan(0.004);
  });
});

describe('what has no packets to copy', () => {
  test('gaps are black, and the clip after one is whole', async () => {
    const tracks = [trackOf('video', [clipOf(source, 'video', 0, 1000), gapOf(500), clipOf(source, 'video', 2000, 3000)])];
    const { path, stats } = await renderTimeline(folder, timelineOf(source, tracks), [source]);
    const seen = readFrames(path);
    expect(stats).toMatchObject({ frames: 75, copied: 60, encoded: 15 });
    for (const { luma } of seen.slice(30, 45)) expect(mean(luma)).toBeCloseTo(16, 0);
    expect(seen.slice(45).map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, index) => 60 + index));
  });

  test('a still is held, fitted into the canvas with bars', async () => {
    const path = join(folder, 'still.png');
    writePicture(path, { encoder: 'png', pixelFormat: 'rgb24', size: { width: 100, height: 100 }, frames: 1 });
    const still = sourceFrom(path, 'still');
    const tracks = [trackOf('video', [clipOf(source, 'video', 0, 1000), clipOf(still, 'video', 0, 3000)])];
    const { path: output, plan } = await renderTimeline(folder, timelineOf(source, tracks), [source, still]);
    const seen = readFrames(output);
    expect(seen.length).toBe(120);
    expect(plan.reasons).toEqual(['"still.mp4" is a still picture']);
    const [early, late] = [seen[40]!.luma, seen[119]!.luma];
    expect(psnr(early, late)).toBeGreaterThan(40);
    const column = (x: number) => Array.from({ length: countedSize.height }, (_, y) => late[y * countedSize.width + x]!);
    expect(Math.max(...column(10))).toBeLessThan(24);
    expect(Math.max(...column(160))).toBeGreaterThan(40);
  });

  test('double and half speed show every second frame and each twice', async () => {
    const tracks = [
      trackOf('video', [
        clipOf(source, 'video', 1000, 2000, { speed: { num: 2, den: 1 } }),
        clipOf(source, 'video', 3000, 3500, { speed: { num: 1, den: 2 } }),
      ]),
    ];
    const { path } = await renderTimeline(folder, timelineOf(source, tracks), [source]);
    const numbers = readFrames(path).map(({ number }) => number);
    expect(numbers.slice(0, 15)).toEqual(Array.from({ length: 15 }, (_, index) => 31 + index * 2));
    expect(numbers.slice(15)).toEqual(Array.from({ length: 30 }, (_, index) => 90 + Math.floor(index / 2)));
  });

  test('another frame rate is asked for: the picture of the moment is shown', async () => {
    const tracks = [trackOf('video', [clipOf(source, 'video', 0, 4000)])];
    const output = { format: 'mp4', quality: 'medium', frameRate: { num: 25, den: 1 } } as const;
    const { path, plan } = await renderTimeline(folder, timelineOf(source, tracks), [source], { output, parts: 2 });
    expect(plan.reasons.join()).toContain('30 frames/s, the output 25');
    expect(readFrames(path).map(({ number }) => number)).toEqual(
      Array.from({ length: 100 }, (_, index) => Math.floor(((index + 0.5) / 25) * 30)),
    );
  });

  test('a turned phone video stands upright', async () => {
    const path = join(folder, 'turned.mp4');
    writeMedia(path, 'mp4', {
      picture: {
        encoder: 'libx264',
        frames: 20,
        size: { width: 160, height: 90 },
        rotation: 90,
        rate: frameRate,
        settings: { colorspace: 'bt709' },
      },
    });
    const turned = sourceFrom(path, 'turned');
    const { path: output, plan } = await renderTimeline(
      folder,
      timelineOf(turned, [trackOf('video', [clipOf(turned, 'video', 0, 600)])]),
      [turned],
    );
    expect(plan.video!.size).toEqual({ width: 90, height: 160 });
    expect(plan.reasons.join()).toContain('turned by 90°');
    const upright = readFrames(output)[3]!;
    const lying = readFrames(path)[3]!;
    expect(upright.size).toEqual({ width: 90, height: 160 });
    // A clockwise quarter turn: the picture's left edge becomes its top.
    const turnedLuma = new Uint8Array(90 * 160);
    for (let y = 0; y < 160; y++) for (let x = 0; x < 90; x++) turnedLuma[y * 90 + x] = lying.luma[(89 - x) * 160 + y]!;
    expect(psnr(upright.luma, turnedLuma)).toBeGreaterThan(30);
  });

  test.each([
    ['mpeg4', 'avi', 'yuv420p'],
    ['libvpx', 'webm', 'yuv420p'],
    ['libx264', 'matroska', 'yuv422p'],
  ])('%s in %s (%s) is encoded, and it is said why', async (encoder, muxer, pixelFormat) => {
    const path = join(folder, `other-${encoder}.${muxer}`);
    writeMedia(path, muxer, {
      picture: { encoder, pixelFormat, frames: 30, size: { width: 160, height: 90 }, rate: { num: 25, den: 1 }, draw: grey },
    });
    const other = sourceFrom(path, encoder);
    const {
      path: output,
      plan,
      stats,
    } = await renderTimeline(folder, timelineOf(other, [trackOf('video', [clipOf(other, 'video', 0, 1000)])]), [other]);
    expect(plan.reasons).toHaveLength(1);
    expect(stats).toMatchObject({ frames: 25, copied: 0, encoded: 25, reason: plan.reasons[0] });
    const [seen, original] = [readFrames(output), readFrames(path, other.asset.container)];
    seen.forEach(({ luma }, index) => expect(psnr(luma, original[index]!.luma)).toBeGreaterThan(33));
  });
});

describe('sound', () => {
  test('is in place to the sample beside the picture', async () => {
    const tracks = [
      trackOf('video', [clipOf(source, 'video', 500, 2500)]),
      trackOf('audio', [clipOf(source, 'audio', 500, 2500)]),
    ];
    const { path, plan } = await renderTimeline(folder, timelineOf(source, tracks), [source]);
    expect(plan.sound!.samples).toBe(96_000);
    const probe = probeMedia(path, 'out.mp4');
    const picture = probe.streams.find((stream) => stream.kind === 'video')!;
    const sound = probe.streams.find((stream) => stream.kind === 'audio')!;
    expect([picture.start, sound.start]).toEqual([0, 0]);
    expect(picture.duration).toBe(seconds(2));
    expect(sound.duration).toBe(seconds(2));
    let samples = 0;
    for (const [block] of decodeSound(
      { path, container: 'mov' },
      { streamIndex: sound.index, sampleRateHz: 48_000, channels: 1 },
    ))
      samples += block!.length;
    expect(samples).toBe(96_000);
  });

  test('alone becomes a video with a picture that moves with it', async () => {
    const path = join(folder, 'talk.wav');
    const tone = Float32Array.from({ length: 96_000 }, (_, index) => (index < 48_000 ? 0 : 0.5 * Math.sin(index / 20)));
    encodeSound([[tone]], path, { codec: 'pcm_s16le', container: 'wav', sampleRateHz: 48_000, channels: 1 });
    const talk = sourceFrom(path, 'talk');
    const timeline = timelineOf(talk, [trackOf('audio', [clipOf(talk, 'audio', 0, 2000)])]);
    const { path: output, plan } = await renderTimeline(folder, timeline, [talk]);
    // Its bars move ten times a second.
    expect(plan.video!.frames).toBe(20);
    const seen = readFrames(output);
    expect(seen.length).toBe(20);
    // At the start the loud half is ahead, on the right; at the end all that was heard of it is on the left.
    const side = ({ luma, size }: (typeof seen)[number], isLeft: boolean) =>
      mean(luma.filter((_, place) => place % size.width < size.width / 2 === isLeft));
    expect(side(seen[19]!, true)).toBeGreaterThan(side(seen[1]!, true) + 2);
    expect(side(seen[19]!, false)).toBeLessThan(side(seen[1]!, false) - 1);
    const audio = await renderTimeline(folder, timeline, [talk], { output: { format: 'm4a', quality: 'high' } });
    expect(audio.plan.video).toBeUndefined();
    expect(probeMedia(audio.path, 'out.m4a').streams.map(({ kind }) => kind)).toEqual(['audio']);
  });
});

describe('formats', () => {
  test.each(Object.keys(makers))('a dropped .%s becomes an MP4 of the asked length', async (kind) => {
    const path = join(folder, `any.${kind}`);
    makers[kind]!(path);
    const dropped = sourceFrom(path, kind, `any.${kind}`);
    const hasPicture = dropped.asset.streams.some((stream) => stream.kind === 'video' && !stream.attachedPicture);
    const hasSound = dropped.asset.streams.some((stream) => stream.kind === 'audio');
    const tracks = [
      ...(hasPicture ? [trackOf('video', [clipOf(dropped, 'video', 200, 1200)])] : []),
      ...(hasSound ? [trackOf('audio', [clipOf(dropped, 'audio', 200, 1200)])] : []),
    ];
    const { path: output, plan } = await renderTimeline(folder, timelineOf(dropped, tracks), [dropped], { parts: 2 });
    expect(readFrames(output).length).toBe(plan.video!.frames);
    const probe = probeMedia(output, 'out.mp4');
    expect(probe.streams.map((stream) => stream.kind)).toEqual(hasSound ? ['video', 'audio'] : ['video']);
    expect(probe.duration / ticksPerSecond).toBeCloseTo(1, 1);
  });

  test('MOV holds the same pictures', async () => {
    const tracks = [trackOf('video', [clipOf(source, 'video', 500, 2500)])];
    const { path } = await renderTimeline(folder, timelineOf(source, tracks), [source], {
      output: { format: 'mov', quality: 'high' },
    });
    expect(readFrames(path).map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => 15 + index));
  });
});

describe('shares', () => {
  test('any split gives the same frames and the same copies', async () => {
    const cuts = [clipOf(source, 'video', 333, 1500), clipOf(source, 'video', 1700, 2300), clipOf(source, 'video', 2777, 3900)];
    const timeline = timelineOf(source, [trackOf('video', cuts), trackOf('text', [gapOf(600), textOf('Split', 900)])]);
    const numbers: number[][] = [];
    for (const parts of [1, 2, 7]) {
      const { path } = await renderTimeline(folder, timeline, [source], { parts });
      numbers.push(readFrames(path).map(({ number }) => number));
      const stamps = readPackets(path)
        .packets.map(({ pts }) => pts)
        .toSorted((a, b) => a - b);
      expect(stamps.every((stamp, index) => index === 0 || stamp - stamps[index - 1]! === 512)).toBe(true);
    }
    expect(numbers[1]).toEqual(numbers[0]);
    expect(numbers[2]).toEqual(numbers[0]);
  });

  test('parts that do not cover the plan are refused', async () => {
    const context = taskContext(folder);
    const timeline = timelineOf(source, [
      trackOf('video', [clipOf(source, 'video', 333, 1500), clipOf(source, 'video', 2000, 3000)]),
    ]);
    const plan = await planRenderTask({ timeline, sources: [source], output: { format: 'mp4', quality: 'high' } }, context);
    const [first] = encodeSpans(plan.video);
    const partsFolder = context.scratch;
    await renderPictureTask({ plan, sources: [source], spans: [first!], partsFolder }, context);
    const outputPath = join(context.scratch, 'out.mp4');
    await expect(async () => assembleTask({ plan, sources: [source], partsFolder, outputPath }, context)).rejects.toSatisfy(
      (error) => isEditorError(error, 'INTERNAL'),
    );
  });

  test('a stop is heard while pictures are encoded', async () => {
    const context = taskContext(folder);
    const stop = new AbortController();
    const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 4000, { speed: { num: 1, den: 8 } })])]);
    const plan = await planRenderTask({ timeline, sources: [source], output: { format: 'mp4', quality: 'high' } }, context);
    let told = 0;
    const progress = (fraction: number) => {
      told = fraction;
      if (fraction > 0.05) stop.abort();
    };
    const task = async () =>
      renderPictureTask(
        { plan, sources: [source], spans: encodeSpans(plan.video), partsFolder: context.scratch },
        { ...context, signal: stop.signal, progress },
      );
    await expect(task).rejects.toSatisfy((error) => isEditorError(error, 'JOB_CANCELED'));
    expect(told).toBeLessThan(0.2);
  });
});

test('the finished file has its header in front and nothing left over', async () => {
  const timeline = timelineOf(source, [
    trackOf('video', [clipOf(source, 'video', 500, 2500)]),
    trackOf('audio', [clipOf(source, 'audio', 500, 2500)]),
  ]);
  const { path, plan } = await renderTimeline(folder, timeline, [source]);
  const bytes = readFileSync(path);
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  expect(plan.duration / ticksPerSecond).toBe(2);
});
