/** Decodes a picture stream into looks: every picture, only those that others refer to, or only where something may change. */
import type { VideoStream } from '#core/asset';
import { fromTimebase, subtractTicks, ticks, ticksPerSecond, toTimebase, type Ticks, type TimeRange } from '#core/time';
import { openDecoder, openDemuxer, timebaseOf, type MediaFile } from '#engine/media';
import { openLookReader, type Look } from './look.ts';
import type { StillPackets } from './still-groups.ts';

export type LookOptions = {
  readonly stream: VideoStream;
  /** `all` pictures, or only `referred` ones: those that other pictures are coded from. */
  readonly which: 'all' | 'referred';
  /** Groups of pictures for which their key picture stands; only without a range. */
  readonly still?: StillPackets;
  /** Asset time; the whole stream where absent. Pictures before it that lie on the way may come too. */
  readonly range?: TimeRange;
};

/** A key picture is shown this often while it stands for others. */
const heldPerSecond = 15;

/**
 * In the order they are shown.
 *
 * Deblocking is left out: it costs a fifth of decoding, and means over many pixels do not see it. Errors: MEDIA_UNREADABLE.
 */
export function* lookPictures(file: MediaFile, { stream, which, still, range }: LookOptions): Generator<Look> {
  using demuxer = openDemuxer(file, { onlyStream: stream.index });
  const source = demuxer.stream(stream.index);
  const timebase = timebaseOf(source);
  if (range !== undefined && range.start > 0)
    demuxer.seek(stream.index, toTimebase(ticks(range.start + demuxer.offset), timebase, 'floor'));
  using decoder = openDecoder(source, { threads: 2, glance: which });
  using reader = openLookReader(stream);
  let next = 0;
  let count = 0;
  let held: Look | undefined;

  function* decode(packet: Parameters<typeof decoder.decode>[0]): Generator<Look> {
    for (const frame of decoder.decode(packet)) {
      const best = Number(frame.bestEffortTimestamp);
      const pts = Number.isSafeInteger(best) ? best : next;
      next = pts + Math.max(1, Number(frame.duration));
      const look = reader.read(frame, subtractTicks(fromTimebase(pts, timebase), demuxer.offset));
      if (held !== undefined) yield* repeat(held, look.at);
      held = undefined;
      yield look;
    }
  }

  function* decodeAlone(packet: Parameters<typeof decoder.decode>[0]): Generator<Look> {
    yield* drain();
    let last: Look | undefined;
    for (const given of [packet, undefined]) for (const look of decode(given)) yield (last = look);
    held = last;
    decoder.context.flushBuffers();
  }

  function* drain(): Generator<Look> {
    yield* decode(undefined);
    decoder.context.flushBuffers();
  }

  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== stream.index) continue;
    const place = count++;
    if (still?.[place] !== 1) yield* decode(packet);
    else if (packet.isKeyframe) yield* decodeAlone(packet);
  }
  yield* decode(undefined);
}

/** Up to `end`, which the picture after it begins. */
function* repeat(look: Look, end: Ticks): Generator<Look> {
  const step = ticksPerSecond / heldPerSecond;
  for (let at = look.at + step; at + step / 2 < end; at += step) yield { ...look, at: ticks(at), isKey: false };
}
