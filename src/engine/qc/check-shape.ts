/** Whether the finished file is what was asked for: how its pictures are coded, how large and how fast they are, how many bits it takes. */
import type { Size } from '#core/asset';
import type { ProofCheck } from '#core/facts';
import { ticks, ticksPerSecond, toSeconds, type Ticks } from '#core/time';
import { openDemuxer, type MediaFile } from '#engine/media';
import type { Container, OutputRequest, RenderPlan, VideoPlan } from '#engine/plan';
import { timeOf, type PicturePackets } from './picture-packets.ts';

/** The clock that stamps are rounded to where a container has one of its own. */
const units: Readonly<Partial<Record<Container, Ticks>>> = { gif: ticks(ticksPerSecond / 100) };
const usualUnit = ticks(ticksPerSecond / 1000);

/** How far a stamp may be from its place because of the container: WebM and WebP count milliseconds, GIF hundredths of a second. */
export function stampUnit(format: Container): Ticks {
  return units[format] ?? usualUnit;
}

/** Part of the frame rate that a measured one may differ by. */
const rateTolerance = 0.001;
/** Part of the asked rate that the container and short peaks may add. */
const bitrateTolerance = 0.05;
/** Headers and tables that short files have too. */
const containerBytes = 4096;

export function checkShape(plan: RenderPlan, file: MediaFile, streamIndex: number, packets: PicturePackets): ProofCheck {
  const video = plan.video!;
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const { codecpar } = demuxer.stream(streamIndex);
  const size = { width: codecpar.width, height: codecpar.height };
  const rate = measuredRate(packets);
  const asked = video.frameRate.num / video.frameRate.den;
  const units = toSeconds(stampUnit(plan.output.format)) / Math.max(1e-3, spanOf(packets));
  const isRight = video.keepStamps || rate === undefined || Math.abs(rate / asked - 1) <= rateTolerance + units;
  const isSized = size.width === video.size.width && size.height === video.size.height;
  return {
    name: 'shape',
    ok: isRight && isSized,
    expected: wordsOf(video.size, video.keepStamps ? undefined : asked),
    measured: wordsOf(size, video.keepStamps ? undefined : rate),
  };
}

/** Bits a second over the whole file; nothing where none were asked. */
export function checkBitrate({ maxBitrateKbps }: OutputRequest, bytes: number, duration: Ticks): ProofCheck[] {
  if (maxBitrateKbps === undefined || duration <= 0) return [];
  const kbps = (bytes * 8) / 1000 / toSeconds(duration);
  const limit = maxBitrateKbps * (1 + bitrateTolerance) + (containerBytes * 8) / 1000 / toSeconds(duration);
  return [
    {
      name: 'bitrate',
      ok: kbps <= limit,
      expected: `at most ${maxBitrateKbps} kbit/s`,
      measured: `${Math.round(kbps)} kbit/s`,
    },
  ];
}

function measuredRate(packets: PicturePackets): number | undefined {
  const seconds = spanOf(packets);
  return packets.packets.length > 1 && seconds > 0 ? (packets.packets.length - 1) / seconds : undefined;
}

/** Seconds from the first picture to the beginning of the last. */
function spanOf(packets: PicturePackets): number {
  let [first, last] = [Infinity, -Infinity];
  for (const packet of packets.packets) {
    const at = timeOf(packet.pts, packets);
    [first, last] = [Math.min(first, at), Math.max(last, at)];
  }
  return last > first ? toSeconds(ticks(last - first)) : 0;
}

function wordsOf({ width, height }: Size, rate: VideoPlan['frameRate']['num'] | undefined): string {
  return `${width}×${height}${rate === undefined ? '' : ` at ${Number(rate.toFixed(3))} frames/s`}`;
}
