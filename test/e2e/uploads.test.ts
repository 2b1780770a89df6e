/** The listening server with real sockets: uploads of any size, slow and hostile peers, streams, and the end of it all. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig, type Config } from '#platform/config';
import { createLog } from '#platform/log';
import { startServer, type Patience, type RunningServer } from '#surfaces/http';
import { createMemoryServices, type MemoryServices } from './memory-services.ts';

const mib = 1_048_576;
vi.setConfig({ testTimeout: 60_000 });
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let folder: string;
let services: MemoryServices;
let server: RunningServer;
let token: string;
let sid: string;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rushes-uploads-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => start());
afterEach(async () => {
  await server.close();
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
});

async function start(settings: Partial<Config> = {}, patience: Partial<Patience> = {}): Promise<void> {
  services = createMemoryServices(folder);
  const log = createLog({ level: 'error', write: () => undefined });
  const config = { ...loadConfig({}), port: 0, drainSeconds: 2, ...settings };
  server = await startServer({ services, config, log, patience });
  const identity = await api('POST', '/api/auth/anonymous-token', undefined, { 'X-Client-Id': randomUUID() });
  token = String(identity.token);
  sid = String((await api('POST', '/api/tasks/me/with-session/nemo_agent', { task_name: 'project' })).session_id);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

async function api(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Json> {
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const all = { Authorization: `Bearer ${token}`, ...headers };
  return (await fetch(`${server.url}${path}`, { method, headers: all, ...body })).json() as Promise<Json>;
}

const boundary = 'border';
const partHead = (name: string, filename: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
const tail = `\r\n--${boundary}--\r\n`;

function openUpload(headers: Record<string, string | number> = {}): ClientRequest {
  const all = { Authorization: `Bearer ${token}`, 'Content-Type': `multipart/form-data; boundary=${boundary}`, ...headers };
  const upload = request(`${server.url}/api/upload-video/nemo_agent/me/${sid}`, { method: 'POST', headers: all });
  upload.on('error', () => undefined);
  return upload;
}

async function answerOf(upload: ClientRequest): Promise<{ readonly status: number; readonly body: Json }> {
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, body: JSON.parse(text) as Json };
}

/** Sends `bytes` of zeros in blocks, waiting for the socket, until all is sent or an answer arrives. */
async function sendZeros(upload: ClientRequest, bytes: number, look?: () => void): Promise<number> {
  const block = Buffer.alloc(mib);
  let sent = 0;
  const answered = new AbortController();
  const stop = (): void => answered.abort();
  upload.once('response', stop).once('close', stop);
  while (sent < bytes && !answered.signal.aborted) {
    const size = Math.min(block.length, bytes - sent);
    const room = upload.write(size === block.length ? block : block.subarray(0, size));
    sent += size;
    if (sent % (16 * mib) === 0) look?.();
    if (!room) await once(upload, 'drain', { signal: answered.signal }).catch(() => undefined);
  }
  return sent;
}

