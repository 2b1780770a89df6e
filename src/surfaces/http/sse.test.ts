import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { fail } from '#core/errors';
import { createLog } from '#platform/log';
import { eventStream, streamFrames, type StreamOptions, type WatchedEvent } from './sse.ts';

const log = createLog({ level: 'error', write: () => undefined });
const options = (more: Partial<StreamOptions> = {}): StreamOptions => ({
  invocationId: 'e-1',
  heartbeat: 'comment',
  heartbeatMs: 10_000,
  limitMs: 60_000,
  format: 'adk',
  partials: true,
  closing: new AbortController().signal,
  log,
  readerMs: 120_000,
  ...more,
});

const event = (seq: number, fields: Readonly<Record<string, unknown>>): WatchedEvent => ({
  seq,
  event: { id: `ev${seq}`, invocationId: 'e-1', author: 'nemo_agent', timestamp: 1.25, ...fields },
});
const text = (seq: number, words: string, more: object = {}): WatchedEvent =>
  event(seq, { type: 'text', text: words, content: { role: 'model', parts: [{ text: words }] }, ...more });
const call = { functionCall: { id: 'c1', name: 'trim_pauses', args: { keepMs: 250 } } };
const result = { functionResponse: { id: 'c1', name: 'trim_pauses', response: { status: 'done', note: 'a\n\nb\r\ndata: x' } } };
const turn: WatchedEvent[] = [
  event(1, { type: 'tool_call', content: { role: 'model', parts: [call] } }),
  event(2, { type: 'tool_result', content: { role: 'user', parts: [result] } }),
  text(3, 'Removed ', { partial: true }),
  text(4, '3 pauses\n\n已删除 😀', { partial: true }),
  text(6, 'Removed 3 pauses\n\n已删除 😀'),
];

async function* from(events: readonly WatchedEvent[]): AsyncGenerator<WatchedEvent> {
  yield* events;
}

/** Never says anything and ends when it is told to. */
// oxlint-disable-next-line require-yield
async function* silent(signal: AbortSignal): AsyncGenerator<WatchedEvent> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function written(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

test('each event is a data frame and then a frame with its number; the stream ends by closing', async () => {
  const first = turn[0]!;
  const last = turn[4]!;
  const expected = `data: ${JSON.stringify(first.event)}\n\nid: 1\n\ndata: ${JSON.stringify(last.event)}\n\nid: 6\n\n`;
  expect(await written(streamFrames(() => from([first, last]), options()))).toBe(expected);
});

test('the reply is an event stream that no proxy keeps back', () => {
  const { headers } = eventStream(() => from([]), options());
  expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('x-accel-buffering')).toBe('no');
});

/** The parsing rules of ADK's own clients and of the standard, restated; each is fed chunk by chunk. */
const readers: Record<string, () => { feed(chunk: string): void; readonly events: unknown[] }> = {
  'ADK web': () => {
    const events: unknown[] = [];
    let buffer = '';
    const feed = (chunk: string): void => {
      buffer += chunk;
      try {
        const found = buffer
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line): unknown => JSON.parse(line.slice(5)));
        events.push(...found);
        buffer = '';
      } catch {
        // It waits for more and reads the whole buffer again.
      }
    };
    return { feed, events };
  },
  AdkApiClient: () => {
    const events: unknown[] = [];
    let buffer = '';
    const feed = (chunk: string): void => {
      buffer += chunk;
      const frames = buffer.split('\n\n');
      buffer = frames.pop()!;
      for (const frame of frames) if (frame.startsWith('data: ')) events.push(JSON.parse(frame.slice(6)));
    };
    return { feed, events };
  },
  'the standard': () => {
    const events: unknown[] = [];
    const parser = createParser({ onEvent: ({ data }) => void events.push(JSON.parse(data)) });
    return { feed: (chunk) => parser.feed(chunk), events };
  },
};

test.each(['AdkApiClient', 'the standard'])('%s reads the same events from chunks of any size', async (name) => {
  const all = await written(streamFrames(() => from(turn), options()));
  const bytes = Buffer.from(`: heartbeat\n\n${all.replaceAll('id: 2\n\n', 'id: 2\n\n: heartbeat\n\n')}`);
  for (const size of [1, 2, 3, 7, 61, 4096]) {
    const reader = readers[name]!();
    const decoder = new TextDecoder();
    for (let at = 0; at < bytes.length; at += size) reader.feed(decoder.decode(bytes.subarray(at, at + size), { stream: true }));
    expect(reader.events).toEqual(turn.map((entry) => entry.event));
  }
});

