import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail } from '#core/errors';
import { loadConfig } from '#platform/config';
import { createLog } from '#platform/log';
import { createHttpApp, routes, type HttpApp, type HttpConfig } from '#surfaces/http';
import { createMemoryServices, type MemoryServices } from './memory-services.ts';

const skill = { 'X-Skill-Source': 'voiceover-editing', 'X-Skill-Version': '1.0.0', 'X-Skill-Platform': 'cursor' };
const day = 86_400_000;
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let services: MemoryServices;
let app: HttpApp;
let closing: AbortController;
let logged: string[];

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rushes-http-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => start());

function start(settings: Partial<HttpConfig> = {}): void {
  services = createMemoryServices(folder);
  closing = new AbortController();
  logged = [];
  const log = createLog({ level: 'debug', write: (line) => logged.push(line) });
  app = createHttpApp(services, { ...loadConfig({}), ...settings }, log, { closing: closing.signal });
}

type Reply = { readonly status: number; readonly headers: Headers; readonly body: Record<string, any> }; // oxlint-disable-line typescript/no-explicit-any

async function call(
  method: string,
  path: string,
  options: { token?: string; json?: unknown; headers?: Record<string, string>; address?: string } = {},
): Promise<Reply> {
  const response = await send(method, path, options);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

async function send(method: string, path: string, options: Parameters<typeof call>[2] = {}): Promise<Response> {
  const { token, json, headers = {}, address = '203.0.113.1' } = options;
  const all = { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  const body = json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) };
  const socket = { incoming: { socket: { remoteAddress: address } } };
  return app.request(path, { method, headers: all, ...body }, address === '203.0.113.1' ? {} : (socket as object));
}

async function newUser(): Promise<{ token: string; userId: string }> {
  const address = `198.51.100.${Math.floor(Math.random() * 250)}`;
  const { body } = await call('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': randomUUID() }, address });
  return { token: body.data.token, userId: body.data.user_id };
}

async function newSession(token: string): Promise<string> {
  return (await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: { task_name: 'project' } })).body.session_id;
}

function message(sessionId: string, text = 'trim pauses', more: object = {}): object {
  return { app_name: 'nemo_agent', user_id: 'me', session_id: sessionId, new_message: { parts: [{ text }] }, ...more };
}

function expectFailure(reply: Reply, status: number, code: number): void {
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
  expect(Object.keys(reply.body).toSorted()).toEqual(['code', 'detail', 'error', 'message']);
  expect(reply.body.message).toMatch(/^[A-Z]/);
  expect([reply.body.detail, reply.body.error]).toEqual([reply.body.message, reply.body.message]);
}

