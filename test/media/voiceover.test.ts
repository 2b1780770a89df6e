import { describe, expect, test } from 'vitest';
import type { SyncFacts } from '#core/facts';
import { rangeEnd, seconds, timeRange, toSeconds, type TimeRange } from '#core/time';
import { applyEdits, itemsWithRanges, primaryTrack, timelineDuration, type Timeline } from '#core/timeline';
import { parseRequest } from '#editor/rules';
import { createRandom } from '#engine/sample';
import { plainAsset, placedTimeline, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';

const speechAt = (...spans: readonly (readonly [number, number])[]) =>
  spans.map(([start, end]) => timeRange(seconds(start), seconds(end - start)));

/** Shots of a silent video, one clip each. */
function shotsOf(lengths: readonly number[]) {
  const assets = lengths.map((length, index) => plainAsset(`shot${index}`, 'silent', seconds(length)));
  let timeline = placedTimeline(assets[0]!);
  for (const asset of assets.slice(1)) {
    const item = { kind: 'clip' as const, assetId: asset.id, streamIndex: 0, sourceRange: timeRange(seconds(0), asset.duration) };
    const edit = { kind: 'insert' as const, trackId: primaryTrack(timeline)!.id, at: timelineDuration(timeline), item };
    timeline = applyEdits(timeline, [edit], assets).timeline;
  }
  return { assets, timeline };
}

/** Where each stretch of speech is heard: its start and end in the video, in seconds, and whether all of it is there. */
function heard(timeline: Timeline, speech: readonly TimeRange[]): { start: number; end: number; whole: boolean }[] {
  const track = timeline.tracks.find(({ name }) => name === 'Voiceover')!;
  return speech.flatMap((word) =>
    itemsWithRanges(track).flatMap(({ item, range }) => {
      if (item.kind !== 'clip') return [];
      const { start, duration } = item.sourceRange;
      if (rangeEnd(word) <= start || word.start >= start + duration) return [];
      const place = (source: number) =>
        toSeconds(range.start) + ((source - start) * item.speed.den) / item.speed.num / 705_600_000;
      return [
        {
          start: place(word.start),
          end: place(rangeEnd(word)),
          whole: word.start >= start && rangeEnd(word) <= start + duration,
        },
      ];
    }),
  );
}

function workspaceOf(made: ReturnType<typeof shotsOf>, speech: readonly TimeRange[], length: number) {
  const voice = plainAsset('voice', 'audio', seconds(length), 'voice.wav');
  return plainWorkspace(made.timeline, [...made.assets, voice], {
    soundFacts: () => Promise.resolve({ speech: { speech, pauses: [], threshold: 0.5 } }),
    pictureFacts: () => Promise.resolve({ shots: { shots: [], changes: [] } }),
  });
}

describe('fit_voiceover', () => {
  test('three sentences go to their three shots, each as it was said', async () => {
    const speech = speechAt([0.5, 2.5], [3.2, 5.2], [5.9, 7.9]);
    const workspace = workspaceOf(shotsOf([4, 5, 4]), speech, 8.2);
    expect(await workspace.run('fit_voiceover', {})).toMatchObject({
      status: 'done',
      facts: { sentences: 3, shotsSpokenOn: 3, fastest: 1 },
    });
    const placed = heard(workspace.timeline(), speech);
    expect(placed.map(({ whole }) => whole)).toEqual([true, true, true]);
    for (const [index, from] of [0, 4, 9].entries()) expect(placed[index]!.start - from).toBeCloseTo(index === 0 ? 0 : 0.15, 2);
    // Asked again it lies as it lay.
    await workspace.run('fit_voiceover', {});
    expect(heard(workspace.timeline(), speech)).toEqual(placed);
  });

  test('pauses give way before anything is said faster, and nothing is said more than 8 % faster', async () => {
    const speech = speechAt([0.2, 1.8], [2.8, 4.4], [5.4, 8.4]);
    const tight = workspaceOf(shotsOf([3.7, 4]), speech, 9);
    expect(await tight.run('fit_voiceover', {})).toMatchObject({ facts: { late: 0, fastest: 1 } });
    const tighter = workspaceOf(shotsOf([3.5, 3.1]), speech, 9);
    const receipt = await tighter.run('fit_voiceover', {});
    expect(receipt.facts.late).toBe(0);
    expect(receipt.facts.fastest).toBeGreaterThan(1);
    expect(receipt.facts.fastest).toBeLessThanOrEqual(1.08);
    const hopeless = workspaceOf(shotsOf([2, 2]), speech, 9);
    const told = await hopeless.run('fit_voiceover', {});
    expect(told.status).toBe('partial');
    expect(told.facts.fastest).toBeLessThanOrEqual(1.08);
    expect(told.warnings[0]).toContain('longer than the picture');
  });

  test('whatever is said over whatever is shown: in order, whole, never two at once', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = createRandom(seed);
      let at = random();
      const spans = Array.from({ length: 2 + Math.floor(10 * random()) }, () => {
        const start = at + 0.1 + random();
        at = start + 0.6 + 4 * random();
        return [start, at] as const;
      });
      const speech = speechAt(...spans);
      const workspace = workspaceOf(
        shotsOf(Array.from({ length: 1 + Math.floor(7 * random()) }, () => 1 + 7 * random())),
        speech,
        at + 0.3,
      );
      await workspace.run('fit_voiceover', {});
      const placed = heard(workspace.timeline(), speech);
      expect(placed, `seed ${seed}`).toHaveLength(speech.length);
      for (const [index, one] of placed.entries()) {
        expect(one.whole, `seed ${seed}, sentence ${index}`).toBe(true);
        expect(one.start, `seed ${seed}, sentence ${index}`).toBeGreaterThanOrEqual((placed[index - 1]?.end ?? 0) - 1e-6);
      }
    }
  });

  test('the own sound of a video stays with its picture, and that is said', async () => {
    const camera = plainAsset('camera', 'video', seconds(10));
    const before = placedTimeline(camera);
    const workspace = plainWorkspace(before, [camera], {
      soundFacts: () => Promise.resolve({ speech: { speech: speechAt([1, 3]), pauses: [], threshold: 0.5 } }),
    });
    const receipt = await workspace.run('fit_voiceover', {});
    expect(receipt.skipped[0]?.reason).toContain('sound of the video itself');
    expect(workspace.timeline()).toEqual(before);
  });

  test('a recording of the same event is laid in sync instead', async () => {
    const camera = plainAsset('camera', 'video', seconds(10));
    const voice = plainAsset('voice', 'audio', seconds(12), 'voice.wav');
    const facts: SyncFacts = { found: true, offsetMs: 1000, driftPpm: 0, confidence: 0.9, compared: 8, agreeing: 8 };
    const workspace = plainWorkspace(placedTimeline(camera), [camera, voice], { syncFacts: () => Promise.resolve(facts) });
    expect(await workspace.run('fit_voiceover', {})).toMatchObject({ facts: { offsetMs: 1000 } });
  });
});

