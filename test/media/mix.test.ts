/** Mixes of timelines with made sounds, from the plan to the finished file, measured in the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromSample, milliseconds, ratio, timeRange, ticks, type TimeRange } from '#core/time';
import type { Clip, Item, Timeline } from '#core/timeline';
import { decodeSound, encodeSound } from '#engine/media';
import type { RenderPlan } from '#engine/plan';
import { makeMusicTask } from '#engine/music';
import { verifyTask } from '#engine/qc';
import { planRenderTask } from '#engine/render';
import { createRandom, makeSampleTask } from '#engine/sample';
import { renderSoundTask } from '#engine/sound';
import type { MediaSource } from '#engine/tasks';
import { clipOf, gapOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const rate = 48_000;
let folder: string;
let made = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-mix-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tone(seconds: number, hertz: number, level: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / rate),
  );
}

function noise(seconds: number, seed: number, level: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: Math.round(seconds * rate) }, () => level * (2 * random() - 1));
}

function source(samples: Float32Array): MediaSource {
  const id = `ast_${made++}`;
  const path = join(folder, `${id}.wav`);
  encodeSound([[samples]], path, { codec: 'pcm_f32le', container: 'wav', sampleRateHz: rate, channels: 1 });
  const duration = fromSample(samples.length, rate);
  const timebase = { num: 1, den: rate };
  const stream = {
    kind: 'audio',
    index: 0,
    codec: 'pcm_f32le',
    sampleRateHz: rate,
    channels: 1,
    timebase,
    start: ticks(0),
    duration,
  } as const;
  const asset = {
    id,
    hash: id,
    name: `${id}.wav`,
    bytes: 1,
    kind: 'audio',
    container: 'wav',
    duration,
    streams: [stream],
    warnings: [],
  } as const;
  return { asset, path };
}

const sound = (of: MediaSource, startMs: number, endMs: number, more: Partial<Clip> = {}): Clip =>
  clipOf(of, 'audio', startMs, endMs, more);

type Mixed = { readonly plan: RenderPlan; readonly samples: Float32Array };

async function mix(
  timeline: Timeline,
  sources: readonly MediaSource[],
  speech?: Record<string, readonly TimeRange[]>,
): Promise<Mixed> {
  const context = taskContext(folder);
  const output = { format: 'wav', quality: 'high' } as const;
  const plan = await planRenderTask({ timeline, sources, output, ...(speech === undefined ? {} : { speech }) }, context);
  const outputPath = join(context.scratch, 'mix.wav');
  const { samples } = await renderSoundTask({ plan, sources, outputPath }, context);
  const blocks = [...decodeSound({ path: outputPath, container: 'wav' }, { streamIndex: 0, sampleRateHz: rate, channels: 1 })];
  const whole = new Float32Array(samples);
  let at = 0;
  for (const [block] of blocks) {
    whole.set(block!, at);
    at += block!.length;
  }
  expect(at).toBe(plan.sound!.samples);
  return { plan, samples: whole };
}

/** RMS in dB over a stretch, seconds. */
function levelDb(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(Math.round(from * rate), Math.round(to * rate));
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 1e-15) / part.length);
}

/** Level of one frequency over a stretch, dB of its amplitude. */
function toneDb(samples: Float32Array, hertz: number, from: number, to: number): number {
  let [re, im] = [0, 0];
  const [first, last] = [Math.round(from * rate), Math.round(to * rate)];
  for (let index = first; index < last; index++) {
    re += samples[index]! * Math.cos((2 * Math.PI * hertz * index) / rate);
    im += samples[index]! * Math.sin((2 * Math.PI * hertz * index) / rate);
  }
  return 20 * Math.log10((2 * Math.hypot(re, im)) / (last - first) + 1e-9);
}

