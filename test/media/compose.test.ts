/** What a composed timeline looks like, measured on the decoded pictures of its file: effects, places, transitions, odd sources. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '#core/time';
import {
  checkTimeline,
  transitionNames,
  type ClipEffect,
  type Item,
  type PlaceEffect,
  type TextClip,
  type Timeline,
} from '#core/timeline';
import type { MediaSource } from '#engine/tasks';
import { colors, edgeAlong, makeVideo, showPictures, type Shown, type Yuv } from '../fixtures/composed-pictures.ts';
import { psnr, readFrames, writeCountedVideo } from '../fixtures/counted-video.ts';
import { writeMedia, writePicture } from '../fixtures/media-files.ts';
import { clipOf, gapOf, renderTimeline, sourceFrom, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

const r30 = { num: 30, den: 1 };
let folder: string;
/** Numbered frames, 2 s. */
let counted: MediaSource;
/** Four greys: 60 160 over 110 210. */
let quarters: MediaSource;
let [red, blue]: MediaSource[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-compose-'));
  const path = join(folder, 'counted.mp4');
  writeCountedVideo(path, { frameRate: r30, frames: 60, gop: 15, bFrames: 2 });
  counted = sourceFrom(path, 'counted');
  const grey = (x: number, y: number) => (x < 0.5 ? (y < 0.5 ? 60 : 110) : y < 0.5 ? 160 : 210);
  quarters = makeVideo(folder, 'quarters', { paint: (x, y) => [grey(x, y), 128, 128] });
  red = makeVideo(folder, 'red', { paint: () => colors.red, frames: 45 });
  blue = makeVideo(folder, 'blue', { paint: () => colors.blue, frames: 45 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function show(timeline: Timeline, sources: readonly MediaSource[], parts = 1): Promise<Shown[]> {
  const { path, plan } = await renderTimeline(folder, timeline, sources, { parts });
  const shown = showPictures({ path, container: 'mov' });
  expect(shown.length).toBe(plan.video!.frames);
  return shown;
}

/** Ten frames of the four greys with effects on them. */
async function look(effects: readonly ClipEffect[], more: Partial<Timeline> = {}, source = quarters, ms = 333): Promise<Shown[]> {
  const clip = clipOf(source, 'video', 0, ms, { effects });
  return show(timelineOf(quarters, [trackOf('video', [clip])], more), [source]);
}

function place(more: Partial<PlaceEffect>): PlaceEffect {
  return { name: 'place', scale: 1, x: 0.5, y: 0.5, rotation: 0, opacity: 1, ...more };
}

function expectNear(seen: Yuv | undefined, wanted: Yuv, within = 3): void {
  expect(seen, `${String(seen)} is not ${String(wanted)}`).toBeDefined();
  wanted.forEach((value, at) =>
    expect(Math.abs(seen![at]! - value), `${String(seen)} is not ${String(wanted)}`).toBeLessThanOrEqual(within),
  );
}

function at(pictures: readonly Shown[], frame: number): Shown {
  return pictures[frame < 0 ? pictures.length + frame : frame]!;
}

describe('places', () => {
  test('a picture in a picture lies where it was asked for, and what is below is seen around it', async () => {
    const inset = clipOf(red!, 'video', 0, 200, { effects: [place({ scale: 0.25, x: 0.75, y: 0.25 })] });
    const tracks = [
      trackOf('video', [clipOf(quarters, 'video', 0, 333)]),
      trackOf('video', [gapOf(100), inset], { id: 'trk_2' }),
    ];
    const shown = await show(timelineOf(quarters, tracks), [quarters, red!]);
    expectNear(at(shown, 1).yuv(0.75, 0.25), [160, 128, 128]);
    for (const [x, y] of [
      [0.64, 0.14],
      [0.86, 0.36],
      [0.75, 0.25],
    ] as const)
      expectNear(at(shown, 5).yuv(x, y), colors.red);
    for (const [x, y] of [
      [0.61, 0.25],
      [0.89, 0.25],
      [0.75, 0.11],
      [0.75, 0.39],
    ] as const)
      expectNear(at(shown, 5).yuv(x, y), [160, 128, 128]);
    expectNear(at(shown, -1).yuv(0.75, 0.25), [160, 128, 128]);
  });

  test('crop, flip, turn and opacity', async () => {
    const cropped = await look([{ name: 'crop', left: 0.5, top: 0, right: 0, bottom: 0.5 }]);
    for (const [x, y] of [
      [0.05, 0.05],
      [0.95, 0.95],
    ] as const)
      expectNear(at(cropped, 0).yuv(x, y), [160, 128, 128]);
    const flipped = at(await look([place({ flip: 'horizontal' })]), 0);
    expect([flipped.luma(0.2, 0.2), flipped.luma(0.8, 0.8)]).toEqual([160, 110]);
    const turned = at(await look([place({ scale: 0.5, rotation: 90 })]), 0);
    expectNear(turned.yuv(0.45, 0.4), [110, 128, 128]);
    expectNear(turned.yuv(0.55, 0.4), [60, 128, 128]);
    expectNear(turned.yuv(0.3, 0.5), [16, 128, 128]);
    // Half seen over black: 16 + (160 − 16) / 2.
    expectNear(at(await look([place({ opacity: 0.5 })]), 3).yuv(0.8, 0.2), [88, 128, 128]);
    expectNear(
      at(await look([place({ opacity: 0.5 })], { background: '#0000ff' }), 3).yuv(0.8, 0.2),
      [(160 + 32) / 2, 184, 123],
      5,
    );
  });

  test('a turned picture lies askew about its middle', async () => {
    const turned = at(await look([place({ scale: 0.5, rotation: 45 })], {}, red!), 0);
    expectNear(turned.yuv(0.5, 0.5), colors.red);
    // 80 pixels right and left of the middle in the picture's own direction; across it ends after 45.
    const [dx, dy] = [55 / 320, 55 / 180];
    expectNear(turned.yuv(0.5 - dx * 0.9, 0.5 - dy * 0.9), colors.red, 8);
    expectNear(turned.yuv(0.5 + dx * 0.9, 0.5 - dy * 0.9), [16, 128, 128], 8);
  });

  test('fit: bars in the background, no bars, a blurred copy without bars', async () => {
    const upright = { size: { width: 180, height: 320 } };
    const contained = at(await look([], { ...upright, background: '#ff0000' }), 0);
    expectNear(contained.yuv(0.5, 0.1), [63, 102, 240]);
    expectNear(contained.yuv(0.2, 0.45), [60, 128, 128]);
    const covered = at(await look([], { ...upright, fit: 'cover' }), 0);
    expect([covered.luma(0.2, 0.02), covered.luma(0.8, 0.98)]).toEqual([60, 210]);
    const filled = at(await look([], { ...upright, fit: 'blur-fill' }), 0);
    for (const y of [0.01, 0.2, 0.3, 0.7, 0.99]) for (const x of [0.01, 0.5, 0.99]) expect(filled.luma(x, y)).toBeGreaterThan(50);
    expectNear(filled.yuv(0.2, 0.45), [60, 128, 128]);
    const focused = at(await look([place({ fit: 'cover', focusX: 0 })], upright), 0);
    expect(focused.luma(0.8, 0.1)).toBe(60);
  });
});

describe('zoom', () => {
  test('a punch-in stands still at its factor', async () => {
    const [shown] = [await look([{ name: 'zoom', from: 1.25, to: 1.25, anchorX: 0.25, anchorY: 0.5, easing: 'linear' }])];
    for (const frame of [0, 9]) expect(edgeAlong(at(shown, frame), 0.2, 110)).toBeCloseTo(0.25 + 0.25 * 1.25, 2);
  });

  test('a slow zoom grows evenly between pixels, or as its easing says', async () => {
    const zoom = { name: 'zoom', from: 1, to: 1.5, anchorX: 0.25, anchorY: 0.25, easing: 'linear' } as const;
    const factorOf = (picture: Shown) => (edgeAlong(picture, 0.2, 110)! - 0.25) / 0.25;
    const factors = (await look([zoom], {}, quarters, 1000)).map(factorOf);
    factors.forEach((factor, frame) => expect(factor).toBeCloseTo(1 + (0.5 * (frame + 0.5)) / 30, 2));
    const steps = factors.slice(1).map((factor, index) => factor - factors[index]!);
    // Half a pixel of trembling would be 0.006.
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.006);
    const eased = (await look([{ ...zoom, easing: 'ease-in' }], {}, quarters, 1000)).map(factorOf);
    expect(eased[14]).toBeCloseTo(1 + 0.5 * (14.5 / 30) ** 2, 2);
  });
});

describe('time', () => {
  test('reverse plays the frames backwards, over groups of pictures', async () => {
    const clip = clipOf(counted, 'video', 200, 1800, { effects: [{ name: 'reverse' }] });
    const shown = await show(timelineOf(counted, [trackOf('video', [clip])]), [counted]);
    expect(shown.map(({ number }) => number)).toEqual(Array.from({ length: 48 }, (_, index) => 53 - index));
  });

  test('freeze holds one picture; half speed shows each twice; double speed every other one', async () => {
    const frozen = await look([{ name: 'freeze', at: milliseconds(1000) }], {}, counted);
    expect(new Set(frozen.map(({ number }) => number))).toEqual(new Set([30]));
    const at4 = async (num: number, den: number) => {
      const clip = clipOf(counted, 'video', 0, 1000, { speed: { num, den } });
      return (await show(timelineOf(counted, [trackOf('video', [clip])]), [counted])).map(({ number }) => number);
    };
    expect((await at4(1, 2)).slice(0, 6)).toEqual([0, 0, 1, 1, 2, 2]);
    const fast = await at4(2, 1);
    expect(fast.length).toBe(15);
    fast.forEach((number, index) => expect(number).toBe(2 * index + 1));
  });
});

describe('colour', () => {
  test('exposure, contrast and saturation move light and colour as they say', async () => {
    const lit = at(await look([{ name: 'color', exposure: 1 }]), 0);
    expect(lit.luma(0.2, 0.2)).toBeCloseTo(16 + 44 * 2 ** (1 / 2.2), -0.5);
    const contrasted = at(await look([{ name: 'color', contrast: 1.5 }]), 0);
    expect(Math.abs(contrasted.luma(0.8, 0.2) - (125.5 + 1.5 * (160 - 125.5)))).toBeLessThan(2);
    expectNear(at(await look([{ name: 'color', saturation: 0 }], {}, red!), 0).yuv(0.5, 0.5), [63, 128, 128]);
  });

  test('warmth and looks change colours and keep greys as light as they were', async () => {
    const warm = at(await look([{ name: 'color', temperature: 1 }]), 0).yuv(0.8, 0.2);
    expect(Math.abs(warm[0] - 160)).toBeLessThan(4);
    expect(warm[1]).toBeLessThan(122);
    expect(warm[2]).toBeGreaterThan(134);
    const grey = at(await look([{ name: 'color', look: 'black-and-white' }], {}, red!), 0).yuv(0.5, 0.5);
    expect(Math.abs(grey[1] - 128) + Math.abs(grey[2] - 128)).toBeLessThan(4);
  });

  test('a table that the user brought maps colours', async () => {
    // Red and blue change places.
    const corners = [0, 1].flatMap((b) => [0, 1].flatMap((g) => [0, 1].map((r) => `${b} ${g} ${r}`)));
    const path = join(folder, 'table');
    writeFileSync(path, `TITLE "swap"\nLUT_3D_SIZE 2\n${corners.join('\n')}\n`);
    const table = { asset: { ...red!.asset, id: 'ast_table' }, path } as MediaSource;
    const clip = clipOf(red!, 'video', 0, 200, { effects: [{ name: 'color', lutAssetId: 'ast_table' }] });
    const timeline = timelineOf(red!, [trackOf('video', [clip])]);
    const shown = await show(timeline, [red!, table]);
    expectNear(at(shown, 2).yuv(0.5, 0.5), colors.blue, 5);
    writeFileSync(path, 'LUT_3D_SIZE 2\n0 0 0\n');
    await expect(show(timeline, [red!, table])).rejects.toMatchObject({ code: 'MEDIA_UNREADABLE' });
  });

  test('a keyed colour lets through what lies below', async () => {
    const screen = makeVideo(folder, 'screen', { paint: (x) => (x < 0.5 ? colors.green : colors.red), frames: 10 });
    const key = { name: 'chroma-key', color: '#00ff00', similarity: 0.15, blend: 0 } as const;
    const tracks = [
      trackOf('video', [clipOf(blue!, 'video', 0, 333)]),
      trackOf('video', [clipOf(screen, 'video', 0, 333, { effects: [key] })], { id: 'trk_2' }),
    ];
    const picture = at(await show(timelineOf(blue!, tracks), [blue!, screen]), 4);
    expectNear(picture.yuv(0.25, 0.5), colors.blue);
    expectNear(picture.yuv(0.75, 0.5), colors.red);
  });

  test('blur softens edges, all of them or those of a region', async () => {
    const soft = at(await look([{ name: 'blur', radius: 0.1 }]), 0);
    expect(soft.luma(0.48, 0.2)).toBeGreaterThan(75);
    const region = { x: 0.3, y: 0, width: 0.4, height: 0.4 };
    const part = at(await look([{ name: 'blur', radius: 0.1, region }]), 0);
    expect(part.luma(0.48, 0.2)).toBeGreaterThan(75);
    expect(part.luma(0.48, 0.8)).toBe(110);
  });
});

describe('fades and layers', () => {
  test('a picture fades to what lies below it', async () => {
    const fading = clipOf(red!, 'video', 0, 1000, { effects: [{ name: 'fade', in: milliseconds(500), out: milliseconds(500) }] });
    const tracks = [trackOf('video', [clipOf(blue!, 'video', 0, 1000)]), trackOf('video', [fading], { id: 'trk_2' })];
    const shown = await show(timelineOf(blue!, tracks), [red!, blue!]);
    for (const frame of [1, 7, 14, 22, 28]) {
      const part = 1 - Math.abs(frame + 0.5 - 15) / 15;
      expectNear(
        at(shown, frame).yuv(0.5, 0.5),
        colors.blue.map((value, plane) => value + (colors.red[plane]! - value) * part) as unknown as Yuv,
        4,
      );
    }
  });

  test('text between pictures lies between them', async () => {
    const style = {
      preset: 'title',
      position: 'center',
      color: '#ffffff',
      size: 0.3,
      fadeIn: seconds(0),
      fadeOut: seconds(0),
    } as const;
    const text: TextClip = { kind: 'text', id: 'itm_t', duration: milliseconds(333), text: '▇▇▇▇▇', style };
    const over = clipOf(red!, 'video', 0, 333, { effects: [place({ scale: 0.5, x: 0.75, y: 0.5 })] });
    const words = (picture: Shown, from: number, to: number) =>
      Array.from({ length: 400 }, (_, index) =>
        picture.luma(from + ((to - from) * (index % 20)) / 20, 0.35 + (0.3 * Math.floor(index / 20)) / 20),
      ).filter((value) => value > 200).length;
    const tracks = [
      trackOf('video', [clipOf(blue!, 'video', 0, 333)]),
      trackOf('text', [text]),
      trackOf('video', [over], { id: 'trk_2' }),
    ];
    const picture = at(await show(timelineOf(blue!, tracks), [red!, blue!]), 3);
    expect(words(picture, 0.2, 0.5)).toBeGreaterThan(5);
    expect(words(picture, 0.5, 0.8)).toBe(0);
  });

  test('a logo with alpha leaves no dark seams, and copying goes on beside it', async () => {
    const path = join(folder, 'logo.png');
    // A light disc on nothing that is black.
    const inside = (pixel: number, y: number) => Math.hypot(pixel - 32, y - 32) < 24;
    writePicture(path, {
      encoder: 'png',
      pixelFormat: 'rgba',
      size: { width: 64, height: 64 },
      frames: 1,
      draw: (x, y) => (inside(x >> 2, y) ? ((x & 3) === 3 ? 255 : 235) : 0),
    });
    const logo = sourceFrom(path, 'logo', 'logo.png');
    const mark = clipOf(logo, 'video', 0, 300, { effects: [place({ scale: 0.6, x: 0.5, y: 0.5 })] });
    const light = makeVideo(folder, 'light', { paint: () => colors.light, frames: 60, gop: 15 });
    const tracks = [trackOf('video', [clipOf(light, 'video', 0, 2000)]), trackOf('video', [gapOf(500), mark], { id: 'trk_2' })];
    const { path: output, stats } = await renderTimeline(folder, timelineOf(light, tracks), [light, logo]);
    expect(stats.copied).toBe(45);
    const shown = showPictures({ path: output, container: 'mov' });
    const row = Array.from({ length: 320 }, (_, x) => at(shown, 20).luma((x + 0.5) / 320, 0.5));
    expect(Math.max(...row)).toBeGreaterThan(210);
    expect(Math.min(...row)).toBeGreaterThan(184);
  });
});

function blend(name: string, source: MediaSource, ms = 300): Item {
  return { kind: 'transition', id: `itm_x${source.asset.id}`, name, inOffset: milliseconds(ms), outOffset: milliseconds(ms) };
}

describe('transitions', () => {
  test.each(transitionNames)('%s begins with one picture, ends with the other and takes no time', async (name) => {
    const items = [clipOf(red!, 'video', 0, 700), blend(name, red!), clipOf(blue!, 'video', 600, 1300)];
    const shown = await show(timelineOf(red!, [trackOf('video', items)]), [red!, blue!], 2);
    expect(shown.length).toBe(42);
    const points = [
      [0.1, 0.1],
      [0.5, 0.5],
      [0.9, 0.9],
      [0.3, 0.7],
    ] as const;
    const far = (picture: Shown, from: Yuv) =>
      Math.max(...points.map(([x, y]) => Math.max(...picture.yuv(x, y).map((value, plane) => Math.abs(value - from[plane]!)))));
    expect(far(at(shown, 11), colors.red)).toBeLessThan(4);
    expect(far(at(shown, 30), colors.blue)).toBeLessThan(4);
    // In the middle it is neither.
    const middles = [18, 19, 20, 21, 22, 23].map((frame) =>
      Math.min(far(at(shown, frame), colors.red), far(at(shown, frame), colors.blue)),
    );
    expect(Math.max(...middles)).toBeGreaterThan(20);
  });

  test('a dissolve is the mean at half its time, and both sides run on through their handles', async () => {
    const items = [clipOf(counted, 'video', 0, 1000), blend('dissolve', counted), clipOf(counted, 'video', 1000, 2000)];
    const whole = await show(timelineOf(counted, [trackOf('video', items)]), [counted], 3);
    expect(whole.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    const mixed = await show(
      timelineOf(red!, [
        trackOf('video', [clipOf(red!, 'video', 0, 700), blend('dissolve', red!), clipOf(blue!, 'video', 600, 1300)]),
      ]),
      [red!, blue!],
    );
    const mean = (frame: number) => at(mixed, frame).yuv(0.5, 0.5);
    const middle = mean(20).map((value, plane) => (value + mean(21)[plane]!) / 2) as unknown as Yuv;
    expectNear(middle, colors.red.map((value, plane) => (value + colors.blue[plane]!) / 2) as unknown as Yuv);
  });

  test('ranges that end anywhere show the same as one pass', async () => {
    const zoom = { name: 'zoom', from: 1, to: 1.6, anchorX: 0.3, anchorY: 0.6, easing: 'ease-in-out' } as const;
    const fade = { name: 'fade', in: milliseconds(300), out: milliseconds(0) } as const;
    const items = [
      clipOf(counted, 'video', 0, 700, { effects: [zoom, fade] }),
      blend('wipe-diagonal', counted),
      clipOf(quarters, 'video', 300, 700, { effects: [zoom] }),
    ];
    const render = async (rangeSeconds: number, parts: number) => {
      const output = { format: 'mp4', quality: 'high', rangeSeconds } as const;
      const timeline = timelineOf(quarters, [trackOf('video', items)]);
      return readFrames((await renderTimeline(folder, timeline, [counted, quarters], { output, parts })).path);
    };
    const [whole, pieces] = [await render(60, 1), await render(0.1, 7)];
    expect(pieces.length).toBe(whole.length);
    whole.forEach((frame, index) => expect(psnr(frame.luma, pieces[index]!.luma)).toBeGreaterThan(38));
  });

  test('between pictures smaller than the canvas what lies below stays seen', async () => {
    const small = place({ scale: 0.5 });
    const over = [
      clipOf(red!, 'video', 0, 700, { effects: [small] }),
      blend('wipe-left', red!),
      clipOf(blue!, 'video', 600, 1300, { effects: [small] }),
    ];
    const tracks = [trackOf('video', [clipOf(quarters, 'video', 0, 900)]), trackOf('video', over, { id: 'trk_2' })];
    const middle = at(await show(timelineOf(quarters, tracks), [quarters, red!, blue!]), 21);
    expectNear(middle.yuv(0.3, 0.4), colors.red, 6);
    expectNear(middle.yuv(0.7, 0.4), colors.blue, 6);
    expect([middle.luma(0.1, 0.1), middle.luma(0.9, 0.1), middle.luma(0.1, 0.9), middle.luma(0.9, 0.9)]).toEqual([
      60, 160, 110, 210,
    ]);
  });
});

describe('sources', () => {
  test('HDR is mapped, keeps its colours and is not clipped', async () => {
    const hdr = makeVideo(folder, 'hdr', {
      paint: (x) => (x < 0.3 ? [128, 128, 128] : x < 0.6 ? [150, 128, 128] : [110, 90, 170]),
      frames: 6,
      pixelFormat: 'yuv420p10le',
      settings: { crf: '4', preset: 'ultrafast', color_primaries: 'bt2020', color_trc: 'smpte2084', colorspace: 'bt2020nc' },
    });
    const [picture] = await look([], {}, hdr, 200);
    const [middle, bright, color] = [picture!.yuv(0.15, 0.5), picture!.yuv(0.45, 0.5), picture!.yuv(0.8, 0.5)];
    expect(middle[0]).toBeGreaterThan(90);
    expect(bright[0]).toBeGreaterThan(middle[0] + 8);
    expect(bright[0]).toBeLessThan(235);
    expect(color[2] - color[1]).toBeGreaterThan(40);
  });

  test('full range, odd sizes, other shapes and turned pictures come out right', async () => {
    const full = makeVideo(folder, 'full', {
      paint: () => [255, 128, 128],
      frames: 6,
      pixelFormat: 'yuvj420p',
      size: { width: 642, height: 362 },
    });
    expect(at(await look([place({ scale: 0.5 })], {}, full, 200), 0).luma(0.5, 0.5)).toBe(235);
    const wide = makeVideo(folder, 'wide', {
      paint: () => colors.light,
      frames: 6,
      size: { width: 240, height: 180 },
      aspect: { num: 4, den: 3 },
    });
    expectNear(at(await look([], {}, wide, 200), 0).yuv(0.01, 0.5), colors.light);
    const turned = makeVideo(folder, 'turned', { paint: (x) => (x < 0.5 ? colors.dark : colors.light), frames: 6, rotation: 90 });
    const upright = at(await look([place({ fit: 'cover' })], {}, turned, 200), 0);
    expect([upright.luma(0.5, 0.2), upright.luma(0.5, 0.8)]).toEqual([60, 190]);
  });

  test.each([
    ['moving.gif', 'gif', 'gif', 'gray'],
    ['moving.webp', 'webp', 'libwebp_anim', 'yuv420p'],
    ['moving.png', 'apng', 'apng', 'gray'],
  ])('an animation begins again where it is shown longer than it lasts: %s', async (name, muxer, encoder, pixelFormat) => {
    const path = join(folder, name);
    const draw = (_x: number, _y: number, plane: number, frame: number) => (plane === 0 ? 40 + frame * 50 : 128);
    writeMedia(path, muxer, { picture: { encoder, pixelFormat, frames: 4, rate: { num: 10, den: 1 }, draw } });
    const source = sourceFrom(path, name, name);
    const clip = clipOf(source, 'video', 0, 800);
    const timeline = timelineOf(quarters, [trackOf('video', [clip])]);
    expect(checkTimeline(timeline, [source.asset]).filter(({ path: at }) => at.includes('sourceRange'))).toEqual([]);
    const lights = (await show(timeline, [source])).map((one) => one.luma(0.5, 0.5));
    expect(lights.length).toBe(24);
    for (let frame = 0; frame < 12; frame++) expect(Math.abs(lights[frame + 12]! - lights[frame]!)).toBeLessThan(3);
    for (const frame of [0, 3, 6, 9]) expect(Math.abs(lights[frame]! - (45 + (frame / 3) * 46))).toBeLessThan(8);
  });

  test('a still with alpha lets through what lies below', async () => {
    const path = join(folder, 'still.webp');
    const draw = (x: number, _y: number, plane: number) => (plane === 3 ? (x < 80 ? 255 : 0) : plane === 0 ? 200 : 128);
    writePicture(path, { encoder: 'libwebp', pixelFormat: 'yuva420p', frames: 1, draw });
    const still = sourceFrom(path, 'still', 'still.webp');
    const tracks = [
      trackOf('video', [clipOf(red!, 'video', 0, 200)]),
      trackOf('video', [clipOf(still, 'video', 0, 200)], { id: 'trk_2' }),
    ];
    const picture = at(await show(timelineOf(red!, tracks), [red!, still]), 2);
    expectNear(picture.yuv(0.25, 0.5), [200, 128, 128], 4);
    expectNear(picture.yuv(0.75, 0.5), colors.red);
  });

  test.each([
    [24_000, 1001],
    [24, 1],
    [25, 1],
    [30_000, 1001],
    [50, 1],
    [60_000, 1001],
  ])('frames of %i/%i are picked by their middles', async (num, den) => {
    const path = join(folder, `rate-${num}.mp4`);
    writeCountedVideo(path, { frameRate: { num, den }, frames: Math.ceil(num / den), gop: 30, bFrames: 2 });
    const source = sourceFrom(path, `rate${num}`);
    const clip = clipOf(source, 'video', 0, 900, { effects: [{ name: 'color', contrast: 1.1 }] });
    const shown = await show(timelineOf(quarters, [trackOf('video', [clip])]), [source]);
    expect(shown.length).toBe(27);
    shown.forEach(({ number }, frame) => expect(number).toBe(Math.floor((((frame + 0.5) / 30) * num) / den)));
  });

  test.each([
    [2, 1],
    [8, 1],
    [1, 4],
  ])('at %i/%i speed pictures follow evenly, however their stamps were rounded', async (num, den) => {
    const path = join(folder, `rounded-${num}.mkv`);
    writeCountedVideo(path, { format: 'matroska', frameRate: r30, frames: 60, gop: 30, bFrames: 0 });
    const source = sourceFrom(path, `rounded${num}`, 'rounded.mkv');
    const clip = clipOf(source, 'video', 100, 1700, { speed: { num, den } });
    const numbers = (await show(timelineOf(quarters, [trackOf('video', [clip])]), [source])).map((one) => one.number);
    numbers.slice(0, 24).forEach((number, frame) => expect(number).toBe(3 + Math.floor((frame + 0.5) * (num / den))));
  });

  test('pictures of uneven times keep them under effects that stand still', async () => {
    const stampsMs = [0, 40, 70, 140, 160, 260, 300, 333, 400, 460, 520, 540, 600];
    const path = join(folder, 'uneven.mp4');
    writeCountedVideo(path, { frameRate: r30, frames: stampsMs.length, gop: 30, bFrames: 0, stampsMs });
    const source = sourceFrom(path, 'uneven');
    const colored = clipOf(source, 'video', 0, 600, { effects: [{ name: 'color', contrast: 1.1 }, place({ scale: 0.9 })] });
    const shown = await show(timelineOf(source, [trackOf('video', [colored])]), [source]);
    expect(shown.map((one) => Math.round(one.seconds * 1000))).toEqual(stampsMs.slice(0, 12));
    const zoom = { name: 'zoom', from: 1, to: 1.2, anchorX: 0.5, anchorY: 0.5, easing: 'linear' } as const;
    const moving = await show(timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, 600, { effects: [zoom] })])]), [
      source,
    ]);
    const steps = moving.slice(1).map((one, index) => one.seconds - moving[index]!.seconds);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.001);
  });
});
