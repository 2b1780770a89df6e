/** The picture of a timeline that has only sound: its level as bars that wander through the middle of the canvas. */
import type { Size } from '#core/asset';
import { ticksPerSecond, type TimeRange } from '#core/time';
import { moveLeft, paint, plainPicture, type NativeFrame, type PaintBox, type PaintColor } from '#engine/media';
import type { PictureColor, RenderPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import { levelsHz, soundLevels, widen } from './sound-levels.ts';

/** Bars stand for so much time each: they move by whole bars, ten times a second. */
const barsHz = 10;
/** Where pictures are small, so many bars fill them. */
const mostBars = 96;
/** Encoders look at pictures in blocks of this size: bars that are as wide and move by as much cost next to nothing. */
const blockPixels = 16;
const background = '#16161e';

export type WaveformOptions = {
  readonly plan: RenderPlan;
  readonly sources: readonly MediaSource[];
  readonly canvas: Size;
  /** `#rrggbb` of what has been heard; what is to come is dimmer. */
  readonly color: string;
  readonly output: PictureColor;
};

export type Waveform = Disposable & {
  /** Valid until the next call; `seconds` from the span's start. */
  at(seconds: number): NativeFrame;
};

/** Reads the sound around `record` once. Errors: those of decoding. */
export function openWaveform(record: TimeRange, { plan, sources, canvas, color, output }: WaveformOptions): Waveform {
  const step = barPixels(canvas.width);
  const barsEachSide = Math.floor(canvas.width / step / 2);
  const shown = widen(record, (barsEachSide + 1) / barsHz, plan.duration);
  const levels = plan.sound === undefined ? new Float32Array() : soundLevels(plan.sound, sources, shown);
  const empty = toPaint(background, output);
  const colors = { heard: toPaint(color, output), coming: toPaint(mix(color, background), output) };
  const frame = plainPicture(canvas, empty);
  const left = evenDown((canvas.width - step * barsEachSide * 2) / 2);

  /** The loudest moment of bar `bar`, counted from the start of the timeline. */
  function levelOf(bar: number): number {
    const first = Math.round((bar / barsHz - shown.start / ticksPerSecond) * levelsHz);
    return Math.max(0, ...levels.subarray(Math.max(0, first), Math.max(0, first + levelsHz / barsHz)));
  }

  const bars = 2 * barsEachSide;
  const top = evenDown((canvas.height - heightOf(1)) / 2);
  const band = { x: left, y: top, width: bars * step, height: canvas.height - 2 * top };
  let shownBar: number | undefined;

  function heightOf(level: number): number {
    return Math.max(4, 2 * evenDown(canvas.height * 0.25 * level));
  }

  function boxOf(index: number, now: number): PaintBox {
    const height = heightOf(levelOf(now - barsEachSide + index));
    return {
      x: left + index * step,
      y: evenDown((canvas.height - height) / 2),
      width: Math.max(2, evenDown(step * 0.6)),
      height,
      color: index < barsEachSide ? colors.heard : colors.coming,
    };
  }

  function paintAll(now: number): void {
    const boxes = Array.from({ length: bars }, (_, index) => boxOf(index, now));
    paint(frame, [{ x: 0, y: 0, ...canvas, color: empty }, ...boxes]);
  }

  /** One bar on: all of them move, one comes in, and one more has been heard. */
  function moveOn(now: number): void {
    moveLeft(frame, band, step);
    const last = { ...band, x: left + (bars - 1) * step, width: step, color: empty };
    paint(frame, [last, boxOf(bars - 1, now), boxOf(barsEachSide - 1, now)]);
  }

  return {
    at(seconds) {
      const now = Math.floor((record.start / ticksPerSecond + seconds) * barsHz);
      if (shownBar === undefined || (now !== shownBar && now !== shownBar + 1)) paintAll(now);
      else if (now !== shownBar) moveOn(now);
      shownBar = now;
      return frame;
    },
    [Symbol.dispose]: () => frame.free(),
  };
}

/** `#rrggbb` in the output's own numbers: BT.709, or BT.601 where it says so. */
export function toPaint(color: string, { matrix, range }: PictureColor): PaintColor {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [kr, kb] = matrix === 'smpte170m' || matrix === 'bt470bg' ? [0.299, 0.114] : [0.2126, 0.0722];
  const luma = kr * red! + (1 - kr - kb) * green! + kb * blue!;
  const [scale, floor, chroma] = range === 'pc' ? [255, 0, 255] : [219, 16, 224];
  return {
    luma: Math.round(floor + luma * scale),
    blue: Math.round(128 + ((blue! - luma) / (2 * (1 - kb))) * chroma),
    red: Math.round(128 + ((red! - luma) / (2 * (1 - kr))) * chroma),
  };
}

function barPixels(width: number): number {
  const blocks = Math.round(width / (blockPixels * 120));
  return blocks > 0 ? blockPixels * blocks : Math.max(2, evenDown(width / mostBars));
}

function mix(a: string, b: string): string {
  const parts = [1, 3, 5].map((at) =>
    Math.round((Number.parseInt(a.slice(at, at + 2), 16) + Number.parseInt(b.slice(at, at + 2), 16)) / 2),
  );
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function evenDown(value: number): number {
  return Math.floor(value / 2) * 2;
}
