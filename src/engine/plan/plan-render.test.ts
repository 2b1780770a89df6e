import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromFrame, seconds, ticksPerSecond, zero, type FrameRate } from '#core/time';
import type { Clip, Item, TextClip } from '#core/timeline';
import { fitInside, outputSize } from './output-shape.ts';
import { planRender } from './plan-render.ts';
import type { PlanSource } from './plan-source.ts';
import type { OutputRequest, RenderPlan, VideoSpan } from './render-plan.ts';
import { showPictures } from './shown-pictures.ts';
import { clip, makeSource, mp4, r30, timeline, track, type Made } from './test-plans.ts';

function copied(plan: RenderPlan): number {
  return plan.video!.spans.reduce((sum, span) => sum + (span.kind === 'copy' ? span.frames : 0), 0);
}

const shownOf = new WeakMap<PlanSource, ReturnType<typeof showPictures>>();

function shownBy(source: PlanSource): ReturnType<typeof showPictures> {
  const shown = shownOf.get(source) ?? showPictures(source.pictures.get(0)!);
  shownOf.set(source, shown);
  return shown;
}

/** The ranks of a span's frames; only for spans that show a stream's own pictures one by one. */
function ranksOf(span: VideoSpan, source: PlanSource): number[] {
  const { stamps } = shownBy(source);
  const layer = span.kind === 'copy' ? span : span.layers[0];
  const firstPts = layer !== undefined && 'firstPts' in layer ? layer.firstPts : undefined;
  const first = stamps.indexOf(firstPts ?? Number.NaN);
  return Array.from({ length: span.frames }, (_, index) => first + index);
}

describe('showPictures()', () => {
  test('lets a copy begin at IDR pictures and end where nothing decoded is still to be shown', () => {
    const source = makeSource({ frames: 24, gop: 12, bFrames: 2, rate: r30 });
    const shown = showPictures(source.pictures.get(0)!);
    expect(shown.reorderFrames).toBe(1);
    expect(shown.copyable(0, 24)).toEqual({ first: 0, end: 24 });
    expect(shown.copyable(1, 24)).toEqual({ first: 12, end: 24 });
    // Frame 3 is decoded before 1 and 2: a copy ends after an anchor, or one picture into the next group.
    expect(shown.copyable(0, 3)).toEqual({ first: 0, end: 1 });
    expect(shown.copyable(0, 6)).toEqual({ first: 0, end: 4 });
    expect(shown.copyable(13, 24)).toBeUndefined();
  });

  test('hidden pictures are neither counted nor copied over', () => {
    const source = makeSource({ frames: 24, gop: 6, bFrames: 0, rate: r30 });
    const hidden = new Uint8Array(24);
    hidden.fill(1, 0, 8);
    const shown = showPictures({ ...source.pictures.get(0)!, hidden });
    expect(shown.stamps.length).toBe(16);
    expect(shown.copyable(0, 16)).toEqual({ first: 4, end: 16 });
  });
});

