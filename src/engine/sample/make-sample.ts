/** The sample recording: sentences by a built-in voice, pauses, a planted noise, and a screen that counts its frames. */
import { fromSample, toFrame, toMilliseconds } from '#core/time';
import { createRandom, makeNoise, soundRateHz } from './noises.ts';
import { createScreen } from './draw-screen.ts';
import { sentences, speakSentence } from './sentences.ts';
import { encodeSound, openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import type { SampleRequest, SampleTruth, TaskImplementation, TaskInput } from '#engine/tasks';

type Spoken = { readonly start: number; readonly end: number; readonly text: string };
type Recording = { readonly samples: Float32Array; readonly speech: readonly Spoken[] };

/** Pauses between sentences, seconds: breaths, hesitations, and silences long enough to lose a viewer. */
const pauseSeconds = [0.35, 0.6, 0.9, 1.4, 2.2] as const;
const blockSamples = 9600;

export const makeSampleTask: TaskImplementation<'make-sample'> = (request, { progress, signal }) => {
  const recording = record(request);
  if (request.container === 'wav')
    encodeSound(blocksOf(recording.samples), request.outputPath, {
      codec: 'pcm_s16le',
      sampleRateHz: soundRateHz,
      channels: 1,
      container: 'wav',
    });
  else film(request, recording, progress, signal);
  return truthOf(request, recording);
};

function record({ seed, seconds, snrDb, noise }: SampleRequest): Recording {
  const random = createRandom(seed);
  const speech: Spoken[] = [];
  const parts: { at: number; sound: Float32Array }[] = [];
  let at = Math.round(0.8 * soundRateHz);
  for (let turn = 0; at < seconds * soundRateHz; turn++) {
    const index = Math.floor(random() * sentences.length);
    const sound = speakSentence(index, 'slt');
    parts.push({ at, sound });
    speech.push({ start: at, end: at + sound.length, text: sentences[index]! });
    at += sound.length + Math.round(pauseSeconds[Math.floor(random() * pauseSeconds.length)]! * soundRateHz);
  }
  const samples = new Float32Array(speech.at(-1)!.end + Math.round(1.2 * soundRateHz));
  for (const part of parts) samples.set(part.sound, part.at);
  // speakSentence gives an RMS of 0.1 while it sounds, makeNoise one of 1.
  const level = 0.1 * 10 ** (-snrDb / 20);
  const hiss = makeNoise(noise, seed, samples.length);
  for (let index = 0; index < samples.length; index++) samples[index] = samples[index]! + level * hiss[index]!;
  return { samples, speech };
}

function film(
  request: TaskInput<'make-sample'>,
  { samples, speech }: Recording,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): void {
  const { size, frameRate } = request;
  using picture = openPlanesEncoder({ size, frameRate, gop: request.gop, crf: 20, preset: 'superfast' });
  using sound = openSoundEncoder({ codec: 'aac', sampleRateHz: soundRateHz, channels: 1, bitsPerSecond: 128_000 });
  using muxer = openMuxer(request.outputPath, { format: 'mp4', settings: { movflags: '+faststart' } });
  muxer.addStream(picture.parameters, picture.timebase);
  muxer.addStream(sound.parameters, sound.timebase);
  const frames = framesOf(request, samples);
  // A page stays for a few sentences, as slides do.
  const pageStarts = speech
    .filter((_, index) => index % 3 === 0)
    .map(({ start }) => toFrame(fromSample(start, soundRateHz), frameRate, 'floor'));
  const screen = createScreen(size, request.seed, (frame) => pageStarts.findLastIndex((start) => start <= frame));
  let heard = 0;
  for (let frame = 0; frame < frames; frame++) {
    signal.throwIfAborted();
    for (const packet of picture.encode(screen(frame))) muxer.write(packet, 0, picture.timebase);
    const until = Math.min(samples.length, Math.round(((frame + 1) * soundRateHz * frameRate.den) / frameRate.num));
    for (const packet of sound.encode([samples.subarray(heard, until)])) muxer.write(packet, 1, sound.timebase);
    heard = until;
    if (frame % 30 === 0) progress(frame / frames);
  }
  for (const packet of picture.flush()) muxer.write(packet, 0, picture.timebase);
  for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
  muxer.finish();
}

function framesOf({ frameRate }: SampleRequest, samples: Float32Array): number {
  return Math.floor((samples.length * frameRate.num) / (soundRateHz * frameRate.den));
}

function truthOf(request: SampleRequest, { samples, speech }: Recording): SampleTruth {
  const ms = (sample: number) => toMilliseconds(fromSample(sample, soundRateHz));
  const pauses = [
    ...speech.map(({ start }, index) => ({ start_ms: ms(index === 0 ? 0 : speech[index - 1]!.end), end_ms: ms(start) })),
    { start_ms: ms(speech.at(-1)!.end), end_ms: ms(samples.length) },
  ];
  return {
    durationMs: ms(samples.length),
    speech: speech.map(({ start, end, text }) => ({ start_ms: ms(start), end_ms: ms(end), text })),
    pauses,
    frames: request.container === 'wav' ? 0 : framesOf(request, samples),
  };
}

function* blocksOf(samples: Float32Array): Generator<Float32Array[]> {
  for (let at = 0; at < samples.length; at += blockSamples)
    yield [samples.subarray(at, Math.min(samples.length, at + blockSamples))];
}
