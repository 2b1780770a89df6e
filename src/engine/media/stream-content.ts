/** What a stream holds, as one name: where two files have the same, decoding gives the same samples at the same places. */
import { createHash } from 'node:crypto';
import { AV_PKT_DATA_SKIP_SAMPLES } from 'node-av/constants';
import { openDemuxer, timebaseOf, type MediaFile } from './demuxer.ts';

/** 64 hex digits over codec parameters, stamps, marks and bytes of all packets. Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function streamContent(file: MediaFile, streamIndex: number): string {
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const stream = demuxer.stream(streamIndex);
  const { codecpar } = stream;
  const { codecId, sampleRate, format, channels } = codecpar;
  const { num, den } = timebaseOf(stream);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([file.container, codecId, sampleRate, format, channels, num, den, demuxer.offset]));
  hash.update(`${stream.startTime} ${stream.duration}`).update(codecpar.extradata ?? 'none');
  for (const packet of demuxer.packets()) {
    const { pts, dts, duration, flags, data } = packet;
    hash.update(`${pts} ${dts} ${duration} ${flags} ${data?.length};`);
    // How much of the first and the last packet is filling.
    hash.update(packet.getSideData(AV_PKT_DATA_SKIP_SAMPLES) ?? '-').update(data ?? '-');
  }
  return hash.update(`${demuxer.damage.count}`).digest('hex');
}