describe('tokens', () => {
  test('an anonymous token comes with a user, an end in 7 days and 100 credits, in data and on the top level', async () => {
    const reply = await call('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': randomUUID() } });
    expect(reply.status).toBe(200);
    const { code, message: word, data, ...mirrored } = reply.body;
    expect({ code, word }).toEqual({ code: 0, word: 'success' });
    expect(mirrored).toEqual(data);
    expect(data.token).toMatch(/^nmv_usr_[\w-]{22,}$/);
    expect(data.user_id).toMatch(/^anon_[0-9a-f]{16}$/);
    expect(Date.parse(data.expires_at) - services.now()).toBe(7 * day);
    expect(data.credits).toBe(100);
    expect(services.dump()).not.toContain(data.token);
  });

  test('without a client id: 400, code 400', async () => {
    expectFailure(await call('POST', '/api/auth/anonymous-token'), 400, 400);
    expectFailure(await call('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': ' ' } }), 400, 400);
    expectFailure(await call('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': "x'; drop" } }), 400, 400);
  });

  test('one token a client in 7 days, the same user again after it expired', async () => {
    const headers = { 'X-Client-Id': randomUUID() };
    const first = await call('POST', '/api/auth/anonymous-token', { headers });
    services.advance(2 * day);
    const second = await call('POST', '/api/auth/anonymous-token', { headers });
    expectFailure(second, 429, 429);
    expect(Number(second.headers.get('retry-after'))).toBe((5 * day) / 1000);
    services.advance(5 * day);
    expectFailure(await call('GET', '/api/credits/balance/simple', { token: first.body.token }), 401, 1001);
    const third = await call('POST', '/api/auth/anonymous-token', { headers });
    expect(third.body.data).toMatchObject({ user_id: first.body.user_id });
    expect(third.body.token).not.toBe(first.body.token);
    expect((await call('GET', '/api/credits/balance/simple', { token: third.body.token })).status).toBe(200);
  });

  test('a guessable client id never leads back to an old user', async () => {
    const headers = { 'X-Client-Id': 'test' };
    const first = await call('POST', '/api/auth/anonymous-token', { headers });
    expectFailure(await call('POST', '/api/auth/anonymous-token', { headers }), 429, 429);
    services.advance(7 * day);
    const again = await call('POST', '/api/auth/anonymous-token', { headers });
    expect(again.status).toBe(200);
    expect(again.body.user_id).not.toBe(first.body.user_id);
  });

  test('ten tokens an address in 7 days; asking again for one that is refused uses up nobody’s share', async () => {
    const clients = Array.from({ length: 10 }, () => randomUUID());
    const ask = (id: string, address: string, headers: Record<string, string> = {}) =>
      call('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': id, ...headers }, address });
    for (const id of clients.slice(0, 9)) expect((await ask(id, '203.0.113.7')).status).toBe(200);
    for (let again = 0; again < 5; again++) expectFailure(await ask(clients[0]!, '203.0.113.7'), 429, 429);
    expect((await ask(clients[9]!, '203.0.113.7')).status).toBe(200);
    expectFailure(await ask(randomUUID(), '203.0.113.7'), 429, 429);
    // Without a trusted proxy the header changes nothing; another address is not affected.
    expectFailure(await ask(randomUUID(), '203.0.113.7', { 'X-Forwarded-For': '192.0.2.1' }), 429, 429);
    expect((await ask(randomUUID(), '203.0.113.8')).status).toBe(200);
    services.advance(7 * day);
    expect((await ask(randomUUID(), '203.0.113.7')).status).toBe(200);
  });

  test('behind a trusted proxy the limit counts the client that the proxy names', async () => {
    start({ trustProxy: true });
    const ask = (forwarded: string) =>
      call('POST', '/api/auth/anonymous-token', {
        headers: { 'X-Client-Id': randomUUID(), 'X-Forwarded-For': forwarded },
        address: '10.0.0.1',
      });
    for (let client = 0; client < 10; client++) expect((await ask(`9.9.9.${client}, 192.0.2.1`)).status).toBe(200);
    expectFailure(await ask('8.8.8.8, 192.0.2.1'), 429, 429);
    expect((await ask('192.0.2.2')).status).toBe(200);
  });

  test('a claim token opens one project and has no power over the API', async () => {
    const { token } = await newUser();
    const session = (await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} })).body.data;
    const claim = await call('POST', '/api/auth/claim-token', {
      token,
      json: { taskId: session.task_id, session_id: session.session_id },
    });
    expect(claim.body.data).toEqual({ claim_token: expect.stringMatching(/^clm_[\w-]{22,}$/), expires_in: 604_800 });
    expectFailure(await call('GET', '/api/credits/balance/simple', { token: claim.body.claim_token }), 401, 1001);
    const wrong = { task_id: 'task_other', session_id: session.session_id };
    expectFailure(await call('POST', '/api/auth/claim-token', { token, json: wrong }), 404, 1002);
  });

  test('guessing tokens runs into a limit, and users at other addresses are not affected', async () => {
    const { token } = await newUser();
    const statuses = new Map<number, number>();
    for (let guess = 0; guess < 320; guess++) {
      const bad = `nmv_usr_${randomBytes(24).toString('base64url')}`;
      const { status } = await call('GET', '/api/credits/balance/simple', { token: bad, address: '203.0.113.66' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 300, 429: 20 });
    expect((await call('GET', '/api/credits/balance/simple', { token, address: '203.0.113.67' })).status).toBe(200);
  });
});

