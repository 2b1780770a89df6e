import { expect, test } from 'vitest';
import { imageSize } from './image-size.ts';
import { sniffBytes } from './sniff.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

function verdict(head: Buffer): string {
  const found = sniffBytes(head, (position, length) => head.subarray(position, position + length));
  return 'refused' in found ? `no: ${found.refused}` : `${found.format} ${found.container}`;
}

test.each([
  ['\0\0\0\x18ftypisom\0\0\0\0', 'mp4 mov'],
  ['\0\0\0\x14ftypqt  \0\0\0\0', 'mov mov'],
  ['\0\0\0\x18ftypM4A \0\0\0\0', 'm4a mov'],
  ['\0\0\0\x08wide\0\0\0\0mdat', 'mov mov'],
  ['\0\0\0\x18ftypheic\0\0\0\0', 'no: a HEIC picture'],
  ['RIFF\0\0\0\0WAVEfmt ', 'wav wav'],
  ['RF64\xff\xff\xff\xffWAVEds64', 'wav wav'],
  ['RIFF\0\0\0\0AVI LIST', 'avi avi'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'webp webp_pipe'],
  ['RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0', 'webp webp_anim'],
  ['RIFF\0\0\0\0CDXA', 'no: a RIFF file of another kind'],
  ['\x1aE\xdf\xa3\x9fB\x82\x84webm', 'webm matroska'],
  ['\x1aE\xdf\xa3\x9fB\x82\x88matroska', 'mkv matroska'],
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR____IDAT____acTL', 'png png_pipe'],
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR____acTL____IDAT', 'png apng'],
  ['\xff\xd8\xff\xe0', 'jpg jpeg_pipe'],
  ['GIF89a', 'gif gif'],
  ['OggS', 'ogg ogg'],
  ['fLaC', 'flac flac'],
  ['#EXTM3U\n#EXTINF:1,\nhttp://x/', 'no: a playlist'],
  ['  \n#extm3u', 'no: a playlist'],
  ["ffconcat version 1.0\nfile 'x'", 'no: a playlist'],
  ['<?xml version="1.0"?><MPD>', 'no: a playlist'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', 'no: an SVG drawing'],
  ['v=0\r\no=- 0', 'no: a session description'],
  ['<!DOCTYPE html>', 'no: a web page'],
  ['PK\x03\x04', 'no: a ZIP archive'],
  ['%PDF-1.7', 'no: a PDF'],
  ['\x7fELF\x02', 'no: a program'],
  ['just words', 'no: a text file'],
  ['\0\0\0\0\0\0\0\0\0\0\0\0', 'no: no known media format'],
])('sniffBytes(%j) is %s', (head, expected) => {
  expect(verdict(bytes(head))).toBe(expected);
});

/** MPEG-1 layer III frames of 128 kbit/s at 44.1 kHz: 417 bytes each. */
function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** ADTS frames of 200 bytes, AAC-LC stereo at 48 kHz. */
function adts(frames: number): Buffer {
  const frame = Buffer.alloc(200);
  frame.set([0xff, 0xf1, 0x4c, 0x80, 200 >> 3, ((200 & 7) << 5) | 0x1f, 0xfc]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

test('MPEG sound is known by frames that follow each other, behind a tag or junk too', () => {
  const tag = Buffer.concat([bytes('ID3\x04\0\0\0\0\x02\0'), Buffer.alloc(256)]);
  expect(verdict(mp3(5))).toBe('mp3 mp3');
  expect(verdict(adts(5))).toBe('aac aac');
  expect(verdict(Buffer.concat([tag, mp3(5)]))).toBe('mp3 mp3');
  expect(verdict(Buffer.concat([tag, bytes('fLaC')]))).toBe('flac flac');
  expect(verdict(Buffer.concat([Buffer.alloc(1000, 0x81), mp3(5)]))).toBe('mp3 mp3');
  // One header alone is chance.
  expect(verdict(Buffer.concat([mp3(1), Buffer.alloc(2000, 0x81)]))).toMatch(/^no/);
});

test('transport streams are known by their sync bytes, with or without stamps before them', () => {
  const packets = (length: number, sync: number): Buffer =>
    Buffer.concat(Array.from({ length: 6 }, () => Buffer.alloc(length, 1).fill(0x47, sync, sync + 1)));
  expect(verdict(packets(188, 0))).toBe('ts mpegts');
  expect(verdict(packets(192, 4))).toBe('ts mpegts');
});

test('imageSize() reads the claimed size', () => {
  const png = Buffer.concat([bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), Buffer.from([0, 0, 0x3e, 0x80, 0, 0, 0x1f, 0x40])]);
  expect(imageSize('png', png)).toEqual({ width: 16_000, height: 8000 });
  expect(imageSize('gif', bytes('GIF89a\x40\x01\xb4\x00'))).toEqual({ width: 320, height: 180 });
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 0x04, 0x38, 0x07, 0x80, 1, 1, 0x11, 0]);
  expect(imageSize('jpg', jpeg)).toEqual({ width: 1920, height: 1080 });
  expect(imageSize('mp4', png)).toBeUndefined();
});
