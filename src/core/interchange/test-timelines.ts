/** Assets and random timelines that the tests of this module start from. */
import type { Asset, AudioStream, VideoStream } from '#core/asset';
import { isEditorError } from '#core/errors';
import { fromFrame, seconds, ticks, toFrame, zero, type FrameRate, type Ticks } from '#core/time';
import {
  applyEdits,
  checkTimeline,
  createTimeline,
  timelineDuration,
  type ClipEffect,
  type Edit,
  type TextStyle,
  type Timeline,
  type Track,
} from '#core/timeline';

export const rates: readonly FrameRate[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
];

export const plainStyle: TextStyle = {
  preset: 'title',
  position: 'center',
  color: '#ffcc00',
  size: 0.1,
  fadeIn: zero,
  fadeOut: zero,
};
export const captionLook: TextStyle = { ...plainStyle, preset: 'caption', position: 'bottom', color: '#ffffff', size: 0.05 };

/** Names that break what is put together from text: markup, quotes, control characters, other scripts, reels that collide. */
export function makeAssets(): Asset[] {
  const asset = (index: number, name: string, rest: Pick<Asset, 'kind' | 'container' | 'duration' | 'streams'>): Asset => ({
    id: `ast_${index}`,
    hash: String(index).repeat(64),
    bytes: 1,
    name,
    warnings: [],
    ...rest,
  });
  const movie = {
    kind: 'video',
    container: 'mov',
    duration: seconds(60),
    streams: [picture(seconds(60)), sound(1, seconds(60))],
  } as const;
  return [
    asset(1, 'city & "night" <one>.mp4', movie),
    asset(2, "城市's \u0007 100% 大平原.mov", movie),
    asset(3, 'City-Night-One.mp4', movie),
    asset(4, 'bed ]]> --> .mp3', { kind: 'audio', container: 'mp3', duration: seconds(90), streams: [sound(0, seconds(90))] }),
    asset(5, 'Logo.png', { kind: 'image', container: 'png_pipe', duration: zero, streams: [picture(zero)] }),
  ];
}

function picture(duration: Ticks): VideoStream {
  const size = { width: 1920, height: 1080 };
  return {
    kind: 'video', index: 0, codec: 'h264', codedSize: size, displaySize: size, rotation: 0, sampleAspect: { num: 1, den: 1 }, frameRate: { num: 30, den: 1 }, variableFrameRate: false, frameCount: 0, pixelFormat: 'yuv420p', bitDepth: 8,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' }, timebase: { num: 1, den: 15_360 }, start: zero, duration, attachedPicture: false,
  }; // prettier-ignore
}

function sound(index: number, duration: Ticks): AudioStream {
  return {
    kind: 'audio',
    index,
    codec: 'aac',
    sampleRateHz: 48_000,
    channels: 2,
    timebase: { num: 1, den: 48_000 },
    start: zero,
    duration,
  };
}

export function emptyTimeline(rate: FrameRate): Timeline {
  return createTimeline({ id: 'tl_1', frameRate: rate, size: { width: 1280, height: 720 }, sampleRateHz: 48_000 });
}

export type Choice = { readonly kind: number; readonly a: number; readonly b: number; readonly c: number };

export type Recipe = { readonly rate: FrameRate; readonly choices: readonly Choice[] };

/** Numbers below a million as a recipe: the first chooses the rate, each four more one edit. */
export function toRecipe(numbers: readonly number[]): Recipe {
  const choices: Choice[] = [];
  for (let at = 1; at + 3 < numbers.length; at += 4) {
    const [kind = 0, a = 0, b = 0, c = 0] = numbers.slice(at, at + 4);
    choices.push({ kind, a: a / 1_000_000, b: b / 1_000_000, c: c / 1_000_000 });
  }
  return { rate: rates[(numbers[0] ?? 0) % rates.length]!, choices };
}

/** One of every rarer thing, so that no run of random ones is without: crop, place, level, still, title, speed. */
export const rareThings: Recipe = {
  rate: rates[4]!,
  choices: [
    { kind: 10, a: 0, b: 0.7, c: 0.1 },
    { kind: 10, a: 0, b: 0.5, c: 0.1 },
    { kind: 11, a: 0.9, b: 0.9, c: 0 },
    { kind: 8, a: 0.1, b: 0.5, c: 0 },
    { kind: 6, a: 0.2, b: 0.5, c: 0.1 },
    { kind: 1, a: 0.2, b: 0.3, c: 0.1 },
    { kind: 9, a: 0.3, b: 0, c: 0 },
  ],
};

function pick<Value>(values: readonly Value[], at: number): Value {
  return values[Math.min(values.length - 1, Math.floor(at * values.length))]!;
}

const effects: readonly ((c: number) => ClipEffect)[] = [
  () => ({ name: 'reverse' }),
  (c) => ({ name: 'color', exposure: c, contrast: 1.1 }),
  (c) => ({ name: 'place', scale: 0.2 + c, x: c, y: 0.25, rotation: 10, opacity: 0.5 }),
  () => ({ name: 'crop', left: 0.1, top: 0, right: 0.2, bottom: 0.05 }),
  () => ({ name: 'fade', in: seconds(0.1), out: seconds(0.1) }),
];

type Maker = (timeline: Timeline, choice: Choice, time: (at: number) => Ticks) => Edit;

