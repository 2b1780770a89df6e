/** Every format that can be asked for: made from parts, decoded again, counted, timed, compared. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSound, encodeSound, openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import type { Container, OutputRequest, Quality } from '#engine/plan';
import { verifyTask } from '#engine/qc';
import { drawFrameCounter } from '#engine/sample';
import type { MediaSource } from '#engine/tasks';
import { countedSize, psnr, readFrames, type SeenFrame } from '../fixtures/counted-video.ts';
import { clipOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const frameRate = { num: 30, den: 1 };
const rate = 48_000;
const frames = 90;
/** The frame that is white all over, and the sample at which a beep begins. */
const flashFrame = 60;
const beepSample = (flashFrame * rate) / frameRate.num;

let folder: string;
let source: MediaSource;
let inSource: SeenFrame[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-formats-'));
  const path = join(folder, 'source.mp4');
  writeSource(path);
  source = sourceFrom(path, 'main');
  inSource = readFrames(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three seconds of moving texture with the frame's number; at two seconds one white frame and a beep. */
function writeSource(path: string): void {
  using picture = openPlanesEncoder({ size: countedSize, frameRate, gop: 30, crf: 4, preset: 'veryfast', bFrames: 2 });
  using sound = openSoundEncoder({ codec: 'flac', sampleRateHz: rate, channels: 1 });
  using muxer = openMuxer(path, { format: 'mp4', settings: {} });
  muxer.addStream(picture.parameters, picture.timebase);
  muxer.addStream(sound.parameters, sound.timebase);
  for (let frame = 0; frame < frames; frame++) {
    for (const packet of picture.encode(draw(frame))) muxer.write(packet, 0, picture.timebase);
  }
  for (const packet of picture.flush()) muxer.write(packet, 0, picture.timebase);
  for (const packet of sound.encode([tones()])) muxer.write(packet, 1, sound.timebase);
  for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
  muxer.finish();
}

function draw(frame: number) {
  const { width, height } = countedSize;
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = ((x * 7919 + y * 104_729 + frame * 1_299_709) >> 3) % 29;
      luma[y * width + x] =
        frame === flashFrame ? 235 : 70 + grain + Math.round(45 * Math.sin((x + 2 * frame) / 19) * Math.cos(y / 11));
    }
  }
  if (frame !== flashFrame) drawFrameCounter(luma, countedSize, frame);
  const chroma = (value: number) => new Uint8Array((width * height) / 4).fill(value);
  return { luma, blue: chroma(110 + (frame % 30)), red: chroma(140) };
}

/** A quiet rising tone, and a loud beep of a tenth of a second. */
function tones(): Float32Array {
  return Float32Array.from({ length: (frames * rate) / frameRate.num }, (_, index) => {
    const seconds = index / rate;
    const quiet = 0.02 * Math.sin(2 * Math.PI * (200 + 90 * seconds) * seconds);
    const beeps = index >= beepSample && index < beepSample + rate / 10;
    return quiet + (beeps ? 0.6 * Math.sin(2 * Math.PI * 1000 * seconds) : 0);
  });
}

const readers: Readonly<Record<Container, string>> = {
  mp4: 'mov',
  mov: 'mov',
  webm: 'matroska',
  gif: 'gif',
  webp: 'webp_anim',
  m4a: 'mov',
  mp3: 'mp3',
  wav: 'wav',
  flac: 'flac',
};
const moving: readonly OutputRequest[] = [
  { format: 'mp4', quality: 'high' },
  { format: 'mp4', quality: 'high', codec: 'h265' },
  { format: 'mp4', quality: 'medium', codec: 'av1' },
  { format: 'mov', quality: 'high' },
  { format: 'mov', quality: 'medium', codec: 'h265' },
  { format: 'mov', quality: 'medium', codec: 'prores' },
  { format: 'mov', quality: 'high', codec: 'prores' },
  { format: 'webm', quality: 'medium' },
  { format: 'webm', quality: 'medium', codec: 'av1' },
];
const nameOf = ({ format, codec, quality }: OutputRequest) => `${format} ${codec ?? ''} ${quality}`;

