/**
 * What a file is, by its first bytes. The name does not count: a playlist named `.mp4` is a playlist. The answer
 * chooses the one demuxer that may open the file, so nothing is ever guessed by FFmpeg.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fail } from '#core/errors';
import { isColorTable, tableContainer } from './color-table.ts';
import { findMpegAudio } from './mpeg-audio.ts';

export type Sniffed = {
  /** FFmpeg's demuxer. */
  readonly container: string;
  /** What people call it: `mp4`, `mov`, `m4a`, `webm` … */
  readonly format: string;
  /** A picture that does not move. */
  readonly still: boolean;
  /** Pixels, for formats that say so in their first bytes. */
  readonly head: Buffer;
};

/** Enough for every magic number, an ID3 tag's head and a stretch of MPEG sound behind 100 kB of junk. */
const headBytes = 256 * 1024;

/** Errors: UPLOAD_EMPTY, UPLOAD_UNSUPPORTED with what it seems to be, FILE_MISSING. */
export function sniff(path: string, name = ''): Sniffed {
  const file = openFile(path);
  try {
    const size = fstatSync(file).size;
    if (size === 0) throw fail('UPLOAD_EMPTY', { name });
    const head = readAt(file, 0, headBytes);
    const found = sniffBytes(head, (position, length) => readAt(file, position, length));
    if ('refused' in found) throw fail('UPLOAD_UNSUPPORTED', { name, reason: found.refused });
    return { ...found, head };
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw fail('FILE_MISSING', {}, { cause: error });
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

type Verdict = Omit<Sniffed, 'head'> | { readonly refused: string };

/** `read` gives bytes further on, for tags that stand before the sound. */
export function sniffBytes(head: Buffer, read: (position: number, length: number) => Buffer): Verdict {
  return sniffRiff(head) ?? sniffBoxes(head) ?? sniffMagic(head) ?? sniffForeign(head) ?? sniffSound(head, read);
}

function is(container: string, format: string, kind: 'moving' | 'still' = 'moving'): Verdict {
  return { container, format, still: kind === 'still' };
}

function ascii(head: Buffer, from: number, to: number): string {
  return head.toString('latin1', from, to);
}

function sniffRiff(head: Buffer): Verdict | undefined {
  const form = ascii(head, 0, 4);
  if (!['RIFF', 'RF64', 'BW64'].includes(form)) return undefined;
  switch (ascii(head, 8, 12)) {
    case 'WAVE':
      return is('wav', 'wav');
    case 'AVI ':
      return form === 'RIFF' ? is('avi', 'avi') : undefined;
    case 'WEBP': {
      const animated = ascii(head, 12, 16) === 'VP8X' && ((head[20] ?? 0) & 0x02) !== 0;
      return animated ? is('webp_anim', 'webp') : is('webp_pipe', 'webp', 'still');
    }
    default:
      return { refused: 'a RIFF file of another kind' };
  }
}

const movieBoxes = ['moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'moof', 'styp', 'sidx', 'uuid'];
const pictureBrands = ['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1', 'avif', 'avis', 'crx ', 'jxl '];

function sniffBoxes(head: Buffer): Verdict | undefined {
  const box = ascii(head, 4, 8);
  if (box === 'ftyp') {
    const brand = ascii(head, 8, 12);
    if (pictureBrands.includes(brand)) return { refused: `a ${brand.trim().toUpperCase()} picture` };
    if (brand === 'qt  ') return is('mov', 'mov');
    return is('mov', brand.startsWith('M4A') || brand.startsWith('M4B') ? 'm4a' : 'mp4');
  }
  // QuickTime files from before `ftyp`; the length must make sense, since four letters are little proof.
  const length = head.length >= 8 ? head.readUInt32BE(0) : 0;
  return movieBoxes.includes(box) && (length >= 8 || length === 0 || length === 1) ? is('mov', 'mov') : undefined;
}

function sniffMagic(head: Buffer): Verdict | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) {
    return is('matroska', head.subarray(0, 4096).includes('webm') ? 'webm' : 'mkv');
  }
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) {
    const control = head.indexOf('acTL');
    const isAnimated = control > 0 && control < (head.indexOf('IDAT') + head.length) % head.length;
    return isAnimated ? is('apng', 'png') : is('png_pipe', 'png', 'still');
  }
  if (starts(0xff, 0xd8, 0xff)) return is('jpeg_pipe', 'jpg', 'still');
  if (['GIF87a', 'GIF89a'].includes(ascii(head, 0, 6))) return is('gif', 'gif');
  if (ascii(head, 0, 4) === 'OggS') return is('ogg', 'ogg');
  if (ascii(head, 0, 4) === 'fLaC') return is('flac', 'flac');
  if (starts(0x00, 0x00, 0x01, 0xba)) return is('mpeg', 'mpg');
  if (isTransportStream(head, 188, 0) || isTransportStream(head, 192, 4)) return is('mpegts', 'ts');
  return undefined;
}

