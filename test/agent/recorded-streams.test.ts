/**
 * Streams of real turns, recorded from the routes as bytes and fed to clients that nobody here wrote, broken at every border:
 * the parsing rules of ADK's two official clients, restated, the standard, and our own reader.
 */
import { createParser } from 'eventsource-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '#client';
import { seconds } from '#core/time';
import { plainAsset, serveEditor } from '../fixtures/served-editor.ts';

type Event = { readonly id: string; readonly type?: string; readonly text?: string; readonly partial?: boolean };
type Reader = { feed(chunk: string): void; readonly events: Event[] };

function adkWeb(): Reader {
  const events: Event[] = [];
  let buffer = '';
  return {
    events,
    feed: (chunk) => {
      buffer += chunk;
      try {
        const found = buffer
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => JSON.parse(line.slice(5)) as Event);
        events.push(...found);
        buffer = '';
      } catch {
        // It waits for more and reads the whole buffer again.
      }
    },
  };
}

function adkApiClient(): Reader {
  const events: Event[] = [];
  let buffer = '';
  return {
    events,
    feed: (chunk) => {
      buffer += chunk;
      const frames = buffer.split('\n\n');
      buffer = frames.pop()!;
      for (const frame of frames) if (frame.startsWith('data: ')) events.push(JSON.parse(frame.slice(6)) as Event);
    },
  };
}

function standard(): Reader {
  const events: Event[] = [];
  const parser = createParser({ onEvent: ({ data }) => void events.push(JSON.parse(data) as Event) });
  return { events, feed: (chunk) => parser.feed(chunk) };
}

type Recording = { readonly chunks: readonly Uint8Array[]; readonly bytes: Uint8Array; readonly events: readonly Event[] };
const recordings: Recording[] = [];

beforeAll(async () => {
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([plainAsset('ast_talk', 'video', seconds(60), 'talk 😀 "a\\b".mp4')], 10);
  for (const text of [
    'cut the first 5 seconds, add the title "data: x"',
    '第二个片段调亮一点，剪掉最后3秒',
    'export it to the moon',
    'undo',
  ]) {
    const response = await editor.fetch('/run_sse', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        app_name: 'nemo_agent',
        user_id: 'me',
        session_id: sessionId,
        streaming: true,
        new_message: { parts: [{ text }] },
      }),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body!) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const events = bytes
      .toString()
      .split('\n\n')
      .flatMap((frame) => (frame.startsWith('data: ') ? [JSON.parse(frame.slice(6)) as Event] : []));
    recordings.push({ chunks, bytes, events });
  }
});

test('there is something to read: calls, results, pieces and whole texts', () => {
  const types = new Set(recordings.flatMap(({ events }) => events.map(({ type }) => type)));
  expect(types).toEqual(new Set(['state', 'text', 'tool_call', 'tool_result']));
  expect(recordings.flatMap(({ events }) => events).some(({ partial }) => partial === true)).toBe(true);
  expect(recordings.every(({ events }) => events.at(-1)?.type === 'text' && events.at(-1)?.partial === undefined)).toBe(true);
});

describe.each([
  ['AdkApiClient', adkApiClient],
  ['the standard', standard],
])('%s', (_name, open) => {
  test('reads every event once, wherever a stream is broken in two', () => {
    for (const { bytes, events } of recordings) {
      for (let border = 0; border <= bytes.length; border++) {
        const reader = open();
        const decoder = new TextDecoder();
        reader.feed(decoder.decode(bytes.subarray(0, border), { stream: true }));
        reader.feed(decoder.decode(bytes.subarray(border)));
        // Comparing ids first: a thousand borders, and a whole comparison only where something is wrong.
        if (reader.events.length !== events.length || reader.events.some(({ id }, index) => id !== events[index]!.id))
          expect([border, reader.events]).toEqual([border, events]);
      }
    }
  });

  test('reads every event once from single bytes', () => {
    for (const { bytes, events } of recordings) {
      const reader = open();
      const decoder = new TextDecoder();
      for (const byte of bytes) reader.feed(decoder.decode(Uint8Array.of(byte), { stream: true }));
      expect(reader.events).toEqual(events);
    }
  });
});

test('the web page of ADK reads every event once from the pieces that are written', () => {
  for (const { chunks, events } of recordings) {
    const reader = adkWeb();
    for (const chunk of chunks) reader.feed(Buffer.from(chunk).toString());
    expect(reader.events).toEqual(events);
  }
});

test('our own reader hears the same last words from every tenth border', async () => {
  for (const { bytes, events } of recordings) {
    for (let border = 0; border <= bytes.length; border += 10) {
      const body = ReadableStream.from([bytes.subarray(0, border), bytes.subarray(border)]) as ReadableStream<Uint8Array>;
      let last = '';
      for await (const { event } of readEvents(body)) if (event.kind === 'text' && !event.partial) last = event.text;
      expect(last).toBe(events.at(-1)!.text);
    }
  }
});
