/**
 * Each known client document replayed as written, with only the host changed: token, session, upload, message, state,
 * credits, export, poll, download. With the real `curl` where there is one, as a shell client would.
 */
import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '#app';
import { loadConfig } from '#platform/config';

const run = promisify(execFile);
const hasCurl = spawnSync('curl', ['--version']).status === 0;

type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Json;
};
type Server = Awaited<ReturnType<typeof startEmbedded>>;

let folder: string;
let server: Server;
let video: string;
let sound: string;

const settings = { RUSHES_TOKENS_PER_IP: '0', RUSHES_LOG_LEVEL: 'error', RUSHES_HEARTBEAT_SECONDS: '1' };
const config = (name: string, more: Record<string, string> = {}) =>
  loadConfig({ ...settings, RUSHES_DATA: join(folder, name), RUSHES_LOG_FILE: join(folder, `${name}.log`), ...more });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-wire-'));
  server = await startEmbedded(config('main'));
  video = join(folder, 'talk.mp4');
  sound = join(folder, 'podcast.wav');
  const request = {
    seed: 7,
    seconds: 8,
    size: { width: 320, height: 180 },
    frameRate: { num: 30, den: 1 },
    snrDb: 15,
    noise: 'pink',
    gop: 30,
  } as const;
  await server.makeSample({ ...request, container: 'mp4' }, video);
  await server.makeSample({ ...request, container: 'wav' }, sound);
  process.stdout.write(`client: ${hasCurl ? 'curl' : 'fetch, because there is no curl'}\n`);
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

type Request = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: string;
  readonly file?: { readonly field: string; readonly path: string };
  readonly saveTo?: string;
};

async function call(method: string, url: string, request: Request = {}): Promise<Answer> {
  return hasCurl ? withCurl(method, url, request) : withFetch(method, url, request);
}

async function withCurl(method: string, url: string, { headers = {}, json, file, saveTo }: Request): Promise<Answer> {
  const body = saveTo ?? join(folder, `${randomUUID()}.body`);
  const heads = `${body}.headers`;
  const args = ['-sS', '-N', '-X', method, url, '-o', body, '-D', heads, '-w', '%{http_code}'];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  if (json !== undefined) args.push('-H', 'Content-Type: application/json', '-d', json);
  if (file !== undefined) args.push('-F', `${file.field}=@${file.path}`);
  const { stdout } = await run('curl', args);
  const lines = (await readFile(heads, 'utf8')).split('\r\n');
  const named = lines.flatMap((line) =>
    line.includes(': ') ? [[line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]] : [],
  );
  return answer(
    Number(stdout),
    Object.fromEntries(named) as Record<string, string>,
    saveTo === undefined ? await readFile(body, 'utf8') : '',
  );
}

async function withFetch(method: string, url: string, { headers = {}, json, file, saveTo }: Request): Promise<Answer> {
  const form = new FormData();
  if (file !== undefined) form.append(file.field, new Blob([await readFile(file.path)]), basename(file.path));
  const body = json === undefined ? (file === undefined ? {} : { body: form }) : { body: json };
  const all = json === undefined ? headers : { 'Content-Type': 'application/json', ...headers };
  const response = await fetch(url, { method, headers: all, ...body });
  const named = Object.fromEntries(response.headers);
  if (saveTo === undefined) return answer(response.status, named, await response.text());
  await writeFile(saveTo, Buffer.from(await response.arrayBuffer()));
  return answer(response.status, named, '');
}

function answer(status: number, headers: Readonly<Record<string, string>>, text: string): Answer {
  return { status, headers, text, body: text.startsWith('{') ? (JSON.parse(text) as Json) : {} };
}

/** The events of a stream as clients of the protocol read them; every data frame is followed by its number. */
function eventsOf(text: string): Json[] {
  const frames = text.split('\n\n');
  expect(frames.pop()).toBe('');
  const spoken = frames.filter((frame) => !frame.startsWith(':'));
  const data = spoken.filter((frame) => frame.startsWith('data: '));
  const numbers = spoken.filter((frame) => /^id: \d+$/.test(frame)).map((frame) => Number(frame.slice(4)));
  expect(data.length + numbers.length).toBe(spoken.length);
  expect(spoken.map((frame) => frame.startsWith('data: '))).toEqual(spoken.map((_, index) => index % 2 === 0));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  for (const frame of frames) expect(Buffer.byteLength(frame) + 2).toBeLessThanOrEqual(16_384);
  return data.map((frame) => JSON.parse(frame.slice(6)) as Json);
}

async function newToken(base: string): Promise<string> {
  const reply = await call('POST', `${base}/api/auth/anonymous-token`, { headers: { 'X-Client-Id': randomUUID() } });
  return String(reply.body.data.token);
}

