import { describe, expect, test } from 'vitest';
import type { Asset, VideoStream } from '#core/asset';
import { milliseconds, rangeBetween, seconds, toMilliseconds, zero } from '#core/time';
import type { Clip, ClipEffect, Item, PlaceEffect, TextClip, Timeline, Track, Transition } from '#core/timeline';
import { composePicture, type Shown } from './compose.ts';
import { fillsCanvas, placePicture } from './place-picture.ts';
import { planRender } from './plan-render.ts';
import type { PictureIndex, PlanSource } from './plan-source.ts';
import type { RenderPlan, VideoSpan } from './render-plan.ts';

const size = { width: 640, height: 360 };
const r30 = { num: 30, den: 1 };

let nextId = 1;
function clip(startMs: number, endMs: number, effects: readonly ClipEffect[] = [], assetId = 'ast_1'): Clip {
  const sourceRange = rangeBetween(milliseconds(startMs), milliseconds(endMs));
  const speed = { num: 1, den: 1 };
  return { kind: 'clip', id: `itm_${nextId++}`, assetId, streamIndex: 0, sourceRange, speed, gainDb: 0, effects };
}

function gap(ms: number): Item {
  return { kind: 'gap', id: `itm_${nextId++}`, duration: milliseconds(ms) };
}

function text(ms: number): TextClip {
  const style = { preset: 'title', position: 'center', color: '#ffffff', size: 0.1, fadeIn: zero, fadeOut: zero } as const;
  return { kind: 'text', id: `itm_${nextId++}`, duration: milliseconds(ms), text: 'a', style };
}

function blend(ms: number): Transition {
  return { kind: 'transition', id: `itm_${nextId++}`, name: 'dissolve', inOffset: milliseconds(ms), outOffset: milliseconds(ms) };
}

function track(kind: Track['kind'], items: readonly Item[], more: Partial<Track> = {}): Track {
  const state = { muted: false, hidden: false, locked: false, gainDb: 0 };
  return { id: `trk_${nextId++}`, kind, name: kind, follows: 'ripple', ...state, items, ...more };
}

function timeline(tracks: readonly Track[], more: Partial<Timeline> = {}): Timeline {
  const settings = { frameRate: r30, size, sampleRateHz: 48_000, master: {} };
  return { schema: 'timeline/1', id: 'tml_1', revision: 1, ...settings, tracks, nextId: 1, ...more };
}

function place(more: Partial<PlaceEffect>): PlaceEffect {
  return { name: 'place', scale: 1, x: 0.5, y: 0.5, rotation: 0, opacity: 1, ...more };
}

/** Every picture can be entered and copied alone. */
function source(id = 'ast_1', stream: Partial<VideoStream> = {}): PlanSource {
  const frames = 3000;
  const index: PictureIndex = {
    pts: Float64Array.from({ length: frames }, (_, frame) => frame * 3000),
    key: new Uint8Array(frames).fill(1),
    idr: new Uint8Array(frames).fill(1),
    hidden: new Uint8Array(frames),
    lastDuration: 3000,
    bytes: frames * 20_000,
    timebase: { num: 1, den: 90_000 },
    offset: zero,
    h264: {
      sps: ['Z2QA'],
      pps: ['aO4='],
      changing: false,
      ids: [0, 0],
      profile: 100,
      level: 40,
      chromaFormat: 1,
      bitDepth: 8,
      framesOnly: true,
      ...size,
    },
  };
  const video: VideoStream = {
    kind: 'video',
    index: 0,
    codec: 'h264',
    codedSize: size,
    displaySize: size,
    rotation: 0,
    sampleAspect: { num: 1, den: 1 },
    frameRate: r30,
    variableFrameRate: false,
    frameCount: frames,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
    timebase: index.timebase,
    start: zero,
    duration: seconds(100),
    attachedPicture: false,
    ...stream,
  };
  const about = {
    hash: id,
    name: `${id}.mp4`,
    bytes: 1,
    kind: 'video',
    container: 'mov',
    duration: seconds(100),
    warnings: [],
  } as const;
  const asset: Asset = { id, ...about, streams: [video] };
  return { asset, pictures: new Map([[0, index]]) };
}

