import { expect, test } from 'vitest';
import { readEvents, type StreamEvent } from './index.ts';

const adk = (text: string, partial = false) =>
  `data: ${JSON.stringify({ id: 'a', author: 'nemo_agent', content: { role: 'model', parts: [{ text }] }, ...(partial ? { partial } : {}) })}\n\n`;
const stream =
  adk('Trimmed ', true) +
  'id: 1\n\n: heartbeat\n\n' +
  `data: ${JSON.stringify({ content: { role: 'model', parts: [{ functionCall: { name: 'trim_pauses', args: { mode: 'trim' } } }] } })}\n\n` +
  `data: ${JSON.stringify({ content: { role: 'user', parts: [{ functionResponse: { name: 'trim_pauses', response: { count: 3 } } }] } })}\n\n` +
  'data: {"type":"text","content":"3 个停顿"}\n\nevent: heartbeat\ndata: {}\n\ndata: plain words\n\n' +
  'data: {"errorCode":"E1","errorMessage":"no"}\n\n' +
  adk('Trimmed 3 pauses').trimEnd();

const expected: StreamEvent[] = [
  { kind: 'text', text: 'Trimmed ', partial: true },
  { kind: 'heartbeat' },
  { kind: 'tool-call', name: 'trim_pauses', args: { mode: 'trim' } },
  { kind: 'tool-result', name: 'trim_pauses', result: { count: 3 } },
  { kind: 'text', text: '3 个停顿', partial: false },
  { kind: 'heartbeat' },
  { kind: 'text', text: 'plain words', partial: false },
  { kind: 'error', code: 'E1', message: 'no' },
  { kind: 'text', text: 'Trimmed 3 pauses', partial: false },
];

test('readEvents() reads every style the same wherever the chunks break, bytes of a character apart included', async () => {
  const bytes = new TextEncoder().encode(stream);
  for (let border = 0; border <= bytes.length; border++) {
    expect(await read([bytes.subarray(0, border), bytes.subarray(border)])).toEqual(expected);
  }
  expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test('readEvents() takes an empty data line for a sign of life', async () => {
  expect(await read([new TextEncoder().encode('data:\n\ndata: {"text":"ok"}\n\n')])).toContainEqual({ kind: 'heartbeat' });
});

async function read(chunks: Uint8Array[]): Promise<StreamEvent[]> {
  const found: StreamEvent[] = [];
  for await (const { event } of readEvents(ReadableStream.from(chunks) as ReadableStream<Uint8Array>)) found.push(event);
  return found;
}
