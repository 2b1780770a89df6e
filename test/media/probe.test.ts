import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mainAudioStream, mainVideoStream, type AssetProbe } from '#core/asset';
import { isEditorError } from '#core/errors';
import { fromSample, milliseconds, seconds, timeRange, toSeconds, zero } from '#core/time';
import { decodePictures, decodeSound, encodeSound, frameTask, probeMedia, readPacketIndex, type SoundCodec } from '#engine/media';
import { chirp, makeAll, writeMedia, writePicture } from '../fixtures/media-files.ts';
import { spokenSentences } from '../fixtures/sounds.ts';
import { hasRealMedia, realMedia } from '../fixtures/real-media.ts';

const folder = mkdtempSync(join(tmpdir(), 'rushes-probe-'));
let made: Record<string, string> = {};
beforeAll(() => {
  made = makeAll(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

/** All samples of a stream, joined. */
function collect(blocks: Iterable<Float32Array[]>, channels: number): Float32Array[] {
  const parts = [...blocks];
  const total = parts.reduce((sum, block) => sum + block[0]!.length, 0);
  return Array.from({ length: channels }, (_, channel) => {
    const whole = new Float32Array(total);
    let position = 0;
    for (const block of parts) {
      whole.set(block[channel]!, position);
      position += block[channel]!.length;
    }
    return whole;
  });
}

/** How far `heard` is behind `truth` in samples: the lag of the least difference within ±1300. */
function lagOf(truth: Float32Array, heard: Float32Array, from: number, to: number): number {
  let best = { lag: Number.NaN, difference: Number.POSITIVE_INFINITY };
  for (let lag = -1300; lag <= 1300; lag++) {
    let difference = 0;
    for (let index = from; index < to; index += 7) difference += Math.abs(truth[index]! - (heard[index + lag] ?? 0));
    if (difference < best.difference) best = { lag, difference };
  }
  return best.lag;
}

function level(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}

describe('probeMedia()', () => {
  const expected: Readonly<Record<string, readonly [kind: AssetProbe['kind'], container: string, streams: string]>> = {
    mp4: ['video', 'mov', 'h264 aac'],
    mov: ['video', 'mov', 'h264 pcm_s16le'],
    avi: ['video', 'avi', 'mpeg4 mp3'],
    webm: ['video', 'matroska', 'vp8 opus'],
    mkv: ['video', 'matroska', 'h264 flac'],
    jpg: ['image', 'jpeg_pipe', 'mjpeg'],
    png: ['image', 'png_pipe', 'png'],
    gif: ['video', 'gif', 'gif'],
    webp: ['image', 'webp_pipe', 'webp'],
    mp3: ['audio', 'mp3', 'mp3'],
    wav: ['audio', 'wav', 'pcm_s16le'],
    m4a: ['audio', 'mov', 'aac'],
    aac: ['audio', 'aac', 'aac'],
    ogg: ['audio', 'ogg', 'vorbis'],
    flac: ['audio', 'flac', 'flac'],
    ts: ['video', 'mpegts', 'h264 aac'],
    mpg: ['video', 'mpeg', 'mpeg2video'],
  };

  test.each(Object.keys(expected))('knows %s by its content, whatever its name', (kind) => {
    const probe = probeMedia(made[kind]!, 'holiday.exe');
    const streams = probe.streams.map((stream) => stream.codec).join(' ');
    expect([probe.kind, probe.container, streams]).toEqual(expected[kind]);
    // 38 frames of 40 ms; the GIF has 15 of 100 ms. AVI and raw AAC cannot say where their filling ends.
    const length = toSeconds(probe.duration);
    if (probe.kind === 'image') expect(length).toBe(0);
    else expect(Math.abs(length - (probe.kind === 'video' && kind !== 'gif' ? 1.52 : 1.5))).toBeLessThan(0.045);
    const picture = mainVideoStream(probe);
    if (picture !== undefined) expect(picture.displaySize).toEqual({ width: 160, height: 90 });
    const isGridKept = probe.kind === 'video' && kind !== 'mpg';
    if (isGridKept) expect(picture).toMatchObject({ frameCount: kind === 'gif' ? 15 : 38, variableFrameRate: false });
    const sound = mainAudioStream(probe);
    if (sound !== undefined) expect([sound.sampleRateHz, sound.channels]).toEqual([48_000, 2]);
  });

  test('reads rotation, pixel aspect and the rate of NTSC', () => {
    for (const rotation of [0, 90, 180, 270] as const) {
      writeMedia(at('turned.mp4'), 'mp4', {
        picture: { encoder: 'libx264', frames: 40, rate: { num: 30_000, den: 1001 }, aspect: { num: 4, den: 3 }, rotation },
      });
      const picture = mainVideoStream(probeMedia(at('turned.mp4')))!;
      expect(picture).toMatchObject({ rotation, frameRate: { num: 30_000, den: 1001 }, variableFrameRate: false });
      const upright = rotation === 0 || rotation === 180;
      // 160 × 4/3 = 213.3, down to an even number.
      expect(picture.displaySize).toEqual(upright ? { width: 212, height: 90 } : { width: 90, height: 212 });
    }
  });

  test('tells variable frame rate by the stamps, and names the rate that most frames keep', () => {
    const steady = Array.from({ length: 60 }, (_, index) => index);
    const dropped = steady.map((stamp) => (stamp > 30 ? stamp + 2 : stamp));
    const uneven = steady.map((stamp) => stamp * 2 + (stamp % 3 === 0 ? 1 : 0));
    const rates = [steady, dropped, uneven].map((stamps) => {
      writeMedia(at('rate.mkv'), 'matroska', { picture: { encoder: 'libx264', frames: 60, rate: { num: 50, den: 1 }, stamps } });
      const { frameRate, variableFrameRate } = mainVideoStream(probeMedia(at('rate.mkv')))!;
      return { rate: Math.round(frameRate.num / frameRate.den), variableFrameRate };
    });
    expect(rates).toEqual([
      { rate: 50, variableFrameRate: false },
      { rate: 50, variableFrameRate: true },
      { rate: 25, variableFrameRate: true },
    ]);
  });

  test('says where a late stream starts', () => {
    const planes = chirp(48_000, 48_000);
    writeMedia(at('late.mp4'), 'mp4', {
      picture: { encoder: 'libx264', frames: 50 },
      sounds: [{ codec: 'aac', sampleRateHz: 48_000, planes, delay: 24_000 }],
    });
    const sound = mainAudioStream(probeMedia(at('late.mp4')))!;
    // The encoder's priming, 1024 samples, comes before the delay.
    expect(sound.start).toBe(fromSample(24_000 - 1024, 48_000));
    expect(Math.abs(toSeconds(sound.duration) - 1 - 1024 / 48_000)).toBeLessThan(0.001);
  });

  test('tells one moving picture from a still one', () => {
    writeMedia(at('one.gif'), 'gif', { picture: { encoder: 'gif', pixelFormat: 'rgb8', frames: 1 } });
    writeMedia(at('moving.webp'), 'webp', {
      picture: { encoder: 'libwebp_anim', pixelFormat: 'yuv420p', frames: 8, rate: { num: 10, den: 1 } },
    });
    writeMedia(at('moving.png'), 'apng', {
      picture: { encoder: 'apng', pixelFormat: 'rgb24', frames: 6, rate: { num: 10, den: 1 } },
    });
    expect(probeMedia(at('one.gif'))).toMatchObject({ kind: 'image', duration: 0 });
    const moving = [probeMedia(at('moving.webp')), probeMedia(at('moving.png'))];
    expect(moving.map(({ kind }) => kind)).toEqual(['video', 'video']);
    expect(moving.map(({ duration }) => Math.round(toSeconds(duration) * 10))).toEqual([8, 6]);
  });

  test('keeps what is usable and says what is not', () => {
    // A sound track whose every packet is noise: the picture can still be edited.
    const bytes = readFileSync(made.mov!);
    const index = readPacketIndex({ path: made.mov!, container: 'mov' }, 0);
    expect(index.pts.length).toBe(38);
    const tag = bytes.indexOf('sowt');
    expect(tag).toBeGreaterThan(0);
    bytes.write('XXXX', tag, 'latin1');
    writeFileSync(at('half.mov'), bytes);
    const probe = probeMedia(at('half.mov'));
    expect(probe.streams.map(({ kind }) => kind)).toEqual(['video']);
    expect(probe.warnings.join()).toMatch(/sound stream 1 .* cannot be used/);
  });

  test.skipIf(!hasRealMedia)('gives a probe or one clear error for every malformed recording', () => {
    const outcomes = readdirSync(realMedia('malformed')).map((name) => {
      const path = join(realMedia('malformed'), name);
      if (!statSync(path).isFile()) return 'folder';
      try {
        const probe = probeMedia(path, name);
        expect(probe.streams.length).toBeGreaterThan(0);
        return 'probe';
      } catch (error) {
        if (!isEditorError(error)) throw new Error(`${name} threw something else`, { cause: error });
        const { code } = error;
        expect(['UPLOAD_UNSUPPORTED', 'UPLOAD_EMPTY', 'MEDIA_UNREADABLE', 'MEDIA_LIMIT']).toContain(code);
        return code;
      }
    });
    // Most of these play in an ordinary player, and must here.
    expect(outcomes.filter((outcome) => outcome === 'probe').length).toBeGreaterThan(60);
  });
});

describe('decodeSound()', () => {
  const samples = 96_123;
  const truth = chirp(48_000, samples, 2);
  const kinds: readonly (readonly [SoundCodec, string, string])[] = [
    ['aac', 'mp4', 'mov'],
    ['mp3', 'mp3', 'mp3'],
    ['opus', 'webm', 'matroska'],
    ['opus', 'ogg', 'ogg'],
    ['vorbis', 'ogg', 'ogg'],
    ['flac', 'flac', 'flac'],
    ['pcm_s16le', 'wav', 'wav'],
    ['pcm_s24le', 'mov', 'mov'],
  ];

  test.each(kinds)('gives back what encodeSound() wrote as %s in %s, to the sample', (codec, container, reader) => {
    const path = at(`exact-${codec}.${container}`);
    const written = encodeSound([truth], path, { codec, container: container as never, sampleRateHz: 48_000, channels: 2 });
    expect(written.samples).toBe(samples);
    const heard = collect(decodeSound({ path, container: reader }, { streamIndex: 0, sampleRateHz: 48_000, channels: 2 }), 2);
    expect(heard[0]!.length).toBe(samples);
    expect(heard.map((plane, channel) => lagOf(truth[channel]!, plane, 2000, samples - 4000))).toEqual([0, 0]);
    if (codec === 'flac' || codec === 'pcm_s16le') {
      // 16 bits hold a float's sample within half a step.
      const worst = heard[0]!.reduce((most, value, index) => Math.max(most, Math.abs(value - truth[0]![index]!)), 0);
      expect(worst).toBeLessThanOrEqual(0.5 / 32_768 + 1e-7);
    }
  });

  test('keeps a voice whole that reaches two microphones 0.1 ms apart, as AAC', () => {
    const voice = spokenSentences({ seed: 3, seconds: 8, voice: 'rms' }).clean;
    const late = voice.map((_, index) => voice[index - 5] ?? 0);
    encodeSound([[voice, late]], at('voice.m4a'), { codec: 'aac', container: 'ipod', sampleRateHz: 48_000, channels: 2 });
    const heard = collect(
      decodeSound({ path: at('voice.m4a'), container: 'mov' }, { streamIndex: 0, sampleRateHz: 48_000, channels: 2 }),
      2,
    )[0]!;
    const block = 1024;
    const ratios: number[] = [];
    for (let start = 0; start + block <= voice.length; start += block) {
      const wanted = voice.subarray(start, start + block);
      if (level(wanted) < 0.003) continue;
      const error = wanted.map((value, index) => value - heard[start + index]!);
      ratios.push(20 * Math.log10(level(wanted) / level(error)));
    }
    expect(ratios.length).toBeGreaterThan(100);
    // With intensity stereo every tenth block falls below 12 dB.
    expect(Math.min(...ratios)).toBeGreaterThan(20);
  });

  test('resamples without moving anything, whole and by ranges', () => {
    const slow = chirp(44_100, 44_100 * 14);
    const want = chirp(48_000, 48_000 * 14)[0]!;
    const path = at('slow.wav');
    encodeSound([slow], path, { codec: 'pcm_f32le', container: 'wav', sampleRateHz: 44_100, channels: 1 });
    const options = { streamIndex: 0, sampleRateHz: 48_000, channels: 1 as const };
    const whole = collect(decodeSound({ path, container: 'wav' }, options), 1)[0]!;
    expect(whole.length).toBe(48_000 * 14);
    const middle = whole.subarray(48_000, 48_000 * 13);
    expect(level(middle.map((value, index) => value - want[48_000 + index]!)) / level(middle)).toBeLessThan(0.001);
    for (const [first, count] of [
      [0, 4800],
      [47_999, 12_345],
      [48_000 * 11 + 17, 24_000],
    ] as const) {
      const range = timeRange(fromSample(first, 48_000), fromSample(count, 48_000));
      const part = collect(decodeSound({ path, container: 'wav' }, { ...options, range, blockSamples: 1000 }), 1)[0]!;
      expect(part.length).toBe(count);
      const worst = part.reduce((most, value, index) => Math.max(most, Math.abs(value - whole[first + index]!)), 0);
      expect(worst).toBeLessThan(1e-4);
    }
  });

  test.each([
    ['aac', 'mp4', 'mov'],
    ['opus', 'webm', 'matroska'],
    ['aac', 'matroska', 'matroska'],
    ['mp3', 'mp3', 'mp3'],
  ] as const)('finds a place behind a seek in %s in %s', (codec, container, reader) => {
    const path = at(`far-${codec}.${container}`);
    const long = chirp(48_000, 48_000 * 16);
    encodeSound([long], path, { codec, container, sampleRateHz: 48_000, channels: 1 });
    const options = { streamIndex: 0, sampleRateHz: 48_000, channels: 1 as const };
    const whole = collect(decodeSound({ path, container: reader }, options), 1)[0]!;
    const first = 48_000 * 13 + 321;
    const range = timeRange(fromSample(first, 48_000), fromSample(48_000, 48_000));
    const part = collect(decodeSound({ path, container: reader }, { ...options, range }), 1)[0]!;
    expect(part.length).toBe(48_000);
    const worst = part.reduce((most, value, index) => Math.max(most, Math.abs(value - whole[first + index]!)), 0);
    expect(worst).toBeLessThan(0.02);
  });

  test('fills a late start and a hole with silence and keeps the rest in place', () => {
    const delay = 24_000;
    const tone = chirp(48_000, 96_000)[0]!;
    for (const [muxer, reader] of [
      ['mp4', 'mov'],
      ['matroska', 'matroska'],
    ] as const) {
      const path = at(`hole.${muxer}`);
      // Frames of 1024: numbers 30 … 49 are missing.
      writeMedia(path, muxer, {
        picture: { encoder: 'libx264', frames: 75 },
        sounds: [{ codec: 'aac', sampleRateHz: 48_000, planes: [tone], delay, without: (number) => number >= 30 && number < 50 }],
      });
      const stream = mainAudioStream(probeMedia(path))!;
      const options = { streamIndex: stream.index, sampleRateHz: 48_000, channels: 1 as const };
      const heard = collect(decodeSound({ path, container: reader }, options), 1)[0]!;
      const first = Math.round(toSeconds(stream.start) * 48_000);
      // Matroska names the priming, which is cut then; MP4 can only name priming that lies before its zero.
      expect(Math.abs(first - (muxer === 'mp4' ? delay - 1024 : delay))).toBeLessThanOrEqual(24);
      expect(level(heard.subarray(0, first))).toBe(0);
      const behind = heard.subarray(delay);
      const lags = [lagOf(tone, behind, 4000, 20_000), lagOf(tone, behind, 60_000, 90_000)];
      // Matroska counts milliseconds.
      for (const lag of lags) expect(Math.abs(lag)).toBeLessThanOrEqual(muxer === 'mp4' ? 0 : 48);
      expect(level(behind.subarray(33_000, 48_000))).toBe(0);
    }
  });

  test('mixes channels at the level that they had', () => {
    const path = at('mix.wav');
    const [left, right] = [new Float32Array(9600).fill(0.5), new Float32Array(9600).fill(-0.25)];
    encodeSound([[left, right]], path, { codec: 'pcm_f32le', container: 'wav', sampleRateHz: 48_000, channels: 2 });
    const file = { path, container: 'wav' };
    const mono = collect(decodeSound(file, { streamIndex: 0, sampleRateHz: 48_000, channels: 1 }), 1)[0]!;
    expect(mono[4800]).toBeCloseTo(0.125, 6);
    encodeSound([[left]], path, { codec: 'pcm_f32le', container: 'wav', sampleRateHz: 48_000, channels: 1 });
    const both = collect(decodeSound(file, { streamIndex: 0, sampleRateHz: 48_000, channels: 2 }), 2);
    expect(both.map((plane) => plane[4800])).toEqual([0.5, 0.5]);
  });

  test('gives exactly as many samples as asked for, silent behind the end', () => {
    const path = made.wav!;
    const range = timeRange(seconds(1), seconds(2));
    const heard = collect(
      decodeSound({ path, container: 'wav' }, { streamIndex: 0, sampleRateHz: 48_000, channels: 1, range }),
      1,
    )[0]!;
    expect(heard.length).toBe(96_000);
    expect(level(heard.subarray(0, 24_000))).toBeGreaterThan(0.1);
    expect(level(heard.subarray(24_001))).toBe(0);
  });
});

describe('decodePictures()', () => {
  test.each(['mp4', 'mkv', 'webm', 'avi', 'ts', 'gif'])(
    'begins with the picture on screen and ends before the range does, in %s',
    (kind) => {
      const probe = probeMedia(made[kind]!);
      const picture = mainVideoStream(probe)!;
      const file = { path: made[kind]!, container: probe.container };
      const all = stampsOf(decodePictures(file, { streamIndex: picture.index }));
      expect(all.length).toBe(picture.frameCount);
      const range = timeRange(milliseconds(710), milliseconds(300));
      const some = stampsOf(decodePictures(file, { streamIndex: picture.index, range }));
      const onScreen = all.filter((stamp) => stamp <= range.start).at(-1)!;
      expect(some).toEqual(all.filter((stamp) => stamp >= onScreen && stamp < range.start + range.duration));
      expect(some.length).toBeGreaterThan(2);
    },
  );

  function stampsOf(pictures: ReturnType<typeof decodePictures>): number[] {
    const stamps: number[] = [];
    for (const one of pictures) {
      using picture = one;
      stamps.push(picture.stamp);
    }
    return stamps;
  }
});

describe('frameTask', () => {
  test('writes what a person sees, upright and within the size', async () => {
    writeMedia(at('turn.mp4'), 'mp4', { picture: { encoder: 'libx264', frames: 10, rotation: 90 } });
    const probe = probeMedia(at('turn.mp4'));
    const asset = { ...probe, id: 'ast_1', hash: 'h', name: 'turn.mp4', bytes: 1 };
    const context = { signal: new AbortController().signal, progress: () => undefined, scratch: folder };
    const outputPath = at('frame.png');
    const result = await frameTask(
      { source: { asset, path: at('turn.mp4') }, at: seconds(9), size: { width: 64, height: 64 }, outputPath },
      context,
    );
    expect(result.size).toEqual({ width: 36, height: 64 });
    const written = probeMedia(outputPath);
    expect(mainVideoStream(written)).toMatchObject({ codec: 'png', displaySize: { width: 36, height: 64 } });
    writePicture(at('plain.png'), { encoder: 'png', pixelFormat: 'rgb24', frames: 1 });
    expect(probeMedia(at('plain.png')).duration).toBe(zero);
  });
});
