/**
 * A place in a picture stream that moves forward cheaply and jumps where it must: what an encode span draws from.
 * One decoder is kept for all spans of an asset.
 */
import { AV_NOPTS_VALUE, AVDISCARD_DEFAULT, AVDISCARD_NONREF } from 'node-av/constants';
import type { Frame, Packet } from 'node-av/lib';
import { fail } from '#core/errors';
import type { Ticks, Timebase } from '#core/time';
import { openDecoder, type Decoder } from './decoder.ts';
import { openDemuxer, timebaseOf, type Demuxer, type MediaFile } from './demuxer.ts';

/** Valid until the cursor moves on. */
export type ShownFrame = { readonly pts: number; readonly frame: Frame };

export type PictureCursor = Disposable & {
  readonly timebase: Timebase;
  /** Asset time = `fromTimebase(pts, timebase) - offset`. */
  readonly offset: Ticks;
  /**
   * The picture on screen at `pts` (it may lie between stamps): the last one not after it; before the first picture the
   * first, after the end the last. `exact` says that a picture with this very stamp is there, which makes the way to it shorter.
   */
  at(pts: number, precision?: 'exact' | 'between'): ShownFrame;
  /** The next picture, undefined at the end (the cursor stays on the last). */
  next(): ShownFrame | undefined;
};

export type PictureCursorOptions = { readonly streamIndex: number; readonly threads: number };

/** Decoding on is chosen over a jump for distances up to this. */
const walkSeconds = 2;
/** How far before the place to enter where the container's own answer was too late. */
const seekBackSeconds = [0, 1, 10, 60];

/** Errors: MEDIA_UNREADABLE where nothing decodes, MEDIA_STREAM_MISSING. */
export function openPictureCursor(file: MediaFile, options: PictureCursorOptions): PictureCursor {
  let run = openRun(file, options);
  const { timebase, offset } = run;
  const unitsPerSecond = timebase.den / timebase.num;
  let current: ShownFrame | undefined;
  let ahead: ShownFrame | undefined;
  /** The current picture is the stream's first, or its last: before and after it there is nothing to look for. */
  let isFirst = false;
  let isLast = false;

  function clear(): void {
    current?.frame.free();
    ahead?.frame.free();
    current = undefined;
    ahead = undefined;
  }

  function step(): boolean {
    const next = ahead ?? run.next();
    isLast = next === undefined;
    if (next === undefined) return false;
    ahead = undefined;
    isFirst = false;
    current?.frame.free();
    current = next;
    return true;
  }

  /** Goes to where `pts` can be reached by stepping; leaves the first picture from there in `current`. */
  function jump(pts: number, skipTo: number | undefined): void {
    for (const back of [...seekBackSeconds, undefined]) {
      clear();
      if (run.isEnded || back === undefined) {
        run[Symbol.dispose]();
        run = openRun(file, options);
      }
      if (back !== undefined && !run.seek(pts - back * unitsPerSecond, skipTo)) continue;
      if (back === undefined) run.skipTo(skipTo);
      if (!step()) continue;
      isFirst = back === undefined;
      if (current!.pts <= pts || isFirst) return;
    }
    throw fail('MEDIA_UNREADABLE', { reason: 'no picture could be decoded' });
  }

  function isNear(place: ShownFrame, pts: number): boolean {
    if (pts < place.pts) return isFirst;
    return isLast || pts - place.pts <= walkSeconds * unitsPerSecond;
  }

  return {
    timebase,
    offset,
    at(pts, precision = 'between') {
      if (current === undefined || !isNear(current, pts)) jump(pts, precision === 'exact' ? pts : undefined);
      while (current!.pts < pts) {
        if (isLast) break;
        ahead ??= run.next();
        isLast = ahead === undefined;
        if (ahead === undefined || ahead.pts > pts) break;
        step();
      }
      return current!;
    },
    next() {
      return step() ? current : undefined;
    },
    [Symbol.dispose]() {
      clear();
      run[Symbol.dispose]();
    },
  };
}

type Run = Disposable & {
  readonly timebase: Timebase;
  readonly offset: Ticks;
  readonly isEnded: boolean;
  seek(pts: number, skipTo: number | undefined): boolean;
  /** Pictures before it that no other one refers to need not be decoded. */
  skipTo(pts: number | undefined): void;
  next(): ShownFrame | undefined;
};

/** One demuxer and one decoder, read as a line of pictures. */
function openRun(file: MediaFile, options: PictureCursorOptions): Run {
  const demuxer = openDemuxer(file, { onlyStream: options.streamIndex });
  let decoder: Decoder;
  try {
    decoder = openDecoder(demuxer.stream(options.streamIndex), { threads: options.threads });
  } catch (error) {
    demuxer[Symbol.dispose]();
    throw error;
  }
  const timebase = timebaseOf(demuxer.stream(options.streamIndex));
  const state = { isEnded: false, skipTo: -Infinity };
  let pictures = decodeAll(demuxer, decoder, options.streamIndex, state);
  return {
    timebase,
    offset: demuxer.offset,
    get isEnded() {
      return state.isEnded;
    },
    seek(pts, skipTo) {
      state.skipTo = skipTo ?? -Infinity;
      pictures.return(undefined);
      if (!demuxer.seek(options.streamIndex, pts)) return false;
      decoder.context.flushBuffers();
      pictures = decodeAll(demuxer, decoder, options.streamIndex, state);
      return true;
    },
    skipTo(pts) {
      state.skipTo = pts ?? -Infinity;
    },
    next() {
      const next = pictures.next();
      if (next.done !== true) return next.value;
      state.isEnded = true;
      return undefined;
    },
    [Symbol.dispose]() {
      pictures.return(undefined);
      decoder[Symbol.dispose]();
      demuxer[Symbol.dispose]();
    },
  };
}

function* decodeAll(
  demuxer: Demuxer,
  decoder: Decoder,
  streamIndex: number,
  state: { readonly skipTo: number },
): Generator<ShownFrame, undefined> {
  let next = 0;
  let skips = false;

  function* decode(packet: Packet | undefined): Generator<ShownFrame> {
    for (const frame of decoder.decode(packet)) {
      const pts = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? next : Number(frame.bestEffortTimestamp);
      next = pts + Math.max(1, Number(frame.duration));
      const kept = frame.clone();
      if (kept === null) throw fail('WORKER_MEMORY', { operation: 'keeping a picture' });
      yield { pts, frame: kept };
    }
  }

  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== streamIndex) continue;
    const skip = packet.pts !== AV_NOPTS_VALUE && Number(packet.pts) < state.skipTo;
    if (skip !== skips) {
      decoder.context.setOption('skip_frame', skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT);
      skips = skip;
    }
    yield* decode(packet);
  }
  yield* decode(undefined);
  return undefined;
}
