/** One step of noise removal: samples in, as many out in all, each where it was; some are held back until they are known. */
export type Stage = {
  push(block: Float32Array): Float32Array;
  flush(): Float32Array;
};

/** One after the other. */
export function chain(first: Stage, second: Stage): Stage {
  return {
    push: (block) => second.push(first.push(block)),
    flush() {
      const rest = second.push(first.flush());
      const last = second.flush();
      const all = new Float32Array(rest.length + last.length);
      all.set(rest);
      all.set(last, rest.length);
      return all;
    },
  };
}
