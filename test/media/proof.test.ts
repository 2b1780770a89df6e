/** Makes small exports, whole and with planted faults, and lets the proof find out which is which. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset, Size } from '#core/asset';
import type { Proof } from '#core/facts';
import { fromFrame, scaleTicks, seconds, ticks, timeRange, toFrame, toSample, type Ratio } from '#core/time';
import {
  decodeSound,
  encodeSound,
  openDemuxer,
  openMuxer,
  openPlanesEncoder,
  openSoundEncoder,
  timebaseOf,
  type Planes,
} from '#engine/media';
import type { Clip, Timeline, Track } from '#core/timeline';
import type { RenderPlan, SoundPlan, VideoPlan, VideoSpan } from '#engine/plan';
import { verifyTask } from '#engine/qc';
import { speakSentence } from '#engine/sample';
import { renderSoundTask } from '#engine/sound';
import type { MeasuredParts, MediaSource } from '#engine/tasks';

const rate = 48_000;
const frameRate = { num: 25, den: 1 };
const size: Size = { width: 320, height: 180 };
const frames = 250;
const gop = 25;
/** Stamps of the source per frame. */
const unit = 512;
const color = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' };
const encoder: VideoPlan['encoder'] = {
  profile: 'high',
  crf: 20,
  preset: 'superfast',
  bFrames: 2,
  pyramid: false,
  keyFrames: gop,
  parameterSetId: 1,
  color,
};
let folder: string;
let source: MediaSource;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-proof-'));
  source = makeSource();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Frame `index`: bars that wander and a square that hops, so that no two frames near each other are alike. */
function draw(index: number): Planes {
  const luma = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++)
      luma[y * size.width + x] = 90 + Math.round(50 * Math.sin((x + index * 5) / 23) * Math.cos((y - index * 2) / 31));
  }
  const [left, top] = [(index * 37) % (size.width - 40), (index * 23) % (size.height - 40)];
  for (let y = 0; y < 40; y++) luma.fill(220, (top + y) * size.width + left, (top + y) * size.width + left + 40);
  const chroma = new Uint8Array((size.width * size.height) / 4).fill(128);
  return { luma, blue: chroma, red: chroma };
}

const black: Planes = {
  luma: new Uint8Array(size.width * size.height).fill(16),
  blue: new Uint8Array((size.width * size.height) / 4).fill(128),
  red: new Uint8Array((size.width * size.height) / 4).fill(128),
};

function speech(): Float32Array {
  const result = new Float32Array((frames * rate) / 25);
  let at = 2000;
  for (let index = 0; at < result.length; index++) {
    const words = speakSentence(index, 'slt');
    result.set(words.subarray(0, Math.max(0, result.length - at)), at);
    at += words.length + 9000;
  }
  return result;
}

type Film = { readonly pictures: Iterable<Planes>; readonly sound: Float32Array; readonly soundDelay?: number };

function writeFilm(path: string, { pictures, sound }: Film): void {
  using picture = openPlanesEncoder({ size, frameRate, gop, crf: 20, bFrames: 2, x264: 'scenecut=0' });
  using coder = openSoundEncoder({ codec: 'aac', sampleRateHz: rate, channels: 1 });
  using muxer = openMuxer(path, { format: 'mp4', settings: { movflags: '+faststart' } });
  muxer.addStream(picture.parameters, picture.timebase);
  muxer.addStream(coder.parameters, coder.timebase);
  for (const planes of pictures) for (const packet of picture.encode(planes)) muxer.write(packet, 0, picture.timebase);
  for (const packet of picture.flush()) muxer.write(packet, 0, picture.timebase);
  for (const packet of coder.encode([sound])) muxer.write(packet, 1, coder.timebase);
  for (const packet of coder.flush()) muxer.write(packet, 1, coder.timebase);
  muxer.finish();
}