/** The whole source but for frames 30 to 44, so that there is something to stitch. */
function timeline() {
  const tracks = (['video', 'audio'] as const).map((kind) =>
    trackOf(kind, [clipOf(source, kind, 0, 1000), clipOf(source, kind, 1500, 3000)]),
  );
  return timelineOf(source, tracks);
}
const kept = [...Array.from({ length: 30 }, (_, index) => index), ...Array.from({ length: 45 }, (_, index) => 45 + index)];

function soundOf(path: string, format: Container): Float32Array {
  const streamIndex = ['mp4', 'mov', 'webm'].includes(format) ? 1 : 0;
  const blocks = [...decodeSound({ path, container: readers[format] }, { streamIndex, sampleRateHz: rate, channels: 1 })];
  return Float32Array.from(blocks.flatMap(([block]) => [...block!]));
}

/** Where the beep begins: the first sample of three in a row over a fifth. */
function beepIn(sound: Float32Array): number {
  return sound.findIndex((_, index) => [0, 1, 2].every((next) => Math.abs(sound[index + next * 4] ?? 0) > 0.2));
}

describe('moving pictures with sound', () => {
  test.each(moving.map((output) => [nameOf(output), output] as const))(
    '%s: planned frames and samples, flash and beep together, proved',
    async (_name, output) => {
      const edited = timeline();
      const { path, plan } = await renderTimeline(folder, edited, [source], {
        output: { ...output, rangeSeconds: 0.6 },
        parts: 3,
      });
      const seen = readFrames(path, readers[output.format]);
      const flashAt = kept.indexOf(flashFrame);
      expect(seen.map(({ number }, index) => (index === flashAt ? flashFrame : number))).toEqual(kept);
      for (const [index, { seconds }] of seen.entries()) expect(Math.abs(seconds - index / 30)).toBeLessThan(0.0006);
      expect(plan.video!.spans.length).toBeGreaterThan(2);
      const sound = soundOf(path, output.format);
      expect(sound.length).toBe(plan.sound!.samples);
      const flash = seen.findIndex(({ luma }) => luma.every((value) => value > 200));
      expect(flash).toBe(flashAt);
      expect(Math.abs(beepIn(sound) / rate - seen[flash]!.seconds)).toBeLessThan(0.5 / 30);
      const { proof } = await verifyTask({ plan, timeline: edited, sources: [source], path }, taskContext(folder));
      expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(proof.frames).toBe(75);
    },
  );
});

