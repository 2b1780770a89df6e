/** Formats, presets and previews over HTTP on the real server: what a client asks for is what it gets. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '#app';
import { mainVideoStream } from '#core/asset';
import { probeMedia } from '#engine/media';
import { loadConfig } from '#platform/config';
import { countedSize, readFrames, readPackets, writeCountedVideo } from '../fixtures/counted-video.ts';

type Server = Awaited<ReturnType<typeof startEmbedded>>;
type Json = Readonly<Record<string, any>>; // oxlint-disable-line typescript/no-explicit-any

let folder: string;
let server: Server;
let sid: string;
let asset: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-e2e-formats-'));
  const environment = { RUSHES_DATA: join(folder, 'data'), RUSHES_DISK_RESERVE_MB: '0', RUSHES_LOG_LEVEL: 'error' };
  server = await startEmbedded(loadConfig(environment));
  const path = join(folder, 'counted.mp4');
  writeCountedVideo(path, { frameRate: { num: 30, den: 1 }, frames: 90, gop: 30, bFrames: 2, soundSeconds: 3 });
  sid = (await call('POST', '/api/tasks/me/with-session/nemo_agent', { task_name: 'formats' })).session_id as string;
  const form = new FormData();
  form.append('files', await openAsBlob(path), 'counted.mp4');
  const sent = await fetch(`${server.url}/api/upload-video/nemo_agent/me/${sid}`, {
    method: 'POST',
    headers: headers(),
    body: form,
  });
  asset = ((await sent.json()) as Json).files[0].id as string;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function headers(token = server.token): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    'X-Skill-Source': 'test',
    'X-Skill-Version': '1',
    'X-Skill-Platform': 'unknown',
  };
}

async function call(method: string, path: string, body?: unknown): Promise<Json> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...headers(), 'Content-Type': 'application/json' },
    ...json,
  });
  return (await response.json()) as Json;
}

/** The status object of an export at its end; its file in `path`. */
async function exported(output: Json): Promise<{ readonly status: Json; readonly path: string }> {
  const id = `render_${randomUUID()}`;
  let status = await call('POST', '/api/render/proxy/lambda', { id, sessionId: sid, output });
  while (status.status === 'pending' || status.status === 'processing')
    status = await call('GET', `/api/render/proxy/lambda/${id}?wait=20`);
  expect(status.error ?? null).toBeNull();
  const target = join(folder, id);
  writeFileSync(target, Buffer.from(await (await fetch(status.output.url as string)).arrayBuffer()));
  return { status, path: target };
}

/** The number in a decoded picture file. */
function numberIn(
  bytes: Buffer,
  container: 'png_pipe' | 'jpeg_pipe',
): { readonly number: number; readonly width: number; readonly height: number } {
  const path = join(folder, `picture.${container}`);
  writeFileSync(path, bytes);
  const [frame] = readFrames(path, container);
  return { number: frame!.number, ...frame!.size };
}

