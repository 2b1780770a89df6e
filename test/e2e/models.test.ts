/** Models are fetched from a server of this test: size limits, broken connections, wrong sums, archives that lead astray. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listModels, pullModel, type ModelEntry } from '#platform/models';

/** Made with GNU tar and bzip2: tokens.txt, model.onnx (3000 times m), a link to /etc/passwd and test_wavs/0.wav, in one folder. */
const archive = Buffer.from(
  'QlpoOTFBWSZTWX8WCUMAAVH/jMvQAEBAA/+ABhBGAP5v38AAAIAAgggwAPjQYABo00AZNAaDIDQGiSflExDRoxlDI0GENMjCKSJgkw1GRiaGh6mTTTE9NTD9' +
    'G/rfNn+4+vA1EYhrM8AxjUU17KJa9exsKLQdFURRJZDWj5DApIBjZ3zTDOPQZN31JkP51pjjHdI4w2OYyUis2qQK3F2+W/MK11bqhmsydV0IblJpMJgQNCBq' +
    'uBxkj6sgeUkCGQHMGQ/Yh6DOMuzumltG/5W7qNBt9h3X1bsXIeCltoDPAN9NNU+PnwBoBgarR0jzGwbORzymEda6TAdOUekDICfK58HtBWzYFOfJo06BSFP8' +
    'XckU4UJB/FglDA==',
  'base64',
);
/** The same with one file, ../f. */
const astray = Buffer.from(
  'QlpoOTFBWSZTWVMcxWcAAF97hMmQAEFAAfWAAAR1AJ4AAACACCAAVDKTT1GhkDT1GGoJKE0aDTIDTRpW1IuchBB4CRKcBmUHkWJIGhRo6rZTLr0SqATc8Lt2' +
    'qI4Um1aciwfnVsQzISQPxdyRThQkFMcxWcA=',
  'base64',
);
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: ReturnType<typeof createServer>;
let asked: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-models-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? ''}`.trim());
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

function config() {
  const { port } = server.address() as AddressInfo;
  return { dataFolder: folder, modelsFolder: undefined, modelsUrl: `http://127.0.0.1:${port}/mirror/` };
}

function entry(file: Partial<ModelEntry['files'][number]> = {}): ModelEntry {
  const files = [{ path: 'asr-models/made.tar.bz2', bytes: archive.length, sha256: sum(archive), ...file }];
  return { name: 'made', kind: 'recogniser', languages: 'none', licence: 'none', about: 'made up', files };
}

const options = { signal: new AbortController().signal };
const serve = (bytes: Buffer) => (request: IncomingMessage, response: ServerResponse) => {
  if (request.url!.endsWith('.sha256')) return response.writeHead(404).end();
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, etag: '"one"' }).end(rest);
};

test('a model is fetched, checked and unpacked, without links and without what is not needed', async () => {
  answer = serve(archive);
  const note = await pullModel(config(), entry(), options);
  expect(note.files['made.tar.bz2']).toEqual({ sha256: sum(archive), checked: 'registry' });
  expect(readdirSync(join(folder, 'models', 'made')).toSorted()).toEqual(['model.onnx', 'rushes-model.json', 'tokens.txt']);
  expect(readFileSync(join(folder, 'models', 'made', 'model.onnx'), 'utf8')).toBe('m'.repeat(3000));
  expect(readdirSync(join(folder, 'models', '.downloads'))).toEqual([]);
  expect(asked).toEqual(['/mirror/asr-models/made.tar.bz2']);
});

test('a connection that breaks is taken up where it broke', async () => {
  let broken = false;
  answer = (request, response) => {
    if (broken) return serve(archive)(request, response);
    broken = true;
    response.writeHead(200, { 'content-length': archive.length, etag: '"one"' });
    // Destroyed once the first part is on its way.
    response.write(archive.subarray(0, 100), () => setTimeout(() => response.destroy(), 50));
  };
  await pullModel(config(), entry(), options);
  expect(existsSync(join(folder, 'models', 'made', 'tokens.txt'))).toBe(true);
  expect(asked).toHaveLength(2);
  // Everything anew is right too, where nothing of the first part arrived before the end did.
  expect(asked[1]).toMatch(/^\/mirror\/asr-models\/made\.tar\.bz2(?: bytes=100-)?$/);
});

test('a wrong checksum leaves nothing behind', async () => {
  answer = serve(archive);
  await expect(pullModel(config(), entry({ sha256: '0'.repeat(64) }), options)).rejects.toMatchObject({
    code: 'DOCUMENT_INVALID',
  });
  expect(existsSync(join(folder, 'models', 'made'))).toBe(false);
  expect(existsSync(join(folder, 'models', '.downloads', 'made.tar.bz2.part'))).toBe(false);
});

describe('a file without a known checksum', () => {
  const { sha256: _known, ...unknown } = entry().files[0]!;
  const model = { ...entry(), files: [unknown] };

  test('is checked against the one that the server publishes', async () => {
    answer = (request, response) =>
      request.url!.endsWith('.sha256') ? response.end(`${'1'.repeat(64)}  made.tar.bz2\n`) : serve(archive)(request, response);
    await expect(pullModel(config(), model, options)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
  });

  test('is taken as it comes where there is none, and that is noted', async () => {
    answer = serve(archive);
    const note = await pullModel(config(), model, options);
    expect(note.files['made.tar.bz2']).toEqual({ sha256: sum(archive), checked: 'nothing' });
  });
});

test.each([
  [
    'names that lead out of the folder',
    () => serve(astray),
    () => entry({ bytes: astray.length, sha256: sum(astray) }),
    'DOCUMENT_INVALID',
  ],
  [
    'an archive that ends early',
    () => serve(archive.subarray(0, 150)),
    () => entry({ sha256: sum(archive.subarray(0, 150)) }),
    'DOCUMENT_INVALID',
  ],
  [
    'what is no archive',
    () => serve(Buffer.from('<html>')),
    () => entry({ sha256: sum(Buffer.from('<html>')) }),
    'DOCUMENT_INVALID',
  ],
  [
    'a file that is not there',
    () => (_request: IncomingMessage, response: ServerResponse) => response.writeHead(404).end(),
    () => entry(),
    'SERVER_FAULT',
  ],
  ['a file that is much larger than it should be', () => serve(Buffer.alloc(3_000_000)), () => entry(), 'SERVER_FAULT'],
] as const)('%s', async (_name, given, model, code) => {
  answer = given() as typeof answer;
  await expect(pullModel(config(), model(), options)).rejects.toMatchObject({ code });
  expect(existsSync(join(folder, 'models', 'made'))).toBe(false);
  expect(existsSync(join(folder, 'models', '.downloads', 'f'))).toBe(false);
});

test('the list says what is here', async () => {
  answer = serve(archive);
  const before = await listModels(config());
  expect(before.length).toBeGreaterThanOrEqual(10);
  expect(before.some(({ installed }) => installed)).toBe(false);
  await pullModel(config(), { ...entry(), name: 'whisper-base' }, options);
  expect((await listModels(config())).filter(({ installed }) => installed).map(({ name }) => name)).toEqual(['whisper-base']);
});
