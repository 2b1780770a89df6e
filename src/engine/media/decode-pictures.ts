/** Pictures of one stream in the order they are shown, with their place in asset time. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { fail } from '#core/errors';
import { fromTimebase, rangeEnd, subtractTicks, toSeconds, type Ticks, type TimeRange, type Timebase } from '#core/time';
import { check } from './averror.ts';
import { openDecoder } from './decoder.ts';
import { openDemuxer, timebaseOf, type MediaFile } from './demuxer.ts';

/** The consumer disposes each one (`using`); the pixels are gone then. */
export type Picture = Disposable & {
  /** When it appears, asset time. */
  readonly stamp: Ticks;
  /** The stamp in the stream's own timebase. */
  readonly pts: number;
  readonly timebase: Timebase;
  readonly frame: Frame;
};

export type PictureOptions = {
  readonly streamIndex: number;
  /** Asset time; the whole stream where absent. */
  readonly range?: TimeRange;
  /** 0, the default, is one per core. */
  readonly threads?: number;
  readonly maxPixels?: number;
};

/** How far before the range to enter, tried in turn until a picture at or before its start comes out. */
const seekBackSeconds = [0.5, 5, 30];

/**
 * Decodes the pictures on screen during `range`: first the one that is shown when it starts (its stamp may lie
 * before), then all that appear before it ends.
 *
 * Errors: MEDIA_UNREADABLE where nothing decodes, MEDIA_STREAM_MISSING.
 */
export function* decodePictures(file: MediaFile, options: PictureOptions): Generator<Picture> {
  const { range } = options;
  const startSeconds = range === undefined ? 0 : toSeconds(range.start);
  for (const back of seekBackSeconds) {
    if (startSeconds <= back || range === undefined) break;
    const pictures = picturesFrom(file, options, startSeconds - back);
    const head = pictures.next();
    if (head.done !== true && head.value.stamp <= range.start) {
      yield* shownDuring(range, head.value, pictures);
      return;
    }
    if (head.done !== true) head.value[Symbol.dispose]();
    pictures.return(undefined);
  }
  const pictures = picturesFrom(file, options, undefined);
  if (range === undefined) yield* pictures;
  else yield* shownDuring(range, undefined, pictures);
}

/** Drops what is over before the range starts and stops at its end. */
function* shownDuring(range: TimeRange, head: Picture | undefined, rest: Generator<Picture>): Generator<Picture> {
  const end = rangeEnd(range);
  let held = head;
  try {
    for (const picture of rest) {
      if (picture.stamp > range.start && held !== undefined) {
        const shown = held;
        held = undefined;
        yield shown;
      }
      if (picture.stamp >= end) {
        picture[Symbol.dispose]();
        return;
      }
      if (picture.stamp > range.start) yield picture;
      else {
        held?.[Symbol.dispose]();
        held = picture;
      }
    }
    if (held !== undefined) {
      const shown = held;
      held = undefined;
      yield shown;
    }
  } finally {
    held?.[Symbol.dispose]();
    rest.return(undefined);
  }
}

function* picturesFrom(file: MediaFile, options: PictureOptions, seekSeconds: number | undefined): Generator<Picture> {
  using demuxer = openDemuxer(file, { onlyStream: options.streamIndex });
  const stream = demuxer.stream(options.streamIndex);
  const timebase = timebaseOf(stream);
  if (seekSeconds !== undefined) {
    const stamp = ((seekSeconds + toSeconds(demuxer.offset)) * timebase.den) / timebase.num;
    if (!demuxer.seek(stream.index, stamp)) return;
  }
  using decoder = openDecoder(stream, {
    threads: options.threads ?? 0,
    ...(options.maxPixels === undefined ? {} : { maxPixels: options.maxPixels }),
  });
  let next = 0;
  let count = 0;

  function* decode(packet: Parameters<typeof decoder.decode>[0]): Generator<Picture> {
    for (const frame of decoder.decode(packet)) {
      const pts = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? next : Number(frame.bestEffortTimestamp);
      next = pts + Math.max(1, Number(frame.duration));
      count++;
      const stamp = subtractTicks(fromTimebase(pts, timebase), demuxer.offset);
      yield keepPicture(frame, { stamp, pts, timebase });
    }
  }

  for (const packet of demuxer.packets()) yield* decode(packet);
  yield* decode(undefined);
  if (count === 0 && decoder.damage.count > 0) throw fail('MEDIA_UNREADABLE', { reason: 'no picture could be decoded' });
}

/**
 * Frame objects that pictures have given back. Their native half is only freed when the process returns to its event
 * loop, which decoding never does, so they are used again instead.
 */
const spareFrames: Frame[] = [];

function keepPicture(frame: Frame, place: Pick<Picture, 'stamp' | 'pts' | 'timebase'>): Picture {
  const kept = spareFrames.pop() ?? newFrame();
  check(kept.ref(frame), 'keeping a picture');
  let isHeld = true;
  return {
    ...place,
    frame: kept,
    [Symbol.dispose]() {
      if (!isHeld) return;
      isHeld = false;
      kept.unref();
      spareFrames.push(kept);
    },
  };
}

function newFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}
