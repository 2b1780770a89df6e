import { expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { readJson } from './read-json.ts';

type Body = string | Uint8Array<ArrayBuffer> | null;

const post = (body: Body, headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/', { method: 'POST', body, headers });
const read = (body: Body, headers: Record<string, string> = {}): Promise<unknown> =>
  readJson(post(body, headers), { limitBytes: 1_000_000, timeoutMs: 1000 });

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isEditorError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

test('plain JSON, a byte order mark and an empty body', async () => {
  expect(await read('{"a":[1,"二"]}')).toEqual({ a: [1, '二'] });
  expect(await read('\ufeff{"a":1}')).toEqual({ a: 1 });
  expect(await read('')).toBeUndefined();
  expect(await read('  ')).toBeUndefined();
});

test('brackets inside strings do not count as depth', async () => {
  const text = JSON.stringify({ a: '['.repeat(500) + '\\"{' });
  expect(await read(text)).toEqual(JSON.parse(text));
});

test.each([
  ['not JSON', '{"a":', 'REQUEST_INVALID: Request is invalid: the body is not JSON'],
  ['depth 65', '['.repeat(65) + ']'.repeat(65), 'REQUEST_INVALID: Request is invalid: the body is nested deeper than 64'],
  ['depth 100 000', '{"a":'.repeat(100_000), 'REQUEST_INVALID: Request is invalid: the body is nested deeper than 64'],
  ['__proto__', '{"a":{"__proto__":{"b":1}}}', 'REQUEST_INVALID: Request is invalid: the key __proto__ is not permitted'],
  [
    '__proto__ in escapes',
    '{"\\u005f_proto__":{"b":1}}',
    'REQUEST_INVALID: Request is invalid: the key __proto__ is not permitted',
  ],
])('%s is refused', async (_name, body, expected) => {
  expect(await refusal(read(body))).toBe(expected);
});

test('depth 64 is accepted', async () => {
  expect(await refusal(read('['.repeat(64) + ']'.repeat(64)))).toBe('accepted');
});

test('bytes that are not UTF-8 are refused', async () => {
  expect(await refusal(read(new Uint8Array([0x22, 0xff, 0xfe, 0x22])))).toBe(
    'REQUEST_INVALID: Request is invalid: the body is not UTF-8 text',
  );
});

test('compressed bodies are refused unread', async () => {
  expect(await refusal(read('x', { 'content-encoding': 'gzip' }))).toBe(
    'REQUEST_INVALID: Request is invalid: compressed bodies are not accepted',
  );
});

test('a body over the limit is refused by its declared length and by its real one', async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  const request = new Request('http://localhost/', { method: 'POST', body: endless, duplex: 'half' });
  expect(await refusal(readJson(request, { limitBytes: 10_000, timeoutMs: 1000 }))).toContain('BODY_TOO_LARGE');
  expect(pulled).toBeLessThan(20);
  expect(await refusal(readJson(post('x', { 'content-length': '99999999999' }), { limitBytes: 10, timeoutMs: 1000 }))).toContain(
    'BODY_TOO_LARGE',
  );
});

test('a body that does not end in time is refused', async () => {
  const silent = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
  const request = new Request('http://localhost/', { method: 'POST', body: silent, duplex: 'half' });
  expect(await refusal(readJson(request, { limitBytes: 10, timeoutMs: 20 }))).toContain('REQUEST_TIMEOUT');
});