async function preview(path: string, more: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/preview/nemo_agent/me/${sid}${path}`, { headers: { ...headers(), ...more } });
}

describe('exports', () => {
  test('a square WebM of a landscape timeline', async () => {
    const { status, path } = await exported({ format: 'webm', quality: 'medium', aspect: '1:1', fit: 'contain', fps: 15 });
    expect(status.proof.ok).toBe(true);
    const probe = probeMedia(path, 'square.webm');
    expect(mainVideoStream(probe)?.displaySize).toEqual({ width: 180, height: 180 });
    expect(mainVideoStream(probe)?.codec).toBe('vp9');
    expect(status.proof.frames).toBe(45);
  });

  test('the draft preset: small, quick, under its rate, proved', async () => {
    const { status, path } = await exported({ preset: 'draft', resolution: '240p' });
    expect(status.proof.checks.map(({ name }: Json) => name)).toContain('bitrate');
    expect(status.proof.ok).toBe(true);
    expect(readFrames(path).length).toBe(90);
  });

  test('a GIF, and a podcast at −16 LUFS', async () => {
    const gif = await exported({ format: 'gif', quality: 'low', fps: 5 });
    expect(gif.status.proof).toMatchObject({ ok: true, frames: 15 });
    const podcast = await exported({ preset: 'podcast', channels: 'mono' });
    expect(podcast.status.proof.checks.find(({ name }: Json) => name === 'loudness')).toMatchObject({
      expected: '-16 LUFS ± 0.5',
    });
  });

  test('what cannot be is refused by the name of the field', async () => {
    for (const [output, field] of [
      [{ format: 'webm', codec: 'prores' }, 'output.codec'],
      [{ preset: 'myspace' }, 'output.preset'],
      [{ format: 'gif', max_bitrate_kbps: 100 }, 'output.max_bitrate_kbps'],
    ] as const) {
      const reply = await call('POST', '/api/render/proxy/lambda', { id: `render_${randomUUID()}`, sessionId: sid, output });
      expect(reply).toMatchObject({ code: 400 });
      expect(reply.message).toContain(field);
    }
  });
});

describe('previews', () => {
  test('one picture of a file and of the timeline, PNG and JPEG, with an ETag', async () => {
    const reply = await preview(`/media/${asset}/frame?at_ms=1510`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('image/png');
    const etag = reply.headers.get('etag')!;
    expect(numberIn(Buffer.from(await reply.arrayBuffer()), 'png_pipe')).toEqual({ number: 45, ...countedSize });
    expect((await preview(`/media/${asset}/frame?at_ms=1510`, { 'If-None-Match': etag })).status).toBe(304);
    const onTimeline = await preview('/frame?at_ms=2005&format=jpg');
    expect(onTimeline.headers.get('content-type')).toBe('image/jpeg');
    expect(numberIn(Buffer.from(await onTimeline.arrayBuffer()), 'jpeg_pipe')).toEqual({ number: 60, ...countedSize });
    const late = await preview('/frame?at_ms=999999&width=160');
    expect(numberIn(Buffer.from(await late.arrayBuffer()), 'png_pipe')).toMatchObject({ width: 160, height: 90 });
  });

  test('a contact sheet and a filmstrip', async () => {
    const sheet = await preview(`/media/${asset}/sheet?count=6&columns=3&width=100&format=png`);
    // Three across and two down, each with its border.
    expect(numberIn(Buffer.from(await sheet.arrayBuffer()), 'png_pipe')).toMatchObject({
      width: 3 * 104 + 4,
      height: 2 * 60 + 4,
    });
    const strip = await preview(`/media/${asset}/filmstrip?count=5&width=64&format=png`);
    expect(numberIn(Buffer.from(await strip.arrayBuffer()), 'png_pipe')).toMatchObject({ width: 320, height: 36 });
  });

  test('a waveform as numbers and as a picture', async () => {
    const found = await call('GET', `/api/preview/nemo_agent/me/${sid}/media/${asset}/waveform?points=30`);
    expect(found.data.peaks.length).toBe(30);
    expect(found.data.duration_ms).toBeGreaterThan(2950);
    // A tone at a fifth of full scale.
    for (const peak of found.data.peaks as number[]) expect(Math.abs(peak - 0.2)).toBeLessThan(0.03);
    const drawn = await preview(`/media/${asset}/waveform?points=200&format=png&height=50`);
    expect(numberIn(Buffer.from(await drawn.arrayBuffer()), 'png_pipe')).toMatchObject({ width: 200, height: 50 });
  });

  test('a proxy with every picture and a key frame twice a second', async () => {
    let reply = await preview(`/media/${asset}/proxy`);
    expect(reply.status).toBe(202);
    while (reply.status === 202) {
      await reply.text();
      // What Retry-After asks of a client, in short.
      await new Promise((resolve) => setTimeout(resolve, 200));
      reply = await preview(`/media/${asset}/proxy`);
    }
    expect(reply.status).toBe(200);
    const path = join(folder, 'proxy.mp4');
    writeFileSync(path, Buffer.from(await reply.arrayBuffer()));
    expect(readFrames(path).map(({ number }) => number)).toEqual(Array.from({ length: 90 }, (_, index) => index));
    expect(readPackets(path).packets.filter(({ isKey }) => isKey).length).toBeGreaterThanOrEqual(6);
    const part = await preview(`/media/${asset}/proxy`, { Range: 'bytes=0-99' });
    expect({ status: part.status, bytes: (await part.arrayBuffer()).byteLength }).toEqual({ status: 206, bytes: 100 });
  });

  test('nobody sees the media of somebody else', async () => {
    const other = await fetch(`${server.url}/api/auth/anonymous-token`, {
      method: 'POST',
      headers: { 'X-Client-Id': randomUUID() },
    });
    const { token } = ((await other.json()) as Json).data as { token: string };
    for (const path of [
      '/frame',
      ...['frame', 'sheet', 'filmstrip', 'waveform', 'proxy'].map((what) => `/media/${asset}/${what}`),
    ]) {
      const reply = await fetch(`${server.url}/api/preview/nemo_agent/me/${sid}${path}`, { headers: headers(token) });
      expect([path, reply.status, ((await reply.json()) as Json).code]).toEqual([path, 404, 1002]);
      expect((await fetch(`${server.url}/api/preview/nemo_agent/me/${sid}${path}`)).status).toBe(401);
    }
    expect((await preview('/media/ast_nobody/frame')).status).toBe(404);
    expect((await preview(`/media/${asset}/frame?width=9`)).status).toBe(400);
  });
});
