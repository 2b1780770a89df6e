/** Renders mixes of generated sounds and measures the files that come out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import { createLoudnessMeter } from '#core/dsp';
import { fromSample, ticks } from '#core/time';
import type { MasterSettings } from '#core/timeline';
import { decodeSound, encodeSound } from '#engine/media';
import type { Container, RenderPlan, SoundClip } from '#engine/plan';
import { makeNoise, speakSentence } from '#engine/sample';
import { renderSoundTask, soundFormatOf } from '#engine/sound';
import type { MediaSource } from '#engine/tasks';

const rate = 48_000;
let folder: string;
let made = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-sound-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function tone(seconds: number, hertz: number, level: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / rate),
  );
}

/** A buzz at 110 Hz through moving resonances, in syllables with pauses: peaks and loudness as speech has them. */
function speechLike(seconds: number, seed: number, level = 0.012): Float32Array {
  const next = random(seed);
  const result = new Float32Array(Math.round(seconds * rate));
  let [a, b] = [0, 0];
  let loud = 0;
  let wanted = 0;
  let center = 500;
  for (let index = 0; index < result.length; index++) {
    if (index % 7200 === 0) {
      wanted = next() > -0.4 ? 0.4 + 0.6 * Math.abs(next()) : 0;
      center = 500 + 700 * Math.abs(next());
    }
    loud += (wanted - loud) / 1200;
    const pulse = index % 436 === 0 ? 8 : 0;
    const turn = (2 * Math.PI * center) / rate;
    const out = pulse + 0.1 * next() + 2 * 0.985 * Math.cos(turn) * a - 0.985 ** 2 * b;
    b = a;
    a = out;
    result[index] = out * loud * level;
  }
  return result;
}

function source(channels: Float32Array[], container: 'wav' | 'ipod' = 'wav'): MediaSource {
  const id = `ast_${made++}`;
  const path = join(folder, `${id}.${container}`);
  const codec = container === 'wav' ? 'pcm_f32le' : 'aac';
  encodeSound([channels], path, { codec, container, sampleRateHz: rate, channels: channels.length as 1 | 2 });
  const duration = fromSample(channels[0]!.length, rate);
  const stream = {
    kind: 'audio',
    index: 0,
    codec,
    sampleRateHz: rate,
    channels: channels.length,
    timebase: { num: 1, den: rate },
    start: ticks(0),
    duration,
  } as const;
  const asset: Asset = {
    id,
    hash: id,
    name: id,
    bytes: 1,
    kind: 'audio',
    container: container === 'wav' ? 'wav' : 'mov',
    duration,
    streams: [stream],
    warnings: [],
  };
  return { asset, path };
}

function clip(
  of: MediaSource,
  sourceSample: number,
  firstSample: number,
  samples: number,
  other: Partial<SoundClip> = {},
): SoundClip {
  const speed = other.speed ?? { num: 1, den: 1 };
  const range = {
    start: fromSample(sourceSample, rate),
    duration: fromSample(Math.round((samples * speed.num) / speed.den), rate),
  };
  return {
    assetId: of.asset.id,
    streamIndex: 0,
    source: range,
    firstSample,
    samples,
    speed,
    gainDb: 0,
    fadeIn: 0,
    fadeOut: 0,
    ...other,
  };
}

type Wish = {
  tracks: SoundClip[][];
  samples: number;
  channels?: 1 | 2;
  format?: Container;
  loudness?: MasterSettings['loudness'];
};

function planOf({ tracks, samples, channels = 2, format = 'wav', loudness }: Wish): RenderPlan {
  return {
    version: 1,
    output: { format, quality: 'high' },
    sound: {
      sampleRateHz: rate,
      channels,
      tracks: tracks.map((clips) => ({ gainDb: 0, clips })),
      master: loudness === undefined ? {} : { loudness },
      samples,
    },
    duration: fromSample(samples, rate),
    reasons: [],
  };
}

async function render(wish: Wish, sources: readonly MediaSource[]) {
  const plan = planOf(wish);
  const scratch = mkdtempSync(join(folder, 'scratch-'));
  const outputPath = join(scratch, 'out');
  const context = { signal: new AbortController().signal, progress: () => {}, scratch };
  const outcome = await renderSoundTask({ plan, sources, outputPath }, context);
  return { outcome, channels: read(outputPath, plan.output.format, plan.sound!.channels) };
}

