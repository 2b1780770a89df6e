import { expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { clientAddress, createMinuteCounter } from './limits.ts';

test.each([
  ['the peer alone', { peer: '203.0.113.9', forwardedFor: undefined, trustProxy: false }, '203.0.113.9'],
  ['a spoofed header without a proxy', { peer: '203.0.113.9', forwardedFor: '198.51.100.1', trustProxy: false }, '203.0.113.9'],
  ['a header from the proxy', { peer: '10.0.0.1', forwardedFor: '198.51.100.1', trustProxy: true }, '198.51.100.1'],
  [
    'a spoofed entry before the proxy’s',
    { peer: '10.0.0.1', forwardedFor: '1.2.3.4, 198.51.100.1', trustProxy: true },
    '198.51.100.1',
  ],
  ['rubbish in the header', { peer: '10.0.0.1', forwardedFor: 'unknown', trustProxy: true }, '10.0.0.1'],
  ['IPv4 in IPv6', { peer: '::ffff:203.0.113.9', forwardedFor: undefined, trustProxy: false }, '203.0.113.9'],
  ['IPv6 as its /64', { peer: '2001:db8:1:2:3:4:5:6', forwardedFor: undefined, trustProxy: false }, '2001:db8:1:2::/64'],
  ['no socket', { peer: undefined, forwardedFor: undefined, trustProxy: false }, 'unknown'],
])('%s', (_name, sources, expected) => {
  expect(clientAddress(sources)).toBe(expected);
});

test('a window lets its limit through, refuses with the time left, and starts again', () => {
  let now = 1_000_000;
  const counter = createMinuteCounter({ limit: 3, what: 'messages', now: () => now });
  const tries = (count: number): string[] =>
    Array.from({ length: count }, () => {
      try {
        counter.count('a');
        return 'ok';
      } catch (error) {
        return isEditorError(error, 'RATE_LIMITED') ? String(error.details.retryAfterSeconds) : 'other';
      }
    });
  expect(tries(4)).toEqual(['ok', 'ok', 'ok', '60']);
  now += 45_000;
  expect(tries(1)).toEqual(['15']);
  expect(() => counter.count('b')).not.toThrow();
  now += 15_000;
  expect(tries(4)).toEqual(['ok', 'ok', 'ok', '60']);
});

test('a limit of 0 counts nothing', () => {
  const counter = createMinuteCounter({ limit: 0, what: 'messages', now: () => 0 });
  for (let count = 0; count < 1000; count++) counter.count('a');
  expect(() => counter.check('a')).not.toThrow();
});