function isTransportStream(head: Buffer, packetBytes: number, first: number): boolean {
  if (head.length < first + packetBytes * 3) return false;
  for (let at = first; at < Math.min(head.length, packetBytes * 20); at += packetBytes) if (head[at] !== 0x47) return false;
  return true;
}

const foreign: readonly (readonly [magic: string, what: string])[] = [
  ['PK\x03\x04', 'a ZIP archive'],
  ['PK\x05\x06', 'a ZIP archive'],
  ['%PDF', 'a PDF'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
  ['\x1f\x8b', 'a compressed file'],
  ['BZh', 'a compressed file'],
  ['\xfd7zXZ', 'a compressed file'],
  ['7z\xbc\xaf', 'an archive'],
  ['Rar!', 'an archive'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'a Windows Media file'],
  ['FLV\x01', 'a Flash video'],
];

/** Names what people and attackers send instead of media. */
function sniffForeign(head: Buffer): Verdict | undefined {
  for (const [magic, what] of foreign) if (ascii(head, 0, magic.length) === magic) return { refused: what };
  if (!isText(head)) return undefined;
  if (isColorTable(head)) return is(tableContainer, 'cube', 'still');
  const text = head
    .subarray(0, 4096)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .toLowerCase();
  if (text.startsWith('#extm3u') || text.startsWith('ffconcat') || text.includes('<mpd')) return { refused: 'a playlist' };
  if (text.startsWith('v=0')) return { refused: 'a session description' };
  if (text.includes('<svg')) return { refused: 'an SVG drawing' };
  if (text.includes('<html') || text.startsWith('<!doctype')) return { refused: 'a web page' };
  return { refused: 'a text file' };
}

/** No zero bytes and hardly any control characters in its first kilobytes. */
function isText(head: Buffer): boolean {
  const sample = head.subarray(0, 2048);
  const odd = sample.reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 32) || byte === 127 ? 1 : 0), 0);
  return !sample.includes(0) && odd <= sample.length / 100 && !(sample[0] === 0xff && (sample[1] ?? 0) >= 0xe0);
}

/** MPEG sound has no magic number, only frames that follow each other; a tag or junk may stand before them. */
function sniffSound(head: Buffer, read: (position: number, length: number) => Buffer): Verdict {
  if (ascii(head, 0, 4) === 'ADIF') return is('aac', 'aac');
  const behindTags = skipTags(head, read);
  const body = behindTags === 0 ? head : read(behindTags, headBytes);
  if (behindTags > 0 && ascii(body, 0, 4) === 'fLaC') return is('flac', 'flac');
  const found = findMpegAudio(body, behindTags > 0 ? body.length : 128 * 1024);
  if (found === 'aac') return is('aac', 'aac');
  if (found === 'mp3') return is('mp3', 'mp3');
  return { refused: 'no known media format' };
}

/** Where the ID3v2 tags end; several may stand in a row, each with megabytes of cover picture. */
function skipTags(head: Buffer, read: (position: number, length: number) => Buffer): number {
  let position = 0;
  for (let count = 0; count < 8; count++) {
    const tag = position === 0 ? head.subarray(0, 10) : read(position, 10);
    if (tag.length < 10 || ascii(tag, 0, 3) !== 'ID3') break;
    const length = ((tag[6]! & 0x7f) << 21) | ((tag[7]! & 0x7f) << 14) | ((tag[8]! & 0x7f) << 7) | (tag[9]! & 0x7f);
    position += 10 + length + ((tag[5]! & 0x10) !== 0 ? 10 : 0);
  }
  return position;
}
