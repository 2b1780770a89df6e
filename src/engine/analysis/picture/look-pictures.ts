/** Decodes a picture stream into looks, every picture or only those that others refer to, which is half the work. */
import type { VideoStream } from '#core/asset';
import { fromTimebase, subtractTicks, ticks, toTimebase, type TimeRange } from '#core/time';
import { openDecoder, openDemuxer, timebaseOf, type MediaFile } from '#engine/media';
import { openLookReader, type Look } from './look.ts';

export type LookOptions = {
  readonly stream: VideoStream;
  /** `all` pictures, or only `referred` ones: those that other pictures are coded from. */
  readonly which: 'all' | 'referred';
  /** Asset time; the whole stream where absent. Pictures before it that lie on the way may come too. */
  readonly range?: TimeRange;
};

/**
 * In the order they are shown.
 *
 * Deblocking is left out: it costs a fifth of decoding, and means over many pixels do not see it. Errors: MEDIA_UNREADABLE.
 */
export function* lookPictures(file: MediaFile, { stream, which, range }: LookOptions): Generator<Look> {
  using demuxer = openDemuxer(file, { onlyStream: stream.index });
  const source = demuxer.stream(stream.index);
  const timebase = timebaseOf(source);
  if (range !== undefined && range.start > 0)
    demuxer.seek(stream.index, toTimebase(ticks(range.start + demuxer.offset), timebase, 'floor'));
  using decoder = openDecoder(source, { threads: 2, glance: which });
  using reader = openLookReader(stream);
  let next = 0;

  function* decode(packet: Parameters<typeof decoder.decode>[0]): Generator<Look> {
    for (const frame of decoder.decode(packet)) {
      const best = Number(frame.bestEffortTimestamp);
      const pts = Number.isSafeInteger(best) ? best : next;
      next = pts + Math.max(1, Number(frame.duration));
      yield reader.read(frame, subtractTicks(fromTimebase(pts, timebase), demuxer.offset));
    }
  }

  for (const packet of demuxer.packets()) if (packet.streamIndex === stream.index) yield* decode(packet);
  yield* decode(undefined);
}
