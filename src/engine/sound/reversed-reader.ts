import type { SoundReader } from './sound-reader.ts';

/** Read at once and turned around: each costs a seek and a process a fresh start, so not too short; 1.5 MB a channel. */
const chunkSeconds = 8;

/**
 * Reads a sound backwards: position 0 is the sample before `end`, later positions lie further towards the source's start.
 * Silence beyond the source's ends. Memory stays at two chunks, as long as reading goes on forwards.
 */
export function createReversedReader(
  reader: SoundReader,
  options: { readonly end: number; readonly channels: number; readonly sampleRateHz: number },
): (first: number, count: number) => Float32Array[] {
  const chunkSamples = chunkSeconds * options.sampleRateHz;
  const chunks = new Map<number, Float32Array[]>();

  function chunkAt(index: number): Float32Array[] {
    const known = chunks.get(index);
    if (known !== undefined) return known;
    const chunk = reader.read(options.end - (index + 1) * chunkSamples, chunkSamples);
    for (const samples of chunk) samples.reverse();
    for (const old of chunks.keys()) if (old !== index - 1) chunks.delete(old);
    chunks.set(index, chunk);
    return chunk;
  }

  return (first, count) => {
    const result = Array.from({ length: options.channels }, () => new Float32Array(count));
    for (let position = first; position < first + count;) {
      const index = Math.floor(position / chunkSamples);
      const start = index * chunkSamples;
      const end = Math.min(first + count, start + chunkSamples);
      const chunk = chunkAt(index);
      for (const [channel, target] of result.entries())
        target.set(chunk[channel]!.subarray(position - start, end - start), position - first);
      position = end;
    }
    return result;
  };
}