function makeSource(): MediaSource {
  const path = join(folder, 'source.mp4');
  writeFilm(path, { pictures: Array.from({ length: frames }, (_, index) => draw(index)), sound: speech() });
  const duration = fromFrame(frames, frameRate);
  const timebase = { num: 1, den: 12_800 };
  const asset: Asset = {
    id: 'ast_source',
    hash: 'x',
    name: 'source',
    bytes: statSync(path).size,
    kind: 'video',
    container: 'mov',
    duration,
    streams: [
      {
        kind: 'video',
        index: 0,
        codec: 'h264',
        codedSize: size,
        displaySize: size,
        rotation: 0,
        sampleAspect: { num: 1, den: 1 },
        frameRate,
        variableFrameRate: false,
        frameCount: frames,
        pixelFormat: 'yuv420p',
        bitDepth: 8,
        color,
        timebase,
        start: ticks(0),
        duration,
        attachedPicture: false,
      },
      {
        kind: 'audio',
        index: 1,
        codec: 'aac',
        sampleRateHz: rate,
        channels: 1,
        timebase: { num: 1, den: rate },
        start: ticks(0),
        duration,
      },
    ],
    warnings: [],
  };
  return { asset, path };
}

/** Kept ranges of the source in frames; those on key frames can be copied. */
const kept = [
  [25, 100],
  [150, 225],
] as const;

function planOf(kind: 'copy' | 'encode', loudness?: { targetLufs: number; ceilingDbtp: number }): RenderPlan {
  let at = 0;
  const spans: VideoSpan[] = [];
  const clips: SoundPlan['tracks'][number]['clips'][number][] = [];
  for (const [from, to] of kept) {
    const record = timeRange(fromFrame(at, frameRate), fromFrame(to - from, frameRate));
    const range = timeRange(fromFrame(from, frameRate), fromFrame(to - from, frameRate));
    const layer = { kind: 'picture', assetId: 'ast_source', streamIndex: 0, source: range, speed: { num: 1, den: 1 } } as const;
    const common = { record, frames: to - from, stamp: at * unit };
    spans.push(
      kind === 'copy'
        ? {
            kind,
            ...common,
            assetId: 'ast_source',
            streamIndex: 0,
            source: range,
            firstPts: from * unit,
            endPts: to * unit,
            shift: (at - from) * unit,
          }
        : { kind, ...common, layers: [layer], stamps: 'grid' },
    );
    const firstSample = toSample(record.start, rate, 'round');
    const samples = toSample(fromFrame(at + to - from, frameRate), rate, 'round') - firstSample;
    clips.push({
      assetId: 'ast_source',
      streamIndex: 1,
      source: range,
      firstSample,
      samples,
      speed: { num: 1, den: 1 },
      gainDb: 0,
      fadeIn: 1440,
      fadeOut: 1440,
    });
    at += to - from;
  }
  const samples = toSample(fromFrame(at, frameRate), rate, 'round');
  return {
    version: 1,
    output: { format: 'mp4', quality: 'high' },
    video: {
      codec: 'h264',
      size,
      frameRate,
      keepStamps: kind === 'copy',
      spans,
      frames: at,
      timescale: 25 * unit,
      reorderFrames: 2,
      encoder,
    },
    sound: {
      sampleRateHz: rate,
      channels: 1,
      tracks: [{ gainDb: 0, clips }],
      master: loudness === undefined ? {} : { loudness },
      samples,
    },
    duration: fromFrame(at, frameRate),
    reasons: [],
  };
}

async function mixOf(plan: RenderPlan): Promise<Float32Array> {
  const scratch = mkdtempSync(join(folder, 'mix-'));
  const outputPath = join(scratch, 'mix.wav');
  const context = { signal: new AbortController().signal, progress: () => {}, scratch };
  await renderSoundTask({ plan: { ...plan, output: { ...plan.output, format: 'wav' } }, sources: [source], outputPath }, context);
  const blocks = [...decodeSound({ path: outputPath, container: 'wav' }, { streamIndex: 0, sampleRateHz: rate, channels: 1 })];
  return Float32Array.from(blocks.flatMap((block) => [...block[0]!]));
}

