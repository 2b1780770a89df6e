import { describe, expect, test } from 'vitest';
import {
  connect,
  describeSilentEdit,
  routeRequest,
  sendMessage,
  translateGuiReply,
  type Clock,
  type Connection,
  type StoredIdentity,
} from './index.ts';

describe('routeRequest()', () => {
  test.each([
    ['export', 'export'],
    ['export 1080p MP4', 'export'],
    ['导出视频', 'export'],
    ['导出mp3', 'export'],
    ['导出1080p的mp4', 'export'],
    ['导出前先去噪', 'message'],
    ['send me the video', 'export'],
    ['credits', 'credits'],
    ['how many credits do I have?', 'credits'],
    ['余额', 'credits'],
    ['show tracks', 'state'],
    ['状态', 'state'],
    ['upload talk.mp4', 'upload'],
    ['trim the pauses and export for YouTube', 'message'],
    ['add credits at the end', 'message'],
  ])('"%s" goes to %s', (sentence, route) => {
    expect(routeRequest(sentence)).toBe(route);
  });
});

describe('translateGuiReply()', () => {
  test.each([
    ['I trimmed 3 pauses. Click the Export button to download your video.', 'I trimmed 3 pauses.', ['export']],
    ['已降噪。请点击“导出”按钮。', '已降噪。', ['export']],
    ['Open the timeline panel to see it.', '', ['state']],
    ['Drag the clip to the start.', '', ['send']],
    ['The title "Click here" is shown at 0:03.', 'The title "Click here" is shown at 0:03.', []],
  ])('%s', (reply, text, actions) => {
    const translated = translateGuiReply(reply);
    if (actions.length > 0) expect(translated).toMatchObject({ text, actions });
    else expect(translated.text).toContain('shown at 0:03');
  });
});

test('describeSilentEdit() says what changed and is undefined where nothing did', () => {
  const state = (ms: number) => ({
    sessionId: '1',
    draft: { t: [{ tt: 0, sg: [{ d: ms, m: { name: 'talk' } }] }] },
    media: [],
    raw: {},
  });
  expect(describeSilentEdit(state(10_000), state(10_000))).toBeUndefined();
  expect(describeSilentEdit(state(10_000), state(8000))).toContain('Length: 10 s → 8 s');
});

describe('a connection', () => {
  test('renews an expired token once and says the message once', async () => {
    const seen: string[] = [];
    const connection = fakeServer(
      (path, headers) => {
        seen.push(`${path} ${headers.get('authorization') ?? ''}`);
        if (path === '/api/auth/anonymous-token') return json({ code: 0, data: { token: 'fresh', user_id: 'anon_1' } });
        if (headers.get('authorization') !== 'Bearer fresh') return json({ code: 1001, message: 'expired' }, 401);
        return json({ code: 0, data: { available: 7 } });
      },
      { clientId: 'c', token: 'stale' },
    );
    expect(await connection.request('GET', '/api/credits/balance/simple')).toEqual({ available: 7 });
    expect(seen).toEqual([
      '/api/credits/balance/simple Bearer stale',
      '/api/auth/anonymous-token ',
      '/api/credits/balance/simple Bearer fresh',
    ]);
  });

  test('waits for Retry-After once, then tells', async () => {
    const clock = fakeClock();
    let tries = 0;
    const connection = fakeServer(
      () => (tries++, json({ code: 429, message: 'slow down' }, 429, { 'retry-after': '7' })),
      { clientId: 'c', token: 't' },
      clock,
    );
    await expect(connection.request('GET', '/x')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect([tries, clock.now()]).toEqual([2, 7000]);
  });

  test('a stream of heartbeats only ends after ten minutes with words from the state, and nothing is sent twice', async () => {
    const clock = fakeClock();
    let messages = 0;
    let reads = 0;
    const draft = (ms: number) => ({ t: [{ tt: 0, sg: [{ d: ms }] }] });
    const connection = fakeServer(
      (path) => {
        if (path !== '/run_sse')
          return json({ code: 0, data: { session_id: '1', state: { draft: draft(reads++ === 0 ? 9000 : 5000) } } });
        messages++;
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => {
            controller.enqueue(new TextEncoder().encode(': heartbeat\n\n'));
            // Each heartbeat moves the clock on by half a minute.
            clock.advance(30_000);
            return new Promise((resolve) => setImmediate(resolve));
          },
        });
        return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
      },
      { clientId: 'c', token: 't' },
      clock,
    );
    const notices: string[] = [];
    const answer = await sendMessage(
      connection,
      { sessionId: '1', text: 'trim' },
      { onStatus: (status) => notices.push(status) },
    );
    expect(answer.silent).toBe(true);
    expect(answer.text).toContain('9 s → 5 s');
    expect(messages).toBe(1);
    expect(notices.length).toBeGreaterThanOrEqual(3);
    expect(notices[0]).toContain('Still working');
  });
});

function fakeServer(
  answer: (path: string, headers: Headers) => Response,
  identity: StoredIdentity,
  clock: Clock = fakeClock(),
): Connection {
  let kept: StoredIdentity = identity;
  return connect({
    baseUrl: 'http://server.test/',
    identity: { read: () => Promise.resolve(kept), write: (next) => ((kept = next), Promise.resolve()) },
    attribution: { source: 's', version: '1', platform: 'unknown' },
    newId: () => 'id-1',
    clock,
    fetch: (url, init) => Promise.resolve(answer(new URL(url as string).pathname, new Headers(init?.headers))),
  });
}

function fakeClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  let waiting: { at: number; wake: () => void }[] = [];
  const advance = (ms: number) => {
    now += ms;
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { wake } of due) wake();
  };
  return {
    now: () => now,
    advance,
    // Waits of a minute at most pass by themselves; longer ones need the clock to be moved.
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 60_000 && signal === undefined) return (advance(ms), resolve());
        waiting.push({ at: now + ms, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