describe('sound alone', () => {
  test.each(['mp3', 'm4a', 'wav', 'flac'] as const)('%s holds every planned sample in its place', async (format) => {
    const edited = timeline();
    const { path, plan } = await renderTimeline(folder, edited, [source], { output: { format, quality: 'high' } });
    expect(plan.video).toBeUndefined();
    const sound = soundOf(path, format);
    expect(sound.length).toBe(plan.sound!.samples);
    const start = beepIn(sound);
    expect(Math.abs(start - (beepSample - rate / 2))).toBeLessThan(format === 'wav' || format === 'flac' ? 12 : 240);
    const { proof } = await verifyTask({ plan, timeline: edited, sources: [source], path }, taskContext(folder));
    expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('Opus and AAC begin with the very sample that they were given', async () => {
    const path = join(folder, 'chirp');
    const samples = Float32Array.from(
      { length: rate },
      (_, index) => 0.4 * Math.sin(2 * Math.PI * (300 + 900 * (index / rate)) * (index / rate)),
    );
    for (const [codec, container, reader] of [
      ['opus', 'webm', 'matroska'],
      ['aac', 'ipod', 'mov'],
    ] as const) {
      encodeSound([[samples]], path, { codec, container, sampleRateHz: rate, channels: 1 });
      const decoded = decodeSound({ path, container: reader }, { streamIndex: 0, sampleRateHz: rate, channels: 1 });
      const back = Float32Array.from([...decoded].flatMap(([block]) => [...block!]));
      expect(back.length).toBe(samples.length);
      const likeness = (lag: number) => samples.reduce((sum, value, index) => sum + value * (back[index + lag] ?? 0), 0);
      const lags = Array.from({ length: 61 }, (_, index) => index - 30);
      expect(lags.reduce((best, lag) => (likeness(lag) > likeness(best) ? lag : best), -30)).toBe(0);
    }
  });

  test('mono and a rate of its own are kept', async () => {
    const output = { format: 'mp3', quality: 'high', channels: 1, soundKbps: 64, maxBitrateKbps: 64 } as const;
    const { path } = await renderTimeline(folder, timeline(), [source], { output });
    expect((statSync(path).size * 8) / 2.5 / 1000).toBeLessThan(64 * 1.06);
  });
});

describe('animations', () => {
  test.each(['gif', 'webp'] as const)('%s: half the frames at their times, the whole length, colours near', async (format) => {
    const edited = timeline();
    const { path, plan } = await renderTimeline(folder, edited, [source], {
      output: { format, quality: 'high', rangeSeconds: 0.6 },
      parts: 2,
    });
    expect(plan.sound).toBeUndefined();
    expect(plan.reasons.join()).toContain('no sound');
    const seen = readFrames(path, readers[format]);
    expect(seen.length).toBe(plan.video!.frames);
    // The picture at the middle of each fifteenth: every second one of the timeline.
    const shown = Array.from({ length: seen.length }, (_, index) => kept[index * 2 + 1]!);
    seen.forEach(({ number, seconds, luma }, index) => {
      expect(Math.abs(seconds - index / 15)).toBeLessThan(0.0051);
      if (shown[index] === undefined || shown[index] === flashFrame || index === seen.length - 1) return;
      expect(number).toBe(shown[index]);
      expect(psnr(videoLevels(luma), inSource[shown[index]]!.luma)).toBeGreaterThan(27);
    });
    const { proof } = await verifyTask({ plan, timeline: edited, sources: [source], path }, taskContext(folder));
    expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('what they cannot be is refused', async () => {
    const gif = { format: 'gif', quality: 'high' } as const;
    const still = timelineOf(source, [trackOf('audio', [clipOf(source, 'audio', 0, 1000)])]);
    await expect(renderTimeline(folder, still, [source], { output: gif })).rejects.toThrow('pictures only');
    await expect(
      renderTimeline(folder, timeline(), [source], { output: { ...gif, frameRate: { num: 60, den: 1 } } }),
    ).rejects.toThrow('output.fps');
  });
});

/** Full-range grey as the luma of video. */
function videoLevels(grey: Uint8Array): Uint8Array {
  return grey.map((value) => Math.round(16 + (value * 219) / 255));
}

describe('quality', () => {
  const floors: readonly (readonly [
    OutputRequest['codec'],
    OutputRequest['format'],
    Readonly<Record<Exclude<Quality, 'lossless'>, number>>,
  ])[] = [
    ['h264', 'mp4', { low: 30, medium: 35, high: 38 }],
    ['h265', 'mp4', { low: 29, medium: 33, high: 36 }],
    ['vp9', 'webm', { low: 30, medium: 33, high: 37 }],
    ['av1', 'webm', { low: 28, medium: 32, high: 35 }],
  ];
  test.each(floors)(
    '%s in %s: each level looks as good as it should and costs more than the one below',
    async (codec, format, floor) => {
      const one = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 1000)])]);
      const sizes: number[] = [];
      for (const quality of ['low', 'medium', 'high'] as const) {
        const { path } = await renderTimeline(folder, one, [source], {
          output: { format, codec: codec!, quality, copy: 'never' },
        });
        const seen = readFrames(path, readers[format]);
        const worst = Math.min(...seen.map(({ luma }, index) => psnr(luma, inSource[index]!.luma)));
        expect(worst, quality).toBeGreaterThan(floor[quality]);
        sizes.push(statSync(path).size);
      }
      expect(sizes[0]!).toBeLessThan(sizes[1]!);
      expect(sizes[1]!).toBeLessThan(sizes[2]!);
    },
  );

  test.each([
    ['h265', 'mp4'],
    ['vp9', 'webm'],
  ] as const)('%s lossless is lossless', async (codec, format) => {
    const one = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 500)])]);
    const { path } = await renderTimeline(folder, one, [source], { output: { format, codec, quality: 'lossless' } });
    readFrames(path, readers[format]).forEach(({ luma }, index) => expect(psnr(luma, inSource[index]!.luma)).toBe(100));
  });

  test.each([
    ['h264', 'mp4'],
    ['h265', 'mp4'],
    ['vp9', 'webm'],
    ['av1', 'webm'],
  ] as const)('%s keeps under the asked rate, copying included, and the proof holds it to that', async (codec, format) => {
    const whole = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 3000)])]);
    const free = await renderTimeline(folder, whole, [source], { output: { format, codec, quality: 'high' } });
    const kbps = (path: string) => (statSync(path).size * 8) / 3 / 1000;
    const most = Math.max(100, Math.round(kbps(free.path) / 3));
    const held = await renderTimeline(folder, whole, [source], {
      output: { format, codec, quality: 'high', maxBitrateKbps: most },
    });
    expect(kbps(held.path)).toBeLessThan(most * 1.05 + 11);
    const check = async ({ path, plan }: typeof held, limit: number) => {
      const output = { ...plan.output, maxBitrateKbps: limit };
      const { proof } = await verifyTask(
        { plan: { ...plan, output }, timeline: whole, sources: [source], path },
        taskContext(folder),
      );
      return proof.checks.find(({ name }) => name === 'bitrate')?.ok;
    };
    expect(await check(held, most)).toBe(true);
    expect(await check(free, most)).toBe(false);
  });
});

