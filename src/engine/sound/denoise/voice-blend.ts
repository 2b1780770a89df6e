/**
 * Puts the voice that the enhancer made out together with the sound that the gains left.
 *
 * Their errors differ, so the sum of both is nearer to the voice than either. The enhancer hears up to 8 kHz; above, what
 * it takes from the hiss of consonants says how much of the rest is voice.
 */
import { cellCount, firstVoiceCell, frameBins, singleCells } from './cells.ts';
import type { Trust } from './trust.ts';

/** Spectrum of one frame of what the enhancer gives. */
export type Voice = { readonly re: Float64Array; readonly im: Float64Array };

/** The enhancer's share up to the first level of speech over noise and from the second on, dB. */
const [noisyShare, quietShare] = [0.6, 0.35];
const [noisyDb, quietDb] = [8, 24];
/** Bins between which it fades out: 6.4 and 7 kHz, where its change of rate is still flat. */
const [fadeFrom, fadeTo] = [273, 299];
/** Bins from 4.5 kHz to there tell on what is above. */
const tellsFrom = 192;
/** How far that is followed. */
const aboveExponent = 0.5;

export type BlendFrame = { readonly re: Float64Array; readonly im: Float64Array; readonly voice: Voice };

/** `lowest`: the least gain, as amplitude. The result is in `re` and `im`; `gains`, per cell, become what it amounts to. */
export function createVoiceBlend(options: { readonly trust: Trust; readonly snrDb: number; readonly lowest: number }) {
  const { trust, snrDb, lowest } = options;
  const towardsQuiet = Math.min(1, Math.max(0, (snrDb - noisyDb) / (quietDb - noisyDb)));
  const share = noisyShare + (quietShare - noisyShare) * towardsQuiet;
  const shares = Float64Array.from({ length: fadeTo }, (_, bin) => {
    const rumble = bin < firstVoiceCell ? 1 - trust.rumble[bin]! : 1;
    return share * rumble * Math.min(1, (fadeTo - bin) / (fadeTo - fadeFrom));
  });
  return ({ re, im, voice }: BlendFrame, gains: Float64Array): void => {
    let [left, all] = [1e-18, 1e-18];
    for (let bin = tellsFrom; bin < fadeFrom; bin++) {
      left += voice.re[bin]! ** 2 + voice.im[bin]! ** 2;
      all += re[bin]! ** 2 + im[bin]! ** 2;
    }
    const told = Math.max(lowest, Math.min(1, Math.sqrt(left / all)));
    for (let cell = fadeTo; cell < cellCount; cell++) gains[cell] = gains[cell]! ** (1 - aboveExponent) * told ** aboveExponent;
    for (let bin = 0; bin < frameBins; bin++) {
      const cell = bin < singleCells ? bin : singleCells + ((bin - singleCells) >> 2);
      const [x, y] = [re[bin]!, im[bin]!];
      const gain = gains[cell]!;
      const part = shares[bin] ?? 0;
      // As much of the noise stays under the voice as the gains leave at most.
      const own = (1 - part) * gain + part * lowest;
      const theirs = part * (1 - lowest);
      re[bin] = own * x + theirs * voice.re[bin]!;
      im[bin] = own * y + theirs * voice.im[bin]!;
      if (part > 0) gains[cell] = Math.min(1, Math.sqrt((re[bin]! ** 2 + im[bin]! ** 2) / (x * x + y * y + 1e-30)));
    }
  };
}