/** Puts the kept packets of the source and `sound` into a file, as a copying export does. `drop`: the nth copied frame is left out. */
function writeCopies(path: string, sound: Float32Array, options: { drop?: number; lateFrames?: number } = {}): void {
  using demuxer = openDemuxer({ path: source.path, container: 'mov' }, { onlyStream: 0 });
  const stream = demuxer.stream(0);
  using coder = openSoundEncoder({ codec: 'aac', sampleRateHz: rate, channels: 1 });
  using muxer = openMuxer(path, { format: 'mp4', settings: { movflags: '+faststart' } });
  muxer.addStream(stream.codecpar, timebaseOf(stream));
  muxer.addStream(coder.parameters, coder.timebase);
  let count = 0;
  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== 0) continue;
    const frame = Math.round(Number(packet.pts) / unit);
    let before = 0;
    for (const [from, to] of kept) {
      if (frame >= from && frame < to && count++ !== options.drop) {
        const shift = BigInt((before - from + (options.lateFrames ?? 0)) * unit);
        packet.pts += shift;
        packet.dts += shift;
        muxer.write(packet, 0, timebaseOf(stream));
        break;
      }
      before += to - from;
    }
  }
  for (const packet of coder.encode([sound])) muxer.write(packet, 1, coder.timebase);
  for (const packet of coder.flush()) muxer.write(packet, 1, coder.timebase);
  muxer.finish();
}

function planned(shift = 0): Planes[] {
  return kept.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => draw(from + index + shift)));
}

type Use = Pick<Clip, 'sourceRange' | 'speed'>;

const keptUses: readonly Use[] = kept.map(([from, to]) => ({
  sourceRange: timeRange(fromFrame(from, frameRate), fromFrame(to - from, frameRate)),
  speed: { num: 1, den: 1 },
}));

/** The timeline that the plans are made for: picture and sound of the same ranges. */
function timelineOf(uses: readonly Use[]): Timeline {
  const clips = (streamIndex: number): Clip[] =>
    uses.map((use, index) => ({
      kind: 'clip',
      id: `itm_${streamIndex}${index}`,
      assetId: 'ast_source',
      streamIndex,
      ...use,
      gainDb: 0,
      effects: [],
    }));
  const track = { follows: 'ripple', muted: false, hidden: false, locked: false, gainDb: 0 } as const;
  const tracks: Track[] = [
    { ...track, id: 'trk_1', kind: 'video', name: 'Video', items: clips(0) },
    { ...track, id: 'trk_2', kind: 'audio', name: 'Sound', items: clips(1) },
  ];
  return { schema: 'timeline/1', id: 'tl', revision: 1, frameRate, size, sampleRateHz: rate, tracks, master: {}, nextId: 1 };
}

/** Six seconds of the source from frame 30 on, played at `speed`. */
function fasterPlan(speed: Ratio): RenderPlan {
  const plan = planOf('encode');
  const source = timeRange(fromFrame(30, frameRate), fromFrame(150, frameRate));
  const duration = scaleTicks(source.duration, speed.den, speed.num);
  const length = toFrame(duration, frameRate, 'round');
  const samples = toSample(duration, rate, 'round');
  const layer = { kind: 'picture', assetId: 'ast_source', streamIndex: 0, source, speed } as const;
  const record = timeRange(ticks(0), duration);
  const spans: VideoSpan[] = [{ kind: 'encode', record, frames: length, layers: [layer], stamp: 0, stamps: 'grid' }];
  const [first] = plan.sound!.tracks[0]!.clips;
  const clips = [{ ...first!, source, samples, speed, fadeIn: 240, fadeOut: 240 }];
  return {
    ...plan,
    duration,
    video: { ...plan.video!, spans, frames: length },
    sound: { ...plan.sound!, tracks: [{ gainDb: 0, clips }], samples },
  };
}

async function prove(plan: RenderPlan, path: string, timeline = timelineOf(keptUses)): Promise<Proof> {
  return (await proveKnowing(plan, path, undefined, timeline)).proof;
}

