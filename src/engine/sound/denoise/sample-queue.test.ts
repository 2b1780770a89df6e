import { expect, test } from 'vitest';
import { createSampleQueue } from './sample-queue.ts';

test('createSampleQueue() gives samples by place, 0 outside, and forgets what was dropped', () => {
  const queue = createSampleQueue();
  for (let at = 0; at < 50_000; at += 1000) queue.push(Float32Array.from({ length: 1000 }, (_, index) => at + index));
  expect(queue.end()).toBe(50_000);
  const target = new Float32Array(4);
  queue.copy(-2, target);
  expect([...target]).toEqual([0, 0, 0, 1]);
  queue.copy(49_998, target);
  expect([...target]).toEqual([49_998, 49_999, 0, 0]);
  queue.drop(20_000);
  queue.copy(19_999, target);
  expect([...target]).toEqual([0, 20_000, 20_001, 20_002]);
  queue.drop(10);
  queue.push(Float32Array.of(7));
  queue.copy(49_999, target);
  expect([...target]).toEqual([49_999, 7, 0, 0]);
  queue.copy(60_000, target);
  expect([...target]).toEqual([0, 0, 0, 0]);
});
