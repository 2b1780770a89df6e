import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds, overlaps, rangeBetween, rangeEnd, toMilliseconds, totalDuration, type TimeRange } from '#core/time';
import { findCuts, type PausePolicy, type SpeechFacts } from './index.ts';

/** Facts from alternating lengths in ms, a pause first; a negative pause is an audible one. */
function facts(...lengths: readonly number[]): SpeechFacts {
  let position = 0;
  const speech: TimeRange[] = [];
  const pauses: (TimeRange & { levelDbfs: number; audible: boolean })[] = [];
  lengths.forEach((length, index) => {
    const range = rangeBetween(milliseconds(position), milliseconds(position + Math.abs(length)));
    position += Math.abs(length);
    if (index % 2 === 1) speech.push(range);
    else if (range.duration > 0) pauses.push({ ...range, levelDbfs: -60, audible: length < 0 });
  });
  return { speech, pauses, threshold: 0.5 };
}

function inMs(ranges: readonly TimeRange[]): number[][] {
  return ranges.map((range) => [toMilliseconds(range.start), toMilliseconds(rangeEnd(range))]);
}

describe('findCuts()', () => {
  test('trimming leaves a breath of 250 ms, shared 4 : 3 between the word before and the word after', () => {
    expect(inMs(findCuts(facts(0, 1000, 1000, 1000), { mode: 'trim' }).remove)).toEqual([[1143, 1893]]);
  });

  test('stays further away from a word whose faint beginning the noise may hide, and not from the end of the recording', () => {
    const noisy = { ...facts(0, 1000, 1000, 1000, 1000), hiddenBefore: milliseconds(100) };
    expect(inMs(findCuts(noisy, { mode: 'remove' }).remove)).toEqual([
      [1200, 1750],
      [3300, 4000],
    ]);
  });

  test('removing leaves the margins of 200 ms after and 150 ms before', () => {
    expect(inMs(findCuts(facts(0, 1000, 1000, 1000), { mode: 'remove' }).remove)).toEqual([[1200, 1850]]);
  });

  test('a pause counts from 400 ms, or from what was asked, but a gap under 150 ms is never a cut', () => {
    const speech = facts(0, 1000, 390, 1000, 140, 1000);
    expect(findCuts(speech, { mode: 'trim' }).remove).toEqual([]);
    const asked: PausePolicy = { mode: 'trim', minimum: milliseconds(50), keep: milliseconds(60) };
    expect(inMs(findCuts(speech, asked).remove)).toEqual([[1030, 1360]]);
  });

  test('head and tail are shortened to 250 and 300 ms, left alone, or taken to 30 ms as asked', () => {
    const speech = facts(2000, 6000, 2000);
    expect(inMs(findCuts(speech, { mode: 'trim' }).remove)).toEqual([
      [0, 1750],
      [8300, 10_000],
    ]);
    expect(findCuts(speech, { mode: 'trim', edges: 'keep' }).remove).toEqual([]);
    expect(inMs(findCuts(speech, { mode: 'trim', edges: 'remove' }).remove)).toEqual([
      [0, 1970],
      [8030, 10_000],
    ]);
  });

  test('the end moves to a key frame 30 to 200 ms before the word, and the breath keeps its length', () => {
    const speech = facts(0, 1000, 1000, 1000);
    const at = (...times: readonly number[]) =>
      inMs(findCuts(speech, { mode: 'trim' }, { preferredEnds: times.map(milliseconds) }).remove);
    expect(at(1000, 1820, 1900, 2000)).toEqual([[1150, 1900]]);
    expect(at(1810)).toEqual([[1060, 1810]]);
    expect(at(1790, 1980)).toEqual([[1143, 1893]]);
  });

  test('only what the clip uses is looked at, and its ends are head and tail', () => {
    const speech = facts(0, 1000, 1000, 1000, 1000, 1000);
    const within = rangeBetween(milliseconds(1500), milliseconds(3500));
    expect(inMs(findCuts(speech, { mode: 'trim' }, { within }).remove)).toEqual([
      [1500, 1750],
      [3300, 3500],
    ]);
  });

  test('a long gap with music stays while it is the exception, and a short one with a cough goes', () => {
    const found = findCuts(facts(0, 5000, 800, 5000, -5000, 5000, -900, 5000, 800, 5000, 700, 5000), { mode: 'trim' });
    expect(inMs(found.kept)).toEqual([[10_800, 15_800]]);
    expect(found.remove).toHaveLength(4);
    expect(found.doubt).toBeUndefined();
  });

  test('asks where half of the gaps hold other sound, and says what a yes would do', () => {
    const speech = facts(0, 5000, -2000, 5000, 1000, 5000);
    const found = findCuts(speech, { mode: 'trim' });
    expect(found.doubt).toBe('mostly-audible');
    expect(found.needsQuestion).toContain('1 of 2 gaps');
    expect(found.remove).toHaveLength(2);
    expect(findCuts(speech, { mode: 'trim', audible: 'cut' })).toEqual({ remove: found.remove, kept: [] });
  });

  test('asks where more than 60 % would go', () => {
    expect(findCuts(facts(0, 1000, 8000, 1000), { mode: 'trim' })).toMatchObject({
      doubt: 'mostly-removed',
      needsQuestion: '78 % of the recording would go',
    });
    expect(findCuts(facts(0, 4000, 4000, 4000), { mode: 'trim' }).doubt).toBeUndefined();
  });

  test('without speech, or without anything, there is nothing to remove', () => {
    expect(findCuts(facts(5000), { mode: 'remove' })).toEqual({ remove: [], kept: [] });
    expect(findCuts(facts(), { mode: 'remove' })).toEqual({ remove: [], kept: [] });
  });

  test('never comes nearer than 30 ms to a word, whatever is asked', () => {
    const lengths = fc.array(fc.integer({ min: 100, max: 3000 }), { minLength: 2, maxLength: 30 });
    const optional = fc.option(fc.integer({ min: 0, max: 2000 }).map(milliseconds), { nil: undefined });
    const policies = fc.record({
      mode: fc.constantFrom('trim', 'remove'),
      minimum: optional,
      keep: optional,
      after: optional,
      before: optional,
      edges: fc.constantFrom('trim', 'keep', 'remove'),
    });
    const keyFrames = fc.array(fc.integer({ min: 0, max: 40_000 }).map(milliseconds), { maxLength: 50 });
    fc.assert(
      fc.property(lengths, policies, keyFrames, (parts, asked, preferredEnds) => {
        const speech = facts(...parts);
        const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as PausePolicy;
        const { remove } = findCuts(speech, given, { preferredEnds });
        const air = milliseconds(30);
        for (const word of speech.speech) {
          const guarded = { start: word.start - air, duration: word.duration + 2 * air } as TimeRange;
          for (const cut of remove) expect(overlaps(cut, guarded)).toBe(false);
        }
        remove.forEach((cut, index) => {
          if (index > 0) expect(cut.start).toBeGreaterThanOrEqual(rangeEnd(remove[index - 1]!));
        });
        expect(totalDuration(remove)).toBeLessThanOrEqual(milliseconds(parts.reduce((sum, part) => sum + part, 0)));
      }),
      { seed: 20261121 },
    );
  });
});