function read(path: string, format: Container, channels: 1 | 2): Float32Array[] {
  const file = { path, container: soundFormatOf(format).demuxer };
  const blocks = [...decodeSound(file, { streamIndex: 0, sampleRateHz: rate, channels })];
  return Array.from({ length: channels }, (_, channel) => {
    const whole = new Float32Array(blocks.reduce((sum, block) => sum + block[0]!.length, 0));
    let position = 0;
    for (const block of blocks) {
      whole.set(block[channel]!, position);
      position += block[channel]!.length;
    }
    return whole;
  });
}

/** Largest fourth difference: what a click has and a low tone has not. */
function sharpest(samples: Float32Array): number {
  let most = 0;
  for (let index = 4; index < samples.length; index++) {
    const [a, b, c, d, e] = [samples[index - 4]!, samples[index - 3]!, samples[index - 2]!, samples[index - 1]!, samples[index]!];
    most = Math.max(most, Math.abs(a - 4 * b + 6 * c - 4 * d + e));
  }
  return most;
}

function loudnessOf(channels: readonly Float32Array[]) {
  const meter = createLoudnessMeter(rate, channels.length);
  meter.push(channels);
  return meter.result();
}

test('untouched sound comes out as it went in, sample for sample, where the file is not lossy', async () => {
  const [left, right] = [speechLike(3, 1), tone(3, 440, 0.2)];
  expect(loudnessOf([left]).samplePeakDbfs).toBeLessThan(0);
  const voice = source([left, right]);
  const { channels } = await render(
    { tracks: [[clip(voice, 0, 0, 70_000), clip(voice, 70_000, 70_000, 74_000)]], samples: 144_000 },
    [voice],
  );
  const step = 1 / 32_768;
  for (const [index, original] of [left, right].entries()) {
    expect(channels[index]!.length).toBe(144_000);
    for (let at = 0; at < original.length; at++)
      expect(Math.abs(channels[index]![at]! - original[at]!)).toBeLessThanOrEqual(step);
  }
});

for (const format of ['mp4', 'wav', 'flac', 'mp3', 'webm'] as const) {
  // MP3 and Opus cannot end inside their first frame.
  for (const samples of [...(format === 'mp3' || format === 'webm' ? [] : [1]), 1023, 48_000, 100_001]) {
    test(`a ${format} of ${samples} samples has exactly that many`, async () => {
      const voice = source([speechLike(2.2, 5)]);
      const { channels, outcome } = await render({ tracks: [[clip(voice, 0, 0, samples)]], samples, format }, [voice]);
      expect(channels[0]!.length).toBe(samples);
      expect(outcome.samples).toBe(samples);
    });
  }
}

test('tracks are added, with gaps between clips, levels and mono sources on both sides', async () => {
  const [voice, bed] = [source([tone(2, 300, 0.25)]), source([tone(2, 1000, 0.1), tone(2, 1300, 0.1)])];
  const tracks = [[clip(voice, 0, 10_000, 20_000)], [clip(bed, 0, 0, 48_000, { gainDb: -6 })]];
  const { channels } = await render({ tracks, samples: 48_000 }, [voice, bed]);
  const half = 10 ** (-6 / 20);
  for (const at of [100, 9999, 10_000, 15_000, 29_999, 30_000, 47_999]) {
    const spoken = at >= 10_000 && at < 30_000 ? 0.25 * Math.sin((2 * Math.PI * 300 * (at - 10_000)) / rate) : 0;
    expect(channels[0]![at]).toBeCloseTo(spoken + 0.1 * half * Math.sin((2 * Math.PI * 1000 * at) / rate), 4);
    expect(channels[1]![at]).toBeCloseTo(spoken + 0.1 * half * Math.sin((2 * Math.PI * 1300 * at) / rate), 4);
  }
});

const targets = [
  { targetLufs: -14, ceilingDbtp: -1 },
  { targetLufs: -16, ceilingDbtp: -1 },
  { targetLufs: -23, ceilingDbtp: -2 },
];
for (const loudness of targets) {
  for (const format of ['mp4', 'mp3', 'wav'] as const) {
    test(`speech reaches ${loudness.targetLufs} LUFS under ${loudness.ceilingDbtp} dBTP in the finished ${format}`, async () => {
      const voice = source([speechLike(8, 77)]);
      const samples = 7 * rate;
      const { channels, outcome } = await render({ tracks: [[clip(voice, 0, 0, samples)]], samples, format, loudness }, [voice]);
      const facts = loudnessOf(channels);
      expect(Math.abs(facts.integratedLufs - loudness.targetLufs)).toBeLessThan(0.5);
      expect(facts.truePeakDbtp).toBeLessThanOrEqual(loudness.ceilingDbtp);
      expect(outcome.after).toEqual(facts);
      expect(outcome.notes).toEqual([]);
    });
  }
}