async function uploadForm(
  files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly field?: string }[],
): Promise<Response> {
  const form = new FormData();
  for (const { name, bytes, field } of files) form.append(field ?? 'files', new Blob([Uint8Array.from(bytes)]), name);
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${server.url}/api/upload-video/nemo_agent/me/${sid}`, { method: 'POST', headers, body: form });
}

describe('uploads', () => {
  test('many files in one request arrive whole, in order, and their links give the very bytes back', async () => {
    const files = ['talk.wav', '演讲 😀.wav', '../../etc/passwd', 'd.wav'].map((name, index) => ({
      name,
      bytes: randomBytes(50_000 + index),
      field: index === 3 ? 'file' : 'files',
    }));
    const response = await uploadForm(files);
    const body = (await response.json()) as Json;
    expect(response.status).toBe(200);
    expect(body.session_state_applied).toBe(true);
    expect(body.data.files).toEqual(body.files);
    expect(body.files.map((file: Json) => file.filename)).toEqual(['talk.wav', '演讲 😀.wav', 'passwd', 'd.wav']);
    expect(body.files[0]).toMatchObject({ file_type: 'audio', duration: 1.5, width: 0, height: 0, fps: 0, size: 50_000 });
    for (const [index, file] of (body.files as Json[]).entries()) {
      expect(new URL(file.cdn_url).origin).toBe(server.url);
      const fetched = await fetch(file.cdn_url);
      expect(Buffer.from(await fetched.arrayBuffer()).equals(files[index]!.bytes)).toBe(true);
      expect(fetched.headers.get('content-disposition')).toContain('attachment');
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('upload-'))).toEqual([]);
  });

  test('of several files the usable ones are kept and the others named', async () => {
    const body = (await (
      await uploadForm([
        { name: 'a.wav', bytes: randomBytes(10) },
        { name: 'b.pdf', bytes: randomBytes(10) },
      ])
    ).json()) as Json;
    expect(body).toMatchObject({ code: 0, files: [{ filename: 'a.wav' }], failed: [{ filename: 'b.pdf', code: 4001 }] });
    const alone = await uploadForm([{ name: 'b.pdf', bytes: randomBytes(10) }]);
    expect([alone.status, ((await alone.json()) as Json).code]).toEqual([415, 4001]);
    expect((await readdir(folder)).filter((name) => name.startsWith('upload-'))).toEqual([]);
  });

  test('200 MiB pass through without staying in memory', async () => {
    const bytes = 200 * mib;
    const live = (): number => {
      collectGarbage();
      const { external, arrayBuffers, heapUsed } = process.memoryUsage();
      return external + arrayBuffers + heapUsed;
    };
    const before = live();
    let peak = 0;
    const upload = openUpload();
    upload.write(partHead('files', 'long.wav'));
    await sendZeros(upload, bytes, () => (peak = Math.max(peak, live() - before)));
    upload.end(tail);
    const { status, body } = await answerOf(upload);
    expect(status).toBe(200);
    expect(body.files[0].size).toBe(bytes);
    print(`200 MiB upload: live memory rose by ${(peak / mib).toFixed(1)} MiB at most, client and server together`);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(50 * mib);
  });

  test('a file over the limit is refused at the limit with 4002, and its temporary file is gone', async () => {
    await server.close();
    await start({ uploadLimitBytes: 20 * mib });
    for (const declared of [undefined, 20 * mib + 1 + partHead('files', 'big.wav').length + tail.length]) {
      const upload = openUpload(declared === undefined ? {} : { 'Content-Length': declared });
      upload.write(partHead('files', 'big.wav'));
      const answer = answerOf(upload);
      const sent = await sendZeros(upload, 20 * mib + 1);
      if (declared === undefined && sent === 20 * mib + 1) upload.end(tail);
      const { status, body } = await answer;
      expect([status, body.code]).toEqual([413, 4002]);
      expect(await readdir(folder)).toEqual([]);
      upload.destroy();
    }
    // Exactly the limit is accepted.
    const upload = openUpload();
    upload.write(partHead('files', 'fits.wav'));
    await sendZeros(upload, 20 * mib);
    upload.end(tail);
    expect((await answerOf(upload)).status).toBe(200);
  });

  test('what is sent on after the refusal is not read to the end', async () => {
    await server.close();
    await start({ uploadLimitBytes: mib });
    const upload = openUpload();
    upload.write(partHead('files', 'endless.wav'));
    const answer = answerOf(upload);
    await sendZeros(upload, 4 * mib);
    expect((await answer).body.code).toBe(4002);
    const closed = once(upload, 'close');
    const sentAfter = await sendZeros(upload, 10_000 * mib);
    await closed;
    expect(sentAfter).toBeLessThan(1000 * mib);
  });

  test('a client that goes away in the middle leaves nothing behind', async () => {
    for (const part of [1, 3, 7]) {
      const upload = openUpload();
      upload.write(partHead('files', 'gone.wav'));
      await sendZeros(upload, part * mib);
      upload.destroy();
    }
    await expect.poll(() => readdir(folder)).toEqual([]);
    expect(await api('GET', '/healthz')).toMatchObject({ status: 'ok' });
  });

  test('malformed bodies are 400 and leave nothing behind', async () => {
    const bodies: Record<string, [string, string]> = {
      'no boundary': ['multipart/form-data', 'x'],
      'empty boundary': ['multipart/form-data; boundary=', 'x'],
      'no end': [`multipart/form-data; boundary=${boundary}`, `${partHead('files', 'a.wav')}some bytes`],
      'no part': [`multipart/form-data; boundary=${boundary}`, `--${boundary}--\r\n`],
      'nothing at all': [`multipart/form-data; boundary=${boundary}`, ''],
      'only a field': [
        `multipart/form-data; boundary=${boundary}`,
        `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1${tail}`,
      ],
      'another field': [`multipart/form-data; boundary=${boundary}`, `${partHead('video', 'a.wav')}bytes${tail}`],
      '21 files': [
        `multipart/form-data; boundary=${boundary}`,
        `${Array.from({ length: 21 }, (_, i) => `${partHead('files', `${i}.wav`)}x\r\n`).join('')}--${boundary}--\r\n`,
      ],
      '10 000 parts': [
        `multipart/form-data; boundary=${boundary}`,
        `${`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n`.repeat(10_000)}--${boundary}--\r\n`,
      ],
      'a huge part header': [
        `multipart/form-data; boundary=${boundary}`,
        `--${boundary}\r\nX: ${'y'.repeat(200_000)}\r\n\r\nz${tail}`,
      ],
      'raw bytes': ['video/mp4', 'ftyp'],
    };
    for (const [name, [type, body]] of Object.entries(bodies)) {
      const upload = openUpload({ 'Content-Type': type });
      upload.end(body);
      const answer = await answerOf(upload);
      expect([name, answer.status, answer.body.code]).toEqual([name, 400, 400]);
    }
    const empty = await uploadForm([{ name: 'empty.wav', bytes: new Uint8Array() }]);
    expect([empty.status, ((await empty.json()) as Json).code]).toEqual([415, 4001]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('nothing is read before the token and the session are known', async () => {
    for (const [path, headers, code] of [
      [`/api/upload-video/nemo_agent/me/${sid}`, {}, 1001],
      ['/api/upload-video/nemo_agent/me/999', { Authorization: `Bearer ${token}` }, 1002],
    ] as const) {
      const upload = request(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, ...headers },
      });
      upload.on('error', () => undefined);
      upload.write(partHead('files', 'a.wav'));
      expect((await answerOf(upload)).body.code).toBe(code);
      upload.destroy();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test('addresses are imported by the server, and a refused one says nothing about why', async () => {
    const path = `/api/upload-video/nemo_agent/me/${sid}`;
    const good = await api('POST', path, { urls: ['https://media.example/a.wav?key=secret'], source_type: 'url' });
    expect(good).toMatchObject({ code: 0, files: [{ filename: 'a.wav' }], session_state_applied: true });
    const mixed = await api('POST', path, {
      urls: ['https://media.example/b.wav', 'http://127.0.0.1:1/?key=secret'],
      sourceType: 'url',
    });
    expect(mixed).toMatchObject({ code: 0, files: [{ filename: 'b.wav' }], failed: [{ code: 400 }] });
    expect(JSON.stringify(mixed)).not.toContain('secret');
    const refusals = await Promise.all(
      ['http://127.0.0.1:1/', 'http://169.254.169.254/', 'file:///etc/passwd', 'nonsense'].map((url) =>
        api('POST', path, { urls: [url] }),
      ),
    );
    expect(new Set(refusals.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});

async function open(lines: string): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(lines);
  return socket;
}

async function everything(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('hostile peers', () => {
  test.each([
    ['rubbish', 'HELLO\r\n\r\n', 400],
    [
      'both lengths (smuggling)',
      'POST /run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['two lengths', 'POST /run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 400],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['a foreign host', 'GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
    [
      'a foreign absolute target',
      'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      403,
    ],
    ['a broken host', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['a header over 16 KiB', `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a target over 16 KiB', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['dots', 'GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
    ['a bare line feed in a header', 'GET /healthz HTTP/1.1\nHost: localhost\n\n', 400],
  ])('%s', async (_name, lines, status) => {
    const answer = await everything(await open(lines));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Json;
    expect(Object.keys(body).toSorted()).toEqual(['code', 'detail', 'error', 'message']);
    expect(await api('GET', '/healthz')).toMatchObject({ status: 'ok' });
  });

  test('Expect: 100-continue is answered before the body is sent', async () => {
    const upload = openUpload({ Expect: '100-continue' });
    upload.flushHeaders();
    await once(upload, 'continue');
    upload.end(`${partHead('files', 'a.wav')}bytes${tail}`);
    expect((await answerOf(upload)).status).toBe(200);
  });

  test('200 half-sent headers and 200 half-sent bodies leave others unharmed', async () => {
    const slow = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        open(
          index % 2 === 0
            ? 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: '
            : `POST /run_sse HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n{`,
        ),
      ),
    );
    const times: number[] = [];
    for (let count = 0; count < 100; count++) {
      const started = performance.now();
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      times.push(performance.now() - started);
    }
    const p99 = times.toSorted((a, b) => a - b)[98]!;
    print(`GET beside 400 slow connections: p99 ${p99.toFixed(1)} ms`);
    for (const socket of slow) socket.destroy();
  });

  test('who sends too slowly is answered 408 and let go, and leaves nothing behind', async () => {
    await server.close();
    await start({}, { headersMs: 300, jsonMs: 300, uploadBytesPerSecond: 16_384, uploadWindowMs: 300 });
    const headers = await open('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const json = await open(
      `POST /run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n{`,
    );
    const upload = openUpload();
    upload.write(`${partHead('files', 'drip.wav')}a drop`);
    const answered = answerOf(upload);
    const closed = once(upload, 'close');
    const drip = setInterval(() => upload.write('another drop'), 50);
    const answers = await Promise.all([everything(headers), everything(json)]);
    for (const text of answers) expect(text).toMatch(/^HTTP\/1.1 408 [\s\S]*"code":408/);
    const { status, body } = await answered;
    expect([status, body.code]).toEqual([408, 408]);
    await closed;
    clearInterval(drip);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a reader that takes nothing is dropped, and one that reads slowly is not', async () => {
    await server.close();
    await start({}, { readerMs: 500 });
    const path = join(folder, 'large.mp4');
    await writeFile(path, Buffer.alloc(64 * mib));
    const headers = { 'X-Skill-Source': 'a', 'X-Skill-Version': '1', 'X-Skill-Platform': 'cursor' };
    await api('POST', '/api/render/proxy/lambda', { id: 'r1', sessionId: sid }, headers);
    const owner = String((await api('GET', `/apps/nemo_agent/users/me/sessions/${sid}`)).userId);
    services.completeRender(owner, 'r1', { path, bytes: 64 * mib, hash: 'beef' });
    const { pathname, search } = new URL(String((await api('GET', '/api/render/proxy/lambda/r1')).outputUrl));
    const get = `GET ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    const stuck = await open(get);
    stuck.pause();
    const slow = await open(get);
    let received = 0;
    slow.on('data', (chunk: Buffer) => {
      received += chunk.length;
      slow.pause();
      setTimeout(() => slow.resume(), 1);
    });
    await once(slow, 'close');
    expect(received).toBeGreaterThan(64 * mib);
    let rest = 0;
    stuck.on('data', (chunk: Buffer) => (rest += chunk.length)).resume();
    await once(stuck, 'close');
    expect(rest).toBeLessThan(64 * mib);
  });

  test('one address gets its share of connections and not more', async () => {
    await server.close();
    const config = { ...loadConfig({}), port: 0, drainSeconds: 1 };
    server = await startServer({
      services,
      config,
      log: createLog({ level: 'error', write: () => undefined }),
      connectionsPerAddress: 5,
    });
    const sockets = await Promise.all(
      Array.from({ length: 5 }, () => open('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')),
    );
    await expect(
      everything(await open('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).catch(() => ''),
    ).resolves.toBe('');
    sockets[0]!.destroy();
    await expect
      .poll(async () =>
        everything(await open('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).catch(() => ''),
      )
      .toContain('200 OK');
    for (const socket of sockets) socket.destroy();
  });
});

function run(text: string, headers: Record<string, string> = {}, query = ''): Promise<Response> {
  const body = JSON.stringify({ app_name: 'nemo_agent', user_id: 'me', session_id: sid, new_message: { parts: [{ text }] } });
  return fetch(`${server.url}/run_sse${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream', ...headers },
    body,
  });
}