describe('a clip', () => {
  test('follows its envelope in straight lines of decibels, held at both ends', async () => {
    const of = source(tone(5, 1000, 0.5));
    const points = [
      [500, -6],
      [1500, -18],
      [2500, -18],
      [3500, 0],
    ].map(([ms, gainDb]) => ({ at: milliseconds(ms!), gainDb: gainDb! }));
    const clip = sound(of, 500, 4500, { effects: [{ name: 'envelope', points }] });
    const { samples } = await mix(timelineOf(of, [trackOf('audio', [clip])]), [of]);
    expect(samples).toHaveLength(4 * rate);
    const base = 20 * Math.log10(0.5 / Math.SQRT2);
    for (const [at, gainDb] of [
      [0.25, -6],
      [0.5, -6],
      [1, -12],
      [1.25, -15],
      [2, -18],
      [3, -9],
      [3.8, 0],
    ] as const)
      expect(Math.abs(levelDb(samples, at - 0.01, at + 0.01) - base - gainDb)).toBeLessThan(0.15);
  });

  test('plays backwards to the sample, over the border of what is read at once', async () => {
    const samples = noise(11, 3, 0.4);
    const of = source(samples);
    const clip = sound(of, 500, 10_500, { effects: [{ name: 'reverse' }] });
    const heard = (await mix(timelineOf(of, [trackOf('audio', [clip])]), [of])).samples;
    expect(heard).toHaveLength(10 * rate);
    let apart = 0;
    // The fades at both edges are not reversed sound.
    for (let index = 300; index < heard.length - 300; index++)
      apart = Math.max(apart, Math.abs(heard[index]! - samples[10.5 * rate - 1 - index]!));
    expect(apart).toBeLessThan(1e-4);
  });

  test('backwards and cut in two runs on as if it were one', async () => {
    const of = source(tone(4, 313, 0.4));
    const reversed = (startMs: number, endMs: number) => sound(of, startMs, endMs, { effects: [{ name: 'reverse' }] });
    const one = await mix(timelineOf(of, [trackOf('audio', [reversed(500, 3500)])]), [of]);
    const two = await mix(timelineOf(of, [trackOf('audio', [reversed(1800, 3500), reversed(500, 1800)])]), [of]);
    expect(two.samples).toEqual(one.samples);
  });

  test.each([
    [1, 4],
    [1, 2],
    [3, 2],
    [4, 1],
    [8, 1],
  ])('at speed %i/%i keeps pitch and level and has exactly its samples', async (num, den) => {
    const of = source(tone(8, 440, 0.4));
    const speed = ratio(num, den);
    const sourceMs = Math.min(7900, (2000 * num) / den);
    const { samples } = await mix(timelineOf(of, [trackOf('audio', [sound(of, 50, 50 + sourceMs, { speed })])]), [of]);
    expect(samples).toHaveLength(Math.round((sourceMs * 48 * den) / num));
    const length = samples.length / rate;
    let crossings = 0;
    const [from, to] = [Math.round(0.1 * rate), Math.round((length - 0.1) * rate)];
    for (let index = from; index < to; index++) if (samples[index - 1]! < 0 && samples[index]! >= 0) crossings++;
    expect(Math.abs(crossings / ((to - from) / rate) - 440)).toBeLessThan(6);
    const levels = Array.from({ length: Math.floor((length - 0.2) / 0.05) }, (_, index) =>
      levelDb(samples, 0.1 + index * 0.05, 0.15 + index * 0.05),
    );
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(1);
    expect(Math.abs(levels[0]! - 20 * Math.log10(0.4 / Math.SQRT2))).toBeLessThan(0.7);
  });
});

