/** Editing by what is said: a script is found in the sound, and what is cut by its words is gone from the file, its neighbours whole. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRealFft } from '#core/dsp';
import type { Transcript } from '#core/facts';
import { toMilliseconds, ticksPerSecond } from '#core/time';
import { splitWords } from '#core/words';
import { giveWords, importDocument, knownTranscript, transcriptOf } from '#editor/assets';
import { currentTimeline } from '#editor/commit';
import { decodeSound } from '#engine/media';
import { pronounce, speakPhones } from '#engine/models';
import type { Config } from '#platform/config';
import { bringIn, openApp, openSession, render, say, userId, type App } from './job.ts';

const rateHz = 16_000;
const script =
  'Welcome back to my channel. Um, today I want to show you three things. First we look at the timeline together. Then we talk about pricing, which changed last month. Finally please leave a comment below.';
const words = splitWords(script);
/** Another voice than most of what the phones were learnt from is not there; another pace and noise are. */
const { speech, phones } = speakPhones(script, 'rms', 1.15);

type Spoken = { readonly text: string; readonly startMs: number; readonly endMs: number };

/** When each word is spoken, by the synthesiser's own plan. */
function truth(): Spoken[] {
  const timed = phones.map(({ phone, endSeconds }, index) => ({ phone, endMs: endSeconds * 1000, startMs: (phones[index - 1]?.endSeconds ?? 0) * 1000 })); // prettier-ignore
  const said = timed.filter(({ phone }) => phone !== 'pau');
  const counts = pronounce(words).map(({ length }) => length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(said.length);
  let at = 0;
  return words.map((text, index) => {
    const own = said.slice(at, (at += counts[index]!));
    return { text, startMs: own[0]!.startMs, endMs: own.at(-1)!.endMs };
  });
}

function writeWav(path: string, samples: Float32Array): void {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF    WAVEfmt ', 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  [16, 0x0001_0001, rateHz, rateHz * 2, 0x0010_0002].forEach((value, index) => bytes.writeUInt32LE(value, 16 + index * 4));
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((value, index) => bytes.writeInt16LE(Math.round(value * 32_000), 44 + index * 2));
  writeFileSync(path, bytes);
}

/** Where a stretch of sound is found in another, and how alike they are, 0 … 1. */
function findSound(needle: Float32Array, haystack: Float32Array): { readonly at: number; readonly likeness: number } {
  const size = 2 ** Math.ceil(Math.log2(haystack.length + needle.length));
  const fft = createRealFft(size);
  const spectrum = (samples: Float32Array) => {
    const padded = new Float64Array(size);
    padded.set(samples);
    const [re, im] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1)];
    fft.forward(padded, re, im);
    return { re, im };
  };
  const [a, b] = [spectrum(haystack), spectrum(needle)];
  const re = a.re.map((value, bin) => value * b.re[bin]! + a.im[bin]! * b.im[bin]!);
  const im = a.im.map((value, bin) => value * b.re[bin]! - a.re[bin]! * b.im[bin]!);
  const products = new Float64Array(size);
  fft.inverse(re, im, products);
  const own = needle.reduce((sum, value) => sum + value * value, 0);
  let window = haystack.subarray(0, needle.length).reduce((sum, value) => sum + value * value, 0);
  let best = { at: 0, likeness: 0 };
  for (let at = 0; at + needle.length <= haystack.length; at++) {
    const likeness = products[at]! / Math.sqrt(own * Math.max(window, own * 0.05));
    if (likeness > best.likeness) best = { at, likeness };
    window += (haystack[at + needle.length] ?? 0) ** 2 - haystack[at]! ** 2;
  }
  return best;
}

