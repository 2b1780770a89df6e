/** What noise removal gives without a model: made noises at four levels, and real pairs where there are any. */
import { noiseKinds } from '#engine/sample';
import { madeGain, realGain, realPairs } from '../test/fixtures/noise-table.ts';
import { hasRealMedia } from '../test/fixtures/real-media.ts';

const seeds = [101, 102];

/** Prints SI-SDR in dB, input → output; the mean of two seeds. */
export function noiseBench(): void {
  for (const kind of noiseKinds) {
    const cells = [20, 10, 5, 0].map((snrDb) => {
      const gains = seeds.map((seed) => madeGain(kind, snrDb, seed));
      const mean = (pick: 'before' | 'after') => gains.reduce((sum, gain) => sum + gain[pick], 0) / gains.length;
      return `${mean('before').toFixed(1)} → ${mean('after').toFixed(1)}`.padEnd(16);
    });
    console.log(`${kind.padEnd(8)}${cells.join('')}`);
  }
  if (!hasRealMedia) return;
  const gains = realPairs.map(realGain);
  for (const { name, before, after } of gains) console.log(`${name}: ${before.toFixed(1)} → ${after.toFixed(1)}`);
  console.log(
    `mean gain on real pairs: ${(gains.reduce((sum, { before, after }) => sum + after - before, 0) / gains.length).toFixed(2)} dB`,
  );
}
