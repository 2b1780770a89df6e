/** Numbers that look random and are the same for the same name: a piece is a function of its request. */

export type Random = () => number;

/** Uniform numbers in [0, 1) from a name; different names give unrelated numbers (FNV-1a into mulberry32). */
export function createRandom(...name: readonly (string | number)[]): Random {
  let state = 2_166_136_261;
  for (const character of name.join('/')) state = Math.imul(state ^ character.codePointAt(0)!, 16_777_619) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)]!;
}
