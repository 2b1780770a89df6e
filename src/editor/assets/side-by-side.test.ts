import { describe, expect, test } from 'vitest';
import { soundAnalyses } from '#core/facts';
import { seconds } from '#core/time';
import { groupAnalyses } from './side-by-side.ts';

describe('groupAnalyses()', () => {
  const long = { duration: seconds(600), workers: 2 };

  test('each is asked for once, in two workers', () => {
    const groups = groupAnalyses(soundAnalyses, long);
    expect(groups).toHaveLength(2);
    expect(groups.flat().toSorted()).toEqual(soundAnalyses.toSorted());
  });

  test('speech and noise, which are one listening, stay together', () => {
    expect(groupAnalyses(['speech', 'noise'], long)).toEqual([['speech', 'noise']]);
  });

  test('what is short, or has one worker, is listened to once', () => {
    expect(groupAnalyses(soundAnalyses, { ...long, workers: 1 })).toEqual([soundAnalyses]);
    expect(groupAnalyses(soundAnalyses, { ...long, duration: seconds(20) })).toEqual([soundAnalyses]);
  });
});
