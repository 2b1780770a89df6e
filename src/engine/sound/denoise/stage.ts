/** One step of noise removal: samples in, as many out in all, each where it was; some are held back until they are known. */
export type Stage = {
  push(block: Float32Array): Float32Array;
  flush(): Float32Array;
};

/** One after the other. */
export function chain(first: Stage, second: Stage): Stage {
  return {
    push: (block) => second.push(first.push(block)),
    flush: () => joinBlocks([second.push(first.flush()), second.flush()]),
  };
}

/** A whole recording at once. */
export function runStage(stage: Stage, samples: Float32Array): Float32Array {
  return joinBlocks([stage.push(samples), stage.flush()]);
}

export function joinBlocks(blocks: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    result.set(block, at);
    at += block.length;
  }
  return result;
}
