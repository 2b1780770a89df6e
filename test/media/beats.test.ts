import { describe, expect, test } from 'vitest';
import { seconds } from '#core/time';
import { createSoundAnalyzer } from '#engine/analysis';
import { bedCase, patternCase, scoreBeats } from '../../bench/quality/beats.ts';
import { spokenSentences } from '../fixtures/sounds.ts';

describe('beats', () => {
  test.each([
    ['rock', 96],
    ['four-on-the-floor', 128],
    ['swing', 150],
    ['syncopated', 84],
  ] as const)('%s at %i bpm: F of 0.85 or better within 70 ms, bars too', (groove, bpm) => {
    const score = scoreBeats(patternCase(groove, bpm, 71, 16));
    expect(score.f).toBeGreaterThanOrEqual(0.85);
    expect(score.downbeatF).toBeGreaterThanOrEqual(0.8);
    expect(Math.abs(score.biasMs)).toBeLessThan(12);
    expect(score.facts.confidence).toBeGreaterThan(0.3);
  });

  test.each([
    ['lo-fi', 78],
    ['upbeat', 118],
  ] as const)('a bed, %s at %i bpm', (mood, bpm) => {
    const score = scoreBeats(bedCase(mood, bpm, 91, 16));
    expect(score.f).toBeGreaterThanOrEqual(0.85);
    expect(Math.abs(score.bpm - bpm)).toBeLessThan(1);
    expect(score.facts.confidence).toBeGreaterThan(0.3);
  });

  test('silence has no beats, and speech no sure ones', () => {
    const silence = createSoundAnalyzer(48_000, 1, ['beats']);
    silence.push([new Float32Array(5 * 48_000)]);
    expect(silence.finish(seconds(5)).beats).toMatchObject({ beats: [], confidence: 0 });
    const { clean } = spokenSentences({ seed: 5, seconds: 12, voice: 'kal16' });
    const speech = createSoundAnalyzer(48_000, 1, ['beats']);
    speech.push([clean]);
    expect(speech.finish(seconds(12)).beats!.confidence).toBeLessThan(0.3);
  });
});