const documents = [
  {
    source: 'voiceover-editing',
    session: '{"task_name":"project"}',
    message: 'remove background noise, trim pauses, and sync the voiceover to the video cuts',
    edits: true,
    media: 'video',
  },
  {
    source: 'editor-fixed',
    session: '{"task_name":"project","language":"en"}',
    message: 'fix the audio sync, smooth out the jump cuts, and stabilize the shaky footage',
    edits: false,
    media: 'video',
  },
  {
    source: 'audio-editor-free',
    session: '{"task_name":"project","language":"en"}',
    message: 'remove background noise, trim silence, and sync audio to video',
    edits: true,
    media: 'sound',
  },
  {
    source: 'youtube-video-editor-fiverr',
    session: '{"task_name":"project","language":"en"}',
    message: 'trim dead air, add transitions, and sync background music to cuts',
    edits: true,
    media: 'video',
  },
  {
    source: 'video-writer',
    session: '{"task_name":"project","language":"en"}',
    message: 'write a compelling voiceover script based on my video content',
    edits: false,
    media: 'video',
  },
] as const;

describe('the documents', () => {
  test.each(documents)('$source', async ({ source, session, message, edits, media }) => {
    const base = server.url;
    // Token: POST with X-Client-Id; 100 credits, 7 days.
    const token = await call('POST', `${base}/api/auth/anonymous-token`, { headers: { 'X-Client-Id': randomUUID() } });
    expect(token.body).toMatchObject({ code: 0, message: 'success', data: { credits: 100 } });
    expect(Date.parse(token.body.data.expires_at) - Date.now()).toBeGreaterThan(6.99 * 86_400_000);
    const headers = {
      Authorization: `Bearer ${token.body.data.token}`,
      'X-Skill-Source': source,
      'X-Skill-Version': '1.0.0',
      'X-Skill-Platform': 'unknown',
    };
    const ask = (method: string, path: string, request: Request = {}) =>
      call(method, path.startsWith('http') ? path : `${base}${path}`, {
        ...request,
        headers: { ...headers, ...request.headers },
      });

    const opened = await ask('POST', '/api/tasks/me/with-session/nemo_agent', { json: session });
    const sid = String(opened.body.session_id);
    expect(sid).toMatch(/^\d+$/);
    expect(opened.body.data).toEqual({ task_id: opened.body.task_id, session_id: sid, user_id: token.body.user_id });

    const path = media === 'video' ? video : sound;
    const uploaded = await ask('POST', `/api/upload-video/nemo_agent/me/${sid}`, { file: { field: 'files', path } });
    expect(uploaded.body).toMatchObject({
      code: 0,
      session_state_applied: true,
      files: [{ filename: basename(path), file_type: media === 'video' ? 'video' : 'audio', size: (await stat(path)).size }],
    });
    if (media === 'video') expect(uploaded.body.files[0]).toMatchObject({ width: 320, height: 180, fps: 30 });
    const stateUrl = `/api/state/nemo_agent/me/${sid}/latest`;
    const before = (await ask('GET', stateUrl)).body;

    const json = JSON.stringify({
      app_name: 'nemo_agent',
      user_id: 'me',
      session_id: sid,
      new_message: { parts: [{ text: message }] },
    });
    const stream = await ask('POST', '/run_sse', { json, headers: { Accept: 'text/event-stream' } });
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const events = eventsOf(stream.text);
    const last = events.at(-1)!;
    expect(last).toMatchObject({ author: 'nemo_agent', type: 'text', content: { role: 'model' } });
    expect(last.partial).toBeUndefined();
    expect(last.text.length).toBeGreaterThan(20);
    process.stdout.write(`${source}: ${last.text}\n`);

    const after = (await ask('GET', stateUrl)).body;
    expect(after.data).toMatchObject({
      session_id: sid,
      task_name: 'project',
      // Music that was made on the way is one more.
      state: {
        video_infos: expect.arrayContaining([expect.objectContaining({ filename: basename(path) })]),
        generated_media: [],
      },
    });
    const draft = after.data.state.draft as Json;
    expect(draft.t.some((track: Json) => track.sg.length > 0)).toBe(true);
    // What the stream said and what the state holds agree.
    const versions = events.flatMap((event) =>
      event.actions?.stateDelta?.draft_version === undefined ? [] : [event.actions.stateDelta.draft_version as number],
    );
    expect(after.state.draft_version).toBe(versions.at(-1) ?? before.state.draft_version);
    expect(versions.length > 0).toBe(edits);
    if (edits) expect(draft.d).toBeLessThan(before.state.draft.d);
    else expect(draft).toEqual(before.state.draft);

    const credits = (await ask('GET', '/api/credits/balance/simple')).body.data;
    expect(credits).toEqual({ available: 100, frozen: 0, total: 100 });

    const id = `render_${Date.now()}`;
    const body = JSON.stringify({ id, sessionId: sid, draft, output: { format: 'mp4', quality: 'high' } });
    let status = (await ask('POST', '/api/render/proxy/lambda', { json: body })).body;
    expect(status).toMatchObject({ code: 0, success: true, id, error: null });
    for (let polls = 0; polls < 20 && !['completed', 'failed', 'cancelled'].includes(status.status); polls++) {
      status = (await ask('GET', `/api/render/proxy/lambda/${id}?wait=25`)).body;
    }
    expect(status).toMatchObject({ status: 'completed', progress: 1, error: null, data: { proof: { ok: true } } });
    expect(Math.abs(status.output.duration * 1000 - draft.d)).toBeLessThan(100);

    const finished = join(folder, `${source}.mp4`);
    const download = await call('GET', status.output.url, { saveTo: finished });
    expect([download.status, download.headers['content-type']]).toEqual([200, 'video/mp4']);
    expect((await stat(finished)).size).toBe(status.output.size);
    expect((await readFile(finished)).subarray(4, 8).toString('latin1')).toBe('ftyp');
    const part = await ask('GET', `/api/render/proxy/${id}/download`, { headers: { Range: 'bytes=4-7' } });
    expect([part.status, part.text]).toEqual([206, 'ftyp']);

    // The same render again is the same job; another body under its id is refused.
    expect((await ask('POST', '/api/render/proxy/lambda', { json: body })).body).toMatchObject({ id, status: 'completed' });
    const other = JSON.stringify({ id, sessionId: sid, draft, output: { format: 'mov' } });
    expect((await ask('POST', '/api/render/proxy/lambda', { json: other })).body.code).toBe(409);
    expect((await ask('GET', '/api/credits/balance/simple')).body.available).toBe(100);
  });

  test('a second message refines what is there, and media by address and in a batch join the session', async () => {
    const headers = { Authorization: `Bearer ${await newToken(server.url)}` };
    const sid = String(
      (await call('POST', `${server.url}/api/tasks/me/with-session/nemo_agent`, { headers, json: '{"task_name":"project"}' }))
        .body.session_id,
    );
    for (const path of [video, sound])
      await call('POST', `${server.url}/api/upload-video/nemo_agent/me/${sid}`, { headers, file: { field: 'file', path } });
    const say = async (text: string): Promise<Json[]> => {
      const json = JSON.stringify({
        appName: 'nemo_agent',
        userId: 'me',
        sessionId: sid,
        newMessage: { role: 'user', parts: [{ text }] },
        streaming: true,
      });
      return eventsOf((await call('POST', `${server.url}/run_sse`, { headers, json })).text);
    };
    const state = async (): Promise<Json> =>
      (await call('GET', `${server.url}/api/state/nemo_agent/me/${sid}/latest`, { headers })).body.state as Json;
    const start = await state();
    expect(start.video_infos).toHaveLength(2);
    await say('trim the last 2 seconds');
    const cut = await state();
    expect(start.draft.d - cut.draft.d).toBeGreaterThanOrEqual(1900);
    await say('剪掉前1秒');
    expect((await state()).draft.d).toBeLessThan(cut.draft.d);
    await say('undo');
    expect((await state()).draft.d).toBe(cut.draft.d);
    const pieces = await say('what did you change');
    const whole = pieces.at(-1)!;
    const partial = pieces.filter((event) => event.partial === true).map((event) => String(event.text));
    expect(partial.join('').trim()).toBe(whole.text);
  });
});