describe('access', () => {
  test('every route that needs a token refuses all that is not one, with one and the same answer', async () => {
    const { token } = await newUser();
    const session = (await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} })).body.data;
    const claim = (await call('POST', '/api/auth/claim-token', { token, json: session })).body.claim_token as string;
    const revoked = (await newUser()).token;
    services.revoke(revoked);
    const bad: Record<string, string> = {
      none: '',
      empty: 'Bearer ',
      basic: `Basic ${token}`,
      unknown: `Bearer nmv_usr_${'A'.repeat(32)}`,
      'near miss': `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      'other case': `Bearer ${token.toUpperCase()}`,
      revoked: `Bearer ${revoked}`,
      claim: `Bearer ${claim}`,
      malformed: 'Bearer ../../etc/passwd',
    };
    const guarded = routes.filter(({ access }) => access === 'token');
    expect(guarded.length).toBeGreaterThanOrEqual(17);
    const answers = new Set<string>();
    for (const route of guarded) {
      const path = route.path
        .replace('{app}', 'nemo_agent')
        .replace('{user}', 'me')
        .replace('{sid}', session.session_id)
        .replaceAll(/\{\w+\}/g, 'x');
      for (const header of Object.values(bad)) {
        const reply = await call(route.method.toUpperCase(), path, { headers: header === '' ? {} : { Authorization: header } });
        expectFailure(reply, 401, 1001);
        answers.add(JSON.stringify(reply.body));
        services.advance(1000);
      }
    }
    expect(answers.size).toBe(1);
  });

  test('another user’s session is answered as one that does not exist, everywhere', async () => {
    const [owner, other] = [await newUser(), await newUser()];
    const mine = await newSession(owner.token);
    const absent = '12345678901234567890';
    const uses: [string, (sid: string) => [string, string, unknown?]][] = [
      ['claim', (sid) => ['POST', '/api/auth/claim-token', { task_id: 'x', session_id: sid }]],
      ['run', (sid) => ['POST', '/run', message(sid)]],
      ['run_sse', (sid) => ['POST', '/run_sse', message(sid)]],
      [
        'upload',
        (sid) => ['POST', `/api/upload-video/nemo_agent/me/${sid}`, { urls: ['https://media.example/a'], source_type: 'url' }],
      ],
      ['state', (sid) => ['GET', `/api/state/nemo_agent/me/${sid}/latest`]],
      ['render', (sid) => ['POST', '/api/render/proxy/lambda', { id: 'render_1', sessionId: sid, output: {} }]],
      ['adk get', (sid) => ['GET', `/apps/nemo_agent/users/me/sessions/${sid}`]],
      ['adk patch', (sid) => ['PATCH', `/apps/nemo_agent/users/me/sessions/${sid}`, { stateDelta: {} }]],
      ['adk delete', (sid) => ['DELETE', `/apps/nemo_agent/users/me/sessions/${sid}`]],
    ];
    for (const [, use] of uses) {
      const answers = new Set<string>();
      for (const sid of [mine, absent, 'x'.repeat(64)]) {
        const [method, path, json] = use(sid);
        const reply = await call(method, path, { token: other.token, headers: skill, json });
        expectFailure(reply, 404, 1002);
        answers.add(JSON.stringify(reply.body));
      }
      expect(answers.size).toBe(1);
    }
    expect((await call('GET', `/apps/nemo_agent/users/me/sessions/${mine}`, { token: owner.token })).status).toBe(200);
  });

  test('a path takes `me` or the bearer’s own id, and any other id is 1002', async () => {
    const [owner, other] = [await newUser(), await newUser()];
    for (const id of ['me', owner.userId]) {
      expect((await call('POST', `/api/tasks/${id}/with-session/nemo_agent`, { token: owner.token, json: {} })).status).toBe(200);
    }
    for (const id of [other.userId, 'anon_0000000000000000', 'ME', 'root', 'a%2fb']) {
      expectFailure(await call('POST', `/api/tasks/${id}/with-session/nemo_agent`, { token: owner.token, json: {} }), 404, 1002);
    }
    const sid = await newSession(owner.token);
    expectFailure(
      await call('POST', '/run', { token: owner.token, json: message(sid, 'hi', { user_id: other.userId }) }),
      404,
      1002,
    );
    expect((await call('POST', '/run', { token: owner.token, json: message(sid, 'hi', { user_id: owner.userId }) })).status).toBe(
      200,
    );
  });

  test('renders, turns and files of others are not found', async () => {
    const [owner, other] = [await newUser(), await newUser()];
    const sid = await newSession(owner.token);
    await call('POST', '/api/render/proxy/lambda', {
      token: owner.token,
      headers: skill,
      json: { id: 'render_1', sessionId: sid },
    });
    const turn = await send('POST', '/run', { token: owner.token, json: message(sid) });
    const paths = [
      '/api/render/proxy/lambda/render_1',
      '/api/render/proxy/render_1/download',
      `/run_sse/${turn.headers.get('x-invocation-id')}`,
    ];
    for (const path of paths) {
      const theirs = await call('GET', path, { token: other.token });
      expectFailure(theirs, 404, 404);
      expect(theirs.body).toEqual((await call('GET', path.replaceAll(/render_1|e-\w+/g, 'absent'), { token: other.token })).body);
    }
    expectFailure(await call('POST', '/api/render/proxy/lambda/render_1/cancel', { token: other.token }), 404, 404);
  });

  test('fields that nobody may set are ignored', async () => {
    const { token, userId } = await newUser();
    const json = { task_name: 'p', user_id: 'anon_ffffffffffffffff', credits: 1e9, scope: 'admin', expires_at: '2999-01-01' };
    const { body } = await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json });
    expect(body.user_id).toBe(userId);
    const path = `/apps/nemo_agent/users/me/sessions/${body.session_id}`;
    const patched = await call('PATCH', path, { token, json: { state_delta: { a: 1, pendingQuestion: { tool: 'x' } } } });
    expect(patched.body.state).toEqual({ a: 1 });
    expect((await call('GET', '/api/credits/balance/simple', { token })).body.data).toEqual({
      available: 100,
      frozen: 0,
      total: 100,
    });
  });
});

describe('browsers', () => {
  test('bound to loopback, a foreign host name is refused (rebinding)', async () => {
    for (const [host, status] of [
      ['localhost', 200],
      ['127.0.0.1:8787', 200],
      ['[::1]:8787', 200],
      ['evil.example', 403],
      ['127.0.0.1.nip.example', 403],
    ] as const) {
      expect([host, (await app.request(`http://${host}/healthz`)).status]).toEqual([host, status]);
    }
    start({ publicUrl: 'https://edit.example' });
    expect((await app.request('http://edit.example/healthz')).status).toBe(200);
    expect((await app.request('http://evil.example/healthz')).status).toBe(403);
  });

  test('a post from a foreign page is refused, also from a sandboxed one', async () => {
    const headers = (origin: string) => ({ 'X-Client-Id': randomUUID(), Origin: origin });
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', 'http://localhost:1']) {
      expectFailure(await call('POST', '/api/auth/anonymous-token', { headers: headers(origin) }), 403, 403);
    }
    expect((await call('POST', '/api/auth/anonymous-token', { headers: headers('http://localhost') })).status).toBe(200);
  });

  test('no reply permits other origins, and every reply forbids sniffing and framing', async () => {
    for (const path of ['/healthz', '/nothing', '/api/credits/balance/simple', '/openapi.json']) {
      const { headers } = await call('GET', path, { headers: { Origin: 'https://evil.example' } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('bodies and failures', () => {
  test('bodies that are not what they should be are named, never a fault of ours', async () => {
    const { token } = await newUser();
    const sid = await newSession(token);
    const cases: [string, string, unknown, number, number][] = [
      ['not JSON', '/run_sse', '{"session_id":', 400, 400],
      ['an array', '/run_sse', [], 400, 400],
      ['nothing', '/run_sse', '', 400, 400],
      ['no session', '/run_sse', { new_message: { parts: [{ text: 'x' }] } }, 400, 400],
      ['no message', '/run_sse', { session_id: sid }, 400, 400],
      ['no text', '/run_sse', { session_id: sid, new_message: { parts: [{ inlineData: {} }] } }, 400, 400],
      ['too much text', '/run_sse', message(sid, 'x'.repeat(32_001)), 400, 400],
      ['another app', '/run_sse', message(sid, 'x', { app_name: 'other' }), 404, 404],
      ['a session id as a number', '/run_sse', message(7 as unknown as string), 400, 400],
      ['deep nesting', '/run_sse', '['.repeat(100_000), 400, 400],
      ['__proto__', '/run_sse', `{"session_id":"${sid}","__proto__":{"x":1}}`, 400, 400],
      ['two MiB', '/run_sse', message(sid, 'x'.repeat(2_097_152)), 413, 4002],
      ['a render without an id', '/api/render/proxy/lambda', { sessionId: sid }, 400, 400],
      ['a render id with a path', '/api/render/proxy/lambda', { id: '../../x', sessionId: sid }, 400, 400],
      ['an unknown format', '/api/render/proxy/lambda', { id: 'r', sessionId: sid, output: { format: 'exe' } }, 400, 400],
      ['a bad draft', '/api/render/proxy/lambda', { id: 'r', sessionId: sid, draft: { bad: true } }, 400, 400],
      ['a render of no session', '/api/render/proxy/lambda', { id: 'r', sessionId: 'x' }, 404, 1002],
      ['no addresses', `/api/upload-video/nemo_agent/me/${sid}`, { source_type: 'url' }, 400, 400],
      ['21 addresses', `/api/upload-video/nemo_agent/me/${sid}`, { urls: Array(21).fill('https://media.example/a') }, 400, 400],
      [
        'an address inside',
        `/api/upload-video/nemo_agent/me/${sid}`,
        { urls: ['http://169.254.169.254/'], source_type: 'url' },
        400,
        400,
      ],
    ];
    for (const [name, path, json, status, code] of cases) {
      const reply = await call('POST', path, { token, headers: skill, json });
      expect([name, reply.status, reply.body.code]).toEqual([name, status, code]);
      expectFailure(reply, status, code);
    }
    expect(
      (
        await call('POST', '/api/render/proxy/lambda', {
          token,
          headers: skill,
          json: { id: 'r', sessionId: sid, draft: { bad: true } },
        })
      ).body.message,
    ).toContain('draft.t.0');
  });

  test('an unknown throw becomes 500 with an id that is in the log, and shows nothing of the inside', async () => {
    const { token } = await newUser();
    services.failNext(new TypeError('secret at /home/someone/file.ts'));
    const reply = await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} });
    expectFailure(reply, 500, 500);
    const id = /error ([0-9a-f]{12})/.exec(reply.body.message)![1]!;
    expect(logged.some((line) => line.includes(id) && line.includes('secret at'))).toBe(true);
    expect(JSON.stringify(reply.body)).not.toMatch(/secret|\/home|TypeError|\.ts/);
  });

  test('a full disk is 507 with Retry-After, and reading goes on', async () => {
    const { token } = await newUser();
    services.failNext(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    const reply = await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} });
    expectFailure(reply, 507, 507);
    expect(reply.headers.get('retry-after')).toBe('5');
    services.full = true;
    expectFailure(
      await call('POST', `/api/upload-video/nemo_agent/me/${await newSession(token)}`, {
        token,
        headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
        json: '--x--',
      }),
      507,
      507,
    );
    expect((await call('GET', '/readyz')).status).toBe(503);
    expect((await call('GET', '/api/credits/balance/simple', { token })).status).toBe(200);
  });

  test('out of credits is 402 with code 2001 and an address to register that names the anonymous user', async () => {
    const { token, userId } = await newUser();
    const sid = await newSession(token);
    services.setCredits(userId, 0, 3);
    const reply = await call('POST', '/run_sse', { token, json: message(sid) });
    expectFailure(reply, 402, 2001);
    expect(reply.body.message).toContain(`http://localhost/register?bind=${userId}`);
    expect((await call('GET', '/api/credits/balance/simple', { token })).body).toMatchObject({
      available: 0,
      frozen: 3,
      total: 3,
    });
  });

  test('what does not exist is 404 in the same shape', async () => {
    expectFailure(await call('GET', '/api/nothing'), 404, 404);
    expectFailure(await call('DELETE', '/run_sse'), 404, 404);
    expectFailure(await call('GET', '/..%2f..%2fetc/passwd'), 404, 404);
    const { token } = await newUser();
    expectFailure(await call('POST', '/api/tasks/me/with-session/other_agent', { token, json: {} }), 404, 404);
  });

  test('hostile names in every place are refused by the same few answers, never by a fault', async () => {
    const { token } = await newUser();
    const sid = await newSession(token);
    const names = ['../x', '..%2fx', '%2e%2e', '/etc/passwd', 'C:\\x', '%00', 'a%0ab', '-rf', '\u202Egpj', 'x'.repeat(300), '😀', 'con', 'a;id', '$(id)', '`id`', "'", '%', '%E0%A4%A', '__proto__', 'constructor', "' OR 1=1 --", '*', '{sid}', 'null']; // prettier-ignore
    const places: ((name: string) => [string, string, object?])[] = [
      (name) => ['GET', `/api/state/nemo_agent/me/${name}/latest`],
      (name) => ['GET', `/api/state/nemo_agent/${name}/${sid}/latest`],
      (name) => ['GET', `/api/state/${name}/me/${sid}/latest`],
      (name) => ['POST', `/api/upload-video/nemo_agent/me/${name}`, { urls: ['https://media.example/a'] }],
      (name) => ['GET', `/api/render/proxy/lambda/${name}`],
      (name) => ['GET', `/api/render/proxy/${name}/download`],
      (name) => ['GET', `/run_sse/${name}`],
      (name) => ['GET', `/files/media/${sid}/${name}?expires=1&signature=${name}`],
      (name) => ['GET', `/files/renders/${name}/r1`],
      (name) => ['DELETE', `/apps/nemo_agent/users/me/sessions/${name}`],
      (name) => ['POST', '/run', message(name)],
      (name) => ['POST', '/api/render/proxy/lambda', { id: name, sessionId: sid, output: { format: name } }],
      (name) => ['POST', '/api/auth/claim-token', { task_id: name, session_id: name }],
    ];
    const seen = new Map<string, number>();
    for (const place of places) {
      for (const name of names) {
        const [method, path, json] = place(name);
        const url = json === undefined ? path.replaceAll(/[^\x20-\x7e]/gu, encodeURIComponent) : path;
        const reply = await call(method, url.replaceAll(' ', '%20'), { token, headers: skill, json });
        const answer = `${reply.status} ${reply.body.code}`;
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }
    }
    expect([...seen.keys()].filter((answer) => !['400 400', '403 403', '404 404', '404 1002'].includes(answer))).toEqual([]);
    expect(logged.filter((line) => line.includes('http.unexpected'))).toEqual([]);
  });

  test('no token is in any log line', async () => {
    const { token } = await newUser();
    await call('POST', '/run', { token, json: message(await newSession(token)) });
    await call('GET', `/files/media/1/a?signature=abc&expires=1`);
    expect(logged.length).toBeGreaterThan(2);
    expect(logged.filter((line) => line.includes(token) || line.includes('signature='))).toEqual([]);
  });
});

