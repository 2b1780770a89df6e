/** Tells whoever watches this process that media is being read or written, so that long work is not taken for a hang. */

let listener: (() => void) | undefined;

/** Calls `hear` now and then while packets are read or written, at most every few hundred packets. */
export function onMediaActivity(hear: () => void): void {
  listener = hear;
}

export function noteActivity(): void {
  listener?.();
}

/**
 * Lets the process breathe. Native handles (a frame's bytes, a cloned packet …) are given back only on the event loop,
 * about 450 bytes each; work that makes one per frame must await this every few thousand of them.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