describe('planRender() on an even grid', () => {
  const rates = [
    { num: 24_000, den: 1001 },
    { num: 25, den: 1 },
    { num: 30_000, den: 1001 },
    { num: 60, den: 1 },
  ] as const;

  test('any cuts give all frames, stamps on the grid, copies that decode, and never an error of a frame', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.constantFrom(1, 12, 48, 250),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 1, max: 900 })), { minLength: 1, maxLength: 20 }),
        (rate, gop, bFrames, open, cuts) => {
          const source = makeSource({ frames: Math.round((10 * rate.num) / rate.den), gop, bFrames, rate, open });
          const clips = cuts.map(([start, length]) => clip(start, start + length));
          const plan = planRender(timeline([track('video', clips)], { frameRate: rate }), [source], mp4);
          const video = plan.video!;
          const expected = Math.max(1, Math.round((plan.duration * rate.num) / (rate.den * ticksPerSecond)));
          expect(video.frames).toBe(expected);
          const unit = (video.timescale * rate.den) / rate.num;
          const index = source.pictures.get(0)!;
          const order = [...index.pts.keys()];
          let frame = 0;
          for (const span of video.spans) {
            expect(span.stamp).toBe(frame * unit);
            expect(span.record.start).toBe(fromFrame(frame, rate));
            const ranks = ranksOf(span, source);
            expect(Math.max(...ranks.map((rank, at) => errorInFrames(clips, rate, frame + at, rank)))).toBeLessThan(1);
            if (span.kind === 'copy') {
              const first = order.findIndex((packet) => index.pts[packet] === span.firstPts);
              expect(index.idr[first]).toBe(1);
              const stamps = index.pts.slice(first, first + span.frames).toSorted();
              expect(stamps.at(-1)).toBeLessThan(span.endPts);
              expect(stamps).toEqual(shownBy(source).stamps.slice(ranks[0], ranks[0]! + span.frames));
            }
            frame += span.frames;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  /** How far the picture of an output frame is from what the timeline shows at its middle, at worst over the frame's own length. */
  function errorInFrames(clips: readonly Clip[], rate: FrameRate, frame: number, rank: number): number {
    const middle = ((frame + 0.5) * ticksPerSecond * rate.den) / rate.num;
    let record = 0;
    for (const { sourceRange } of clips) {
      if (middle < record + sourceRange.duration) {
        const ideal = ((sourceRange.start + middle - record) * rate.num) / (ticksPerSecond * rate.den);
        return Math.abs(rank + 0.5 - ideal);
      }
      record += sourceRange.duration;
    }
    return 0;
  }

  test('525 cuts do not drift: the last picture is as exact as the first', () => {
    const rate = { num: 30_000, den: 1001 };
    const source = makeSource({ frames: 18_000, gop: 60, bFrames: 2, rate });
    const clips = Array.from({ length: 526 }, (_, index) => clip(index * 1137.3, index * 1137.3 + 717.7));
    const plan = planRender(timeline([track('video', clips)], { frameRate: rate }), [source], mp4);
    let frame = 0;
    for (const span of plan.video!.spans) {
      const errors = ranksOf(span, source).map((rank, at) => errorInFrames(clips, rate, frame + at, rank));
      expect(Math.max(...errors)).toBeLessThan(1);
      frame += span.frames;
    }
    expect(frame).toBe(Math.round((plan.duration * rate.num) / (rate.den * ticksPerSecond)));
  });

  test('an uncut file is copied whole, though its sound lasts a little longer', () => {
    const source = makeSource({ frames: 300, gop: 60, bFrames: 3, rate: r30 });
    const plan = planRender(timeline([track('video', [clip(0, 10_050)])]), [source], mp4);
    expect(plan.video!.spans).toMatchObject([{ kind: 'copy', frames: 300, firstPts: 0 }]);
    expect(plan.reasons).toEqual([]);
  });

  test('a picture that ends long before its clip is held', () => {
    const source = makeSource({ frames: 300, gop: 60, bFrames: 3, rate: r30 });
    const plan = planRender(timeline([track('video', [clip(0, 11_000)])]), [source], mp4);
    expect(plan.video!.spans.map(({ kind, frames }) => [kind, frames])).toEqual([
      ['copy', 300],
      ['encode', 30],
    ]);
  });

  test('ms-rounded stamps of another container are still an even grid', () => {
    const source = makeSource({ frames: 300, gop: 50, bFrames: 2, rate: r30, den: 1000 });
    const plan = planRender(timeline([track('video', [clip(0, 10_000)])]), [source], mp4);
    expect(plan.video!.keepStamps).toBe(false);
    expect(copied(plan)).toBe(300);
  });
});

