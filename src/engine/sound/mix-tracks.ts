/** Adds tracks up, block by block. */

/** Sums planar blocks of any sizes into blocks of `blockSamples` (the last one shorter), `samples` in all. */
export function* mixTracks(
  tracks: readonly Iterator<Float32Array[]>[],
  options: { readonly samples: number; readonly channels: number; readonly blockSamples: number },
): Generator<Float32Array[]> {
  const queues = tracks.map((track) => ({ track, block: [] as Float32Array[], used: 0 }));
  for (let position = 0; position < options.samples; position += options.blockSamples) {
    const count = Math.min(options.blockSamples, options.samples - position);
    const sum = Array.from({ length: options.channels }, () => new Float32Array(count));
    for (const queue of queues) {
      let filled = 0;
      while (filled < count) {
        if (queue.used >= (queue.block[0]?.length ?? 0)) {
          const next = queue.track.next();
          if (next.done === true) break;
          queue.block = next.value;
          queue.used = 0;
          continue;
        }
        const part = Math.min(count - filled, queue.block[0]!.length - queue.used);
        for (const [channel, target] of sum.entries())
          addTo(target, filled, queue.block[channel]!.subarray(queue.used, queue.used + part));
        filled += part;
        queue.used += part;
      }
    }
    yield sum;
  }
}

function addTo(target: Float32Array, offset: number, samples: Float32Array): void {
  for (let index = 0; index < samples.length; index++) target[offset + index]! += samples[index]!;
}