describe('the table of errors', () => {
  async function open(base: string, token: string): Promise<string> {
    const reply = await call('POST', `${base}/api/tasks/me/with-session/nemo_agent`, {
      headers: { Authorization: `Bearer ${token}` },
      json: '{}',
    });
    return String(reply.body.session_id);
  }

  function expectCode(reply: Answer, status: number, code: number): void {
    expect({ status: reply.status, code: reply.body.code, keys: Object.keys(reply.body).toSorted() }).toEqual({
      status,
      code,
      keys: ['code', 'detail', 'error', 'message'],
    });
    expect(reply.text).not.toMatch(/node_modules|\.ts:|\/tmp\/|at async/);
  }

  test('400, 402, 409 aside: 1001, 1002, 4001, 429 on the usual server', async () => {
    const base = server.url;
    expectCode(await call('POST', `${base}/api/auth/anonymous-token`), 400, 400);
    expectCode(
      await call('GET', `${base}/api/credits/balance/simple`, { headers: { Authorization: 'Bearer nmv_usr_wrong' } }),
      401,
      1001,
    );
    const client = { 'X-Client-Id': randomUUID() };
    const token = String((await call('POST', `${base}/api/auth/anonymous-token`, { headers: client })).body.token);
    const again = await call('POST', `${base}/api/auth/anonymous-token`, { headers: client });
    expectCode(again, 429, 429);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(6.9 * 86_400);
    const headers = { Authorization: `Bearer ${token}` };
    expectCode(await call('GET', `${base}/api/state/nemo_agent/me/123456/latest`, { headers }), 404, 1002);
    const sid = await open(base, token);
    expectCode(
      await call('GET', `${base}/api/state/nemo_agent/me/${sid}/latest`, {
        headers: { Authorization: `Bearer ${await newToken(base)}` },
      }),
      404,
      1002,
    );
    const text = join(folder, 'notes.mp4');
    await writeFile(text, 'these are only words\n'.repeat(100));
    const upload = `${base}/api/upload-video/nemo_agent/me/${sid}`;
    const unsupported = await call('POST', upload, { headers, file: { field: 'files', path: text } });
    expectCode(unsupported, 415, 4001);
    for (const format of 'mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac'.split(', '))
      expect(unsupported.body.message).toContain(format);
    expectCode(
      await call('POST', upload, { headers, json: '{"urls":["http://127.0.0.1:1/a.mp4"],"source_type":"url"}' }),
      400,
      400,
    );
    const render = JSON.stringify({
      id: 'render_1',
      sessionId: sid,
      draft: { t: [] },
      output: { format: 'mp4', quality: 'high' },
    });
    expectCode(await call('POST', `${base}/api/render/proxy/lambda`, { headers, json: render }), 402, 402);
    const skill = { ...headers, 'X-Skill-Source': 'video-writer', 'X-Skill-Version': '1', 'X-Skill-Platform': 'cursor' };
    expectCode(await call('POST', `${base}/api/render/proxy/lambda`, { headers: skill, json: render }), 400, 400);
    const foreign = JSON.stringify({
      id: 'render_2',
      sessionId: sid,
      draft: { t: [{ tt: 0, sg: [{ media: 'ast_0000000000000000000000', d: 1000 }] }] },
      output: {},
    });
    const refused = await call('POST', `${base}/api/render/proxy/lambda`, { headers: skill, json: foreign });
    expectCode(refused, 400, 400);
    expect(refused.body.message).toContain('t[0].sg[0].media');
    expectCode(await call('GET', `${base}/api/render/proxy/lambda/render_3`, { headers }), 404, 404);
  });

  test('2001 where edits are metered, 4002 over the limit, both with nothing changed', async () => {
    const metered = await startEmbedded(
      config('metered', { RUSHES_CREDITS: 'metered', RUSHES_CREDIT_COSTS: 'edit=60', RUSHES_UPLOAD_LIMIT_MB: '1' }),
    );
    try {
      const base = metered.url;
      const token = await newToken(base);
      const headers = { Authorization: `Bearer ${token}` };
      const sid = await open(base, token);
      const large = join(folder, 'large.wav');
      await writeFile(large, (await readFile(sound)).subarray(0, 1000));
      await truncate(large, 1_048_577);
      expectCode(
        await call('POST', `${base}/api/upload-video/nemo_agent/me/${sid}`, { headers, file: { field: 'files', path: large } }),
        413,
        4002,
      );
      await truncate(large, 1_000_000);
      await writeFile(join(folder, 'short.wav'), (await readFile(sound)).subarray(0, 400_000));
      const short = { field: 'files', path: join(folder, 'short.wav') };
      expect((await call('POST', `${base}/api/upload-video/nemo_agent/me/${sid}`, { headers, file: short })).body.code).toBe(0);
      const say = (text: string) =>
        call('POST', `${base}/run_sse`, {
          headers,
          json: JSON.stringify({ app_name: 'nemo_agent', user_id: 'me', session_id: sid, new_message: { parts: [{ text }] } }),
        });
      expect(eventsOf((await say('trim the last 1 second')).text).at(-1)!.type).toBe('text');
      const balance = (await call('GET', `${base}/api/credits/balance/simple`, { headers })).body.data;
      expect(balance).toEqual({ available: 40, frozen: 0, total: 40 });
      const blocked = await say('fade in 1 second');
      expectCode(blocked, 402, 2001);
      expect(blocked.body.message).toMatch(/\?bind=anon_[0-9a-f]{16}/);
      expect((await call('GET', `${base}/api/credits/balance/simple`, { headers })).body.data).toEqual(balance);
    } finally {
      await metered.close();
    }
  });
});
