/** Lines spoken one after another into one sound: trimmed, brought to one loudness, clear of clipping, and where each line is in it. */
import { setImmediate } from 'node:timers/promises';
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import { fromSample, timeRange } from '#core/time';
import { decodeSound, openMuxer, openSoundEncoder, probeMedia } from '#engine/media';
import { openNarrator } from '#engine/models';
import { createLimiter } from '#engine/sound';
import type { TaskImplementation, TaskInput } from '#engine/tasks';
import { trimSilence } from './trim-silence.ts';

/** What speech is brought to; peaks stay this far from full scale. */
const targetLufs = -16;
const ceilingDbtp = -1.5;
/** Silence between two lines of the sound: more than any fade takes. */
const gapSeconds = 0.4;
/** Sound that providers give is brought to one rate. */
const givenRateHz = 48_000;
/** A line that is longer is no line of a narration. */
const longestLineSeconds = 600;

type Spoken = { readonly lines: readonly Float32Array[]; readonly sampleRateHz: number };

/**
 * Speaks every text with the voice, or takes the sound that was given for it. FLAC, mono.
 *
 * Errors: VOICE_FAILED where a voice gives no sound for a line, MEDIA_UNREADABLE, JOB_CANCELED, DISK_FULL.
 */
export const speakTask: TaskImplementation<'speak'> = async (input, { signal, progress }) => {
  const { lines, sampleRateHz } = await speakAll(input, signal, progress);
  const meter = createLoudnessMeter(sampleRateHz, 1);
  for (const line of lines) meter.push([line]);
  const before = meter.result();
  const gain = before.integratedLufs <= -70 ? 1 : 10 ** ((targetLufs - before.integratedLufs) / 20);
  const gap = new Float32Array(Math.round(gapSeconds * sampleRateHz));
  const limiter = createLimiter({ channels: 1, sampleRateHz, ceilingDbtp });
  const after = createLoudnessMeter(sampleRateHz, 1);
  using encoder = openSoundEncoder({ codec: 'flac', sampleRateHz, channels: 1 });
  using muxer = openMuxer(input.outputPath, { format: 'flac', settings: {} });
  muxer.addStream(encoder.parameters, encoder.timebase);
  const write = (block: readonly Float32Array[]): void => {
    after.push(block);
    for (const packet of encoder.encode(block)) muxer.write(packet, 0, encoder.timebase);
  };
  const places: { first: number; count: number }[] = [];
  let written = gap.length;
  write(limiter.process([gap]));
  for (const line of lines) {
    await setImmediate();
    if (signal.aborted) throw fail('JOB_CANCELED');
    places.push({ first: written, count: line.length });
    for (const part of [line.map((sample) => sample * gain), gap]) {
      write(limiter.process([part]));
      written += part.length;
    }
  }
  write(limiter.flush());
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  muxer.finish();
  const { integratedLufs, truePeakDbtp } = after.result();
  return {
    lines: places.map(({ first, count }) => timeRange(fromSample(first, sampleRateHz), fromSample(count, sampleRateHz))),
    sampleRateHz,
    integratedLufs,
    truePeakDbtp,
  };
};

async function speakAll(input: TaskInput<'speak'>, signal: AbortSignal, progress: (fraction: number) => void): Promise<Spoken> {
  const lines: Float32Array[] = [];
  const given = input.linePaths;
  const narrator = given === undefined ? openNarrator(input.voice) : undefined;
  let sampleRateHz = givenRateHz;
  for (const [index, text] of input.texts.entries()) {
    await setImmediate();
    if (signal.aborted) throw fail('JOB_CANCELED');
    let samples: Float32Array;
    if (narrator === undefined) samples = readLine(given![index]!);
    else ({ samples, sampleRateHz } = narrator.speak(text, input.pace));
    const trimmed = trimSilence(samples, sampleRateHz);
    if (trimmed.length === 0)
      throw fail('VOICE_FAILED', { name: input.voice.kind, reason: `it gave no sound for line ${index + 1}` });
    lines.push(trimmed);
    progress((index + 1) / input.texts.length);
  }
  return { lines, sampleRateHz };
}

function readLine(path: string): Float32Array {
  const probe = probeMedia(path);
  const stream = probe.streams.find(({ kind }) => kind === 'audio');
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const parts: Float32Array[] = [];
  let count = 0;
  for (const [samples] of decodeSound(
    { path, container: probe.container },
    { streamIndex: stream.index, sampleRateHz: givenRateHz, channels: 1 },
  )) {
    parts.push(samples!);
    count += samples!.length;
    if (count > longestLineSeconds * givenRateHz)
      throw fail('MEDIA_LIMIT', { reason: 'a spoken line is longer than ten minutes' });
  }
  const all = new Float32Array(count);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