// It loses what comes before `data:` in a chunk of its own, so that borders matter: one write holds one event and its number.
test('ADK web reads the same events from the chunks that are written, whole or broken inside their JSON', async () => {
  for (const broken of [false, true]) {
    const reader = readers['ADK web']!();
    for await (const chunk of streamFrames(() => from(turn), options())) {
      const whole = Buffer.from(chunk).toString();
      for (const piece of broken ? [whole.slice(0, 40), whole.slice(40, 60), whole.slice(60)] : [whole]) reader.feed(piece);
      reader.feed(': heartbeat\n\n');
    }
    expect(reader.events).toEqual(turn.map((entry) => entry.event));
  }
});

test('without streaming only whole texts are sent', async () => {
  const all = await written(streamFrames(() => from(turn), options({ partials: false })));
  expect(all.match(/^id: .*$/gm)).toEqual(['id: 1', 'id: 2', 'id: 6']);
});

test.each([
  ['comment', 'adk', ': heartbeat\n\n'],
  ['data', 'adk', 'data:\n\n'],
  ['event', 'adk', 'event: heartbeat\ndata: {}\n\n'],
  ['comment', 'flat', 'data: {"type":"heartbeat"}\n\n'],
] as const)('heartbeat as %s in %s', async (heartbeat, format, expected) => {
  const stream = streamFrames(silent, options({ heartbeat, format, heartbeatMs: 5 }));
  const reader = stream.getReader();
  for (let beat = 0; beat < 3; beat++) expect(new TextDecoder().decode((await reader.read()).value)).toBe(expected);
  await reader.cancel();
});

test('a client that goes away ends the watching', async () => {
  let stopped: AbortSignal | undefined;
  const reader = streamFrames((signal) => silent((stopped = signal)), options({ heartbeatMs: 5 })).getReader();
  await reader.read();
  await reader.cancel();
  expect(stopped?.aborted).toBe(true);
});

test('shutting down is said and ends the stream', async () => {
  const closing = new AbortController();
  const stream = streamFrames(silent, options({ closing: closing.signal }));
  setImmediate(() => closing.abort());
  expect(await written(stream)).toBe(': shutting-down\n\n');
  expect(await written(streamFrames(silent, options({ closing: AbortSignal.abort() })))).toBe(': shutting-down\n\n');
});

test('a failure of the watching is an event with its code, without the inside', async () => {
  const failing = (error: Error) =>
    async function* (): AsyncGenerator<WatchedEvent> {
      yield turn[0]!;
      throw error;
    };
  const read = async (error: Error, more: Partial<StreamOptions> = {}) => {
    const all = await written(streamFrames(failing(error), options(more)));
    return JSON.parse(
      all
        .match(/^data: .*$/gm)!
        .at(-1)!
        .slice(6),
    ) as Record<string, unknown>;
  };
  expect(await read(fail('DISK_FULL'))).toMatchObject({
    type: 'error',
    errorCode: 'DISK_FULL',
    errorMessage: 'Disk is full',
    author: 'nemo_agent',
  });
  expect(await read(fail('DISK_FULL'), { format: 'flat' })).toEqual({
    type: 'error',
    code: 'DISK_FULL',
    content: 'Disk is full',
  });
  const unknown = await read(new TypeError('secret'));
  expect(unknown.errorCode).toBe('INTERNAL');
  expect(JSON.stringify(unknown)).not.toContain('secret');
});

test('a turn longer than the limit ends the stream with the way to go on', async () => {
  const all = await written(streamFrames(silent, options({ limitMs: 20 })));
  expect(all).toContain('GET /run_sse/e-1');
  expect(all).toContain('STREAM_TIMEOUT');
});

test('no event is asked for before the client can take it', async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<WatchedEvent> {
    for (;;) yield text(++asked, 'x'.repeat(4000));
  }
  const reader = streamFrames(endless, options()).getReader();
  await reader.read();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBeLessThanOrEqual(3);
  await reader.cancel();
});