describe('renders', () => {
  async function ready(): Promise<{ token: string; userId: string; sid: string }> {
    const user = await newUser();
    return { ...user, sid: await newSession(user.token) };
  }

  test('a missing attribution header is 402 with code 402, and one setting turns the rule off', async () => {
    const { token, sid } = await ready();
    const json = { id: 'render_1', sessionId: sid, output: { format: 'mp4', quality: 'high' } };
    for (const missing of Object.keys(skill)) {
      const headers = Object.fromEntries(Object.entries(skill).filter(([name]) => name !== missing));
      const reply = await call('POST', '/api/render/proxy/lambda', { token, headers, json });
      expectFailure(reply, 402, 402);
      expect(reply.body.message).toContain('not a credit problem');
    }
    start({ attributionRule: false });
    const other = await ready();
    expect(
      (await call('POST', '/api/render/proxy/lambda', { token: other.token, json: { ...json, sessionId: other.sid } })).status,
    ).toBe(200);
  });

  test('the status object is on the top level and in data, from pending to completed, with a link that needs no header', async () => {
    const { token, userId, sid } = await ready();
    const json = { id: 'render_1700000000', sessionId: sid, draft: { t: [] }, output: { format: 'mp4', quality: 'high' } };
    const created = await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json });
    const { code, success, message: word, data, ...mirrored } = created.body;
    expect({ code, success, word }).toEqual({ code: 0, success: true, word: 'success' });
    expect(mirrored).toEqual(data);
    expect(data).toMatchObject({
      id: json.id,
      render_id: json.id,
      taskId: json.id,
      status: 'pending',
      progress: 0,
      output: null,
      outputUrl: null,
      error: null,
      completedAt: null,
    });
    const path = `/api/render/proxy/lambda/${json.id}`;
    const waiting = call('GET', `${path}?wait=25`, { token });
    const bytes = randomBytes(1000);
    const file = join(folder, 'out.mp4');
    await writeFile(file, bytes);
    services.completeRender(userId, json.id, { path: file, bytes: 1000, hash: 'c0ffee' });
    const done = await waiting;
    expect(done.body).toMatchObject({ status: 'completed', progress: 1, output: { duration: 1.5, size: 1000 }, error: null });
    expect(done.body.outputUrl).toBe(done.body.output.url);
    const url = new URL(done.body.output.url);
    expect(url.origin).toBe('http://localhost');
    const fetched = await app.request(url);
    expect(fetched.status).toBe(200);
    expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await send('GET', `/api/render/proxy/${json.id}/download`, { token })).status).toBe(200);
  });

  test('the same id and body give the same job, another body 409', async () => {
    const { token, sid } = await ready();
    const json = { id: 'render_1', sessionId: sid, output: { format: 'mp4' } };
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => call('POST', '/api/render/proxy/lambda', { token, headers: skill, json })),
    );
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expectFailure(
      await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: { ...json, output: { format: 'mov' } } }),
      409,
      409,
    );
    // snake_case is the same request.
    const snake = { id: 'render_1', session_id: sid, output: { format: 'mp4' } };
    expect((await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: snake })).status).toBe(200);
    expect((await call('POST', '/api/render/proxy/lambda/render_1/cancel', { token })).body).toMatchObject({
      status: 'cancelled',
      success: true,
    });
  });

  test('a link is worth nothing when it is changed or too old', async () => {
    const { token, userId, sid } = await ready();
    await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: { id: 'r1', sessionId: sid } });
    await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: { id: 'r2', sessionId: sid } });
    const file = join(folder, 'link.mp4');
    await writeFile(file, 'bytes');
    for (const id of ['r1', 'r2']) services.completeRender(userId, id, { path: file, bytes: 5, hash: 'beef' });
    const link = new URL((await call('GET', '/api/render/proxy/lambda/r1', { token })).body.outputUrl);
    const forged = (change: (url: URL) => void): URL => {
      const url = new URL(link);
      change(url);
      return url;
    };
    const bad = [
      forged((url) => url.searchParams.delete('signature')),
      forged((url) => url.searchParams.set('signature', `${url.searchParams.get('signature')}A`)),
      forged((url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))),
      forged((url) => (url.pathname = url.pathname.replace('r1', 'r2'))),
      forged((url) => (url.search = '')),
    ];
    for (const url of bad) expect([url.href, (await app.request(url)).status]).toEqual([url.href, 403]);
    expect((await app.request(link)).status).toBe(200);
    services.advance(3_601_000);
    expect((await app.request(link)).status).toBe(403);
  });

  test('downloads answer ranges with the very bytes, and nothing in them can run', async () => {
    const { token, userId, sid } = await ready();
    await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: { id: 'r1', sessionId: sid } });
    const bytes = randomBytes(100_000);
    const file = join(folder, 'range.mp4');
    await writeFile(file, bytes);
    services.completeRender(userId, 'r1', { path: file, bytes: bytes.length, hash: 'abc123' });
    const get = (headers: Record<string, string>, method = 'GET') =>
      send(method, '/api/render/proxy/r1/download', { token, headers });
    const whole = await get({});
    expect(whole.headers.get('content-disposition')).toBe(`attachment; filename="r1.mp4"; filename*=UTF-8''r1.mp4`);
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(whole.headers.get('etag')).toBe('"abc123"');
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=99990-', 99_990, 100_000],
      ['bytes=-7', 99_993, 100_000],
      ['bytes=500-99999999', 500, 100_000],
    ] as const) {
      const part = await get({ Range: range });
      expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
        206,
        `bytes ${start}-${end - 1}/100000`,
        String(end - start),
      ]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
    }
    const past = await get({ Range: 'bytes=100000-' });
    expect([past.status, past.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    const head = await get({ Range: 'bytes=0-9' }, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '100000', '']);
    expect((await get({ 'If-None-Match': '"abc123"' })).status).toBe(304);
    expect((await get({ 'If-Match': '"other"' })).status).toBe(412);
    const stale = await get({ Range: 'bytes=0-9', 'If-Range': '"other"' });
    expect([stale.status, (await stale.arrayBuffer()).byteLength]).toEqual([200, 100_000]);
    await rm(file);
    expect((await get({})).status).toBe(404);
  });
});