function plan(tracks: readonly Track[], more: Partial<Timeline> = {}, sources = [source(), source('ast_2')]): RenderPlan {
  return planRender(timeline(tracks, more), sources, { format: 'mp4', quality: 'high' });
}

function spansOf(planned: RenderPlan): readonly VideoSpan[] {
  return planned.video!.spans;
}

/** Frames and what is seen of each span: `copy`, or the kinds of its layers. */
function outline(planned: RenderPlan): string[] {
  return spansOf(planned).map(
    (span) => `${span.frames} ${span.kind === 'copy' ? 'copy' : span.layers.map(({ kind }) => kind).join('+')}`,
  );
}

describe('composePicture()', () => {
  const name = (shown: Shown) => (shown.kind === 'clip' ? shown.clip.id : shown.kind);
  const lines = (tracks: readonly Track[], covers: (clip: Clip) => boolean) =>
    composePicture(timeline(tracks), seconds(4), covers).map(
      ({ record, shown }) => `${toMilliseconds(record.start)} ${shown.map(name).join(' ')}`,
    );

  test('holds all that is seen, lower tracks first, and nothing that is hidden', () => {
    const [below, over] = [clip(0, 4000), clip(0, 1000)];
    const tracks = [track('video', [below]), track('text', [gap(500), text(1000)]), track('video', [gap(1000), over])];
    expect(lines(tracks, () => false)).toEqual([
      `0 ${below.id}`,
      `500 ${below.id} text`,
      `1000 ${below.id} text ${over.id}`,
      `1500 ${below.id} ${over.id}`,
      `2000 ${below.id}`,
    ]);
    expect(lines(tracks, () => true)).toEqual([`0 ${below.id}`, `500 ${below.id} text`, `1000 ${over.id}`, `2000 ${below.id}`]);
    expect(lines([track('video', [below]), track('video', [over], { hidden: true })], () => false)).toEqual([`0 ${below.id}`]);
  });

  test('what changes below a picture that hides it does not cut it', () => {
    const top = clip(0, 4000);
    expect(lines([track('video', [clip(0, 1000), clip(2000, 3000)]), track('video', [top])], () => true)).toEqual([
      `0 ${top.id}`,
    ]);
  });

  test('a transition is seen around its cut, and fades beside it give way', () => {
    const fade: ClipEffect = { name: 'fade', in: milliseconds(500), out: milliseconds(500) };
    const [first, second] = [clip(0, 2000, [fade]), clip(1000, 3000, [fade])];
    expect(lines([track('video', [first, blend(300), second])], () => true)).toEqual([
      `0 ${first.id}`,
      `500 ${first.id}`,
      '1700 transition',
      `2300 ${second.id}`,
      `3500 ${second.id}`,
    ]);
  });
});