describe('streams over sockets', () => {
  test('a turn outlives its client, which resumes where it was and misses nothing', async () => {
    services.onTurn = (id, text) => {
      services.say(id, { kind: 'turn-start', invocationId: id, text });
      services.say(id, { kind: 'tool-call-start', callId: 'c1', tool: 'trim_pauses', input: { keepMs: 250 } });
    };
    const first = await run('trim pauses');
    const invocation = first.headers.get('x-invocation-id')!;
    const reader = first.body!.getReader();
    const seen = new TextDecoder().decode((await reader.read()).value);
    expect(seen).toMatch(/^data: \{.*"type":"tool_call".*\}\n\nid: 2\n\n$/);
    await reader.cancel();
    services.say(invocation, { kind: 'timeline-changed', revision: 2, durationMs: 1000 });
    services.say(invocation, { kind: 'text', text: 'Removed 3 pauses' });
    services.say(invocation, { kind: 'turn-end', status: 'done' });
    services.end(invocation);
    const resumed = await fetch(`${server.url}/run_sse/${invocation}`, {
      headers: { Authorization: `Bearer ${token}`, 'Last-Event-ID': '2' },
    });
    const rest = await resumed.text();
    expect(rest.match(/^id: \d+$/gm)).toEqual(['id: 3', 'id: 4']);
    const events = rest.match(/^data: .*$/gm)!.map((line) => JSON.parse(line.slice(6)) as Json);
    expect(events[0]).toMatchObject({ type: 'state', actions: { stateDelta: { draft_version: 2 } } });
    expect(events[1]).toMatchObject({
      type: 'text',
      text: 'Removed 3 pauses',
      author: 'nemo_agent',
      invocationId: invocation,
      content: { role: 'model', parts: [{ text: 'Removed 3 pauses' }] },
    });
    const bad = await fetch(`${server.url}/run_sse/${invocation}`, {
      headers: { Authorization: `Bearer ${token}`, 'Last-Event-ID': 'x' },
    });
    expect(bad.status).toBe(400);
  });

  test('the same Idempotency-Key attaches to the running turn, in every form of the stream', async () => {
    services.onTurn = () => undefined;
    const headers = { 'Idempotency-Key': randomUUID() };
    const [adk, flat] = [await run('fade in', headers), await run('fade in', headers, '?format=flat')];
    const id = adk.headers.get('x-invocation-id')!;
    expect(flat.headers.get('x-invocation-id')).toBe(id);
    expect(services.messages).toEqual(['fade in']);
    services.say(id, { kind: 'text-delta', text: 'Fa' });
    services.say(id, { kind: 'text', text: 'Faded in' });
    services.end(id);
    expect(await flat.text()).toBe('data: {"type":"text","content":"Faded in"}\n\nid: 2\n\n');
    expect((await adk.text()).match(/^id: .*$/gm)).toEqual(['id: 2']);
  });

  test('heartbeats in the asked style arrive while nothing happens', async () => {
    await server.close();
    await start({ heartbeatSeconds: 1 });
    services.onTurn = () => undefined;
    const styles = {
      '': ': heartbeat\n\n',
      '?heartbeat=data': 'data:\n\n',
      '?heartbeat=event': 'event: heartbeat\ndata: {}\n\n',
      '?format=flat': 'data: {"type":"heartbeat"}\n\n',
    };
    await Promise.all(
      Object.entries(styles).map(async ([query, expected]) => {
        const reader = (await run('wait', {}, query)).body!.getReader();
        expect(new TextDecoder().decode((await reader.read()).value)).toBe(expected);
        await reader.cancel();
      }),
    );
    expect((await run('wait', {}, '?heartbeat=loud')).status).toBe(400);
  });

  test('100 streams at once all get their own events', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, async (_, index) => (await run(`message ${index}`)).text()));
    answers.forEach((text, index) => expect(text).toContain(`Heard: message ${index}"`));
  });
});

