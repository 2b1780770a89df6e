/** Open sources: each layer that is drawn reads through a place of its own, and places are used again from span to span. */
import type { AssetId, VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { openPictureCursor, type PictureCursor } from '#engine/media';
import type { MediaSource } from '#engine/tasks';

/** Decoders kept open beside those in use; each holds a few dozen megabytes of pictures. */
const mostIdle = 3;

export type CursorPool = Disposable & {
  /** A place in the stream, nobody else's until it is given back. `near` is where it will be read, in asset time. */
  take(assetId: AssetId, streamIndex: number, near: number): PictureCursor;
  giveBack(cursor: PictureCursor, near: number): void;
};

type Idle = { readonly cursor: PictureCursor; readonly key: string; readonly near: number };

/** Errors of `take`: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function openCursorPool(sources: readonly MediaSource[], threads: number): CursorPool {
  const idle: Idle[] = [];
  const taken = new Map<PictureCursor, string>();
  return {
    take(assetId, streamIndex, near) {
      const key = `${assetId} ${streamIndex}`;
      const places = idle.filter((one) => one.key === key);
      // The one that has the shortest way: a little forward is decoded on, all else is a jump.
      const best = places.toSorted((a, b) => distance(a.near, near) - distance(b.near, near))[0];
      if (best !== undefined) idle.splice(idle.indexOf(best), 1);
      const { asset, path } = sourceOf(sources, assetId);
      const cursor = best?.cursor ?? openPictureCursor({ path, container: asset.container }, { streamIndex, threads });
      taken.set(cursor, key);
      return cursor;
    },
    giveBack(cursor, near) {
      idle.push({ cursor, key: taken.get(cursor)!, near });
      taken.delete(cursor);
      if (idle.length > mostIdle) idle.shift()!.cursor[Symbol.dispose]();
    },
    [Symbol.dispose]() {
      for (const cursor of [...taken.keys(), ...idle.map((one) => one.cursor)]) cursor[Symbol.dispose]();
      taken.clear();
      idle.length = 0;
    },
  };
}

function distance(from: number, to: number): number {
  return to >= from ? to - from : Number.MAX_SAFE_INTEGER / 2 + from - to;
}

/** Errors: MEDIA_STREAM_MISSING. */
export function sourceOf(sources: readonly MediaSource[], assetId: AssetId): MediaSource {
  const source = sources.find(({ asset }) => asset.id === assetId);
  if (source === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  return source;
}

/** Errors: MEDIA_STREAM_MISSING. */
export function streamOf({ asset }: MediaSource, streamIndex: number): VideoStream {
  const stream = asset.streams.find((candidate) => candidate.index === streamIndex);
  if (stream?.kind !== 'video') throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  return stream;
}