describe('a transition', () => {
  const dissolve: Item = {
    kind: 'transition',
    id: 'itm_900',
    name: 'dissolve',
    inOffset: milliseconds(300),
    outOffset: milliseconds(500),
  };
  /** Two clips of each kind that meet at 2 s, linked; the transition is the picture's alone. */
  const linked = (first: MediaSource, second: MediaSource, startMs: number): Timeline => {
    const [a, b] = [{ linkId: 'lnk_1' }, { linkId: 'lnk_2' }];
    const picture = (of: MediaSource, start: number, end: number, more: object): Clip => ({ ...sound(of, start, end, more) });
    return timelineOf(first, [
      trackOf('video', [picture(first, 0, 2000, a), dissolve, picture(second, startMs, startMs + 2000, b)]),
      trackOf('audio', [sound(first, 0, 2000, a), sound(second, startMs, startMs + 2000, b)]),
    ]);
  };

  test('of linked pictures carries the sound over with equal power, where and as long as it lasts', async () => {
    const [first, second] = [source(noise(4, 1, 0.3)), source(noise(4, 2, 0.3))];
    const { plan, samples } = await mix(linked(first, second, 1000), [first, second]);
    expect(samples).toHaveLength(4 * rate);
    expect(plan.reasons.join()).not.toMatch(/cut and not/);
    const whole = levelDb(samples, 0.5, 1.5);
    for (let at = 1.5; at < 2.8; at += 0.1) expect(Math.abs(levelDb(samples, at, at + 0.1) - whole)).toBeLessThan(0.8);
    // Both are heard inside it, one alone outside.
    const [a, b] = [noise(4, 1, 0.3), noise(4, 2, 0.3)];
    const share = (of: Float32Array, offset: number, from: number, to: number): number => {
      let [dot, energy] = [0, 0];
      for (let index = Math.round(from * rate); index < Math.round(to * rate); index++) {
        dot += samples[index]! * of[index + offset]!;
        energy += of[index + offset]! ** 2;
      }
      return dot / energy;
    };
    expect(share(a, 0, 1, 1.69)).toBeCloseTo(1, 2);
    expect(share(b, -rate, 1.5, 1.69)).toBeCloseTo(0, 1);
    expect(share(a, 0, 2.05, 2.15)).toBeCloseTo(Math.SQRT1_2, 1);
    expect(share(b, -rate, 2.05, 2.15)).toBeCloseTo(Math.SQRT1_2, 1);
    expect(share(b, -rate, 2.51, 3.5)).toBeCloseTo(1, 2);
  });

  test('between tones has no click', async () => {
    const [first, second] = [source(tone(4, 200, 0.3)), source(tone(4, 290, 0.3))];
    const { samples } = await mix(linked(first, second, 1000), [first, second]);
    let steepest = 0;
    for (let index = rate; index < 3 * rate; index++)
      steepest = Math.max(steepest, Math.abs(samples[index]! - samples[index - 1]!));
    expect(steepest).toBeLessThan((1.45 * 0.3 * 2 * Math.PI * 290) / rate);
  });

  test('within one running sound leaves it as it was', async () => {
    const of = source(tone(5, 250, 0.4));
    const { samples } = await mix(linked(of, of, 2000), [of]);
    const plain = await mix(timelineOf(of, [trackOf('audio', [sound(of, 0, 4000)])]), [of]);
    let apart = 0;
    for (let index = 0; index < samples.length; index++)
      apart = Math.max(apart, Math.abs(samples[index]! - plain.samples[index]!));
    expect(apart).toBeLessThan(1e-4);
  });

  test('without sound beyond the cut is a cut, and the plan says so', async () => {
    const [first, second] = [source(noise(2, 1, 0.3)), source(noise(4, 2, 0.3))];
    const { plan, samples } = await mix(linked(first, second, 0), [first, second]);
    expect(plan.reasons).toContainEqual(expect.stringMatching(/cut and not cross-faded at 0:02/));
    expect(samples).toHaveLength(4 * rate);
    expect(Math.abs(levelDb(samples, 1.7, 1.95) - levelDb(samples, 0.5, 1))).toBeLessThan(0.5);
  });
});