async function proveKnowing(
  plan: RenderPlan,
  path: string,
  known: MeasuredParts | undefined,
  timeline = timelineOf(keptUses),
): Promise<{ readonly proof: Proof; readonly parts: MeasuredParts }> {
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: folder };
  const input = { plan, timeline, sources: [source], path, ...(known === undefined ? {} : { known }) };
  return await verifyTask(input, context);
}

function failures(proof: Proof): string[] {
  return proof.checks.filter((check) => !check.ok).map((check) => check.name);
}

function shifted(sound: Float32Array, samples: number): Float32Array {
  const result = new Float32Array(sound.length);
  if (samples >= 0) result.set(sound.subarray(0, sound.length - samples), samples);
  else result.set(sound.subarray(-samples));
  return result;
}

describe('healthy exports', () => {
  test('copied pictures with mixed sound pass every check, with sound and picture in place', async () => {
    const plan = planOf('copy');
    const path = join(folder, 'copy.mp4');
    writeCopies(path, await mixOf(plan));
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual([]);
    expect(proof.ok).toBe(true);
    expect(proof.frames).toBe(150);
    expect(proof.durationMs).toBe(6000);
    expect(proof.warnings).toEqual([]);
    for (const part of ['head', 'middle', 'tail'] as const) expect(Math.abs(proof.syncMs![part])).toBeLessThan(1);
    expect(proof.checks.map((check) => check.name)).toEqual(
      expect.arrayContaining([
        'frames',
        'duration',
        'timestamps',
        'copied',
        'decode',
        'samples',
        'sync-head',
        'sync-middle',
        'sync-tail',
      ]),
    );
  });

  test('encoded pictures pass, their frames found in the source', async () => {
    const plan = planOf('encode');
    const path = join(folder, 'encode.mp4');
    writeFilm(path, { pictures: planned(), sound: await mixOf(plan) });
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual([]);
    expect(proof.warnings).toEqual([]);
    expect(proof.checks.find((check) => check.name === 'sync-middle')!.measured).not.toContain('stamps');
  });

  test('a clip at one and a half times its speed passes, with sound and picture measured', async () => {
    const speed = { num: 3, den: 2 };
    const plan = fasterPlan(speed);
    const path = join(folder, 'fast.mp4');
    // What the source shows in the middle of each frame.
    const pictures = Array.from({ length: plan.video!.frames }, (_, index) => draw(Math.floor(30 + (index + 0.5) * 1.5)));
    const sound = await mixOf(plan);
    writeFilm(path, { pictures, sound });
    const timeline = timelineOf([{ sourceRange: plan.sound!.tracks[0]!.clips[0]!.source, speed }]);
    const proof = await prove(plan, path, timeline);
    expect(failures(proof)).toEqual([]);
    for (const part of ['head', 'middle', 'tail'] as const) expect(Math.abs(proof.syncMs![part])).toBeLessThan(25);
    writeFilm(path, { pictures, sound: shifted(sound, 4800) });
    expect(failures(await prove(plan, path, timeline))).toEqual(['sync-head', 'sync-middle', 'sync-tail']);
  });

  test('loudness as asked passes', async () => {
    const plan = planOf('encode', { targetLufs: -16, ceilingDbtp: -1 });
    const path = join(folder, 'loud.mp4');
    writeFilm(path, { pictures: planned(), sound: (await mixOf(plan)).map((value) => value * 0.98) });
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual([]);
    expect(proof.loudness!.integratedLufs).toBeGreaterThan(-16.5);
  });
});

