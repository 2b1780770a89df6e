/** Decodes stretches of a picture stream into small grey thumbnails, and says which pictures came out damaged. */
import { rangeEnd, ticks, ticksPerSecond, toTimebase, type Ticks, type TimeRange } from '#core/time';
import { openDecoder, openDemuxer, openDrawing, timebaseOf, type MediaFile, type NativeFrame } from '#engine/media';
import { depthOfFormat, type LumaDepth } from './luma-depth.ts';
import { stampOf, timeOf } from './picture-packets.ts';

/** Where on the coded picture the thumbnail's cells lie; see `thumbnailView`. */
export type PictureView = {
  readonly width: number;
  readonly height: number;
  /** Offsets of sample points in the picture: `x` and `y`, `pointsPerCell` for each cell. */
  readonly x: Uint16Array;
  readonly y: Uint16Array;
};

export type SeenPicture = {
  /** Asset time. */
  readonly at: Ticks;
  readonly damaged: boolean;
  /** 8-bit luma means, one per cell; absent where the decoded format cannot be read. */
  readonly thumbnail: Uint8Array | undefined;
};

export const columns = 48;
export const rows = 27;
export const pointsPerCell = 8;

export type LookOptions = {
  readonly range: TimeRange;
  readonly view: PictureView | undefined;
  readonly damage: { count: number };
};

/** An open file, of which one stretch after the other is looked at. */
export type PictureLooker = Disposable & {
  /**
   * Gives the pictures whose stamps lie in `range`, in order of presentation; those before it are decoded and not given.
   * Packets that the decoder refuses are counted in `damage`.
   */
  look(options: LookOptions): Generator<SeenPicture>;
};

/** `PictureLooker.look` once. Errors: MEDIA_UNREADABLE where it cannot be opened. */
export function* lookAtPictures(
  file: MediaFile,
  options: LookOptions & { readonly streamIndex: number },
): Generator<SeenPicture> {
  using looker = openPictureLooker(file, options.streamIndex);
  yield* looker.look(options);
}

/** Errors: MEDIA_UNREADABLE where it cannot be opened. The caller disposes. */
export function openPictureLooker(file: MediaFile, streamIndex: number): PictureLooker {
  const demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const stream = demuxer.stream(streamIndex);
  const decoder = openDecoder(stream, { threads: 2, glance: 'all' });
  const clock = { timebase: timebaseOf(stream), offset: demuxer.offset };
  // Pictures without a plane of luma, as those of GIF and WebP, are turned into grey ones first.
  let depth: LumaDepth = plainDepth;
  const grey = openDrawing(({ format }) => {
    const found = depthOfFormat(format);
    depth = found ?? plainDepth;
    return found === undefined ? [{ filter: 'format', options: { pix_fmts: 'gray' } }] : [];
  });
  let isUsed = false;

  function lumaOf(frame: NativeFrame, view: PictureView): Uint8Array | undefined {
    const shown = grey.draw(frame, 0);
    const [plane] = shown.data ?? [];
    return plane === undefined ? undefined : thumbnailOf(plane, shown.linesize[0]!, view, depth);
  }

  function timeAt(value: bigint): Ticks | undefined {
    const stamp = stampOf(value);
    return stamp === undefined ? undefined : timeOf(stamp, clock);
  }

  function* look({ range, view, damage }: LookOptions): Generator<SeenPicture> {
    const end = rangeEnd(range);
    // Rounded stamps must not send the reader back to the key frame before the one that the range starts with.
    const start = ticks(Math.max(0, range.start - stampSlack));
    const stamp = toTimebase(ticks(range.start + stampSlack + demuxer.offset), clock.timebase, 'floor');
    if (isUsed) decoder.context.flushBuffers();
    if (isUsed || range.start > 0) demuxer.seek(streamIndex, stamp);
    isUsed = true;
    const before = decoder.damage.count + demuxer.damage.count;

    function* seen(packet: Parameters<typeof decoder.decode>[0]): Generator<SeenPicture> {
      for (const frame of decoder.decode(packet)) {
        const at = timeAt(frame.bestEffortTimestamp);
        if (at === undefined || at < start || at >= end) continue;
        const damaged = (frame.flags & flagCorrupt) !== 0 || frame.decodeErrorFlags !== 0;
        const readable = view?.width === frame.width && view.height === frame.height;
        yield { at, damaged, thumbnail: readable ? lumaOf(frame, view) : undefined };
      }
    }

    try {
      for (const packet of demuxer.packets()) {
        if (packet.streamIndex !== streamIndex) continue;
        // Packets come in decode order: one key frame past the end, nothing before the end can follow.
        if (packet.isKeyframe && (timeAt(packet.pts) ?? start) >= end) break;
        yield* seen(packet);
        if ((timeAt(packet.dts) ?? start) >= end) break;
      }
      yield* seen(undefined);
    } finally {
      damage.count += decoder.damage.count + demuxer.damage.count - before;
    }
  }

  return {
    look,
    [Symbol.dispose]() {
      grey[Symbol.dispose]();
      decoder[Symbol.dispose]();
      demuxer[Symbol.dispose]();
    },
  };
}

/** Half a millisecond: containers with coarse clocks round by that much. */
const stampSlack = ticksPerSecond / 2000;

// FFmpeg's AV_FRAME_FLAG_CORRUPT.
const flagCorrupt = 1;

const plainDepth: LumaDepth = { bytes: 1, shift: 0 };

function thumbnailOf(plane: Buffer, lineBytes: number, view: PictureView, depth: LumaDepth): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  for (let cell = 0; cell < cells.length; cell++) {
    let sum = 0;
    for (let point = cell * pointsPerCell; point < (cell + 1) * pointsPerCell; point++) {
      const place = view.y[point]! * lineBytes + view.x[point]! * depth.bytes;
      sum += depth.bytes === 1 ? plane[place]! : (plane[place]! | (plane[place + 1]! << 8)) >> depth.shift;
    }
    cells[cell] = Math.round(sum / pointsPerCell);
  }
  return cells;
}
