/** A picture stream read backwards: a stretch at a time is decoded forwards and kept, the last picture of it is shown first. */
import { fail } from '#core/errors';
import type { PictureCursor, ShownFrame } from './picture-cursor.ts';

/** So much is decoded at a time at most. */
const stretchSeconds = 1;
/** So much is kept at a time at most: two thirds of a second of 1080p. */
const mostBytes = 64 * 1024 * 1024;

export type BackwardCursor = Disposable & {
  /** As `PictureCursor.at`, cheap where `pts` falls slowly. */
  at(pts: number): ShownFrame;
};

/** Reads through `cursor`, which stays the caller's. Errors: those of the cursor. */
export function openBackwardCursor(cursor: PictureCursor): BackwardCursor {
  const stretch = (stretchSeconds * cursor.timebase.den) / cursor.timebase.num;
  let kept: ShownFrame[] = [];
  /** Times for which `kept` has the picture. */
  let [from, upTo] = [0, -1];

  function clear(): void {
    for (const { frame } of kept) frame.free();
    kept = [];
  }

  /** Keeps the pictures that are on screen from a stretch before `pts` up to it, the last of them where they are too many. */
  function fill(pts: number): void {
    clear();
    let shown: ShownFrame | undefined = cursor.at(pts - stretch);
    const most = Math.max(2, Math.floor(mostBytes / (shown.frame.width * shown.frame.height * 1.5)));
    // Before the stream's first picture that one is shown.
    from = shown.pts > pts - stretch ? Number.NEGATIVE_INFINITY : shown.pts;
    while (shown !== undefined && (shown.pts <= pts || kept.length === 0)) {
      const frame = shown.frame.clone();
      if (frame === null) throw fail('WORKER_MEMORY', { operation: 'keeping a picture' });
      kept.push({ pts: shown.pts, frame });
      if (kept.length > most) {
        kept.shift()!.frame.free();
        from = kept[0]!.pts;
      }
      shown = cursor.next();
    }
    upTo = pts;
  }

  return {
    at(pts) {
      if (pts < from || pts > upTo) fill(pts);
      return kept.findLast((shown) => shown.pts <= pts) ?? kept[0]!;
    },
    [Symbol.dispose]: clear,
  };
}
