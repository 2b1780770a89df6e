/** An edited video of two minutes with the mistakes that people ask to have repaired, each of them known: for the bench. */
import { openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import { createRandom, makeNoise, sentences, soundRateHz, speakSentence } from '#engine/sample';
import { makeSeenAndHeard } from '../test/fixtures/ears/seen-and-heard.ts';
import type { Drawn } from '../test/fixtures/sight/measure.ts';
import { makeShakyFilm } from '../test/fixtures/sight/shaky-film.ts';
import { makeTalkingHead } from '../test/fixtures/sight/talking-head.ts';

export type EditedFilm = {
  /** Seconds at which something is missing inside a shot. */
  readonly jumps: readonly number[];
  /** Seconds of the shots that shake. */
  readonly shaky: readonly (readonly [number, number])[];
  readonly soundLateMs: number;
};

type Shot = {
  readonly seconds: number;
  /** `voice`: how loud it is in each of its frames, 0 … 1. */
  readonly make: (voice: (frame: number) => number) => Drawn & { readonly jumps?: readonly number[] };
  readonly shakes?: true;
  /** Its own sound; where there is none, somebody talks. */
  readonly sound?: Float32Array;
};

const framesPerSecond = 30;
const size = { width: 1920, height: 1080 };
const drawnSize = { width: 480, height: 270 };

/**
 * 1080p30 and 48 kHz: somebody knocks (seen and heard), talks with pieces missing, walks with the camera, twice. All of its sound
 * comes late.
 */
export function makeEditedFilm(path: string, { share = 1, soundLateMs = 240 } = {}): EditedFilm {
  const shots = [
    knocking(12 * share, 71),
    talking(36 * share, 72, 4),
    walking(12 * share, 73),
    talking(36 * share, 74, 4),
    walking(12 * share, 75),
    knocking(12 * share, 76),
  ];
  const seconds = shots.reduce((sum, shot) => sum + shot.seconds, 0);
  const heard = soundOf(shots, seconds, soundLateMs);
  let begin = 0;
  const films = shots.map((shot) => {
    const first = begin;
    begin += shot.seconds;
    return shot.make((frame) => loudnessAt(heard, first + frame / framesPerSecond + soundLateMs / 1000));
  });
  const random = createRandom(70);
  const grain = Uint8Array.from({ length: 2 * size.width * size.height }, () => Math.floor(random() * 7));
  const full = {
    luma: new Uint8Array(size.width * size.height),
    blue: new Uint8Array((size.width * size.height) / 4),
    red: new Uint8Array((size.width * size.height) / 4),
  };
  using encoder = openPlanesEncoder({ size, frameRate: { num: framesPerSecond, den: 1 }, gop: 60, crf: 22, preset: 'veryfast' });
  using muxer = openMuxer(path, { format: 'mp4' });
  muxer.addStream(encoder.parameters, encoder.timebase);
  using sound = openSoundEncoder({ codec: 'aac', sampleRateHz: soundRateHz, channels: 2 });
  muxer.addStream(sound.parameters, sound.timebase);
  const [jumps, shaky]: [number[], [number, number][]] = [[], []];
  let frame = 0;
  for (const [index, { seconds: length, shakes }] of shots.entries()) {
    const film = films[index]!;
    const first = frame;
    if (film.jumps !== undefined) jumps.push(...film.jumps.map((jump) => (first + jump) / framesPerSecond));
    if (shakes === true) shaky.push([first / framesPerSecond, first / framesPerSecond + length]);
    for (; frame < first + Math.round(length * framesPerSecond); frame++) {
      const drawn = film.draw(frame - first);
      enlarge(drawn.luma, film.size, full.luma, size);
      enlarge(drawn.blue, half(film.size), full.blue, half(size));
      enlarge(drawn.red, half(film.size), full.red, half(size));
      const from = Math.floor(random() * full.luma.length);
      for (let place = 0; place < full.luma.length; place++)
        full.luma[place] = Math.min(250, full.luma[place]! + grain[from + place]!);
      for (const packet of encoder.encode(full)) muxer.write(packet, 0, encoder.timebase);
      const samples = soundRateHz / framesPerSecond;
      const block = heard.slice(frame * samples, (frame + 1) * samples);
      for (const packet of sound.encode([block, block])) muxer.write(packet, 1, sound.timebase);
    }
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
  muxer.finish();
  return { jumps, shaky, soundLateMs };
}

function knocking(seconds: number, seed: number): Shot {
  const film = makeSeenAndHeard(seed, 'bounce', { seconds, soundLateMs: 0 });
  return { seconds, make: () => film, sound: film.sound };
}

function talking(seconds: number, seed: number, jumpCount: number): Shot {
  return { seconds, make: (voice) => makeTalkingHead(seed, drawnSize, seconds, jumpCount, voice) };
}

function walking(seconds: number, seed: number): Shot {
  return { seconds, make: () => makeShakyFilm(seed, drawnSize, seconds), shakes: true };
}

function soundOf(shots: readonly Shot[], seconds: number, soundLateMs: number): Float32Array {
  const sound = makeNoise('pink', 77, Math.ceil((seconds + 1) * soundRateHz)).map((value) => value * 0.001);
  const late = Math.round((soundLateMs / 1000) * soundRateHz);
  let [first, sentence] = [late, 0];
  const lay = (samples: Float32Array, at: number) => {
    for (let place = 0; place < samples.length && at + place < sound.length; place++) sound[at + place]! += samples[place]!;
  };
  for (const { seconds: length, sound: own } of shots) {
    const end = first + length * soundRateHz;
    if (own !== undefined) lay(own, first);
    else
      for (let at = first + soundRateHz / 2; ; sentence++) {
        const spoken = speakSentence(sentence % sentences.length, 'slt');
        if (at + spoken.length > end) break;
        lay(spoken, at);
        at += spoken.length + 0.6 * soundRateHz;
      }
    first = Math.round(end);
  }
  return sound;
}

function loudnessAt(sound: Float32Array, seconds: number): number {
  const middle = Math.round(seconds * soundRateHz);
  let [sum, count] = [0, 0];
  for (let place = Math.max(0, middle - 800); place < Math.min(sound.length, middle + 800); place++, count++)
    sum += sound[place]! ** 2;
  return Math.min(1, Math.sqrt(sum / Math.max(1, count)) * 8);
}

type Size = { readonly width: number; readonly height: number };

function half({ width, height }: Size): Size {
  return { width: width / 2, height: height / 2 };
}

/** Between the four nearest points, by whole factors. */
function enlarge(from: Uint8Array, { width, height }: Size, to: Uint8Array, target: Size): void {
  const factor = target.width / width;
  const row = new Float32Array(width + 1);
  for (let y = 0; y < target.height; y++) {
    const v = Math.min(height - 1.001, y / factor);
    const [top, below] = [Math.floor(v) * width, v - Math.floor(v)];
    for (let x = 0; x < width; x++) row[x] = from[top + x]! + (from[top + width + x]! - from[top + x]!) * below;
    row[width] = row[width - 1]!;
    let place = y * target.width;
    for (let x = 0; x < width; x++) {
      const step = (row[x + 1]! - row[x]!) / factor;
      for (let part = 0, value = row[x]!; part < factor; part++, value += step) to[place++] = value;
    }
  }
}
