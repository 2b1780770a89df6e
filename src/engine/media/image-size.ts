/** Pixel size of a picture file from its head, so that a bomb is refused before a decoder sees it. */
import type { Size } from '#core/asset';

/** Undefined where the head does not say; the decoder's own limit stands behind. */
export function imageSize(format: string, head: Buffer): Size | undefined {
  switch (format) {
    case 'png':
      return head.length >= 24 ? { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } : undefined;
    case 'gif':
      return head.length >= 10 ? { width: head.readUInt16LE(6), height: head.readUInt16LE(8) } : undefined;
    case 'webp':
      return webpSize(head);
    case 'jpg':
      return jpegSize(head);
    default:
      return undefined;
  }
}

function webpSize(head: Buffer): Size | undefined {
  if (head.length < 30) return undefined;
  const chunk = head.toString('latin1', 12, 16);
  if (chunk === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  if (chunk === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  if (chunk !== 'VP8L') return undefined;
  const bits = head.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The largest start-of-frame: a thumbnail inside a marker comes as a blob that is skipped, but a forged second frame would not. */
function jpegSize(head: Buffer): Size | undefined {
  let largest: Size | undefined;
  let at = 2;
  while (at + 9 < head.length) {
    if (head[at] !== 0xff) return largest;
    const marker = head[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const size = { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
      if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size;
    }
    if (marker === 0xda) return largest;
    const hasLength = marker !== 0x01 && !(marker >= 0xd0 && marker <= 0xd9);
    at += 2 + (hasLength ? head.readUInt16BE(at + 2) : 0);
  }
  return largest;
}
