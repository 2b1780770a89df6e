import { describe, expect, test } from 'vitest';
import type { Asset, AudioStream, VideoStream } from '#core/asset';
import { milliseconds, seconds, zero, type Ticks } from '#core/time';
import { applyEdits, checkTimeline, createTimeline, itemsWithRanges, timelineDuration, type Timeline } from '#core/timeline';
import { isPlacedByItself, placeAsset } from './place-asset.ts';

const empty = createTimeline({
  id: 'tl',
  frameRate: { num: 30, den: 1 },
  size: { width: 1920, height: 1080 },
  sampleRateHz: 48_000,
});

function video(index: number, start: Ticks, duration: Ticks, size = { width: 1280, height: 720 }): VideoStream {
  return {
    kind: 'video',
    index,
    codec: 'h264',
    codedSize: size,
    displaySize: size,
    rotation: 0,
    sampleAspect: { num: 1, den: 1 },
    frameRate: { num: 25, den: 1 },
    variableFrameRate: false,
    frameCount: 0,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
    timebase: { num: 1, den: 90_000 },
    start,
    duration,
    attachedPicture: false,
  };
}

function sound(index: number, start: Ticks, duration: Ticks): AudioStream {
  const timebase = { num: 1, den: 48_000 };
  return { kind: 'audio', index, codec: 'aac', sampleRateHz: 48_000, channels: 2, timebase, start, duration };
}

function asset(id: string, kind: Asset['kind'], duration: Ticks, streams: Asset['streams']): Asset {
  return { id, hash: id, name: `${id}.bin`, bytes: 1, kind, container: 'mov', duration, streams, warnings: [] };
}

const talk = asset('talk', 'video', seconds(10), [video(0, zero, seconds(10)), sound(1, zero, seconds(10))]);
const portrait = asset('portrait', 'video', seconds(4), [video(0, zero, seconds(4), { width: 1081, height: 1921 })]);
const podcast = asset('podcast', 'audio', seconds(60), [sound(0, zero, seconds(60))]);
const photo = asset('photo', 'image', zero, [video(0, zero, zero, { width: 4001, height: 3000 })]);
const all = [talk, portrait, podcast, photo];

function put(timeline: Timeline, added: Asset): Timeline {
  const next = applyEdits(timeline, placeAsset(timeline, added).edits, all).timeline;
  expect(checkTimeline(next, all)).toEqual([]);
  return next;
}

const clips = (timeline: Timeline) =>
  timeline.tracks.map((track) => [
    track.name,
    itemsWithRanges(track).flatMap(({ item, range }) =>
      item.kind === 'clip' ? [[item.assetId, range.start, range.duration]] : [],
    ),
  ]);

describe('placeAsset()', () => {
  test('the first picture decides canvas and frame rate, picture and sound are linked', () => {
    const timeline = put(empty, talk);
    expect(timeline.size).toEqual({ width: 1280, height: 720 });
    expect(timeline.frameRate).toEqual({ num: 25, den: 1 });
    const links = timeline.tracks.flatMap((track) => track.items.map((item) => (item.kind === 'clip' ? item.linkId : undefined)));
    expect(links).toHaveLength(2);
    expect(new Set(links).size).toBe(1);
    expect(links[0]).toBeDefined();
  });

  test('later pictures are appended and keep the canvas; a still is shown five seconds', () => {
    const timeline = put(put(put(empty, talk), portrait), photo);
    expect(timeline.size).toEqual({ width: 1280, height: 720 });
    expect(clips(timeline)).toEqual([
      [
        'Video',
        [
          ['talk', 0, seconds(10)],
          ['portrait', seconds(10), seconds(4)],
          ['photo', seconds(14), seconds(5)],
        ],
      ],
      ['Sound', [['talk', 0, seconds(10)]]],
    ]);
  });

  test('odd sizes become even', () => {
    expect(put(empty, portrait).size).toEqual({ width: 1080, height: 1920 });
  });

  test('sound is placed alone, a second one behind it, a picture that comes later sets the canvas', () => {
    const timeline = put(put(empty, podcast), podcast);
    expect(clips(timeline)).toEqual([
      [
        'Sound',
        [
          ['podcast', 0, seconds(60)],
          ['podcast', seconds(60), seconds(60)],
        ],
      ],
    ]);
    expect(put(timeline, portrait).size).toEqual({ width: 1080, height: 1920 });
  });

  test('sound beside a picture is placed on request only, on a track that does not follow cuts', () => {
    const before = put(empty, talk);
    expect(isPlacedByItself(before, podcast)).toBe(false);
    expect(isPlacedByItself(empty, podcast)).toBe(true);
    const after = put(before, podcast);
    expect(after.tracks.at(-1)).toMatchObject({ name: 'Music', kind: 'audio', follows: 'fixed' });
    expect(timelineDuration(after)).toBe(seconds(10));
  });

  test('a picture that starts late and ends early says what sound is left out', () => {
    const late = asset('late', 'video', seconds(10), [video(0, milliseconds(500), seconds(9)), sound(1, zero, seconds(10))]);
    const { edits, notes } = placeAsset(empty, late);
    const { timeline } = applyEdits(empty, edits, [late]);
    expect(checkTimeline(timeline, [late])).toEqual([]);
    expect(timelineDuration(timeline)).toBe(seconds(9));
    expect(notes).toEqual([
      'Placed 0:09 of picture and sound at 0:00',
      '0:00.5 of sound before the first picture has no picture and is left out',
      '0:00.5 of sound after the last picture has no picture and is left out',
    ]);
  });

  test('a locked track is left alone', () => {
    const locked = applyEdits(put(empty, talk), [{ kind: 'set-track', trackId: 'trk_1', locked: true }]).timeline;
    const { edits } = placeAsset(locked, portrait);
    const after = applyEdits(locked, edits, all).timeline;
    expect(after.tracks.find((track) => track.id === 'trk_1')?.items).toHaveLength(1);
    expect(after.tracks.at(-1)?.items.some((item) => item.kind === 'clip' && item.assetId === 'portrait')).toBe(true);
  });
});