describe('planRender() with kept stamps', () => {
  test('variable stamps are moved as one, rise strictly, and copies keep their distances', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 3, max: 90 }), { minLength: 60, maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(4000), fc.integer({ min: 1, max: 1500 })), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 2 }),
        (gaps, cuts, bFrames) => {
          let at = 0;
          const stamps = gaps.map((gap) => (at += gap * 90) - gap * 90);
          stamps[0] = 0;
          const source = makeSource({ frames: stamps.length, gop: 12, bFrames, rate: r30, stamps });
          const clips = cuts.map(([start, length]) => clip(start, start + length));
          const plan = planRender(timeline([track('video', clips)]), [source], mp4);
          if (!plan.video!.keepStamps) return;
          const all: number[] = [];
          for (const span of plan.video!.spans) {
            const layer = span.kind === 'copy' ? span : span.layers[0];
            const shift = layer !== undefined && 'shift' in layer ? layer.shift : undefined;
            expect(shift).toBeDefined();
            ranksOf(span, source).forEach((rank, index) => all.push(index === 0 ? span.stamp : stamps[rank]! + shift!));
            if (span.kind === 'copy') expect(span.stamp).toBe(span.firstPts + span.shift!);
          }
          expect(all.every((stamp, index) => index === 0 || stamp > all[index - 1]!)).toBe(true);
          expect(all.length).toBe(plan.video!.frames);
          expect(all.at(-1)!).toBeLessThan(Math.max(1, (plan.duration / ticksPerSecond) * 90_000));
        },
      ),
      { numRuns: 80 },
    );
  });

  test('a rate that is asked for makes an even grid of it, and says so', () => {
    const stamps = Array.from({ length: 100 }, (_, index) => index * 3000 + (index % 3) * 500);
    const source = makeSource({ frames: 100, gop: 20, bFrames: 0, rate: r30, stamps });
    const plan = planRender(timeline([track('video', [clip(0, 3000)])]), [source], { ...mp4, frameRate: r30 });
    expect(plan.video).toMatchObject({ keepStamps: false, frames: 90 });
    expect(copied(plan)).toBe(0);
    expect(plan.reasons.join()).toContain('(variable)');
  });
});

describe('planRender() says why it cannot copy', () => {
  const cases: readonly (readonly [string, Partial<Made>, Partial<OutputRequest>, string])[] = [
    ['another codec', { stream: { codec: 'hevc' } }, {}, 'HEVC'],
    ['rotation', { stream: { rotation: 90 } }, {}, 'turned by 90°'],
    ['pixels that are not square', { stream: { sampleAspect: { num: 4, den: 3 } } }, {}, 'not square'],
    ['10 bits', { facts: { bitDepth: 10 } }, {}, 'not 8-bit 4:2:0'],
    ['4:2:2', { facts: { chromaFormat: 2 } }, {}, 'not 8-bit 4:2:0'],
    ['interlacing', { facts: { framesOnly: false } }, {}, 'interlaced'],
    ['no parameter sets', { facts: { sps: [] } }, {}, 'parameter sets'],
    ['changing parameter sets', { facts: { changing: true } }, {}, 'changes its parameter sets'],
    ['another size', {}, { size: { width: 640, height: 360 } }, '1280×720 pixels, the output 640×360'],
    ['another rate', {}, { frameRate: { num: 25, den: 1 } }, '30 frames/s, the output 25'],
    ['low quality', {}, { quality: 'low' }, 'low quality'],
    ['copying switched off', {}, { copy: 'never' }, 'encoded anew'],
  ];

  test.each(cases)('%s', (_name, made, output, reason) => {
    const source = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, ...made });
    const plan = planRender(timeline([track('video', [clip(0, 9000)])]), [source], { ...mp4, ...output });
    expect(copied(plan)).toBe(0);
    expect(plan.reasons.join()).toContain(reason);
    expect(plan.video!.copiedFrom).toBeUndefined();
  });

  test('open groups: what can be copied is, and the rest is explained', () => {
    const source = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, open: true });
    const plan = planRender(timeline([track('video', [clip(0, 5000), clip(6000, 9000)])]), [source], mp4);
    expect(copied(plan)).toBe(150);
    expect(plan.reasons.join()).toContain('9 of 10 key frames in open groups');
  });

  test('our parameter sets take an id that the copied stream leaves free', () => {
    const source = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, facts: { ids: [0, 0, 1, 2] } });
    expect(planRender(timeline([track('video', [clip(500, 9000)])]), [source], mp4).video!.encoder.parameterSetId).toBe(3);
  });

  test('the frames around a cut are about as good as their neighbours, and not three times as large', () => {
    const crfOf = (bytesPerFrame: number) => {
      const source = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, bytes: 300 * bytesPerFrame });
      return planRender(timeline([track('video', [clip(500, 9000)])]), [source], mp4).video!.encoder.crf;
    };
    expect(crfOf(100_000)).toBe(17);
    expect(crfOf(12_000)).toBeGreaterThan(18);
    expect(crfOf(1000)).toBe(21);
  });

  test('of two kinds of streams the longer one is copied', () => {
    const first = makeSource({ frames: 300, gop: 30, bFrames: 0, rate: r30 });
    const second = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, id: 'ast_2', facts: { sps: ['Z2QB'] } });
    const plan = planRender(
      timeline([track('video', [clip(0, 1000), clip(0, 9000, { assetId: 'ast_2' })])]),
      [first, second],
      mp4,
    );
    expect(plan.video!.copiedFrom).toEqual({ assetId: 'ast_2', streamIndex: 0 });
    expect(copied(plan)).toBe(270);
    expect(plan.reasons).toHaveLength(1);
    expect(plan.reasons[0]).toContain('"ast_1.mp4" was encoded with other settings than "ast_2.mp4"');
  });
});