describe('the end', () => {
  test('closing ends streams with a word, lets a running upload finish, refuses what is new, and frees the port', async () => {
    services.onTurn = () => undefined;
    const stream = await run('wait');
    const upload = openUpload();
    upload.write(`${partHead('files', 'last.wav')}first half,`);
    await once(upload, 'socket');
    await expect.poll(async () => (await readdir(folder)).length).toBe(1);
    const closed = server.close();
    expect(await stream.text()).toBe(': shutting-down\n\n');
    upload.end(`second half${tail}`);
    const { status, body } = await answerOf(upload);
    expect([status, body.files[0].size]).toEqual([200, 'first half,second half'.length]);
    await closed;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('a connection that never ends is closed when the grace is over', async () => {
    const upload = openUpload();
    upload.write(`${partHead('files', 'endless.wav')}x`);
    await once(upload, 'socket');
    await expect.poll(async () => (await readdir(folder)).length).toBe(1);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  test('a port in use is said plainly', async () => {
    const { port } = new URL(server.url);
    const config = { ...loadConfig({}), port: Number(port), drainSeconds: 1 };
    await expect(
      startServer({ services, config, log: createLog({ level: 'error', write: () => undefined }) }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('in use') as string });
  });

  test('a large download is whole, and one that is left leaves no file open', async () => {
    const bytes = randomBytes(8 * mib);
    const path = join(folder, 'large.mp4');
    await writeFile(path, bytes);
    const headers = { 'X-Skill-Source': 'a', 'X-Skill-Version': '1', 'X-Skill-Platform': 'cursor' };
    const created = await api('POST', '/api/render/proxy/lambda', { id: 'r1', sessionId: sid }, headers);
    const owner = String((await api('GET', `/apps/nemo_agent/users/me/sessions/${sid}`)).userId);
    services.completeRender(owner, created.id, {
      path,
      bytes: bytes.length,
      hash: createHash('sha256').update(bytes).digest('hex'),
    });
    const url = String((await api('GET', '/api/render/proxy/lambda/r1')).outputUrl);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    for (let count = 0; count < 10; count++) {
      const left = await fetch(url);
      const reader = left.body!.getReader();
      await reader.read();
      await reader.cancel();
    }
    const openFiles = async (): Promise<number> => {
      const fds = await readdir('/proc/self/fd');
      const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return targets.filter((target) => target === path).length;
    };
    if (process.platform === 'linux') await expect.poll(openFiles).toBe(0);
  });
});
