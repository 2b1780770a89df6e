/** Packets of an H.264 stream, to be used as they are. */
import { AV_PKT_FLAG_KEY } from 'node-av/constants';
import { fail } from '#core/errors';
import { readParameterSets, toLengthPrefixed, type ParameterSets } from './avcc.ts';
import { openDemuxer, type Demuxer, type MediaFile } from './demuxer.ts';
import { stampOf } from './picture-index.ts';

export type CopiedPacket = {
  /** Stamp in the stream's own timebase. */
  readonly pts: number;
  readonly isKey: boolean;
  /** Units behind four-byte lengths; valid until the next packet is asked for. */
  readonly data: Buffer;
};

export type PacketCopier = Disposable & {
  readonly parameterSets: ParameterSets;
  /**
   * `count` packets in decode order, beginning with the one whose stamp is `firstPts`.
   * Errors: INTERNAL where the file does not have them.
   */
  packets(firstPts: number, count: number): Generator<CopiedPacket>;
};

/** Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function openPacketCopier(file: MediaFile, streamIndex: number): PacketCopier {
  let demuxer: Demuxer | undefined = openDemuxer(file, { onlyStream: streamIndex });
  const sets = readParameterSets(demuxer.stream(streamIndex).codecpar.extradata);
  if (sets === undefined) throw fail('INTERNAL', { reason: 'a stream to copy has no parameter sets' });
  const { lengthBytes } = sets;

  function close(): void {
    demuxer?.[Symbol.dispose]();
    demuxer = undefined;
  }

  /** Whether `firstPts` was found; the container's index may lead past it, then reading from the start finds it. */
  function* from(firstPts: number, count: number, seeks: boolean): Generator<CopiedPacket, boolean> {
    demuxer ??= openDemuxer(file, { onlyStream: streamIndex });
    if (seeks && !demuxer.seek(streamIndex, firstPts)) return false;
    let given = 0;
    for (const packet of demuxer.packets()) {
      if (packet.streamIndex !== streamIndex) continue;
      const pts = stampOf(packet, 'same');
      const isKey = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
      if (given === 0 && pts !== firstPts) {
        if (seeks && isKey && pts > firstPts) return false;
        continue;
      }
      const { data } = packet;
      if (data === null) throw fail('INTERNAL', { reason: 'a packet to copy is empty' });
      yield { pts, isKey, data: toLengthPrefixed(data, lengthBytes) };
      if (++given === count) return true;
    }
    if (given > 0) throw fail('INTERNAL', { reason: `a copy ends after ${given} of ${count} packets` });
    return false;
  }

  return {
    parameterSets: sets,
    *packets(firstPts, count) {
      if (yield* from(firstPts, count, true)) return;
      close();
      if (!(yield* from(firstPts, count, false))) throw fail('INTERNAL', { reason: 'a packet to copy is not in its file' });
    },
    [Symbol.dispose]: close,
  };
}