describe('planRender() composes', () => {
  const source = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30 });
  const text: TextClip = {
    kind: 'text',
    id: 'itm_text',
    duration: seconds(2),
    text: 'Title',
    style: { preset: 'title', position: 'center', color: '#ffffff', size: 0.1, fadeIn: zero, fadeOut: zero },
  };

  test('fades and titles are encoded where they are, and nowhere else', () => {
    const faded = clip(0, 10_000, { effects: [{ name: 'fade', in: seconds(1), out: seconds(1) }] });
    const gap: Item = { kind: 'gap', id: 'itm_gap', duration: seconds(4) };
    const plan = planRender(timeline([track('video', [faded]), track('text', [gap, text])]), [source], mp4);
    expect(plan.video!.spans.map(({ kind, frames }) => [kind, frames])).toEqual([
      ['encode', 30],
      ['copy', 90],
      ['encode', 60],
      ['copy', 90],
      ['encode', 30],
    ]);
    const layers = plan.video!.spans.map((span) => (span.kind === 'encode' ? span.layers : []));
    expect(layers[0]).toMatchObject([{ kind: 'picture', opacity: { from: 0, to: 1 } }]);
    expect(layers[2]).toMatchObject([{ kind: 'picture' }, { kind: 'text', text: 'Title', start: 0, end: seconds(2) }]);
    expect(layers[4]).toMatchObject([{ kind: 'picture', opacity: { from: 1, to: 0 } }]);
  });

  test('the topmost clip is seen; a hidden track is not; a gap is black', () => {
    const above = makeSource({ frames: 300, gop: 30, bFrames: 2, rate: r30, id: 'ast_2' });
    const tracks = [
      track('video', [clip(0, 3000), { kind: 'gap', id: 'itm_gap', duration: seconds(1) }]),
      track('video', [{ kind: 'gap', id: 'itm_gap2', duration: seconds(1) }, clip(0, 1000, { assetId: 'ast_2' })]),
      track('video', [clip(0, 4000)], { hidden: true, follows: 'fixed' }),
    ];
    const plan = planRender(timeline(tracks), [source, above], mp4);
    const shown = plan.video!.spans.map((span) => (span.kind === 'copy' ? span.assetId : span.layers.length));
    expect(shown).toEqual(['ast_1', 'ast_2', 'ast_1', 0]);
    expect(plan.video!.frames).toBe(120);
  });

  test('sound alone gets a waveform in a video, and no picture in a sound file', () => {
    const sound = timeline([track('audio', [clip(0, 3000, { streamIndex: 1 })])]);
    const video = planRender(sound, [source], mp4).video!;
    // Bars move ten times a second; more pictures would be alike, unless they are asked for or something else moves.
    expect(video.spans).toMatchObject([{ kind: 'encode', frames: 30, layers: [{ kind: 'waveform' }] }]);
    expect(planRender(sound, [source], { ...mp4, frameRate: r30 }).video!.frames).toBe(90);
    const title: TextClip = {
      kind: 'text',
      id: 'itm_title',
      duration: seconds(3),
      text: 'a',
      style: { preset: 'title', position: 'center', color: '#ffffff', size: 0.1, fadeIn: zero, fadeOut: zero },
    };
    const titled = { ...sound, tracks: [...sound.tracks, track('text', [title])] };
    expect(planRender(titled, [source], mp4).video!.frames).toBe(90);
    expect(planRender(sound, [source], { format: 'mp3', quality: 'high' }).video).toBeUndefined();
  });

  test('hardware is used where it fits the codec and nothing is copied', () => {
    const silent = timeline([track('video', [clip(0, 1000)])]);
    const output = { format: 'mp4', quality: 'high', hardware: ['hevc_nvenc', 'h264_qsv'] } as const;
    const encoderOf = (more: object) => planRender(silent, [source], { ...output, ...more }).video!.encoder;
    expect(encoderOf({ copy: 'never' })).toMatchObject({ hardware: 'h264_qsv', bFrames: 0 });
    expect(encoderOf({ codec: 'h265' })).toMatchObject({ hardware: 'hevc_nvenc' });
    expect(encoderOf({})).not.toHaveProperty('hardware');
    expect(encoderOf({ codec: 'h265', quality: 'lossless' })).not.toHaveProperty('hardware');
    expect(encoderOf({ codec: 'av1' })).not.toHaveProperty('hardware');
  });

  test('what cannot be made is refused', () => {
    const silent = timeline([track('video', [clip(0, 1000)])]);
    expect(() => planRender(timeline([]), [source], mp4)).toThrow('nothing to render');
    expect(() => planRender(silent, [source], { format: 'webm', quality: 'high', codec: 'h264' })).toThrow('webm');
    expect(() => planRender(silent, [source], { format: 'mp3', quality: 'high' })).toThrow('holds sound only');
    expect(() => planRender(silent, [], mp4)).toThrow('no video stream');
  });
});

