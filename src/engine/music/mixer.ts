/** From notes to two channels, a bar at a time: sounds ring on into later bars, memory stays as it is. */
import type { Note } from './bar.ts';
import { createEcho } from './echo.ts';
import { musicRateHz } from './form.ts';
import { createRandom } from './random.ts';
import { createReverb } from './reverb.ts';
import type { Style } from './style.ts';
import { createTone } from './tone.ts';
import { strips, voices, type Sound, type Strip, type VoiceName } from './voices/index.ts';

/** No sound rings longer than this after its bar began. */
const longestSeconds = 12;
/** Bars between which the lines are moved back to their start. */
const barsToMove = 6;
/** Sounds are kept and used again up to this many samples of them all. */
const mostKept = 16_000_000;
const pumpSeconds = 0.28;

export type Mixer = {
  /** Mixes the notes of the next bar; gives the bar, new arrays. */
  play(notes: readonly Note[]): [Float32Array, Float32Array];
};

export function createMixer(style: Style, bar: { readonly samples: number; readonly samplesPerBeat: number }): Mixer {
  const { room } = style;
  const size = barsToMove * bar.samples + longestSeconds * musicRateHz;
  let origin = 0;
  const line = () => new Float32Array(size);
  const lines = {
    left: line(),
    right: line(),
    pumpedLeft: line(),
    pumpedRight: line(),
    reverb: line(),
    echo: line(),
    duck: line(),
  };
  const soundOf = createSounds();
  const stripOf = (voice: VoiceName): Strip => ({ ...strips[voice], ...style.mix?.[voice] });
  const reverb = createReverb(room.reverbSeconds);
  const echo = createEcho(Math.round((room.delaySteps * bar.samplesPerBeat) / 4));
  const tone = createTone(room);

  function place(note: Note): void {
    const sound = soundOf(note);
    const strip = stripOf(note.voice);
    const gain = 10 ** (strip.gainDb / 20) * note.velocity ** 1.4;
    // Equal power, 0 dB in the middle.
    const [left, right] = [
      Math.SQRT2 * Math.cos(((strip.pan + 1) * Math.PI) / 4),
      Math.SQRT2 * Math.sin(((strip.pan + 1) * Math.PI) / 4),
    ];
    const at = origin + note.at;
    const dry = gain * (1 - strip.pump);
    addTo(lines.left, at, sound.left, dry * left);
    addTo(lines.right, at, sound.right, dry * right);
    addTo(lines.pumpedLeft, at, sound.left, gain * strip.pump * left);
    addTo(lines.pumpedRight, at, sound.right, gain * strip.pump * right);
    const isMono = sound.left === sound.right;
    addTo(lines.reverb, at, sound.left, (isMono ? 1 : 0.5) * gain * strip.reverb);
    if (!isMono) addTo(lines.reverb, at, sound.right, 0.5 * gain * strip.reverb);
    addTo(lines.echo, at, sound.left, gain * strip.delay);
    if (note.voice === 'kick' || note.voice === 'softKick') pumpFrom(at);
  }

  function pumpFrom(at: number): void {
    const count = Math.round(pumpSeconds * musicRateHz);
    for (let index = 0; index < count && at + index < size; index++) {
      // Goes down in 8 ms, comes up in a curve.
      const depth = room.pump * Math.min(1, index / 384) * (1 - index / count) ** 1.5;
      lines.duck[at + index] = Math.max(lines.duck[at + index]!, depth);
    }
  }

  function moveBack(): void {
    for (const samples of Object.values(lines)) {
      samples.copyWithin(0, origin);
      samples.fill(0, size - origin);
    }
    origin = 0;
  }

  return {
    play(notes) {
      for (const note of notes) place(note);
      const end = origin + bar.samples;
      const left = lines.left.slice(origin, end);
      const right = lines.right.slice(origin, end);
      for (let index = 0; index < bar.samples; index++) {
        const open = 1 - lines.duck[origin + index]!;
        left[index]! += lines.pumpedLeft[origin + index]! * open;
        right[index]! += lines.pumpedRight[origin + index]! * open;
      }
      reverb(lines.reverb.subarray(origin, end), left, right, room.reverbLevel);
      echo(lines.echo.subarray(origin, end), left, right);
      tone(left, right);
      origin = end;
      if (origin === barsToMove * bar.samples) moveBack();
      return [left, right];
    },
  };
}

function addTo(target: Float32Array, at: number, samples: Float32Array, gain: number): void {
  if (gain === 0) return;
  const count = Math.min(samples.length, target.length - at);
  for (let index = 0; index < count; index++) target[at + index]! += gain * samples[index]!;
}

/** Makes each sound once: music repeats itself. A sound depends on its note alone, never on what was made before it. */
function createSounds(): (note: Note) => Sound {
  const kept = new Map<string, Sound>();
  let size = 0;
  return ({ voice, midi, length, velocity }) => {
    const hardness = Math.max(1, Math.round(velocity * 4)) / 4;
    const name = `${voice} ${midi} ${length} ${hardness}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const sound = voices[voice]({ midi, length, velocity: hardness, random: createRandom(name) });
    kept.set(name, sound);
    size += sound.left.length * 2;
    for (const [oldest, old] of kept) {
      if (size <= mostKept || oldest === name) break;
      kept.delete(oldest);
      size -= old.left.length * 2;
    }
    return sound;
  };
}
