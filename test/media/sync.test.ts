import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import { createResampler } from '#core/dsp';
import type { SyncFacts } from '#core/facts';
import { milliseconds, rangeEnd, seconds, timeRange, toMilliseconds } from '#core/time';
import { applyEdits, itemsWithRanges, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { diagnose } from '#editor/assets';
import { parseRequest } from '#editor/rules';
import { compareSides, measureSyncTask } from '#engine/analysis';
import { encodeSound, probeMedia } from '#engine/media';
import { alignMade } from '../../bench/quality/self-sync.ts';
import { judge, sideOf } from '../../bench/quality/sync.ts';
import { plainAsset, placedTimeline, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';
import { makeSeenAndHeard } from '../fixtures/ears/seen-and-heard.ts';
import { makeSyncCase } from '../fixtures/ears/two-recordings.ts';

const folder = mkdtempSync(join(tmpdir(), 'rushes-sync-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('two recordings of one event', () => {
  test.each([500, 525, 533])('seed %i: within 5 ms and 5 ppm', (seed) => {
    const made = makeSyncCase(seed, { seconds: 36, voice: 'kal16' });
    const found = compareSides(sideOf(made.reference), sideOf(made.other));
    expect(judge(made, found), `${made.name}: ${JSON.stringify(found)}`).toMatchObject({ kind: 'right' });
  });

  test('under noise as loud as the voice no stretch stands out by itself, all of them together do', () => {
    const made = makeSyncCase(118);
    const found = compareSides(sideOf(made.reference), sideOf(made.other));
    expect(judge(made, found), `${made.name}: ${JSON.stringify(found)}`).toMatchObject({ kind: 'right' });
  });

  test.each([800, 802])('seed %i: what has nothing in common is refused', (seed) => {
    const made = makeSyncCase(seed, { seconds: 36, voice: 'kal16', related: false });
    expect(compareSides(sideOf(made.reference), sideOf(made.other)).found, made.name).toBe(false);
  });

  test('from files: decoded, compared and placed to the sample', async () => {
    const made = makeSyncCase(504, { seconds: 32, voice: 'kal16' });
    const write = (name: string, samples: Float32Array): { asset: Asset; path: string } => {
      const path = join(folder, name);
      const resampler = createResampler(16_000, 48_000);
      const blocks = [[resampler.push(samples)], [resampler.flush()]];
      encodeSound(blocks, path, { codec: 'aac', container: 'mp4', sampleRateHz: 48_000, channels: 1 });
      return { path, asset: { id: name, hash: name, name, bytes: 1, ...probeMedia(path, name) } };
    };
    const reference = write('camera.m4a', made.reference.read(0, made.reference.samples));
    const other = write('recorder.m4a', made.other.read(0, made.other.samples));
    const context = { signal: new AbortController().signal, progress: () => undefined, scratch: folder };
    const found = await measureSyncTask({ reference, other }, context);
    expect(judge(made, found), JSON.stringify(found)).toMatchObject({ kind: 'right' });
  });
});

/** Where each clip of the sound lies: record start and source start in ms, length in ms. */
function soundOf(timeline: Timeline): number[][] {
  return timeline.tracks
    .filter(({ kind }) => kind === 'audio')
    .flatMap((track) =>
      itemsWithRanges(track).flatMap(({ item, range }) =>
        item.kind === 'clip'
          ? [[toMilliseconds(range.start), toMilliseconds(item.sourceRange.start), toMilliseconds(range.duration)]]
          : [],
      ),
    );
}

describe('sync_audio', () => {
  const camera = plainAsset('camera', 'video', seconds(20));
  const recorder = plainAsset('recorder', 'audio', seconds(60), 'recorder.wav');

  test('a named offset moves the sound against the picture, and back', async () => {
    const workspace = plainWorkspace(placedTimeline(camera), [camera]);
    await workspace.run('sync_audio', { sound_later_ms: -200 });
    expect(soundOf(workspace.timeline())).toEqual([[0, 200, 19_800]]);
    await workspace.run('sync_audio', { sound_later_ms: 280 });
    expect(soundOf(workspace.timeline())).toEqual([[80, 0, 19_720]]);
    expect(timelineDuration(workspace.timeline())).toBe(seconds(20));
  });

  test('at cuts the sound slips where nobody speaks, and the cut moves with it where a word would be touched', async () => {
    // Pieces of the take are missing at 4 s and at 8 s; a word begins 100 ms after the piece before the second cut ends.
    const gone = [4, 8].map((at): Edit => ({ kind: 'ripple-delete', range: timeRange(seconds(at), seconds(2)) }));
    const cut = applyEdits(placedTimeline(camera), gone, [camera]).timeline;
    const speech = [timeRange(seconds(1), seconds(2)), timeRange(seconds(10.1), seconds(1)), timeRange(seconds(13), seconds(2))];
    const workspace = plainWorkspace(cut, [camera], {
      soundFacts: () => Promise.resolve({ speech: { speech, pauses: [], threshold: 0.5 } }),
    });
    const receipt = await workspace.run('sync_audio', { sound_later_ms: -200 });
    expect(receipt).toMatchObject({ status: 'done', facts: { cuts: 2, cutsMovedWithSound: 1 }, warnings: [] });
    // The first cut stays and both sources slip; at the second the sound changes 200 ms before the picture, words as before.
    expect(soundOf(workspace.timeline())).toEqual([
      [0, 200, 4000],
      [4000, 6200, 3800],
      [7800, 12_000, 8000],
    ]);
    expect(timelineDuration(workspace.timeline())).toBe(seconds(16));
    await workspace.run('sync_audio', { sound_later_ms: 200 });
    expect(soundOf(workspace.timeline()).map(([record, source]) => source! - record!)).toEqual([0, 2000, 4000]);
  });

  test('a separate recording takes the place of the camera sound, retimed', async () => {
    const facts: SyncFacts = { found: true, offsetMs: 12_345.6, driftPpm: 100, confidence: 0.9, compared: 20, agreeing: 19 };
    const workspace = plainWorkspace(placedTimeline(camera), [camera, recorder], { syncFacts: () => Promise.resolve(facts) });
    const receipt = await workspace.run('sync_audio', {});
    expect(receipt).toMatchObject({ status: 'done', facts: { offsetMs: 12_345.6, driftPpm: 100, confidence: 0.9 } });
    const [clip] = workspace.timeline().tracks.flatMap(({ kind, items }) => (kind === 'audio' ? items : []));
    expect(clip).toMatchObject({ assetId: 'recorder', speed: { num: 10_001, den: 10_000 } });
    if (clip?.kind !== 'clip') throw new Error('no clip');
    expect(clip.linkId).toBeDefined();
    expect(clip.sourceRange.start).toBe(milliseconds(12_345.6));
    expect(rangeEnd(clip.sourceRange)).toBe(milliseconds(12_345.6 + 20_002));
  });

  test('a recording that covers a part leaves the camera sound elsewhere and says so', async () => {
    const facts: SyncFacts = { found: true, offsetMs: -5000, driftPpm: 0, confidence: 0.9, compared: 20, agreeing: 19 };
    const workspace = plainWorkspace(placedTimeline(camera), [camera, recorder], { syncFacts: () => Promise.resolve(facts) });
    const receipt = await workspace.run('sync_audio', {});
    expect(receipt.warnings[0]).toContain('5.0 s');
    expect(soundOf(workspace.timeline())).toEqual([
      [0, 0, 5000],
      [5000, 0, 15_000],
    ]);
  });

  test('a refusal changes nothing', async () => {
    const facts: SyncFacts = { found: false, confidence: 0.2, reason: 'no-overlap' };
    const before = placedTimeline(camera);
    const workspace = plainWorkspace(before, [camera, recorder], { syncFacts: () => Promise.resolve(facts) });
    expect(await workspace.run('sync_audio', {})).toMatchObject({ status: 'unchanged' });
    expect(workspace.timeline()).toEqual(before);
  });

  test('a silent video and one sound start together, and that is said', async () => {
    const silent = plainAsset('silent', 'silent', seconds(20));
    const voice = plainAsset('voice', 'audio', seconds(21), 'voice.wav');
    // Nobody speaks at its end: what is too long is left out.
    const workspace = plainWorkspace(placedTimeline(silent), [silent, voice], { soundFacts: () => Promise.resolve({}) });
    const receipt = await workspace.run('sync_audio', {});
    expect(receipt.done[0]).toContain('starts with the picture');
    expect(soundOf(workspace.timeline())).toEqual([[0, 0, 20_000]]);
  });
});

describe('several cameras', () => {
  const cameras = [20, 30, 18, 25].map((length, index) => plainAsset(`cam${index + 1}`, 'video', seconds(length)));
  const placed = () => {
    let timeline = placedTimeline(cameras[0]!);
    const [video, audio] = timeline.tracks.map(({ id }) => id);
    for (const camera of cameras.slice(1)) {
      const clip = (streamIndex: number) =>
        ({ kind: 'clip', assetId: camera.id, streamIndex, sourceRange: timeRange(seconds(0), camera.duration) }) as const;
      const linked = [{ trackId: audio!, item: clip(1) }];
      const edit: Edit = { kind: 'insert', trackId: video!, at: timelineDuration(timeline), item: clip(0), linked };
      timeline = applyEdits(timeline, [edit], cameras).timeline;
    }
    return timeline;
  };
  const found = (offsetMs: number): SyncFacts => ({
    found: true,
    offsetMs,
    driftPpm: 0,
    confidence: 0.9,
    compared: 9,
    agreeing: 9,
  });
  const facts: Readonly<Record<string, SyncFacts>> = {
    cam2: found(4000),
    cam3: found(-5000),
    cam4: { found: false, confidence: 0.2, reason: 'unclear' },
  };

  test('lie under the first one in sync, one is shown for a stretch, what is not certain stays', async () => {
    const workspace = plainWorkspace(placed(), cameras, { syncFacts: (_, other) => Promise.resolve(facts[other.id]!) });
    expect(await workspace.run('sync_cameras', {})).toMatchObject({ status: 'partial', facts: { cameras: 3 } });
    const hidden = workspace.timeline().tracks.filter((track) => track.hidden);
    const places = hidden.map((track) =>
      itemsWithRanges(track).flatMap(({ item, range }) =>
        item.kind === 'clip'
          ? [toMilliseconds(range.start), toMilliseconds(item.sourceRange.start), toMilliseconds(range.duration)]
          : [],
      ),
    );
    expect(places).toEqual([
      [0, 4000, 20_000],
      [5000, 0, 15_000],
    ]);
    // The first is seen, then the fourth, which could not be placed.
    expect(soundOf(workspace.timeline())).toEqual([
      [0, 0, 20_000],
      [20_000, 0, 25_000],
    ]);
    const before = timelineDuration(workspace.timeline());
    await workspace.run('switch_camera', { camera: 3, start: '0:07', end: '0:09' });
    await workspace.run('switch_camera', { camera: 1, start: '0:08', end: '0:09' });
    const story = workspace.timeline().tracks[0]!;
    const seen = itemsWithRanges(story).map(({ item, range }) =>
      item.kind === 'clip' ? [item.assetId, toMilliseconds(range.start), toMilliseconds(item.sourceRange.start)] : [],
    );
    expect(seen).toEqual([
      ['cam1', 0, 0],
      ['cam3', 7000, 2000],
      ['cam1', 8000, 8000],
      ['cam1', 9000, 9000],
      ['cam4', 20_000, 0],
    ]);
    expect(timelineDuration(workspace.timeline())).toBe(before);
  });
});

describe('asking for it', () => {
  test.each([
    ['sync all cameras', 'sync_cameras', {}],
    ['多机位同步', 'sync_cameras', {}],
    ['show camera 2 from 0:10 to 0:20', 'switch_camera', { camera: 2, start: '10s', end: '20s' }],
    ['cut to the second camera at 1:00', 'switch_camera', { camera: 2, start: '60s' }],
    ['切到机位2', 'switch_camera', { camera: 2 }],
  ] as const)('%s', (sentence, tool, input) => {
    expect(parseRequest(sentence).calls).toEqual([{ tool, input }]);
  });

  test.each([
    ['the audio is 200 ms late', -200],
    ['audio is 200ms early', 200],
    ['shift the audio by -80ms', -80],
    ['move the sound 0.1 seconds earlier', -100],
    ['delay the audio by 120 ms', 120],
    ['声音晚了200毫秒', -200],
    ['把声音推后80毫秒', 80],
    ['the audio lags behind the picture by 150 milliseconds', -150],
  ] as const)('%s', (sentence, later) => {
    expect(parseRequest(sentence).calls).toEqual([{ tool: 'sync_audio', input: { sound_later_ms: later } }]);
  });

  test.each([
    'sync the audio',
    'the video is out of sync',
    'line up the recorder audio with the video',
    '音画不同步',
    '把录音和视频对齐声音',
  ])('%s', (sentence) => {
    expect(parseRequest(sentence).calls).toEqual([{ tool: 'sync_audio', input: {} }]);
  });
});

describe('one file against itself', () => {
  test.each([
    ['bounce', 240],
    ['type', -310],
    ['clap', 150],
    ['applaud', -220],
    ['talk', 330],
  ] as const)('%s: an offset of %i ms is found within 40 ms', (action, soundLateMs) => {
    const facts = alignMade(makeSeenAndHeard(71, action, { seconds: 10, soundLateMs }));
    expect(facts).toMatchObject({ found: true });
    expect(Math.abs((facts.found ? facts.soundLateMs : Infinity) - soundLateMs)).toBeLessThanOrEqual(40);
  });

  test('what is heard and what is seen have nothing to do with each other: refused', () => {
    expect(alignMade(makeSeenAndHeard(72, 'bounce', { seconds: 10, soundLateMs: 100, unrelated: true })).found).toBe(false);
  });

  test('what hits like clockwork fits at every beat of it: refused', () => {
    const made = makeSeenAndHeard(73, 'bounce', { seconds: 10, soundLateMs: 100, periodic: true });
    expect(alignMade(made)).toMatchObject({ found: false });
  });

  test('the tool moves the sound by what was measured, and only once', async () => {
    const camera = plainAsset('camera', 'video', seconds(20));
    const facts = { found: true as const, soundLateMs: 240, by: 'events' as const, confidence: 0.95, events: 20, matched: 19 };
    const workspace = plainWorkspace(placedTimeline(camera), [camera], { selfSyncFacts: () => Promise.resolve(facts) });
    const own = {
      soundFacts: () => Promise.resolve({}),
      pictureFacts: () => Promise.resolve({}),
      selfSyncFacts: () => Promise.resolve(facts),
    };
    const kinds = async () => (await diagnose(own, workspace.timeline(), [camera])).map(({ kind }) => kind);
    expect(await kinds()).toEqual(['out-of-sync']);
    expect(await workspace.run('sync_audio', {})).toMatchObject({ status: 'done', facts: { soundLateMs: 240 } });
    expect(await kinds()).toEqual([]);
    expect(soundOf(workspace.timeline())).toEqual([[0, 240, 19_760]]);
    expect(await workspace.run('sync_audio', {})).toMatchObject({ status: 'unchanged' });
  });
});