describe('planRender() lays sound', () => {
  test('clips meet to the sample and the mix is as long as the timeline, whatever the cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 3, max: 3000 })), { minLength: 1, maxLength: 40 }),
        (cuts) => {
          const source = makeSource({ frames: 300, gop: 30, bFrames: 0, rate: r30 });
          const clips = cuts.map(([start, length]) => clip(start + 0.123, start + length + 0.456, { streamIndex: 1 }));
          const { sound } = planRender(timeline([track('audio', clips)]), [source], { format: 'wav', quality: 'high' });
          const laid = sound!.tracks[0]!.clips;
          let at = 0;
          for (const { firstSample, samples } of laid) {
            expect(firstSample).toBe(at);
            at += samples;
          }
          expect(at).toBe(sound!.samples);
          expect(laid[0]!.fadeIn).toBeLessThanOrEqual(240);
          expect(laid.at(-1)!.fadeOut).toBeLessThanOrEqual(240);
          for (const inner of laid.slice(1)) expect(inner.fadeIn).toBe(Math.min(1440, Math.floor(inner.samples / 2)));
        },
      ),
    );
  });

  test('music that runs past the end fades out with it; muted tracks are silent', () => {
    const source = makeSource({ frames: 300, gop: 30, bFrames: 0, rate: r30 });
    const tracks = [
      track('video', [clip(0, 3000)]),
      track('audio', [clip(0, 9000, { streamIndex: 1 })], { follows: 'fixed', gainDb: -6 }),
      track('audio', [clip(0, 3000, { streamIndex: 1 })], { muted: true }),
    ];
    const { sound } = planRender(timeline(tracks), [source], mp4);
    expect(sound!.samples).toBe(144_000);
    expect(sound!.tracks).toMatchObject([{ gainDb: -6, clips: [{ firstSample: 0, samples: 144_000, fadeOut: 72_000 }] }]);
    expect(sound!.tracks[0]!.clips[0]!.source.duration).toBe(seconds(3));
  });
});

test.each([
  [{ width: 3840, height: 2160 }, undefined, { width: 1920, height: 1080 }],
  [{ width: 2160, height: 3840 }, undefined, { width: 1080, height: 1920 }],
  [{ width: 1280, height: 720 }, undefined, { width: 1280, height: 720 }],
  [
    { width: 1280, height: 720 },
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
  ],
  [{ width: 1440, height: 1440 }, undefined, { width: 1080, height: 1080 }],
  [
    { width: 720, height: 1280 },
    { width: 640, height: 360 },
    { width: 360, height: 640 },
  ],
])('outputSize(%o, %o)', (canvas, asked, expected) => {
  expect(outputSize(canvas, asked)).toEqual(expected);
});

test('fitInside() centres the whole picture on even numbers', () => {
  expect(fitInside({ width: 100, height: 100 }, { width: 320, height: 180 })).toEqual({ width: 180, height: 180, x: 70, y: 0 });
  expect(fitInside({ width: 1920, height: 800 }, { width: 1280, height: 720 })).toEqual({
    width: 1280,
    height: 534,
    x: 0,
    y: 92,
  });
});