test('material too dynamic for its target is brought as far as goes without pumping, and that is said', async () => {
  // Soft speech with a gunshot every second: 30 dB between them.
  const soft = speechLike(8, 4, 0.002);
  const next = random(9);
  for (let shot = 0; shot < 8; shot++) {
    for (let index = 0; index < 4800; index++) soft[shot * rate + 20_000 + index]! += next() * 0.9 * Math.exp(-index / 2500);
  }
  const voice = source([soft]);
  const loudness = { targetLufs: -8, ceilingDbtp: -1 };
  const { channels, outcome } = await render(
    { tracks: [[clip(voice, 0, 0, 8 * rate)]], samples: 8 * rate, format: 'mp4', loudness },
    [voice],
  );
  const facts = loudnessOf(channels);
  expect(outcome.notes.join()).toContain('so dynamic');
  expect(facts.truePeakDbtp).toBeLessThanOrEqual(-1);
  expect(facts.integratedLufs).toBeLessThan(-8.5);
});

test('speed keeps the pitch and the exact length', async () => {
  const voice = source([tone(6, 220, 0.3)]);
  const speed = { num: 3, den: 2 };
  const { channels } = await render({ tracks: [[clip(voice, 0, 0, 4 * rate, { speed })]], samples: 4 * rate }, [voice]);
  let crossings = 0;
  const heard = channels[0]!;
  for (let index = rate / 2; index < 3.5 * rate; index++) if (heard[index - 1]! < 0 && heard[index]! >= 0) crossings++;
  expect(heard.length).toBe(4 * rate);
  expect(Math.abs(crossings / 3 - 220)).toBeLessThan(1);
});

test('forty joins of one recording stay free of clicks, in place to the sample', async () => {
  const voice = source([tone(12, 131, 0.4)], 'ipod');
  const clips = Array.from({ length: 40 }, (_, index) =>
    clip(voice, index * 14_000, index * 10_000, 10_000, { fadeIn: index === 0 ? 240 : 1440, fadeOut: index === 39 ? 240 : 1440 }),
  );
  const { channels } = await render({ tracks: [clips], samples: 400_000 }, [voice]);
  const heard = channels[0]!;
  const original = read(voice.path, 'mp4', 1)[0]!;
  // What the recording and 16 bits bring themselves; a hard cut of this tone gives over 0.2.
  expect(sharpest(heard)).toBeLessThan(sharpest(original) + 16 / 32_768);
  for (let index = 0; index < 40; index++) {
    for (let at = 2000; at < 8000; at += 500) {
      expect(heard[index * 10_000 + at]).toBeCloseTo(original[index * 14_000 + at]!, 4);
    }
  }
});

test('silence and nothing at all stay silent, and no loudness is forced on them', async () => {
  const quiet = source([new Float32Array(rate)]);
  const loudness = { targetLufs: -14, ceilingDbtp: -1 };
  for (const clips of [[clip(quiet, 0, 0, rate)], []]) {
    const { channels, outcome } = await render({ tracks: [clips], samples: rate, format: 'mp4', loudness }, [quiet]);
    expect(channels[0]!.every((value) => Math.abs(value) < 1e-4)).toBe(true);
    expect(outcome.notes).toHaveLength(1);
    expect(outcome.after.integratedLufs).toBeLessThan(-70);
  }
});

test('a plan without sound is refused with its own code', async () => {
  const plan: RenderPlan = { version: 1, output: { format: 'mp4', quality: 'high' }, duration: ticks(0), reasons: [] };
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: folder };
  const outputPath = join(folder, 'x');
  await expect(renderSoundTask({ plan, sources: [], outputPath }, context)).rejects.toMatchObject({
    code: 'MEDIA_STREAM_MISSING',
  });
});

/** Sentences with pauses in fan noise, and where the pauses are (samples). */
function noisySpeech(seconds: number): { sound: Float32Array; voice: Float32Array; pauses: [number, number][] } {
  const voice = new Float32Array(seconds * rate);
  const pauses: [number, number][] = [];
  let at = rate;
  for (let index = 0; at < voice.length; index++) {
    pauses.push([at - 0.7 * rate, at - 0.1 * rate]);
    const words = speakSentence(index, 'slt');
    voice.set(words.subarray(0, Math.max(0, voice.length - at)), at);
    at += words.length + rate;
  }
  const noise = makeNoise('fan', 11, voice.length);
  return { sound: voice.map((value, index) => value + 0.02 * noise[index]!), voice, pauses };
}