describe('planted faults', () => {
  test('a dropped frame', async () => {
    const plan = planOf('copy');
    const path = join(folder, 'dropped.mp4');
    // The last frame in decode order before a key frame: nothing refers to it, so only counting finds it.
    writeCopies(path, await mixOf(plan), { drop: 24 });
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual(expect.arrayContaining(['frames', 'timestamps', 'copied']));
  });

  for (const ms of [100, -100, 60]) {
    test(`sound ${ms} ms off`, async () => {
      const plan = planOf('encode');
      const path = join(folder, `off${ms}.mp4`);
      writeFilm(path, { pictures: planned(), sound: shifted(await mixOf(plan), ms * 48) });
      const proof = await prove(plan, path);
      expect(failures(proof)).toEqual(['sync-head', 'sync-middle', 'sync-tail']);
      for (const part of ['head', 'middle', 'tail'] as const) expect(Math.abs(proof.syncMs![part] - ms)).toBeLessThan(2);
    });
  }

  test('pictures three frames early', async () => {
    const plan = planOf('encode');
    const path = join(folder, 'early.mp4');
    writeFilm(path, { pictures: planned(3), sound: await mixOf(plan) });
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual(['sync-head', 'sync-middle', 'sync-tail']);
    expect(proof.syncMs!.middle).toBeCloseTo(120, -1);
  });

  test('a plan that is not what the timeline says, faithfully rendered', async () => {
    const right = planOf('encode');
    const [track] = right.sound!.tracks;
    const late = track!.clips.map((clip) => ({
      ...clip,
      source: timeRange(ticks(clip.source.start - seconds(0.2)), clip.source.duration),
    }));
    const plan = { ...right, sound: { ...right.sound!, tracks: [{ gainDb: 0, clips: late }] } };
    const path = join(folder, 'misplanned.mp4');
    writeFilm(path, { pictures: planned(), sound: await mixOf(plan) });
    const proof = await prove(plan, path);
    expect(failures(proof)).toEqual(['sync-head', 'sync-middle', 'sync-tail']);
    expect(proof.syncMs!.middle).toBeCloseTo(200, 0);
  });

  for (const kind of ['picture', 'sound'] as const) {
    test(`a damaged ${kind} packet`, async () => {
      const plan = planOf('copy');
      const path = join(folder, `damaged-${kind}.mp4`);
      writeCopies(path, await mixOf(plan));
      damage(path, kind === 'picture' ? 0 : 1);
      const proof = await prove(plan, path);
      expect(proof.ok).toBe(false);
      expect(failures(proof)).toContain(kind === 'picture' ? 'copied' : 'decode-sound');
    });
  }

  test('wrong loudness, and peaks over the ceiling', async () => {
    const plan = planOf('encode', { targetLufs: -16, ceilingDbtp: -1 });
    const mix = await mixOf(plan);
    const quiet = join(folder, 'quiet.mp4');
    writeFilm(quiet, { pictures: planned(), sound: mix.map((value) => value / 2) });
    expect(failures(await prove(plan, quiet))).toEqual(['loudness']);
    const hot = join(folder, 'hot.mp4');
    writeFilm(hot, { pictures: planned(), sound: mix.map((value) => value * 2) });
    expect(failures(await prove(plan, hot))).toEqual(['loudness', 'true-peak']);
  });

  test('a truncated file', async () => {
    const plan = planOf('copy');
    const path = join(folder, 'truncated.mp4');
    writeCopies(path, await mixOf(plan));
    truncateSync(path, Math.floor(statSync(path).size * 0.6));
    const proof = await prove(plan, path);
    expect(proof.ok).toBe(false);
    expect(failures(proof)).toContain('frames');
  });

  test('a file that is no media, and one that is empty', async () => {
    const plan = planOf('copy');
    for (const bytes of [Buffer.from('not a film'), Buffer.alloc(0)]) {
      const path = join(folder, 'nonsense.mp4');
      writeFileSync(path, bytes);
      expect(failures(await prove(plan, path))).toContain('decode');
    }
  });

  test('silence where the sources speak', async () => {
    const plan = planOf('encode');
    const path = join(folder, 'mute.mp4');
    writeFilm(path, { pictures: planned(), sound: new Float32Array(plan.sound!.samples) });
    expect(failures(await prove(plan, path))).toEqual(expect.arrayContaining(['sync-head', 'sync-middle', 'sync-tail']));
  });

  test('black and standing pictures and clipped sound that the source does not have are told', async () => {
    const plan = planOf('encode');
    const path = join(folder, 'black.mp4');
    const pictures = planned().map((planes, index) =>
      index >= 20 && index < 40 ? black : index >= 60 && index < 130 ? draw(85) : planes,
    );
    const mix = await mixOf(plan);
    writeFilm(path, {
      pictures,
      sound: mix.map((value, index) => (index > 150_000 && index < 170_000 ? Math.max(-1, Math.min(1, value * 60)) : value)),
    });
    const { warnings } = await prove(plan, path);
    expect(warnings.join('\n')).toMatch(/black from 0:00.8/);
    expect(warnings.join('\n')).toMatch(/stands still from 0:02.4/);
    expect(warnings.join('\n')).toMatch(/clips at 0:03/);
  });
});

