/** What noise removal knows about a recording before it starts. Plain JSON. */

/** A steady tone: mains hum, a fan's blades, a monitor's whine. */
export type NoiseLine = { readonly hz: number; readonly levelDbfs: number };

export type NoiseProfile = {
  /** RMS level of speech with the noise's power taken out, dBFS; −120 where no speech was found. */
  readonly speechDbfs: number;
  /** RMS level of what is heard between speech, dBFS; −120 for digital silence. */
  readonly floorDbfs: number;
  /** The same with steady tones taken out. */
  readonly steadyFloorDbfs: number;
  /** Speech less floor, dB, 0 … 120. */
  readonly snrDb: number;
  /** How much between speech was heard for it, in seconds; 0: the noise was read from the quietest moments within speech. */
  readonly pauseSeconds: number;
  /** Mean power of the noise per bin, dB re full scale, for each band of `bandCentresHz`, steady tones taken out. */
  readonly noiseDb: readonly number[];
  /** What the noise stays under 95 % of the time, the same way: how loud its gusts and knocks are. */
  readonly ceilingDb: readonly number[];
  /** Power that the network takes from speech, the same way: what is more than the noise is speech that it hurts. */
  readonly takenDb: readonly number[];
  /** Music plays between speech: it would be taken for noise. */
  readonly hasMusic: boolean;
  /** From low to high. */
  readonly lines: readonly NoiseLine[];
};
