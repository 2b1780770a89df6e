import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameLimitBytes, withinFrame } from './frames.ts';

const bytes = (event: unknown): number => Buffer.byteLength(`data: ${JSON.stringify(event)}\n\n`);
const base = { id: 'a', invocationId: 'e-1', author: 'nemo_agent', timestamp: 1.5, type: 'tool_result' };

test('an event within the limit is left as it is', () => {
  const event = { ...base, text: 'x'.repeat(16_000 - 100) };
  expect(withinFrame(event)).toBe(event);
});

test('long texts are cut visibly, and everything else stays', () => {
  const event = { ...base, text: '剪'.repeat(20_000), content: { role: 'model', parts: [{ text: '剪'.repeat(20_000) }] } };
  const shown = withinFrame(event);
  expect(bytes(shown)).toBeLessThanOrEqual(frameLimitBytes);
  expect(shown).toMatchObject(base);
  expect(shown.text).toMatch(/^剪{1000,}… \(\d+ characters cut\)$/);
});

test('a huge result of a tool keeps its name', () => {
  const response = { done: Array.from({ length: 5000 }, (_, index) => `removed ${index}`) };
  const event = {
    ...base,
    content: { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'trim_pauses', response } }] },
  };
  const shown = withinFrame(event);
  expect(bytes(shown)).toBeLessThanOrEqual(frameLimitBytes);
  expect(JSON.stringify(shown)).toContain('"name":"trim_pauses"');
  expect(JSON.stringify(shown)).toMatch(/entries cut/);
});

test('whatever an event holds, its frame stays within 16 KiB and keeps its identity', () => {
  const big = fc.oneof(
    fc.string({ maxLength: 40_000, unit: 'grapheme' }),
    fc.array(fc.string({ maxLength: 200 }), { maxLength: 400 }),
    fc.dictionary(fc.string({ maxLength: 30 }), fc.string({ maxLength: 90 }), { maxKeys: 400 }),
  );
  fc.assert(
    fc.property(big, big, (first, second) => {
      const shown = withinFrame({ ...base, content: { parts: [first, { second }] } });
      expect(bytes(shown)).toBeLessThanOrEqual(frameLimitBytes);
      expect(shown).toMatchObject(base);
    }),
    { numRuns: 60 },
  );
});