describe('music', () => {
  const ducking = { amountDb: -8, attackMs: 300, releaseMs: 600 };
  const [low, high] = [300, 3000];
  const music = () => source(tone(12, low, 0.25));
  const voice = () => {
    const samples = tone(12, high, 0.2);
    samples
      .fill(0, 0, 3 * rate)
      .fill(0, 6 * rate, 7.5 * rate)
      .fill(0, 8.5 * rate);
    return source(samples);
  };
  const scene = (bed: MediaSource, speaker: MediaSource): Timeline =>
    timelineOf(speaker, [
      trackOf('audio', [sound(speaker, 0, 11_000)], { id: 'trk_1' }),
      trackOf('audio', [sound(bed, 0, 11_000)], { id: 'trk_2', follows: 'fixed', ducking }),
    ]);
  const depth = (samples: Float32Array, from: number, to: number) =>
    toneDb(samples, low, from, to) - toneDb(samples, low, 0.5, 2);

  test('goes down before speech and comes up after it', async () => {
    const [bed, speaker] = [music(), voice()];
    const spoken = [timeRange(milliseconds(3000), milliseconds(3000)), timeRange(milliseconds(6800), milliseconds(1700))];
    const { samples, plan } = await mix(scene(bed, speaker), [bed, speaker], { [speaker.asset.id]: spoken });
    expect(plan.reasons.join()).not.toMatch(/loud/);
    expect(depth(samples, 2.4, 2.65)).toBeCloseTo(0, 1);
    // Half way down half way through the attack, all the way when the first word comes.
    expect(Math.abs(depth(samples, 2.8, 2.9) + 4)).toBeLessThan(1);
    expect(Math.abs(depth(samples, 3, 6) + 8)).toBeLessThan(0.3);
    // A pause under a second is held.
    expect(Math.abs(depth(samples, 6.2, 6.7) + 8)).toBeLessThan(0.3);
    expect(Math.abs(depth(samples, 8.75, 8.85) + 4)).toBeLessThan(1);
    expect(depth(samples, 9.2, 9.4)).toBeCloseTo(0, 1);
    expect(toneDb(samples, high, 4, 5)).toBeCloseTo(20 * Math.log10(0.2), 0);
  });

  test('follows the clip that is spoken in: its place, its speed, its direction', async () => {
    const [bed, speaker] = [music(), voice()];
    const spoken = [timeRange(milliseconds(3000), milliseconds(3000))];
    const clip = sound(speaker, 2000, 10_000, { speed: ratio(2, 1), effects: [{ name: 'reverse' }] });
    const timeline = timelineOf(speaker, [
      trackOf('audio', [gapOf(2000), clip, gapOf(4000)], { id: 'trk_1' }),
      trackOf('audio', [sound(bed, 0, 12_000)], { id: 'trk_2', follows: 'fixed', ducking }),
    ]);
    const { samples } = await mix(timeline, [bed, speaker], { [speaker.asset.id]: spoken });
    // 3 … 6 s of the asset lie 2 … 3.5 s into the reversed, doubled clip.
    expect(Math.abs(depth(samples, 4, 5.5) + 8)).toBeLessThan(0.3);
    expect(depth(samples, 3.4, 3.65)).toBeCloseTo(0, 1);
    expect(depth(samples, 6.2, 6.5)).toBeCloseTo(0, 1);
  });

  test('goes by level where speech is not known, and says so', async () => {
    const [bed, speaker] = [music(), voice()];
    const { samples, plan } = await mix(scene(bed, speaker), [bed, speaker], {});
    expect(plan.reasons).toContainEqual(expect.stringMatching(/not known/));
    expect(Math.abs(depth(samples, 3, 6) + 8)).toBeLessThan(0.5);
    expect(depth(samples, 2, 2.6)).toBeCloseTo(0, 1);
    expect(depth(samples, 9.3, 9.6)).toBeCloseTo(0, 1);
  });

  test('that is longer than the picture fades out with it over three seconds', async () => {
    const [bed, speaker] = [music(), source(new Float32Array(8 * rate))];
    const { samples } = await mix(
      timelineOf(speaker, [
        trackOf('audio', [sound(speaker, 0, 8000)]),
        trackOf('audio', [sound(bed, 0, 12_000)], { id: 'trk_2', follows: 'fixed' }),
      ]),
      [bed, speaker],
    );
    expect(samples).toHaveLength(8 * rate);
    expect(depth(samples, 4.5, 4.9)).toBeCloseTo(0, 1);
    expect(Math.abs(depth(samples, 6.45, 6.55) + 3)).toBeLessThan(0.3);
    expect(depth(samples, 7.95, 8)).toBeLessThan(-25);
  });
});

