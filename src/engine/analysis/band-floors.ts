/**
 * The noise floor of every band, followed through the recording: the median of the frames around that hold no voice.
 *
 * Where nearly all frames hold a voice, the floor is what the quietest of them leave visible.
 */
import { dbToPower } from '#core/dsp';
import { bandCount, framesPerSecond, type SoundFeatures } from './sound-features.ts';

export type BandFloors = {
  /** Floor of `band` around `frame`, as power; never 0. */
  at(frame: number, band: number): number;
};

/** Frames that share one floor. */
const blockFrames = framesPerSecond / 2;
/** Blocks on each side that are looked at: 6 s. */
const reachBlocks = 12;
/** With fewer frames without voice than this around, all frames are looked at. */
const enoughQuiet = 40;
/** Among all frames, the share that lies at or below the floor. */
const quietShare = 0.08;
/** Among frames without a voice; a hair over the median, for noise whose low bands flutter. */
const medianShare = 0.55;
/** Histogram of levels in 0.5 dB steps from −120 dB to +20 dB. */
const lowestDb = -120;
const stepDb = 0.5;
const steps = 280;

/** `quiet[frame]` is 1 where a frame surely holds no voice. */
export function followFloors(features: SoundFeatures, quiet: Uint8Array): BandFloors {
  const blocks = Math.max(1, Math.ceil(features.frames / blockFrames));
  const floors = new Float32Array(blocks * bandCount);
  for (let band = 0; band < bandCount; band++) {
    const all = new Uint32Array(steps);
    const silent = new Uint32Array(steps);
    let silentCount = 0;
    const count = (block: number, by: 1 | -1) => {
      const end = Math.min(features.frames, (block + 1) * blockFrames);
      for (let frame = block * blockFrames; frame < end; frame++) {
        const step = stepOf(features.bands[frame * bandCount + band]!);
        all[step]! += by;
        if (quiet[frame] !== 1) continue;
        silent[step]! += by;
        silentCount += by;
      }
    };
    for (let block = 0; block < Math.min(reachBlocks, blocks); block++) count(block, 1);
    for (let block = 0; block < blocks; block++) {
      if (block + reachBlocks < blocks) count(block + reachBlocks, 1);
      if (block > reachBlocks) count(block - reachBlocks - 1, -1);
      const floorDb = silentCount >= enoughQuiet ? quantile(silent, medianShare) : quantile(all, quietShare);
      floors[block * bandCount + band] = dbToPower(floorDb);
    }
  }
  return { at: (frame, band) => floors[Math.floor(frame / blockFrames) * bandCount + band]! };
}

function stepOf(power: number): number {
  return Math.min(steps - 1, Math.max(0, Math.round((10 * Math.log10(power) - lowestDb) / stepDb)));
}

function quantile(histogram: Uint32Array, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let step = 0; step < steps; step++) {
    seen += histogram[step]!;
    if (seen > total * share) return lowestDb + step * stepDb;
  }
  return lowestDb;
}