test('size, rate and canvas are what was asked', async () => {
  const one = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 1000)])]);
  const output: OutputRequest = {
    format: 'mp4',
    quality: 'high',
    canvas: { size: { width: 180, height: 320 }, fit: 'contain' },
    mostFramesPerSecond: 20,
  };
  const { path, plan } = await renderTimeline(folder, one, [source], { output });
  const seen = readFrames(path);
  expect(seen.length).toBe(15);
  expect(seen[3]!.size).toEqual({ width: 180, height: 320 });
  const { proof } = await verifyTask({ plan, timeline: one, sources: [source], path }, taskContext(folder));
  expect(proof.checks.find(({ name }) => name === 'shape')).toMatchObject({ ok: true, measured: '180×320 at 15 frames/s' });
  const other = { ...plan, video: { ...plan.video!, size: { width: 320, height: 180 } } };
  const { proof: wrong } = await verifyTask({ plan: other, timeline: one, sources: [source], path }, taskContext(folder));
  expect(wrong.checks.find(({ name }) => name === 'shape')?.ok).toBe(false);
});

const cursed = join(import.meta.dirname, '../../../shared/media/malformed/mediabunny__cursed-vfr.mp4');
test.skipIf(!existsSync(cursed))('a clock of the source’s own ends with the timeline (mediabunny__cursed-vfr.mp4)', async () => {
  const vfr = sourceFrom(cursed, 'vfr');
  const seconds = (vfr.asset.duration / 705_600_000) * 1000;
  const whole = timelineOf(vfr, [trackOf('video', [clipOf(vfr, 'video', 0, Math.min(4000, seconds))])]);
  const { path, plan } = await renderTimeline(folder, whole, [vfr]);
  expect(plan.video!.keepStamps).toBe(true);
  const { proof } = await verifyTask({ plan, timeline: whole, sources: [vfr], path }, taskContext(folder));
  expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
});