/** 16-bit PCM with a channel mask, as recorders of several channels write it. */
function writeWave(path: string, mask: number, channels: readonly Float32Array[]): void {
  const count = channels[0]!.length;
  const bytes = Buffer.alloc(68 + count * channels.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(40, 16);
  bytes.writeUInt16LE(0xfffe, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * channels.length * 2, 28);
  bytes.writeUInt16LE(channels.length * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.writeUInt16LE(22, 36);
  bytes.writeUInt16LE(16, 38);
  bytes.writeUInt32LE(mask, 40);
  Buffer.from('0100000000001000800000aa00389b71', 'hex').copy(bytes, 44);
  bytes.write('data', 60);
  bytes.writeUInt32LE(count * channels.length * 2, 64);
  for (let index = 0, at = 68; index < count; index++)
    for (const samples of channels) at = bytes.writeInt16LE(Math.round(samples[index]! * 32_767), at);
  writeFileSync(path, bytes);
}

describe('a source with more than two channels', () => {
  test.each([
    ['5.1', 0x3f, ['left', 'right', 'center', 'low', 'surround left', 'surround right']],
    ['7.1', 0x63f, ['left', 'right', 'center', 'low', 'back left', 'back right', 'surround left', 'surround right']],
  ])('%s comes out in stereo: the centre on both sides, surrounds 3 dB lower, no rumble channel', async (name, mask, places) => {
    // A tone of its own for each channel.
    const hertz = (index: number) => 400 + 170 * index;
    const path = join(folder, `${name}.wav`);
    writeWave(
      path,
      mask,
      places.map((_, index) => tone(2, hertz(index), 0.1)),
    );
    const of = sourceFrom(path, `ast_${name}`, `${name}.wav`);
    const { plan, path: output } = await renderTimeline(folder, timelineOf(of, [trackOf('audio', [sound(of, 0, 2000)])]), [of], {
      output: { format: 'wav', quality: 'high' },
    });
    expect(plan.sound).toMatchObject({ channels: 2, samples: 2 * rate });
    const blocks = [...decodeSound({ path: output, container: 'wav' }, { streamIndex: 0, sampleRateHz: rate, channels: 2 })];
    const [left, right] = [0, 1].map((side) => Float32Array.from(blocks.flatMap((block) => [...block[side]!])));
    for (const [index, place] of places.entries()) {
      const expected = (side: string) =>
        place === side ? -20 : place === 'center' || place.endsWith(` ${side}`) ? -23 : -Infinity;
      for (const [samples, side] of [
        [left!, 'left'],
        [right!, 'right'],
      ] as const) {
        const measured = toneDb(samples, hertz(index), 0.5, 1.5);
        if (expected(side) === -Infinity) expect(measured).toBeLessThan(-70);
        else expect(Math.abs(measured - expected(side))).toBeLessThan(0.2);
      }
    }
  });
});

describe('a whole mix', () => {
  test('of speech over a dissolve, backwards and faster, with music ducked under it, passes its proof', async () => {
    const [path, bedPath] = [join(folder, 'sample.mp4'), join(folder, 'bed.flac')];
    await makeSampleTask(
      {
        seed: 2,
        seconds: 12,
        size: { width: 320, height: 180 },
        frameRate: { num: 25, den: 1 },
        snrDb: 30,
        noise: 'pink',
        gop: 25,
        container: 'mp4',
        outputPath: path,
      },
      taskContext(folder),
    );
    await makeMusicTask({ request: { mood: 'corporate', seconds: 12 }, outputPath: bedPath }, taskContext(folder));
    const [of, bed] = [sourceFrom(path, 'ast_film'), sourceFrom(bedPath, 'ast_bed', 'bed.flac')];
    const parts: [number, number, Partial<Clip>][] = [
      [1000, 4000, { linkId: 'lnk_1' }],
      [5000, 8000, { linkId: 'lnk_2' }],
      [8000, 10_000, { linkId: 'lnk_3', effects: [{ name: 'reverse' }] }],
      [2000, 6000, { linkId: 'lnk_4', speed: ratio(2, 1) }],
    ];
    const dissolve: Item = {
      kind: 'transition',
      id: 'itm_901',
      name: 'dissolve',
      inOffset: milliseconds(240),
      outOffset: milliseconds(240),
    };
    const clips = (kind: 'video' | 'audio') => parts.map(([start, end, more]) => clipOf(of, kind, start, end, more));
    const pictures: Item[] = clips('video').toSpliced(1, 0, dissolve as never);
    const timeline = timelineOf(
      of,
      [
        trackOf('video', pictures),
        trackOf('audio', clips('audio'), { id: 'trk_a' }),
        trackOf('audio', [clipOf(bed, 'audio', 0, 12_000)], {
          id: 'trk_m',
          follows: 'fixed',
          gainDb: -6,
          ducking: { amountDb: -8, attackMs: 300, releaseMs: 600 },
        }),
      ],
      { master: { loudness: { targetLufs: -14, ceilingDbtp: -1 } } },
    );
    const { plan, path: output, stats } = await renderTimeline(folder, timeline, [of, bed]);
    expect(plan.sound!.samples).toBe(10 * rate);
    const { proof } = await verifyTask(
      { plan, timeline, sources: [of, bed], path: output, pictures: stats },
      taskContext(folder),
    );
    expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(proof.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sync-head', 'sync-middle', 'sync-tail', 'loudness']),
    );
    expect(proof.ok).toBe(true);
  });
});
