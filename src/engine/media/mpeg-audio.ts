/** Finds MPEG-1/2 layer III and ADTS sound by frames that follow each other. Source: ISO 11172-3, 13818-3, 13818-7. */

/** Frames in a row that cannot be chance: each header fixes 11 bits and the next one's place. */
const framesInRow = 4;

const bitrates = {
  1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  2: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;

/** Looks at the first `searchBytes` of `bytes`; undefined where there is no such sound. */
export function findMpegAudio(bytes: Buffer, searchBytes: number): 'mp3' | 'aac' | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0 && at < searchBytes; at = bytes.indexOf(0xff, at + 1)) {
    if (followsItself(bytes, at, adtsLength)) return 'aac';
    if (followsItself(bytes, at, mpegLength)) return 'mp3';
  }
  return undefined;
}

/** Fewer frames do where the data ends sooner, but never less than one whole frame. */
function followsItself(bytes: Buffer, start: number, lengthAt: (bytes: Buffer, at: number) => number): boolean {
  let at = start;
  for (let count = 0; count < framesInRow; count++) {
    if (at >= bytes.length - 3 && count > 0) return start === 0;
    const length = lengthAt(bytes, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

function adtsLength(bytes: Buffer, at: number): number {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return 0;
  if (((bytes[at + 2]! >> 2) & 0xf) > 12) return 0;
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  return length > 7 ? length : 0;
}

function mpegLength(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return 0;
  const version = (bytes[at + 1]! >> 3) & 3;
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const rateIndex = (bytes[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 4 || rateIndex === 3) return 0;
  const family = version === 3 ? 1 : 2;
  const kilobits = bitrates[family][layer as 1 | 2 | 3][bytes[at + 2]! >> 4] ?? 0;
  if (kilobits === 0) return 0;
  const rateHz = [44_100, 48_000, 32_000][rateIndex]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const padding = (bytes[at + 2]! >> 1) & 1;
  if (layer === 1) return (Math.floor((12_000 * kilobits) / rateHz) + padding) * 4;
  return Math.floor(((layer === 3 && family === 2 ? 72_000 : 144_000) * kilobits) / rateHz) + padding;
}