describe('a sound that is to be that of the video', () => {
  const silent = plainAsset('silent', 'silent', seconds(20));
  test.each([
    [20.4, [[0.5, 20.3]], 2.1],
    [20.4, [[0.5, 19.5]], 0],
    [23, [[0.5, 22.8]], 0],
  ] as const)('of %f s, spoken %j: plays %f %% faster', async (length, spans, faster) => {
    const voice = plainAsset('voice', 'audio', seconds(length), 'voice.wav');
    const workspace = plainWorkspace(placedTimeline(silent), [silent, voice], {
      soundFacts: () => Promise.resolve({ speech: { speech: speechAt(...spans), pauses: [], threshold: 0.5 } }),
    });
    const receipt = await workspace.run('sync_audio', { or_start_together: true });
    expect(receipt.facts.fasterPercent).toBeCloseTo(faster, 0);
    expect(toSeconds(timelineDuration(workspace.timeline()))).toBe(20);
  });

  test('takes the place of a camera sound that has nothing in common with it', async () => {
    const camera = plainAsset('camera', 'video', seconds(20));
    const voice = plainAsset('voice', 'audio', seconds(20), 'voice.wav');
    const facts: SyncFacts = { found: false, confidence: 0.1, reason: 'no-overlap' };
    const workspace = plainWorkspace(placedTimeline(camera), [camera, voice], { syncFacts: () => Promise.resolve(facts) });
    const receipt = await workspace.run('sync_audio', { or_start_together: true });
    expect(receipt.done[0]).toContain('takes the place');
    const sounds = workspace
      .timeline()
      .tracks.flatMap(({ kind, items }) => (kind === 'audio' ? items.filter((item) => item.kind === 'clip') : []));
    expect(sounds.map((item) => item.kind === 'clip' && item.assetId)).toEqual(['voice']);
  });
});

describe('asking for it', () => {
  test.each([
    'sync the voice to the cuts',
    'sync my voiceover to the video',
    'sync the voiceover to the video cuts',
    'fit the narration to the shots',
    '让配音对上画面',
    '把旁白对齐镜头',
  ])('%s', (sentence) => expect(parseRequest(sentence).calls).toEqual([{ tool: 'fit_voiceover', input: {} }]));

  test.each([
    'put this audio on the video',
    'use the recording as the audio',
    'dub the video with this audio',
    '用这段录音替换原声',
  ])('%s', (sentence) =>
    expect(parseRequest(sentence).calls).toEqual([{ tool: 'sync_audio', input: { or_start_together: true } }]),
  );

  test.each(['sync background music to cuts', '让音乐对齐剪切点'])('%s', (sentence) =>
    expect(parseRequest(sentence).calls).toEqual([{ tool: 'cut_to_beats', input: { with_music: true } }]),
  );
});