describe('sessions as ADK’s clients know them', () => {
  test('list-apps, create, read, merge, list, delete, in ADK’s shapes', async () => {
    const { token, userId } = await newUser();
    expect((await call('GET', '/list-apps')).body).toEqual(['nemo_agent']);
    const base = `/apps/nemo_agent/users/${userId}/sessions`;
    const created = (await call('POST', base, { token, json: { state: { camelKey: 1, snake_key: { innerKey: 2 } } } })).body;
    expect(created).toMatchObject({
      appName: 'nemo_agent',
      userId,
      state: { camelKey: 1, snake_key: { innerKey: 2 } },
      events: [],
    });
    expect(created.lastUpdateTime).toBeCloseTo(services.now() / 1000, 3);
    await call('POST', '/run', {
      token,
      json: {
        appName: 'nemo_agent',
        userId,
        sessionId: created.id,
        newMessage: { role: 'user', parts: [{ text: 'hi' }] },
        stateDelta: { seenBefore: true },
      },
    });
    const read = (await call('GET', `${base}/${created.id}`, { token })).body;
    expect(read.events.map((event: { text: string }) => event.text)).toEqual(['hi', 'Heard: hi']);
    expect(read.state).toEqual({ camelKey: 1, snake_key: { innerKey: 2 }, seenBefore: true });
    const merged = await call('PATCH', `${base}/${created.id}`, {
      token,
      json: { stateDelta: { camelKey: null, new_one: [1] } },
    });
    expect(merged.body.state).toEqual({ snake_key: { innerKey: 2 }, seenBefore: true, new_one: [1] });
    expect((await call('POST', `${base}/s_123`, { token, json: { a: 1 } })).body).toMatchObject({ id: 's_123', state: { a: 1 } });
    expectFailure(await call('POST', `${base}/s_123`, { token, json: {} }), 400, 400);
    expect((await call('GET', base, { token })).body.map((session: { id: string }) => session.id)).toEqual(
      expect.arrayContaining([created.id, 's_123']),
    );
    expect(await call('DELETE', `${base}/s_123`, { token })).toMatchObject({ status: 200, body: null });
    expectFailure(await call('GET', `${base}/s_123`, { token }), 404, 1002);
    expectFailure(
      await call('PATCH', `${base}/${created.id}`, { token, json: { stateDelta: { big: 'x'.repeat(300_000) } } }),
      400,
      400,
    );
  });
});

