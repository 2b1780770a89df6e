/** Struck and plucked voices: electric piano, felt piano, mallets, bells, plucked strings. */
import { hertz } from '../pitch.ts';
import { applyEnvelope, softenEnd, softenStart, soundingSamples, type Envelope } from './envelope.ts';
import { decay, filter, noise } from './filters.ts';
import { mono, type Sound, type Tone, type Voice } from './sound.ts';
import { addOscillator, addPartials, rate, sine, spectra } from './tables.ts';

/** Frequency modulation by two stacks: a body that mellows as it rings, and a tine that is gone at once. */
export const epiano: Voice = ({ midi, length, velocity }) => {
  const envelope: Envelope = { attack: 0.003, decay: 1.6 * 2 ** ((60 - midi) / 30), sustain: 0.06, release: 0.09 };
  const samples = soundingSamples(length, envelope);
  const side = (cents: number): Float32Array => {
    const sound = new Float32Array(samples);
    const turn = hertz(midi + cents / 100) / rate;
    const body = (2.2 * velocity * 2 ** ((60 - midi) / 24)) / (2 * Math.PI);
    const tine = turn * 14 < 0.19 ? (0.9 * velocity * velocity) / (2 * Math.PI) : 0;
    let [bodyIndex, tineIndex, phase] = [body, tine, 0];
    const [bodyFall, tineFall] = [Math.exp(-1 / (0.5 * rate)), Math.exp(-1 / (0.07 * rate))];
    for (let index = 0; index < samples; index++) {
      sound[index] = 0.34 * sine(phase + bodyIndex * sine(phase)) + 0.1 * sine(phase + tineIndex * sine(14 * phase));
      bodyIndex *= bodyFall;
      tineIndex *= tineFall;
      phase += turn;
      if (phase >= 1) phase--;
    }
    applyEnvelope(sound, length, envelope);
    return sound;
  };
  return { left: side(-2.5), right: side(2.5) };
};

/** A felt piano: few partials, a little stiffness, low ones ring longest. */
export const piano: Voice = ({ midi, length, velocity, random }) => {
  const hz = hertz(midi);
  const release = 0.16;
  const samples = Math.min(Math.round(5 * rate), length + Math.round(release * 5 * rate));
  const thump = noise(Math.round(0.03 * rate), random);
  filter(thump, { kind: 'low', from: 420 });
  decay(thump, 0.008);
  const side = (offset: number): Float32Array => {
    const sound = new Float32Array(samples);
    const partials = Array.from({ length: 9 }, (_, index) => {
      const n = index + 1;
      return {
        hz: hz * n * Math.sqrt(1 + 0.0004 * n * n),
        level: (0.36 * (1 + offset * (n % 2 === 0 ? 0.22 : -0.1))) / n ** (2 - 0.9 * velocity),
        decay: (2.6 * 2 ** ((52 - midi) / 22)) / (1 + 0.45 * index),
      };
    });
    addPartials(sound, partials);
    for (let index = 0; index < Math.min(thump.length, samples); index++) sound[index]! += 0.16 * velocity * thump[index]!;
    softenStart(sound, 0.004);
    applyEnvelope(sound, length, { attack: 0.001, decay: 1, sustain: 1, release });
    return sound;
  };
  return { left: side(1), right: side(-1) };
};

/** A marimba's bar: its second tone two octaves up, gone at once. */
export const mallet: Voice = ({ midi, velocity, random }) => {
  const hz = hertz(midi);
  const sound = new Float32Array(Math.round(1.3 * rate));
  const ring = 0.32 * 2 ** ((66 - midi) / 24);
  addPartials(sound, [
    { hz, level: 0.5, decay: ring },
    { hz: hz * 2, level: 0.05, decay: ring * 0.6 },
    { hz: hz * 3.93, level: 0.26 * velocity, decay: ring * 0.25 },
    { hz: hz * 9.2, level: 0.05 * velocity * velocity, decay: 0.02 },
  ]);
  const knock = noise(Math.round(0.012 * rate), random);
  filter(knock, { kind: 'band', from: 1200 });
  decay(knock, 0.003);
  for (const [index, value] of knock.entries()) sound[index]! += 0.14 * velocity * value;
  softenStart(sound, 0.0015);
  softenEnd(sound, 0.1);
  return mono(sound);
};

/** Small and glassy, for single notes far back. */
export const bell: Voice = ({ midi, velocity }) => {
  const hz = hertz(midi);
  const side = (cents: number): Float32Array => {
    const at = hz * 2 ** (cents / 1200);
    const sound = new Float32Array(Math.round(3.2 * rate));
    addPartials(sound, [
      { hz: at, level: 0.4, decay: 0.9 },
      { hz: at * 2, level: 0.12, decay: 0.7 },
      { hz: at * 2.76, level: 0.1 * velocity, decay: 0.35 },
      { hz: at * 5.4, level: 0.05 * velocity, decay: 0.12 },
    ]);
    softenStart(sound, 0.002);
    softenEnd(sound, 0.4);
    return sound;
  };
  return { left: side(-3), right: side(3) };
};

/** A bright wave that darkens as it dies: two periods of one pitch, the bright one gone first. */
export const pluck: Voice = (tone) => plucked(tone, { bright: 0.12, dark: 0.34, share: 0.75 });
/** The same, stopped by the palm. */
export const mutedString: Voice = (tone) => plucked(tone, { bright: 0.03, dark: 0.13, share: 0.6 });

function plucked(
  { midi, length, velocity, random }: Tone,
  { bright, dark, share }: { readonly bright: number; readonly dark: number; readonly share: number },
): Sound {
  const samples = Math.min(length + Math.round(0.25 * rate), Math.round(dark * 7 * rate));
  const side = (cents: number): Float32Array => {
    const high = new Float32Array(samples);
    const low = new Float32Array(samples);
    const phase = random();
    addOscillator(high, { spectrum: spectra.saw, midi, cents, level: share * velocity, phase });
    addOscillator(low, { spectrum: spectra.softSaw, midi, cents, level: 1, phase });
    decay(high, bright);
    decay(low, dark);
    for (let index = 0; index < samples; index++) low[index]! += high[index]!;
    softenStart(low, 0.002);
    applyEnvelope(low, length, { attack: 0.001, decay: 1, sustain: 1, release: 0.05 });
    return low;
  };
  return { left: side(-4), right: side(4) };
}