describe('a proof that knows what an earlier one measured', () => {
  test('says the same of the same file, and takes what was measured', async () => {
    const plan = planOf('copy');
    const path = join(folder, 'known.mp4');
    writeCopies(path, await mixOf(plan));
    const first = await proveKnowing(plan, path, undefined);
    const second = await proveKnowing(plan, path, JSON.parse(JSON.stringify(first.parts)) as MeasuredParts);
    expect(second).toEqual(first);
    expect(failures(first.proof)).toEqual([]);
    // What is said of the parts is what counts: a proof that is told of damage does not decode to find none.
    const pictures = Object.entries(first.parts.pictures).map(([content, part]) => [content, { ...part, refused: 1 }] as const);
    const sound = Object.entries(first.parts.sound).map(([content, part]) => [content, { ...part, damaged: 1 }] as const);
    expect([pictures.length, sound.length]).toEqual([1, 1]);
    const told = { pictures: Object.fromEntries(pictures), sound: Object.fromEntries(sound) };
    expect(failures((await proveKnowing(plan, path, told)).proof)).toEqual(['decode', 'decode-sound']);
  });

  for (const kind of ['picture', 'sound'] as const) {
    test(`does not take it for a file in which one ${kind} packet became another`, async () => {
      const plan = planOf('copy');
      const path = join(folder, `known-${kind}.mp4`);
      writeCopies(path, await mixOf(plan));
      const { parts } = await proveKnowing(plan, path, undefined);
      damage(path, kind === 'picture' ? 0 : 1);
      const after = await proveKnowing(plan, path, parts);
      expect(after.proof).toEqual(await prove(plan, path));
      expect(after.proof.ok).toBe(false);
      const changed = kind === 'picture' ? 'pictures' : 'sound';
      const kept = kind === 'picture' ? 'sound' : 'pictures';
      expect(Object.keys(after.parts[changed])).not.toEqual(Object.keys(parts[changed]));
      expect(Object.keys(after.parts[kept])).toEqual(Object.keys(parts[kept]));
    });
  }
});

test('a sound-only export is held against its own place', async () => {
  const plan: RenderPlan = { ...planOf('encode'), output: { format: 'm4a', quality: 'high' } };
  const { video: _, ...soundOnly } = plan;
  const path = join(folder, 'sound.m4a');
  const mix = await mixOf(plan);
  const write = (sound: Float32Array) =>
    encodeSound([[sound]], path, { codec: 'aac', container: 'ipod', sampleRateHz: rate, channels: 1 });
  write(mix);
  expect(failures(await prove(soundOnly, path))).toEqual([]);
  write(shifted(mix, 4800));
  expect(failures(await prove(soundOnly, path))).toEqual(['sync-head', 'sync-middle', 'sync-tail']);
  write(mix.subarray(0, mix.length - 5000));
  expect(failures(await prove(soundOnly, path))).toEqual(['samples', 'duration']);
});

/** Overwrites the inside of one packet in the middle of the stream with noise. */
function damage(path: string, streamIndex: number): void {
  const packets: { position: number; bytes: number }[] = [];
  {
    using demuxer = openDemuxer({ path, container: 'mov' }, { onlyStream: streamIndex });
    for (const packet of demuxer.packets()) packets.push({ position: Number(packet.pos), bytes: packet.size });
  }
  const { position, bytes } = packets[Math.floor(packets.length / 2)]!;
  const content = readFileSync(path);
  for (let at = 8; at < bytes; at++) content[position + at] = (content[position + at]! * 7 + at * 31) & 0xff;
  writeFileSync(path, content);
}