describe('the state', () => {
  test('holds the draft, the media with links that work, exports and the user’s id, in data and on the top level', async () => {
    const { token, userId } = await newUser();
    const sid = await newSession(token);
    const json = { urls: ['https://media.example/talk.wav'], source_type: 'url' };
    const [file] = (await call('POST', `/api/upload-video/nemo_agent/me/${sid}`, { token, json })).body.files;
    await call('POST', '/api/render/proxy/lambda', { token, headers: skill, json: { id: 'r1', sessionId: sid } });
    const path = join(folder, 'state.mp4');
    await writeFile(path, 'bytes');
    services.completeRender(userId, 'r1', { path, bytes: 5, hash: 'beef' });
    for (const user of ['me', userId]) {
      const { body } = await call('GET', `/api/state/nemo_agent/${user}/${sid}/latest`, { token });
      expect(body.state).toEqual(body.data.state);
      expect(body.data).toMatchObject({
        session_id: sid,
        task_id: expect.stringMatching(/^task_/),
        task_name: 'project',
        user_id: userId,
      });
      expect(body.state).toMatchObject({
        draft: { t: [] },
        draft_version: 1,
        canvas_config: { width: 1920, height: 1080, fps: 30, sample_rate: 48_000 },
        video_analyses: [{ id: file.id, filename: 'talk.wav' }],
      });
      expect(body.state.video_infos).toEqual([file]);
      expect(body.state.generated_media).toMatchObject([
        { id: 'r1', type: 'export', filename: 'r1.mp4', duration: 1.5, size: 5 },
      ]);
      expect(await (await app.request(body.state.generated_media[0].url as string)).text()).toBe('bytes');
    }
  });

  test('links name the host that the client used, or the configured one', async () => {
    const link = async (host: string): Promise<string> => {
      const { token } = await newUser();
      const sid = await newSession(token);
      const headers = { Authorization: `Bearer ${token}` };
      const body = JSON.stringify({ urls: ['https://media.example/a.wav'] });
      const response = await app.request(`http://${host}/api/upload-video/nemo_agent/me/${sid}`, {
        method: 'POST',
        headers,
        body,
      });
      return new URL(((await response.json()) as { files: [{ cdn_url: string }] }).files[0].cdn_url).origin;
    };
    expect(await link('127.0.0.1:8787')).toBe('http://127.0.0.1:8787');
    start({ host: '0.0.0.0' });
    expect(await link('nas.lan:8787')).toBe('http://nas.lan:8787');
    start({ publicUrl: 'https://edit.example/' });
    expect(await link('edit.example')).toBe('https://edit.example');
  });
});

