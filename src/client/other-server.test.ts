/** The client against a stand-in of the other server of this API: it assumes a screen, edits in silence, drops streams and refuses. */
import { describe, expect, test } from 'vitest';
import { asEditorError } from '#core/errors';
import { connect, createSession, exportVideo, sendMessage, type Connection, type StoredIdentity } from './index.ts';

/** How a turn of the stand-in ends, and whether it changed the timeline. */
type Turn = {
  readonly text?: string;
  readonly edits?: boolean;
  readonly drops?: boolean;
  readonly noAnswer?: boolean;
  readonly status?: number;
};

type Other = {
  readonly connection: Connection;
  readonly posts: () => readonly string[];
  readonly requests: () => readonly string[];
  version: number;
};

const wording: readonly (readonly [said: string, kept: string])[] = [
  ['I trimmed 3 pauses. Click the "Export" button to download.', 'I trimmed 3 pauses.'],
  ['Added lo-fi music at 35%. Open the audio panel to change it.', 'Added lo-fi music at 35%.'],
  ['The title is at the start now. Drag it on the timeline to move it.', 'The title is at the start now.'],
  ['Cut the first 5 seconds. You can preview it in the timeline.', 'Cut the first 5 seconds.'],
  ['已去除背景噪音。点击“导出”按钮下载视频。', '已去除背景噪音。'],
  ['已修剪停顿。打开时间线面板查看。', '已修剪停顿。'],
  ['音乐已添加。拖拽片段调整位置。', '音乐已添加。'],
  ['Done: the clip is 12 s shorter.', 'Done: the clip is 12 s shorter.'],
];
const screenWords = /\bclick|\bdrag|\bbutton\b|\bpanel\b|preview it in|点击|拖拽|按钮|面板/i;

function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** `turn` answers each message; `refuse` may answer any request before that. */
function otherServer(
  turn: (text: string) => Turn,
  refuse: (method: string, path: string, count: number) => Response | undefined = () => undefined,
  identity: StoredIdentity = { clientId: 'c', token: 't' },
): Other {
  const posts: string[] = [];
  const requests: string[] = [];
  let kept = identity;
  let [now, ids] = [0, 0];
  const other: Other = {
    version: 0,
    posts: () => posts,
    requests: () => requests,
    connection: connect({
      baseUrl: 'http://other.test',
      identity: { read: () => Promise.resolve(kept), write: (next) => ((kept = next), Promise.resolve()) },
      attribution: { source: 's', version: '1', platform: 'unknown' },
      newId: () => `id-${++ids}`,
      clock: {
        now: () => now,
        // Waits of the client pass at once; those for a stream that says nothing are never waited for here.
        sleep: (ms, signal) => (signal === undefined ? ((now += ms), Promise.resolve()) : new Promise(() => undefined)),
      },
      fetch: async (url, init) => {
        const { pathname } = new URL(url as string);
        const method = init?.method ?? 'GET';
        requests.push(`${method} ${pathname}`);
        const refused = refuse(method, pathname, requests.length);
        if (refused !== undefined) return refused;
        if (pathname === '/api/auth/anonymous-token') return json({ code: 0, data: { token: 'fresh', user_id: 'anon_1' } });
        if (pathname.startsWith('/api/tasks/')) return json({ code: 0, data: { session_id: '2', task_id: 't' } });
        if (pathname.startsWith('/api/state/'))
          return json({
            code: 0,
            data: {
              session_id: '1',
              state: { draft: { t: [{ tt: 0, sg: [{ d: 60_000 + other.version * 100, name: 'talk' }] }] } },
            },
          });
        if (pathname !== '/run_sse') return json({ code: 0, data: {} });
        const { new_message: message } = JSON.parse(init?.body as string) as { new_message: { parts: { text: string }[] } };
        posts.push(message.parts[0]!.text);
        const { text, edits, drops, noAnswer, status } = turn(message.parts[0]!.text);
        if (edits === true) other.version++;
        if (status !== undefined) return json({ message: 'proxy' }, status);
        if (noAnswer === true) throw new TypeError('fetch failed');
        return new Response(stream(text, drops === true), { headers: { 'content-type': 'text/event-stream' } });
      },
    }),
  };
  return other;
}

function stream(text: string | undefined, drops: boolean): ReadableStream<Uint8Array> {
  const frames = [': heartbeat\n\n', 'data: {"type":"tool_call","name":"x","args":{}}\n\n'];
  if (text !== undefined) frames.push(`data: ${JSON.stringify({ content: { role: 'model', parts: [{ text }] } })}\n\n`);
  const encoder = new TextEncoder();
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      const frame = frames[index++];
      if (frame !== undefined) controller.enqueue(encoder.encode(frame));
      else if (drops) controller.error(new TypeError('terminated'));
      else controller.close();
    },
  });
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

