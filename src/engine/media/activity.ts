/** Tells whoever watches this process that media is being read, so that long work is not taken for a hang. */

let listener: (() => void) | undefined;

/** Calls `hear` now and then while packets are read, at most every few hundred packets. */
export function onMediaActivity(hear: () => void): void {
  listener = hear;
}

export function noteActivity(): void {
  listener?.();
}