describe('health and shutting down', () => {
  test('lives, is ready, and refuses new work while it closes', async () => {
    expect((await call('GET', '/healthz')).body).toMatchObject({ code: 0, status: 'ok' });
    expect((await call('GET', '/readyz')).body).toMatchObject({ code: 0, status: 'ready', checks: { disk: { ok: true } } });
    const { token } = await newUser();
    closing.abort();
    expect((await call('GET', '/healthz')).status).toBe(200);
    const notReady = await call('GET', '/readyz');
    expect([notReady.status, notReady.body.status]).toEqual([503, 'shutting-down']);
    const refused = await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} });
    expectFailure(refused, 503, 503);
    expect(refused.headers.get('retry-after')).toBe('5');
  });
});

describe('the document', () => {
  test('names every route, its refusals and its schemas', async () => {
    const { body } = await call('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const paths = body.paths as Record<string, Record<string, { responses: object; security?: object[] }>>;
    const named = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(named.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
    for (const route of routes) {
      const described = paths[route.path]![route.method]!;
      for (const status of route.refusals ?? []) expect(Object.keys(described.responses)).toContain(String(status));
      expect(described.security !== undefined).toBe(route.access === 'token');
    }
    const text = JSON.stringify(body);
    const referenced = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!);
    expect(referenced.length).toBeGreaterThan(0);
    for (const name of referenced) expect(Object.keys(body.components.schemas)).toContain(name);
  });
});

test('sanity of this file: failures of the table reach the client with their own status', async () => {
  const { token } = await newUser();
  services.failNext(fail('TIMELINE_CONFLICT', { current: 3, expected: 2 }));
  expectFailure(await call('POST', '/api/tasks/me/with-session/nemo_agent', { token, json: {} }), 409, 409);
});
