/** Voices that hold: pads, strings, horns, basses, drones, pulses. */
import { applyEnvelope, soundingSamples, type Envelope } from './envelope.ts';
import { decay } from './filters.ts';
import { mono, type Sound, type Tone, type Voice } from './sound.ts';
import { addOscillator, spectra, type Spectrum } from './tables.ts';

type Layer = { readonly spectrum: Spectrum; readonly cents: readonly number[]; readonly level: number; readonly octave?: number };

/** Detuned copies, other ones on each side: wide without a phase that turns over in mono. */
function ensemble({ midi, length, random }: Tone, layers: readonly Layer[], envelope: Envelope, vibratoCents = 0): Sound {
  const samples = soundingSamples(length, envelope);
  const side = (sign: number): Float32Array => {
    const sound = new Float32Array(samples);
    for (const { spectrum, cents, level, octave = 0 } of layers) {
      for (const detune of cents) {
        const vibrato = vibratoCents === 0 ? {} : { vibrato: { cents: vibratoCents, hz: 4.6 + 0.8 * random(), delay: 0.5 } };
        addOscillator(sound, {
          spectrum,
          midi: midi + 12 * octave,
          cents: detune * sign + 1.5 * sign,
          level: level / Math.sqrt(cents.length),
          phase: random(),
          ...vibrato,
        });
      }
    }
    applyEnvelope(sound, length, envelope);
    return sound;
  };
  return { left: side(-1), right: side(1) };
}

export const pad: Voice = (tone) =>
  ensemble(
    tone,
    [
      { spectrum: spectra.softSaw, cents: [-9, 0, 7], level: 0.6 },
      { spectrum: spectra.round, cents: [3], level: 0.5 },
    ],
    {
      attack: 0.45,
      decay: 2,
      sustain: 0.85,
      release: 0.32,
    },
  );

export const strings: Voice = (tone) =>
  ensemble(
    tone,
    [{ spectrum: spectra.softSaw, cents: [-11, -4, 5, 12], level: 0.8 }],
    { attack: 0.6, decay: 3, sustain: 0.9, release: 0.3 },
    7,
  );

export const staccato: Voice = (tone) =>
  ensemble(
    { ...tone, length: Math.min(tone.length, 5200) },
    [{ spectrum: tone.velocity > 0.7 ? spectra.saw : spectra.softSaw, cents: [-8, 6], level: 0.8 }],
    {
      attack: 0.012,
      decay: 0.1,
      sustain: 0.25,
      release: 0.07,
    },
  );

export const horn: Voice = (tone) =>
  ensemble(
    tone,
    [{ spectrum: spectra.horn, cents: [-4, 4], level: 0.8 }],
    { attack: 0.14, decay: 2, sustain: 0.85, release: 0.14 },
    5,
  );

/** Low and wide, for suspense; breathes over its length. */
export const drone: Voice = (tone) =>
  ensemble(
    tone,
    [
      { spectrum: spectra.darkSaw, cents: [-7, 0, 6], level: 0.8 },
      { spectrum: spectra.round, cents: [0], level: 0.5 },
    ],
    {
      attack: 1.1,
      decay: 4,
      sustain: 0.8,
      release: 0.5,
    },
  );

function low({ midi, length }: Tone, layers: readonly { spectrum: Spectrum; level: number }[], envelope: Envelope): Sound {
  const sound = new Float32Array(soundingSamples(length, envelope));
  for (const { spectrum, level } of layers) addOscillator(sound, { spectrum, midi, cents: 0, level, phase: 0 });
  applyEnvelope(sound, length, envelope);
  return mono(sound);
}

/** A finger on a soft string. */
export const bass: Voice = (tone) =>
  low(tone, [{ spectrum: spectra.round, level: 1 }], { attack: 0.006, decay: 0.7, sustain: 0.45, release: 0.04 });

export const synthBass: Voice = (tone) =>
  low(
    tone,
    [
      { spectrum: spectra.round, level: 0.8 },
      { spectrum: spectra.darkSaw, level: 0.4 },
    ],
    { attack: 0.004, decay: 0.22, sustain: 0.35, release: 0.03 },
  );

export const longBass: Voice = (tone) =>
  low(
    tone,
    [
      { spectrum: spectra.round, level: 0.9 },
      { spectrum: spectra.darkSaw, level: 0.25 },
    ],
    { attack: 0.18, decay: 3, sustain: 0.85, release: 0.16 },
  );

/** A short dark tone with a hard front, for clockwork. */
export const pulse: Voice = ({ midi, length, velocity }) => {
  const envelope: Envelope = { attack: 0.003, decay: 0.12, sustain: 0.1, release: 0.04 };
  const samples = soundingSamples(Math.min(length, 9000), envelope);
  const sound = new Float32Array(samples);
  const front = new Float32Array(samples);
  addOscillator(sound, { spectrum: spectra.darkSaw, midi, cents: 0, level: 0.9, phase: 0 });
  addOscillator(front, { spectrum: spectra.hollow, midi: midi + 12, cents: 4, level: 0.4 * velocity, phase: 0 });
  decay(front, 0.05);
  for (let index = 0; index < samples; index++) sound[index]! += front[index]!;
  applyEnvelope(sound, Math.min(length, 9000), envelope);
  return mono(sound);
};