describe('planPicture()', () => {
  test('overlays and transitions cut copying only over the frames they touch', () => {
    const over = clip(0, 1000, [place({ scale: 0.3 })], 'ast_2');
    expect(outline(plan([track('video', [clip(0, 4000)]), track('video', [gap(1000), over])]))).toEqual([
      '30 copy',
      '30 picture+picture',
      '60 copy',
    ]);
    expect(outline(plan([track('video', [clip(0, 2000), blend(200), clip(5000, 7000)])]))).toEqual([
      '54 copy',
      '12 transition',
      '54 copy',
    ]);
  });

  test('effects that change nothing leave pictures as they are, others do not', () => {
    const idle: ClipEffect[] = [
      place({}),
      { name: 'color', contrast: 1 },
      { name: 'crop', left: 0, top: 0, right: 0, bottom: 0 },
    ];
    const still: ClipEffect = { name: 'zoom', from: 1, to: 1, anchorX: 0.5, anchorY: 0.5, easing: 'linear' };
    expect(outline(plan([track('video', [clip(0, 1000, [...idle, still])])]))).toEqual(['30 copy']);
    for (const effect of [place({ opacity: 0.9 }), { name: 'color', contrast: 1.1 }, { name: 'reverse' }] as const)
      expect(outline(plan([track('video', [clip(0, 1000, [effect])])]))).toEqual(['30 picture']);
  });

  test('a picture over the whole canvas hides those below, one with alpha or in part does not', () => {
    const below = track('video', [clip(0, 1000)]);
    const over = (effects: readonly ClipEffect[]) => track('video', [clip(0, 1000, effects, 'ast_2')]);
    expect(outline(plan([below, over([])]))).toEqual(['30 copy']);
    expect(outline(plan([below, over([place({ scale: 2 })])]))).toEqual(['30 picture']);
    expect(outline(plan([below, over([place({ scale: 0.9 })])]))).toEqual(['30 picture+picture']);
    expect(outline(plan([below, over([])], {}, [source(), source('ast_2', { pixelFormat: 'yuva420p', codec: 'vp9' })]))).toEqual([
      '30 picture+picture',
    ]);
  });

  test('a background is a layer where it can be seen', () => {
    const more = { background: '#ff8800' };
    expect(outline(plan([track('video', [clip(0, 1000), gap(500), clip(0, 500)])], more))).toEqual([
      '30 copy',
      '15 background',
      '15 copy',
    ]);
    expect(outline(plan([track('video', [clip(0, 500, [place({ scale: 0.5 })])])], more))).toEqual(['15 background+picture']);
  });

  test('a span says the same wherever it stands, apart from its place', () => {
    const fade: ClipEffect = { name: 'fade', in: milliseconds(500), out: milliseconds(300) };
    const zoom: ClipEffect = { name: 'zoom', from: 1, to: 1.3, anchorX: 0.5, anchorY: 0.5, easing: 'ease-in-out' };
    const shown = (beforeMs: number) => {
      const items = [clip(1000, 3000, [fade]), blend(400), clip(7000, 9000, [zoom]), clip(3000, 4000, [{ name: 'reverse' }])];
      const tracks = [track('video', [gap(beforeMs), ...items]), track('text', [gap(beforeMs + 700), text(1100)])];
      const spans = spansOf(plan(tracks)).filter((span) => span.record.start >= milliseconds(beforeMs));
      return spans.map((span) => JSON.stringify({ ...span, record: span.record.duration, stamp: 0 }));
    };
    expect(shown(1700)).toEqual(shown(500));
    expect(shown(1700).length).toBeGreaterThan(6);
  });
});

describe('placePicture()', () => {
  test('focus chooses what stays of a picture that is too wide, and flips turn it round', () => {
    const upright = { width: 360, height: 640 };
    const seen = (effect: PlaceEffect) => placePicture(size, upright, { place: effect, fit: 'cover' })!.seen;
    expect(seen(place({ fit: 'cover', focusX: 0 })).x).toBeCloseTo(0, 3);
    const right = seen(place({ fit: 'cover', focusX: 1 }));
    expect(right.x + right.width).toBeCloseTo(1, 3);
    expect(seen(place({ fit: 'cover', focusX: 1, flip: 'horizontal' })).x).toBeCloseTo(0, 3);
    expect(fillsCanvas(placePicture(size, upright, { fit: 'cover' })!, upright)).toBe(true);
    expect(fillsCanvas(placePicture(size, upright, {})!, upright)).toBe(false);
  });

  test('only what is on the canvas is kept of a picture that lies over its edge, nothing of one beside it', () => {
    const part = placePicture(size, size, { place: place({ scale: 0.5, x: 0 }) })!;
    expect(part.target).toEqual({ x: 0, y: 90, width: 160, height: 180 });
    expect(part.seen.x).toBeCloseTo(0.5, 6);
    expect(placePicture(size, size, { place: place({ scale: 0.5, x: -1 }) })).toBeUndefined();
  });
});
