import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssetProbe } from '#core/asset';
import { isEditorError } from '#core/errors';
import { probeMedia } from '#engine/media';
import { createPool, type Pool } from '#engine/pool';
import { chirp, makeAll, writeMedia } from '../fixtures/media-files.ts';
import { createRandom } from '../fixtures/noises.ts';

const folder = mkdtempSync(join(tmpdir(), 'rushes-hostile-'));
const accepted = ['mp4', 'mov', 'avi', 'webm', 'mkv', 'jpg', 'png', 'gif', 'webp', 'mp3', 'wav', 'm4a', 'aac'] as const;
const canary = 'canary-5f1b0c of another user';
let made: Record<string, string> = {};
let pool: Pool;
let server: Server;
let hits = 0;

beforeAll(async () => {
  made = makeAll(folder);
  // Half of what a worker gets otherwise: whatever is thrown at it must fit.
  const size = Math.max(2, availableParallelism());
  pool = createPool({
    size,
    sandbox: 'auto',
    memoryLimitBytes: 512 * 2 ** 20,
    scratchFolder: join(folder, 'scratch'),
    onWarning,
  });
  server = createServer((_request, response) => {
    hits++;
    response.end(canary);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  await pool.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function onWarning(message: string, fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`pool: ${message} ${JSON.stringify({ ...fields, stderr: undefined })}\n`);
}

type Outcome = {
  readonly name: string;
  readonly seconds: number;
  readonly probe?: AssetProbe;
  readonly code?: string;
  readonly text: string;
};

async function probe(path: string, name: string): Promise<Outcome> {
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1000;
  try {
    const found = await pool.run('probe', { path, name });
    return { name, seconds: seconds(), probe: found, text: JSON.stringify(found) };
  } catch (error) {
    if (!isEditorError(error)) throw error;
    return { name, seconds: seconds(), code: error.code, text: JSON.stringify(error) };
  }
}

async function probeBytes(name: string, bytes: Buffer | string): Promise<Outcome> {
  const path = join(folder, `sent-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, bytes);
  try {
    return await probe(path, name);
  } finally {
    rmSync(path);
  }
}

function probeHere(path: string, name: string): { readonly code?: string; readonly text: string } {
  try {
    return { text: JSON.stringify(probeMedia(path, name)) };
  } catch (error) {
    if (!isEditorError(error)) throw error;
    return { code: error.code, text: JSON.stringify(error) };
  }
}

const clearCodes = ['UPLOAD_UNSUPPORTED', 'UPLOAD_EMPTY', 'MEDIA_UNREADABLE', 'MEDIA_LIMIT'];

test('every one of 169 damaged files gives a probe or a clear error, and no worker dies of one', async () => {
  const seed = 20_261_121;
  process.stdout.write(`hostile: mutants from seed ${seed}\n`);
  const random = createRandom(seed);
  const mutants = accepted.flatMap((kind) =>
    Array.from({ length: 13 }, (_, number) => ({ kind, bytes: mutate(readFileSync(made[kind]!), number, random) })),
  );
  const outcomes = await Promise.all(mutants.map(({ kind, bytes }, index) => probeBytes(`mutant-${index}.${kind}`, bytes)));
  const failures = outcomes.filter(({ code }) => code !== undefined);
  expect(failures.filter(({ code }) => !clearCodes.includes(code!)).map(({ name, code }) => `${name} ${code}`)).toEqual([]);
  // Not all survive and not all break, or the mutants prove nothing.
  expect(failures.length).toBeGreaterThan(20);
  expect(outcomes.length - failures.length).toBeGreaterThan(40);
  expect(await probe(made.mp4!, 'whole.mp4')).toMatchObject({ probe: { kind: 'video' } });
});

/** Flips, cuts, repeats, blanks or inserts bytes; the first bytes are spared half of the time, so that more than the sniffer is tried. */
function mutate(original: Buffer, number: number, random: () => number): Buffer {
  const bytes = Buffer.from(original);
  const from = number % 2 === 0 ? 0 : Math.min(64, bytes.length >> 1);
  const place = (): number => from + Math.floor(random() * (bytes.length - from));
  const [at, length] = [place(), 1 + Math.floor(random() * 400)];
  switch (number % 5) {
    case 0:
      for (let count = 0; count < 30; count++) bytes[place()]! ^= 1 << Math.floor(random() * 8);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length))]);
    case 3:
      return bytes.fill(0, at, Math.min(bytes.length, at + length));
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))),
        bytes.subarray(at),
      ]);
  }
}

describe('disguised playlists', () => {
  const secret = join(folder, 'secret.ts');
  const fragment = join(folder, 'secret.mp4');

  function playlists(): Record<string, string> {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary.ts`;
    const hls = (uri: string): string => `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${uri}\n#EXT-X-ENDLIST\n`;
    return {
      'HLS naming a file': hls(secret),
      'HLS naming a host': hls(address),
      'HLS behind a byte order mark': `\uFEFF${hls(`file://${fragment}`)}`,
      'HLS with a concat': hls(`concat:${secret}|${address}`),
      DASH: `<?xml version="1.0"?><MPD type="static"><Period><AdaptationSet><Representation><BaseURL>${address}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      ffconcat: `ffconcat version 1.0\nfile '${secret}'\nfile '${address}'\n`,
      SVG: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="${address}"/><image xlink:href="file://${secret}"/></svg>`,
      SDP: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n`,
      subtitles: `1\n00:00:00,000 --> 00:00:05,000\n${address}\n`,
      'image pattern': `${join(folder, 'secret-%03d.png')}\n`,
    };
  }

  test('are refused under each of the 13 names, without a look at what they name', async () => {
    writeFileSync(secret, canary.repeat(40));
    writeFileSync(fragment, canary.repeat(40));
    const pairs = Object.entries(playlists()).flatMap(([kind, content], row) =>
      accepted.map((extension, column) => ({ name: `${kind}.${extension}`, content, isSent: (row + column) % 10 === 0 })),
    );
    // Every pair here, and each name once more through a worker, where nothing but the sandbox would be in the way.
    const path = join(folder, 'playlist');
    const outcomes = pairs.map(({ name, content }) => {
      writeFileSync(path, content);
      return { name, ...probeHere(path, name) };
    });
    for (const { name, content } of pairs.filter(({ isSent }) => isSent)) outcomes.push(await probeBytes(name, content));
    expect(outcomes.length).toBe(130 + 13);
    expect(outcomes.filter(({ code }) => code !== 'UPLOAD_UNSUPPORTED').map(({ name, code }) => `${name} ${code}`)).toEqual([]);
    expect(outcomes.some(({ text }) => text.includes('canary-5f1b0c'))).toBe(false);
    expect(hits).toBe(0);
  });

  test('inside real containers are not followed either', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary`;
    // The reference of a QuickTime file to its data elsewhere: `self-contained` is unset and an address put there.
    const movie = readFileSync(made.mov!);
    const reference = movie.indexOf('url \0\0\0\x01', 0, 'latin1');
    const changed = Buffer.from(movie);
    if (reference > 0) changed[reference + 7] = 0;
    const outcomes = [
      await probeBytes('reference.mov', changed),
      await probeBytes('tail.mp4', Buffer.concat([readFileSync(made.mp4!), Buffer.from(`#EXTM3U\n#EXTINF:1,\n${address}\n`)])),
      await probeBytes('tagged.mp3', Buffer.concat([id3(`#EXTM3U\n${address}\n`), readFileSync(made.mp3!)])),
    ];
    for (const { code } of outcomes) expect([undefined, ...clearCodes]).toContain(code);
    expect(hits).toBe(0);
  });
});

/** An ID3v2 tag that claims `claimed` bytes and holds `content`. */
function id3(content: string, claimed = content.length): Buffer {
  const size = [21, 14, 7, 0].map((shift) => (claimed >> shift) & 0x7f);
  return Buffer.concat([
    Buffer.from(['I', 'D', '3'].map((letter) => letter.charCodeAt(0))),
    Buffer.from([4, 0, 0, ...size]),
    Buffer.from(content),
  ]);
}

describe('bombs', () => {
  /** The code, and that it came fast and from a worker within half of its usual memory. */
  async function expectLimit(work: Promise<Outcome>, what: RegExp): Promise<void> {
    const outcome = await work;
    expect([outcome.name, outcome.code]).toEqual([outcome.name, 'MEDIA_LIMIT']);
    expect(outcome.text).toMatch(what);
    expect(outcome.seconds).toBeLessThan(10);
  }

  test('a picture of 256 million pixels is refused in every still format', async () => {
    const [side, low, high] = [16_000, 16_000 & 0xff, 16_000 >> 8];
    const gif = Buffer.concat([
      Buffer.from('GIF89a'),
      Buffer.from([low, high, low, high, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x3b]),
    ]);
    const jpeg = Buffer.from([
      0xff,
      0xd8,
      0xff,
      0xc0,
      0,
      17,
      8,
      high,
      low,
      high,
      low,
      3,
      1,
      0x22,
      0,
      2,
      0x11,
      1,
      3,
      0x11,
      1,
      0xff,
      0xda,
    ]);
    const webp = Buffer.concat([
      Buffer.from('RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'),
      size24(side - 1),
      size24(side - 1),
      Buffer.alloc(40),
    ]);
    await expectLimit(probeBytes('bomb.png', png(side, side)), /picture size/);
    await expectLimit(probeBytes('bomb.gif', gif), /picture size/);
    await expectLimit(probeBytes('bomb.jpg', jpeg), /picture size/);
    await expectLimit(probeBytes('bomb.webp', webp), /picture size/);
  });

  function size24(value: number): Buffer {
    return Buffer.from([value & 0xff, (value >> 8) & 0xff, value >> 16]);
  }

  /** A true PNG of one colour, as small as its claim is large. */
  function png(width: number, height: number): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const row = deflateSync(Buffer.alloc(width + 1));
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', row),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  function chunk(name: string, content: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    // The check sum is left at zero: a decoder that gets as far as testing it has been let too far.
    return Buffer.concat([length, Buffer.from(name), content, Buffer.alloc(4)]);
  }

  test('a moving picture of 56 million pixels, 1000 frames/s, a day, 200 streams', async () => {
    const wide = join(folder, 'wide.avi');
    writeMedia(wide, 'avi', {
      picture: { encoder: 'mjpeg', pixelFormat: 'yuvj420p', frames: 1, size: { width: 8000, height: 7000 } },
    });
    await expectLimit(probe(wide, 'wide.avi'), /picture size/);
    const fast = join(folder, 'fast.mp4');
    writeMedia(fast, 'mp4', {
      picture: { encoder: 'libx264', frames: 60, rate: { num: 1000, den: 1 }, size: { width: 64, height: 64 } },
    });
    await expectLimit(probe(fast, 'fast.mp4'), /frame rate/);
    const day = join(folder, 'day.mp4');
    writeMedia(day, 'mp4', {
      picture: {
        encoder: 'libx264',
        frames: 3,
        rate: { num: 1, den: 1 },
        stamps: [0, 1, 86_400],
        settings: { preset: 'ultrafast' },
        size: { width: 64, height: 64 },
      },
    });
    await expectLimit(probe(day, 'day.mp4'), /length/);
    const many = join(folder, 'many.mkv');
    const planes = chirp(8000, 800);
    writeMedia(many, 'matroska', {
      sounds: Array.from({ length: 200 }, () => ({ codec: 'pcm_s16le', sampleRateHz: 8000, planes }) as const),
    });
    await expectLimit(probe(many, 'many.mkv'), /number of streams/);
  });

  test('headers that lie about lengths are measured, not believed', async () => {
    const wave = readFileSync(made.wav!);
    const lying = Buffer.from(wave);
    lying.writeUInt32LE(0xffff_fff0, 4);
    lying.writeUInt32LE(0xffff_ff00, wave.indexOf('data') + 4);
    const { probe: long } = await probeBytes('lying.wav', lying);
    expect(long!.duration / 705_600_000).toBeCloseTo(1.5, 2);
    const movie = readFileSync(made.mp4!);
    const box = movie.lastIndexOf('mdat');
    const huge = Buffer.from(movie);
    huge.writeUInt32BE(0xffff_fff0, box - 4);
    expect([undefined, ...clearCodes]).toContain((await probeBytes('mdat.mp4', huge)).code);
    expect([undefined, ...clearCodes]).toContain(
      (await probeBytes('tag.mp3', Buffer.concat([id3('x', 250_000_000), readFileSync(made.mp3!)]))).code,
    );
  });

  test('ten thousand frames in a small GIF are counted, not kept', async () => {
    const path = join(folder, 'many.gif');
    writeMedia(path, 'gif', {
      picture: {
        encoder: 'gif',
        pixelFormat: 'rgb8',
        frames: 10_000,
        rate: { num: 50, den: 1 },
        size: { width: 16, height: 16 },
      },
    });
    const { probe: found, seconds } = await probe(path, 'many.gif');
    expect(found!.streams[0]).toMatchObject({ frameCount: 10_000 });
    expect(seconds).toBeLessThan(10);
  });
});

test('what is not media is refused under any name, whatever is in front of or behind it', async () => {
  const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), deflateRawSync(Buffer.alloc(1000))]);
  const files: Record<string, Buffer> = {
    zip,
    pdf: Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\n'),
    html: Buffer.from('<!doctype html><script>fetch("http://127.0.0.1")</script>'),
    script: Buffer.from('#!/bin/sh\ncat /etc/passwd\n'),
    exe: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500, 0x90)]),
    elf: Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(500)]),
    json: Buffer.from(JSON.stringify({ __proto__: 1, media: [] })),
    zeros: Buffer.alloc(5000),
    one: Buffer.from('a'),
    gzip: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
  };
  for (const [kind, bytes] of Object.entries(files)) {
    const { code } = await probeBytes(`${kind}.mp4`, bytes);
    expect([kind, code]).toEqual([kind, 'UPLOAD_UNSUPPORTED']);
  }
  expect((await probeBytes('empty.mp4', Buffer.alloc(0))).code).toBe('UPLOAD_EMPTY');
  // Two files in one are what their beginning says.
  const both = Buffer.concat([readFileSync(made.png!), zip]);
  expect((await probeBytes('both.zip', both)).probe).toMatchObject({ kind: 'image', container: 'png_pipe' });
});

test('a name is only ever text', async () => {
  const names = [
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    'a\0b',
    'a\nb',
    '-i',
    '\u202Egpj.exe',
    'x'.repeat(300),
    '$(id)',
    "';--",
    '%2e%2e%2f',
    'concat:a|b',
    '🎬.mp4',
  ];
  const outcomes = await Promise.all(names.map((name) => probe(made.mp4!, name)));
  expect(outcomes.map(({ probe: found }) => found?.kind)).toEqual(names.map(() => 'video'));
});