describe('a thousand messages, a third of them answered in silence', () => {
  test('every answer is a true sentence without a screen in it, and nothing is sent twice', async () => {
    const random = numbers(Number(process.env.TEST_SEED ?? 20_261_121));
    let last: Turn = {};
    const other = otherServer(() => {
      const kind = random();
      const edits = random() < 0.7;
      const text = wording[Math.floor(random() * wording.length)]![0];
      if (kind < 0.3) last = { edits };
      else if (kind < 0.4) last = { edits, drops: true };
      else if (kind < 0.45) last = { edits, noAnswer: true };
      else if (kind < 0.5) last = { edits, status: 502 };
      else last = { edits, text };
      return last;
    });
    for (let count = 0; count < 1000; count++) {
      const before = other.version;
      const { text, silent } = await sendMessage(other.connection, { sessionId: '1', text: `message ${count}` });
      expect(text).not.toBe('');
      expect(text).not.toMatch(screenWords);
      if (last.text !== undefined) expect([silent, text]).toEqual([false, wording.find(([said]) => said === last.text)![1]]);
      else if (other.version > before) expect(text).toMatch(/^Done\. Length: [\d.]+ s → [\d.]+ s/);
      else expect(text).toMatch(/Nothing was changed|has not changed so far/);
    }
    expect(other.posts()).toEqual(Array.from({ length: 1000 }, (_, count) => `message ${count}`));
  });

  test('words on the way in Chinese are Chinese', async () => {
    const silent = otherServer(() => ({ edits: true }));
    expect((await sendMessage(silent.connection, { sessionId: '1', text: '剪掉前5秒' })).text).toMatch(
      /^已完成。时长：60 秒 → 60\.1 秒/,
    );
    const lost = otherServer(() => ({ drops: true }));
    expect((await sendMessage(lost.connection, { sessionId: '1', text: '剪掉前5秒' })).text).toMatch(/连接中断/);
  });
});

test('the same words sent twice at once are one message', async () => {
  const other = otherServer(() => ({ edits: true, text: 'Done.' }));
  const send = (text: string) => sendMessage(other.connection, { sessionId: '1', text });
  const answers = await Promise.all([send('trim'), send('trim'), send('trim'), send('export it')]);
  expect(answers.map(({ text }) => text)).toEqual(['Done.', 'Done.', 'Done.', 'Done.']);
  expect(other.posts().toSorted()).toEqual(['export it', 'trim']);
  await send('trim');
  expect(other.posts()).toHaveLength(3);
});

describe('refusals', () => {
  const says = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (failure: unknown) => asEditorError(failure),
    );
    return `${error?.message}. ${error?.hint}.`;
  };
  const on = (path: string, answer: () => Response, times = Infinity) => {
    let left = times;
    return (_method: string, asked: string) => (asked === path && left-- > 0 ? answer() : undefined);
  };

  test('1001: another token once, and the message is said once', async () => {
    const other = otherServer(
      () => ({ text: 'Done.' }),
      on('/run_sse', () => json({ code: 1001, message: 'expired' }, 401), 1),
    );
    expect((await sendMessage(other.connection, { sessionId: '1', text: 'trim' })).text).toBe('Done.');
    expect(other.posts()).toEqual(['trim']);
    expect(other.requests().filter((line) => line.includes('anonymous-token'))).toHaveLength(1);
  });

  test('1001 for ever: told, not asked for again and again', async () => {
    const other = otherServer(
      () => ({}),
      on('/run_sse', () => json({ code: 1001, message: 'bad token' }, 401)),
    );
    expect(await says(sendMessage(other.connection, { sessionId: '1', text: 'trim' }))).toMatch(/bad token/);
    expect(other.requests().filter((line) => line.includes('anonymous-token'))).toHaveLength(1);
  });

  test('1002: told, and a new session can be opened', async () => {
    const other = otherServer(
      () => ({}),
      on('/run_sse', () => json({ code: 1002, message: 'Session not found' }, 404)),
    );
    expect(await says(sendMessage(other.connection, { sessionId: '9', text: 'trim' }))).toMatch(/Session not found.*session/i);
    expect((await createSession(other.connection)).sessionId).toBe('2');
  });

  test('2001: the address to register at is in the sentence', async () => {
    const message = 'No credits left; register at https://other.test/register?bind=anon_1';
    const other = otherServer(
      () => ({}),
      on('/run_sse', () => json({ code: 2001, message }, 402)),
    );
    expect(await says(sendMessage(other.connection, { sessionId: '1', text: 'trim' }))).toContain(
      'https://other.test/register?bind=anon_1',
    );
    expect(other.posts()).toEqual([]);
  });

  test('402 on an export: the plan, not the credits', async () => {
    const message = 'Export blocked on the free plan';
    const other = otherServer(
      () => ({}),
      on('/api/render/proxy/lambda', () => json({ code: 402, message }, 402)),
    );
    const sentence = await says(exportVideo(other.connection, { sessionId: '1' }));
    expect(sentence).toMatch(/Export blocked on the free plan/);
    expect(sentence).not.toMatch(/credits? (?:left|exhausted)/i);
  });

  test.each([
    ['7', 1],
    [undefined, 1],
  ])('429 with Retry-After %s: waited for once', async (after, posts) => {
    const headers: Record<string, string> = after === undefined ? {} : { 'retry-after': after };
    const other = otherServer(
      () => ({ text: 'Done.' }),
      on('/run_sse', () => json({ code: 429, message: 'slow down' }, 429, headers), 1),
    );
    expect((await sendMessage(other.connection, { sessionId: '1', text: 'trim' })).text).toBe('Done.');
    expect([other.posts().length, other.connection.clock.now()]).toEqual([posts, after === undefined ? 30_000 : 7000]);
  });

  test('429 for ever: told after one wait', async () => {
    const other = otherServer(
      () => ({}),
      on('/run_sse', () => json({ code: 429, message: 'slow down' }, 429)),
    );
    expect(await says(sendMessage(other.connection, { sessionId: '1', text: 'trim' }))).toMatch(/slow down/);
    expect(other.requests().filter((line) => line.includes('run_sse'))).toHaveLength(2);
  });
});