const folder = mkdtempSync(join(tmpdir(), 'rushes-spoken-'));
const talk = join(folder, 'talk.wav');
const source = speech.samples.slice();
let app: App;
beforeAll(async () => {
  let seed = 5;
  for (let index = 0; index < source.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    source[index] = source[index]! * 0.8 + (seed / 2 ** 31 - 1) * 0.003;
  }
  writeWav(talk, source);
  app = await openApp(join(folder, 'data'), { recogniser: 'off' });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openTalk(given = true) {
  const sessionId = await openSession(app);
  const asset = await bringIn(app, sessionId, talk);
  if (given) await giveWords(app.ctx, { sessionId, asset }, { kind: 'text', language: 'en', texts: [{ text: script }] });
  return { sessionId, asset };
}

async function outputOf(sessionId: string): Promise<Float32Array> {
  const { path } = await render(app, sessionId, { format: 'wav' });
  const blocks = [...decodeSound({ path, container: 'wav' }, { streamIndex: 0, sampleRateHz: rateHz, channels: 1 })];
  return Float32Array.from(blocks.flatMap(([block]) => [...block!]));
}

const partOf = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) =>
  source.subarray((startMs * rateHz) / 1000, (endMs * rateHz) / 1000);

describe('a script', () => {
  test('is found in the sound: half of the borders within 30 ms, nine in ten within 80', async () => {
    const { sessionId } = await openTalk(false);
    const said = await say(app, sessionId, `Here is the script: ${script}`);
    expect(said.receipts.map(({ tool, status }) => [tool, status])).toEqual([['give_script', 'done']]);
    const [asset] = (await import('#platform/store').then(({ listSessionAssets }) => listSessionAssets(app.ctx.store, sessionId))).map((entry) => entry.asset); // prettier-ignore
    const found = (await knownTranscript(app.ctx, { sessionId, asset: asset! }))!;
    expect(found).toMatchObject({ source: 'aligned', language: 'en' });
    const errors = truth()
      .flatMap(({ startMs, endMs }, index) => [
        startMs - toMilliseconds(found.words[index]!.start),
        endMs - toMilliseconds(found.words[index]!.end),
      ])
      .map(Math.abs)
      .toSorted((a, b) => a - b);
    process.stdout.write(
      `words of a script: median ${errors[errors.length >> 1]!.toFixed(0)} ms, nine in ten within ${errors[Math.floor(errors.length * 0.9)]!.toFixed(0)} ms\n`,
    );
    expect(errors[errors.length >> 1]).toBeLessThanOrEqual(30);
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThanOrEqual(80);
  });

  test('of another recording is refused', async () => {
    const { sessionId } = await openTalk(false);
    const other =
      'Quarterly figures for the harbour were published yesterday by the commission, which expects growth in every region except the north.';
    const said = await say(app, sessionId, `transcript: ${other} ${other}`);
    expect(said.text).toContain('is not what is spoken');
    expect((await currentTimeline(app.ctx, sessionId)).revision).toBe(1);
  });
});

test.each([
  ['remove every um', 'remove_fillers', [5], 0.9],
  [
    'cut the sentence about pricing',
    'cut_words',
    words.map((_, index) => index).filter((index) => index >= words.indexOf('Then') && index <= words.indexOf('month.')),
    0.6,
  ],
])('%s: it is gone from the file and every other word is whole', async (sentence, tool, gone, alike) => {
  const { sessionId } = await openTalk();
  const said = await say(app, sessionId, sentence);
  expect(said.receipts.map((receipt) => [receipt.tool, receipt.status])).toEqual([[tool, 'done']]);
  const output = await outputOf(sessionId);
  const spoken = truth();
  const [first, last] = [spoken[gone[0]!]!, spoken[gone.at(-1)!]!];
  // The middle of what was cut: its edges may be in the fade of the join.
  const middle = { startMs: first.startMs + 30, endMs: last.endMs - 30 };
  // One hum is like another: a short sound is never quite alone.
  expect(findSound(partOf(middle), output).likeness).toBeLessThan(alike);
  const kept = spoken.filter((_, index) => !gone.includes(index));
  const places = kept
    .filter(({ startMs, endMs }) => endMs - startMs >= 120)
    .map((word) => ({ word, ...findSound(partOf(word), output) }));
  expect(places.length).toBeGreaterThan(20);
  for (const { word, likeness } of places) expect(likeness, word.text).toBeGreaterThan(0.97);
  // In their order, the neighbours of the cut among them.
  const order = places.map(({ at }) => at);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('search, captions and chapters come from the words', async () => {
  const { sessionId } = await openTalk();
  const timeline = truth().find(({ text }) => text === 'First')!;
  const search = await say(app, sessionId, 'where do I talk about the timeline?');
  expect(search.receipts[0]!.facts.firstMs).toBeGreaterThan(timeline.startMs - 100);
  expect(search.receipts[0]!.facts.firstMs).toBeLessThan(timeline.startMs + 100);
  await say(app, sessionId, 'add karaoke captions');
  const texts = (await currentTimeline(app.ctx, sessionId)).tracks
    .filter(({ kind }) => kind === 'text')
    .flatMap(({ items }) => items);
  const captions = texts.flatMap((item) => (item.kind === 'text' ? [item] : []));
  expect(captions.map(({ text }) => text.replaceAll('\n', ' ')).join(' ')).toBe(script);
  expect(captions.flatMap((caption) => caption.words ?? [])).toHaveLength(words.length);
  const chapters = await say(app, sessionId, 'make chapters');
  expect(chapters.receipts[0]!.text).toMatch(/^0:00 \S/);
});

test('a caption file is what is said in its recording', async () => {
  const { sessionId, asset } = await openTalk(false);
  const path = join(folder, 'captions.bin');
  const clock = (ms: number) =>
    `00:00:${String(Math.floor(ms / 1000)).padStart(2, '0')},${String(Math.round(ms % 1000)).padStart(3, '0')}`;
  const spoken = truth();
  const [um, three] = [spoken[5]!, spoken.find(({ text }) => text === 'things.')!];
  writeFileSync(
    path,
    `1\n${clock(um.startMs - 150)} --> ${clock(three.endMs + 300)}\nUm, today I want to show you three things.\n`,
  );
  await importDocument(app.ctx, { sessionId, userId, path, name: 'talk.srt' });
  const found = await transcriptOf(app.ctx, { sessionId, asset });
  expect(found.words).toHaveLength(9);
  expect(Math.abs(toMilliseconds(found.words[0]!.start) - um.startMs)).toBeLessThan(80);
  expect(Math.abs(toMilliseconds(found.words.at(-1)!.end) - three.endMs)).toBeLessThan(120);
});

test('without words one sentence says what would help, and nothing changes', async () => {
  const { sessionId } = await openTalk(false);
  for (const wish of ['add captions', 'remove every um', 'cut the sentence about pricing', 'make chapters']) {
    const said = await say(app, sessionId, wish);
    expect(said.receipts.map(({ status }) => status)).toEqual(['unchanged']);
    expect(said.text).toContain('rushes models pull whisper-base');
  }
  expect((await currentTimeline(app.ctx, sessionId)).revision).toBe(1);
  const chinese = await say(app, sessionId, '去掉所有的嗯');
  expect(chinese.text).toContain('文字稿');
});

describe('recognisers', () => {
  type Heard = { readonly authorization: string | undefined; readonly body: string };

  async function withConfig<Result>(config: Partial<Config>, work: (own: App) => Promise<Result>): Promise<Result> {
    const own = await openApp(mkdtempSync(join(folder, 'own-')), config);
    try {
      return await work(own);
    } finally {
      await own.close();
    }
  }

  async function hear(own: App, path = talk): Promise<Transcript> {
    const sessionId = await openSession(own);
    return transcriptOf(own.ctx, { sessionId, asset: await bringIn(own, sessionId, path) });
  }

  test('an endpoint of the OpenAI protocol is asked, again where it is busy, and its words are kept', async () => {
    const heard: Heard[] = [];
    const server = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks).toString('latin1') });
        if (heard.length === 1) return response.writeHead(429, { 'retry-after': '0.01' }).end('key secret-key is busy');
        response.end(JSON.stringify({ language: 'english', text: 'Hello there.', words: [{ word: 'Hello', start: 0.25, end: 0.5 }, { word: 'there.', start: 0.5, end: 0.75 }] })); // prettier-ignore
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
      await withConfig(
        { transcribeUrl: url, transcribeModel: 'made-up', transcribeKey: 'secret-key', recogniser: undefined },
        async (own) => {
          const sessionId = await openSession(own);
          const asset = await bringIn(own, sessionId, talk);
          const found = await transcriptOf(own.ctx, { sessionId, asset });
          expect(found).toMatchObject({ source: 'endpoint', engine: 'made-up', language: 'en' });
          expect(found.words.map(({ text, start }) => [text, start / ticksPerSecond])).toEqual([['Hello', 0.25], ['there.', 0.5]]); // prettier-ignore
          // Known from now on.
          await transcriptOf(own.ctx, { sessionId, asset });
        },
      );
      expect(heard).toHaveLength(2);
      expect(heard[1]!.authorization).toBe('Bearer secret-key');
      expect(heard[1]!.body).toContain('name="timestamp_granularities[]"\r\n\r\nword');
      expect(heard[1]!.body).toContain('RIFF');
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  test('an endpoint that refuses is an error that tells nothing of the key', async () => {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(401).end('bad key secret-key'));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
      const refused = withConfig({ transcribeUrl: url, transcribeKey: 'secret-key' }, (own) => hear(own));
      await expect(refused).rejects.toMatchObject({
        code: 'SERVER_FAULT',
        message: expect.not.stringContaining('secret') as string,
      });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  test('a model whose files are damaged is said to be', async () => {
    const models = mkdtempSync(join(folder, 'models-'));
    mkdirSync(join(models, 'whisper-made'));
    for (const [name, text] of [['made-encoder.onnx', 'no network'], ['made-decoder.onnx', 'no network'], ['made-tokens.txt', 'a 0\n']] as const) writeFileSync(join(models, 'whisper-made', name), text); // prettier-ignore
    await expect(withConfig({ modelsFolder: models }, (own) => hear(own))).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    await expect(withConfig({ modelsFolder: models, recogniser: 'another' }, (own) => hear(own))).rejects.toMatchObject({
      code: 'MODEL_MISSING',
    });
  });

  test.skipIf(!existsSync('/usr/bin/pocketsphinx_continuous'))('PocketSphinx hears roughly, and says so', async () => {
    const short = join(folder, 'short.wav');
    writeWav(short, source.subarray(0, 4 * rateHz));
    const found = await withConfig({ recogniser: 'pocketsphinx' }, (own) => hear(own, short));
    expect(found).toMatchObject({ source: 'pocketsphinx', rough: expect.stringContaining('wrong') as string });
    expect(found.words.length).toBeGreaterThan(4);
  });
});
