/** What a stretch of a picture stream holds, as one name: equal names, equal pictures after decoding. */
import { createHash } from 'node:crypto';
import { rangeEnd, type TimeRange } from '#core/time';
import { timeOf, type PicturePackets } from './picture-packets.ts';
import type { PictureView } from './look-at-pictures.ts';

/**
 * 64 hex digits over everything that decoding `range` reads: from the key frame before it to where decoding stops.
 *
 * Stamps count from the range's start, so that a stretch that only moved keeps its name. `packets` were read with all checksums.
 */
export function stretchContent(found: PicturePackets, range: TimeRange, view: PictureView): string {
  const { packets, parameters } = found;
  const end = rangeEnd(range);
  const at = (stamp: number): number => timeOf(stamp, found) - range.start;
  let first = 0;
  for (const [index, packet] of packets.entries()) {
    if (at(packet.dts) > 0) break;
    if (packet.key && at(packet.pts) <= 0) first = index;
  }
  const hash = createHash('sha256');
  hash.update(JSON.stringify([parameters, view.width, view.height, range.duration]));
  for (const packet of packets.slice(first)) {
    const [pts, dts] = [at(packet.pts), at(packet.dts)];
    if (packet.key && pts >= end - range.start) break;
    hash.update(`${packet.checksum} ${packet.rest} ${packet.bytes} ${pts} ${dts} ${packet.key} ${packet.corrupt};`);
    if (dts >= end - range.start) break;
  }
  return hash.digest('hex');
}
