/** Frames as FCPXML's rational seconds. */
import type { FrameRate } from '#core/time';

/** `1001/30000s`, `5s`: a whole number of frames, reduced. */
export function frameTime(frames: number, rate: FrameRate): string {
  const [num, den] = [BigInt(frames) * BigInt(rate.den), BigInt(rate.num)];
  const divisor = common(num < 0n ? -num : num, den);
  const [top, bottom] = [num / divisor, den / divisor];
  return bottom === 1n ? `${top}s` : `${top}/${bottom}s`;
}

function common(a: bigint, b: bigint): bigint {
  return b === 0n ? (a === 0n ? 1n : a) : common(b, a % b);
}
