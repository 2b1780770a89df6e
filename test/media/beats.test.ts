import { describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import { seconds, toSeconds, zero } from '#core/time';
import { applyEdits, itemsWithRanges, primaryTrack, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { parseRequest } from '#editor/rules';
import { createSoundAnalyzer } from '#engine/analysis';
import { bedCase, patternCase, scoreBeats } from '../../bench/quality/beats.ts';
import { plainAsset, placedTimeline, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';
import { spokenSentences } from '../fixtures/sounds.ts';

describe('beats', () => {
  test.each([
    ['rock', 96],
    ['four-on-the-floor', 128],
    ['swing', 150],
    ['syncopated', 84],
    ['disco', 112],
    ['reggae', 76],
    ['drum-and-bass', 170],
  ] as const)('%s at %i bpm: F of 0.85 or better within 70 ms, bars too', (groove, bpm) => {
    const score = scoreBeats(patternCase(groove, bpm, 71, 16));
    expect(score.f).toBeGreaterThanOrEqual(0.85);
    expect(score.downbeatF).toBeGreaterThanOrEqual(0.8);
    expect(Math.abs(score.biasMs)).toBeLessThan(12);
    expect(score.facts.confidence).toBeGreaterThan(0.3);
  });

  test.each([
    ['lo-fi', 78],
    ['upbeat', 104],
    ['corporate', 84],
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

describe('cut_to_beats', () => {
  const music = plainAsset('music', 'audio', seconds(30), 'music.wav');
  const at = (values: readonly number[]) => values.map((value) => seconds(value));
  const beats = at(Array.from({ length: 60 }, (_, index) => 0.1 + index * 0.5));
  const pulse = { bpm: 120, confidence: 0.9, beatsPerBar: 4, beats, downbeats: beats.filter((_, index) => index % 4 === 0) };
  const withMusic = (timeline: Timeline, assets: readonly Asset[]): Timeline => {
    const trackId = `trk_${timeline.nextId}`;
    const item = { kind: 'clip' as const, assetId: 'music', streamIndex: 0, sourceRange: { start: zero, duration: seconds(30) } };
    const edits: Edit[] = [
      { kind: 'add-track', track: { kind: 'audio', name: 'Music', follows: 'fixed' } },
      { kind: 'overwrite', trackId, at: zero, item },
    ];
    return applyEdits(timeline, edits, assets).timeline;
  };
  const cutsIn = (timeline: Timeline): number[] =>
    itemsWithRanges(primaryTrack(timeline)!)
      .slice(1)
      .map(({ range }) => toSeconds(range.start));

  test('cuts of talk roll to the nearest beat, downbeats first, never into a word, and the length stays', async () => {
    const talk = plainAsset('talk', 'video', seconds(20));
    const assets = [talk, music];
    // Pieces of the take are missing at 2, 4.25 and 7 s; a word reaches up to the second of those places.
    const cut = applyEdits(
      withMusic(placedTimeline(talk), assets),
      [2, 4.25, 7].map((where): Edit => ({ kind: 'ripple-delete', range: { start: seconds(where), duration: seconds(1) } })),
      assets,
    ).timeline;
    const spoken = [
      { start: seconds(5.9), duration: seconds(1.3) },
      { start: seconds(12), duration: seconds(2) },
    ];
    const workspace = plainWorkspace(cut, assets, {
      soundFacts: (asset) =>
        Promise.resolve(asset.id === 'music' ? { beats: pulse } : { speech: { speech: spoken, pauses: [], threshold: 0.5 } }),
    });
    const before = timelineDuration(workspace.timeline());
    const [first] = cutsIn(workspace.timeline());
    expect(first).toBe(2);
    const receipt = await workspace.run('cut_to_beats', {});
    expect(timelineDuration(workspace.timeline())).toBe(before);
    const after = cutsIn(workspace.timeline());
    process.stdout.write(`cuts at ${after.join(', ')}: ${JSON.stringify(receipt.facts)}\n`);
    // 2.1 is a beat and a downbeat; each moved cut lies on one within a frame.
    expect(Math.abs(after[0]! - 2.1)).toBeLessThan(0.021);
    for (const [index, cutAt] of after.entries()) {
      const nearest = Math.min(...beats.map((beat) => Math.abs(toSeconds(beat) - cutAt)));
      expect(nearest < 0.021 || cutAt === cutsIn(cut)[index]).toBe(true);
    }
    // Picture and sound still lie together.
    const [video, audio] = (['video', 'audio'] as const).map((kind) =>
      workspace
        .timeline()
        .tracks.find((track) => track.kind === kind)!
        .items.map((item) => ('sourceRange' in item ? item.sourceRange : 0)),
    );
    expect(audio).toEqual(video);
  });

  test('clips without speech get lengths that end on beats', async () => {
    const clips = [1, 2, 3].map((number) => plainAsset(`shot${number}`, 'silent', seconds(6)));
    const assets = [...clips, music];
    let timeline = placedTimeline(clips[0]!);
    for (const clip of clips.slice(1)) {
      const item = {
        kind: 'clip' as const,
        assetId: clip.id,
        streamIndex: 0,
        sourceRange: { start: zero, duration: seconds(3.3) },
      };
      timeline = applyEdits(
        timeline,
        [{ kind: 'insert', trackId: primaryTrack(timeline)!.id, at: timelineDuration(timeline), item }],
        assets,
      ).timeline;
    }
    const workspace = plainWorkspace(withMusic(timeline, assets), assets, {
      soundFacts: () => Promise.resolve({ beats: pulse }),
    });
    expect(await workspace.run('cut_to_beats', {})).toMatchObject({ facts: { cuts: 2, onBeat: 2 } });
    for (const cutAt of cutsIn(workspace.timeline()))
      expect(Math.min(...beats.map((beat) => Math.abs(toSeconds(beat) - cutAt)))).toBeLessThan(0.021);
  });

  test.each(['cut to the beat', 'sync the cuts to the music beats', 'align transitions to the beat', '卡点剪辑', '跟着节拍剪'])(
    '%s',
    (sentence) => {
      expect(parseRequest(sentence).calls).toEqual([{ tool: 'cut_to_beats', input: {} }]);
    },
  );
});
