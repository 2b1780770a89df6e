/** Pictures as PNG files, for what is drawn without a media library. Pure. */
import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** PNG's number of each kind of pixel, and how many bytes one has. */
const kinds = { grey: { code: 0, bytes: 1 }, palette: { code: 3, bytes: 1 }, rgba: { code: 6, bytes: 4 } } as const;

export type PngPicture = {
  readonly width: number;
  readonly height: number;
  readonly kind: keyof typeof kinds;
  /** Rows without padding. */
  readonly pixels: Uint8Array;
  /** Red, green, blue of each colour, for `palette` only. */
  readonly palette?: Uint8Array;
};

export function encodePng({ width, height, kind, pixels, palette }: PngPicture): Buffer {
  const { code, bytes } = kinds[kind];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, the only compression, filter and order there are without interlacing.
  header.set([8, code, 0, 0, 0], 8);
  const row = width * bytes;
  // Each row begins with its filter: none.
  const rows = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Buffer.from(palette))]),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
