/** What makes a mood: its tempo, harmony, players, and the room they play in. */
import type { Part } from './bar.ts';
import type { PhraseKind } from './form.ts';
import type { Strip, VoiceName } from './voices/index.ts';

export type Style = {
  /** Usual tempi; the seed chooses. */
  readonly bpm: readonly number[];
  /** Usual keys; the seed chooses. */
  readonly keys: readonly string[];
  /** Four bars each, one chord a bar; the seed chooses two: one for most phrases, one for the contrasting ones. */
  readonly major: readonly string[];
  readonly minor: readonly string[];
  /** Where the hands are, and how many tones they hold. */
  readonly hands: { readonly center: number; readonly voices: number };
  readonly swing: number;
  readonly looseness: number;
  readonly players: readonly Player[];
  /** What plays the last chord. */
  readonly ending: readonly Part[];
  readonly room: Room;
  /** Changes to the usual place of voices in the mix. */
  readonly mix?: Partial<Record<VoiceName, Partial<Strip>>>;
};

export type Player = {
  readonly part: Part;
  /** In which kinds of phrase it plays. */
  readonly in: readonly PhraseKind[];
};

export type Room = {
  /** Seconds until an echo is 60 dB down. */
  readonly reverbSeconds: number;
  /** Share of the reverb in the whole, 0 … 1. */
  readonly reverbLevel: number;
  /** Sixteenths from echo to echo. */
  readonly delaySteps: number;
  /** How far pumped voices go down at a kick, 0 … 1. */
  readonly pump: number;
  /** What lies above is gently taken away. */
  readonly brightHz: number;
  /** Gain of the band in which voices are understood, dB. */
  readonly presenceDb: number;
};
