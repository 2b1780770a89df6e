/** Where the time of rendering and proving three minutes of stereo speech goes. CPU seconds of one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asset } from '#core/asset';
import { fromSample, ticks } from '#core/time';
import { encodeSound } from '#engine/media';
import type { RenderPlan, SoundClip } from '#engine/plan';
import { makeNoise, speakSentence } from '#engine/sample';
import { measureDenoiseTask, renderSoundTask } from '#engine/sound';
import type { MediaSource } from '#engine/tasks';

const rate = 48_000;
const minutes = 3;

function recording(folder: string, stereo: boolean): MediaSource {
  const length = minutes * 60 * rate + 60 * 3 * rate;
  const mono = makeNoise('pink', 1, length).map((value) => value * 0.01);
  for (let at = rate, index = 0; at < length - 10 * rate; index++) {
    const words = speakSentence(index, 'slt');
    for (let place = 0; place < words.length; place++) mono[at + place]! += words[place]!;
    at += words.length + rate;
  }
  const other = stereo ? makeNoise('pink', 2, length).map((value, index) => mono[index]! * 0.8 + value * 0.01) : mono;
  const path = join(folder, `${stereo ? 'stereo' : 'dual'}.m4a`);
  encodeSound([[mono, other]], path, { codec: 'aac', container: 'ipod', sampleRateHz: rate, channels: 2 });
  const duration = fromSample(length, rate);
  const stream = {
    kind: 'audio',
    index: 0,
    codec: 'aac',
    sampleRateHz: rate,
    channels: 2,
    timebase: { num: 1, den: rate },
    start: ticks(0),
    duration,
  } as const;
  const asset: Asset = {
    id: path,
    hash: path,
    name: path,
    bytes: 1,
    kind: 'audio',
    container: 'mov',
    duration,
    streams: [stream],
    warnings: [],
  };
  return { asset, path };
}

/** Sixty clips of three seconds with pauses of three seconds cut out between them. */
function planOf(source: MediaSource, options: { readonly denoise: boolean; readonly loudness: boolean }): RenderPlan {
  const samples = 3 * rate;
  const clips = Array.from({ length: minutes * 20 }, (_, index): SoundClip => ({
    assetId: source.asset.id,
    streamIndex: 0,
    source: { start: fromSample(index * 6 * rate, rate), duration: fromSample(samples, rate) },
    firstSample: index * samples,
    samples,
    speed: { num: 1, den: 1 },
    gainDb: 0,
    fadeIn: 1440,
    fadeOut: 1440,
    ...(options.denoise ? { denoise: { name: 'denoise', strength: 1, engine: 'auto' } as const } : {}),
  }));
  const total = clips.length * samples;
  const master = options.loudness ? { loudness: { targetLufs: -14, ceilingDbtp: -1 } } : {};
  return {
    version: 1,
    output: { format: 'mp4', quality: 'high' },
    sound: { sampleRateHz: rate, channels: 2, tracks: [{ gainDb: 0, clips }], master, samples: total },
    duration: fromSample(total, rate),
    reasons: [],
  };
}

async function measure(
  folder: string,
  name: string,
  source: MediaSource,
  options: { readonly denoise: boolean; readonly loudness: boolean },
): Promise<void> {
  const plan = planOf(source, options);
  const scratch = mkdtempSync(join(folder, 'scratch-'));
  const outputPath = join(scratch, 'out.m4a');
  const context = { signal: new AbortController().signal, progress: () => {}, scratch };
  // Measured when noise removal is asked for, long before anything is rendered.
  const noiseProfiles = options.denoise
    ? { [source.asset.id]: (await measureDenoiseTask({ source, strength: 1, engine: 'auto' }, context)).profile }
    : {};
  const before = process.cpuUsage();
  const started = performance.now();
  const outcome = await renderSoundTask({ plan, sources: [source], outputPath, noiseProfiles }, context);
  const used = process.cpuUsage(before);
  const wall = (performance.now() - started) / 1000;
  const cpu = (used.user + used.system) / 1e6;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${name}: ${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall, ${peak.toFixed(0)} MB; ` +
      `${outcome.before.integratedLufs.toFixed(1)} → ${outcome.after.integratedLufs.toFixed(2)} LUFS, ${outcome.after.truePeakDbtp.toFixed(2)} dBTP`,
  );
}

/** Three minutes from six, in sixty clips with holes of three seconds between them. */
export async function soundBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    const [dual, stereo] = [recording(folder, false), recording(folder, true)];
    await measure(folder, '180 s in 60 clips, cut only           ', dual, { denoise: false, loudness: false });
    await measure(folder, '180 s in 60 clips, loudness           ', dual, { denoise: false, loudness: true });
    await measure(folder, '180 s in 60 clips, denoise, one voice ', dual, { denoise: true, loudness: true });
    await measure(folder, '180 s in 60 clips, denoise, stereo    ', stereo, { denoise: true, loudness: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