const makers: readonly Maker[] = [
  (timeline, { a, b }, time) => insertClip(timeline, pick(['ast_1', 'ast_2', 'ast_3'], a), { at: time(b), source: time(a), length: time(0.2 + b) }),
  (timeline, { a, b, c }, time) => insertClip(timeline, pick(['ast_1', 'ast_2', 'ast_3'], c), { at: timelineDuration(timeline), source: time(a), length: time(0.2 + b) }),
  (_timeline, { a }, time) => ({ kind: 'split', at: time(a) }),
  (_timeline, { a, b }, time) => ({ kind: 'ripple-delete', range: { start: time(a), duration: time(0.05 + b / 4) } }),
  (_timeline, { a, b }, time) => ({ kind: 'lift', range: { start: time(a), duration: time(0.05 + b / 4) } }),
  (timeline, { a, b }, time) => ({ kind: 'add-transition', trackId: pick(['trk_1', 'trk_2'], b), at: cutOf(timeline.tracks[b < 0.5 ? 0 : 1]!, a), name: a < 0.7 ? 'dissolve' : 'wipe-left', duration: time(0.02 + b / 20) }),
  (_timeline, { a, b, c }, time) => ({ kind: 'overwrite', trackId: 'trk_3', at: time(a), item: { kind: 'text', duration: time(0.1 + b / 4), text: pick(['Title <&"\'>', 'two\nlines', '字幕 \\N {\\b1}', '--> 00:00'], c), style: c < 0.5 ? plainStyle : captionLook } }),
  (_timeline, { a, b }, time) => ({ kind: 'overwrite', trackId: 'trk_4', at: time(a), item: { kind: 'clip', assetId: 'ast_4', streamIndex: 0, sourceRange: { start: time(b), duration: time(0.3 + a) }, gainDb: -9 } }),
  (_timeline, { a, b }, time) => ({ kind: 'overwrite', trackId: 'trk_5', at: time(a), item: { kind: 'clip', assetId: 'ast_5', streamIndex: 0, sourceRange: { start: zero, duration: time(0.1 + b / 4) } } }),
  (timeline, { a, b }) => ({ kind: 'set-speed', itemId: clipOf(timeline, a), speed: pick([{ num: 2, den: 1 }, { num: 1, den: 2 }, { num: 3, den: 2 }, { num: 1, den: 1 }], b) }),
  (timeline, { a, b, c }) => ({ kind: 'set-effect', itemId: clipOf(timeline, a), effect: pick(effects, b)(c) }),
  (timeline, { a, b }) => ({ kind: 'set-gain', target: { itemId: clipOf(timeline, a) }, gainDb: Math.round(b * 30) - 20 }),
]; // prettier-ignore

function insertClip(
  _timeline: Timeline,
  assetId: string,
  { at, source, length }: { readonly at: Ticks; readonly source: Ticks; readonly length: Ticks },
): Edit {
  const item = { kind: 'clip', assetId, sourceRange: { start: source, duration: length } } as const;
  return {
    kind: 'insert',
    trackId: 'trk_1',
    at,
    item: { ...item, streamIndex: 0 },
    linked: [{ trackId: 'trk_2', item: { ...item, streamIndex: 1 } }],
  };
}

function clipOf(timeline: Timeline, at: number): string {
  const clips = timeline.tracks.flatMap(({ items }) => items.filter(({ kind }) => kind === 'clip'));
  return clips.length === 0 ? 'itm_9999' : pick(clips, at).id;
}

function cutOf(track: Track, at: number): Ticks {
  let position = 0;
  const cuts: number[] = [];
  track.items.forEach((item, index) => {
    if (index > 0 && item.kind === 'clip' && track.items[index - 1]?.kind === 'clip') cuts.push(position);
    position +=
      item.kind === 'clip'
        ? (item.recordDuration ?? Math.round((item.sourceRange.duration * item.speed.den) / item.speed.num))
        : item.kind === 'transition'
          ? 0
          : item.duration;
  });
  return cuts.length === 0 ? zero : ticks(pick(cuts, at));
}

const refusals = ['EDIT_INVALID', 'EDIT_TARGET_MISSING', 'TRACK_LOCKED', 'CLIP_OUT_OF_SOURCE', 'TRANSITION_NO_HANDLE'] as const;

/** The timeline that a recipe gives: five tracks of at most half a minute, valid whatever was chosen. `only` limits the kinds of edits. */
export function cook(
  { rate, choices }: Recipe,
  borders: 'on the grid' | 'anywhere',
  only: (edit: Edit) => boolean = () => true,
): Timeline {
  const assets = makeAssets();
  const time = (at: number): Ticks => {
    const moment = ticks(Math.round(at * seconds(12)));
    return borders === 'anywhere' ? moment : fromFrame(Math.max(1, toFrame(moment, rate, 'round')), rate);
  };
  let timeline = applyEdits(emptyTimeline(rate), [
    { kind: 'add-track', track: { kind: 'video', name: 'Video' } },
    { kind: 'add-track', track: { kind: 'audio', name: 'Sound' } },
    { kind: 'add-track', track: { kind: 'text', name: 'Title & <more>' } },
    { kind: 'add-track', track: { kind: 'audio', name: 'Music', follows: 'fixed' } },
    { kind: 'add-track', track: { kind: 'video', name: 'Overlay' } },
    insertClip(emptyTimeline(rate), 'ast_1', { at: zero, source: time(0.4), length: time(0.8) }),
  ]).timeline;
  for (const one of choices) {
    const edit = makers[one.kind % makers.length]!(timeline, one, time);
    if (!only(edit)) continue;
    try {
      const next = applyEdits(timeline, [edit], assets).timeline;
      if (checkTimeline(next, assets).length === 0) timeline = next;
    } catch (error) {
      if (!refusals.some((code) => isEditorError(error, code))) throw error;
    }
  }
  return timeline;
}