function levelDb(samples: Float32Array, ranges: readonly (readonly [number, number])[]): number {
  let sum = 0;
  let count = 0;
  for (const [from, to] of ranges) {
    for (let index = from; index < to; index++) sum += samples[index]! ** 2;
    count += to - from;
  }
  return 10 * Math.log10(sum / count + 1e-12);
}

describe('noise removal in the mix', () => {
  const denoise = { name: 'denoise', strength: 1, engine: 'auto' } as const;

  test('takes the floor in pauses down by 10 dB, keeps the voice in place, says what it did', async () => {
    const { sound, voice, pauses } = noisySpeech(12);
    const noisy = source([sound, sound]);
    const { channels, outcome } = await render({ tracks: [[clip(noisy, 0, 0, 12 * rate, { denoise })]], samples: 12 * rate }, [
      noisy,
    ]);
    expect(levelDb(sound, pauses) - levelDb(channels[0]!, pauses)).toBeGreaterThan(10);
    expect(channels[0]).toEqual(channels[1]);
    // Correlation with the clean voice is highest where it was.
    const fits = Array.from({ length: 41 }, (_, lag) => {
      let dot = 0;
      for (let index = 2 * rate; index < 5 * rate; index++) dot += voice[index]! * channels[0]![index + lag - 20]!;
      return dot;
    });
    expect(fits.indexOf(Math.max(...fits))).toBe(20);
    expect(outcome.denoise).toHaveLength(1);
    const [facts] = outcome.denoise;
    expect(facts!.assetId).toBe(noisy.asset.id);
    expect(facts!.floorBeforeDbfs - facts!.floorAfterDbfs).toBeGreaterThan(10);
  });

  test('gives a clip in the middle of many cuts what it gives the whole recording', async () => {
    const { sound } = noisySpeech(16);
    const noisy = source([sound]);
    const whole = await render({ tracks: [[clip(noisy, 0, 0, 16 * rate, { denoise })]], samples: 16 * rate, channels: 1 }, [
      noisy,
    ]);
    // Holes of 0.25 s are read through, those of 3 s are not.
    const starts = [0.5, 2.25, 6.75, 11.25, 13];
    const length = 1.5 * rate;
    const clips = starts.map((start, index) => clip(noisy, start * rate, index * length, length, { denoise }));
    const cut = await render({ tracks: [clips], samples: clips.length * length, channels: 1 }, [noisy]);
    for (const [index, start] of starts.entries()) {
      const ours = cut.channels[0]!.subarray(index * length, (index + 1) * length);
      const theirs = whole.channels[0]!.subarray(start * rate, start * rate + length);
      const difference = ours.map((value, at) => value - theirs[at]!);
      expect(levelDb(difference, [[0, length]]) - levelDb(theirs, [[0, length]])).toBeLessThan(-20);
    }
  });

  test('keeps two sides apart that are apart', async () => {
    const { sound, voice } = noisySpeech(8);
    const other = sound.map((value, index) => value - 0.7 * voice[index]!);
    const noisy = source([sound, other]);
    const { channels } = await render({ tracks: [[clip(noisy, 0, 0, 8 * rate, { denoise })]], samples: 8 * rate }, [noisy]);
    const speech: [number, number][] = [[1.2 * rate, 3 * rate]];
    const apart = levelDb(channels[0]!, speech) - levelDb(channels[1]!, speech);
    expect(apart).toBeGreaterThan(5);
  });

  test('leaves the clips that do not ask for it as they are', async () => {
    const { sound } = noisySpeech(6);
    const noisy = source([sound]);
    const clips = [clip(noisy, 0, 0, 2 * rate), clip(noisy, 3 * rate, 2 * rate, 2 * rate, { denoise })];
    const { channels } = await render({ tracks: [clips], samples: 4 * rate, channels: 1 }, [noisy]);
    for (let at = 0; at < 1.9 * rate; at += 7) expect(Math.abs(channels[0]![at]! - sound[at]!)).toBeLessThanOrEqual(1 / 32_768);
  });
});

test('a stop is felt in the middle of the work', async () => {
  const voice = source([speechLike(20, 3)]);
  const samples = 20 * rate;
  const plan = planOf({ tracks: [[clip(voice, 0, 0, samples)]], samples, format: 'mp4' });
  const stop = new AbortController();
  const scratch = mkdtempSync(join(folder, 'scratch-'));
  const context = { signal: stop.signal, progress: (fraction: number) => void (fraction > 0.3 && stop.abort()), scratch };
  const work = renderSoundTask({ plan, sources: [voice], outputPath: join(scratch, 'out') }, context);
  await expect(work).rejects.toMatchObject({ code: 'JOB_CANCELED' });
});
