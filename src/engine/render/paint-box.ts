/** What is made once and drawn with many times: plain pictures, drawings of layers, look-up tables, scripts of text. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '#core/errors';
import type { ColorEffect } from '#core/timeline';
import {
  clearPicture,
  openPictureGraph,
  plainPicture,
  type NativeFrame,
  type PictureGraph,
  type ShownFrame,
} from '#engine/media';
import type { PictureColor } from '#engine/plan';
import { writeTextFiles, type TextLayer } from './ass-script.ts';
import { colorMap } from './color-math.ts';
import { needsTable } from './color-steps.ts';
import { mostTableBytes, readColorTable, writeColorTable } from './color-table.ts';
import { conformSteps, type Conforming } from './conform-picture.ts';
import { sourceOf } from './cursor-pool.ts';
import type { DrawerOptions } from './draw-span.ts';
import { matrixOf, rangeOf } from './fit-steps.ts';
import { toPaint } from './waveform.ts';

/** Filters with a clock want times above zero, fades that began before the span included. Seconds. */
export const clockStart = 36_000;
/** Drawings kept; each holds two or three pictures. */
const mostDrawings = 8;

export type LayerDrawing = {
  /** The layer of a picture; drawn once while the picture stays. Valid until the next call. */
  draw(shown: ShownFrame): NativeFrame;
};

export type PaintBox = Disposable & {
  /** The output's colours with nothing left unsaid. */
  readonly color: PictureColor;
  readonly filterThreads: number;
  /** A picture of one `#rrggbb`. */
  plain(color: string): NativeFrame;
  /** A picture of nothing, with alpha. */
  nothing(): NativeFrame;
  /** `slot` tells apart what is needed at the same time; the same slot and look give the same drawing. */
  drawing(slot: string, conforming: Conforming): LayerDrawing;
  /** A table that does what the effect says; undefined where none is needed. Errors: MEDIA_UNREADABLE, DISK_FULL. */
  table(effect: ColorEffect | undefined): string | undefined;
  /** Closes what has not been drawn with for long; between spans. */
  trim(): void;
  text(layers: readonly TextLayer[]): { readonly path: string; readonly fontsFolder: string };
};

export function createPaintBox({ video, sources, scratch }: DrawerOptions): PaintBox {
  const said = video.encoder.color;
  const color = { ...said, matrix: matrixOf(said, video.size.height), range: rangeOf(said) };
  const plains = new Map<string, NativeFrame>();
  const drawings = new Map<string, LayerDrawing & Disposable>();
  const tables = new Map<string, string>();
  const fontsFolder = join(scratch, 'fonts');
  let clear: NativeFrame | undefined;
  let scripts = 0;

  function makeTable(effect: ColorEffect): string {
    const lut =
      effect.lutAssetId === undefined ? undefined : readColorTable(readTable(sourceOf(sources, effect.lutAssetId).path));
    const path = join(scratch, `table-${tables.size}.cube`);
    writeFileSync(path, writeColorTable(colorMap(effect, lut)));
    return path;
  }

  return {
    color,
    filterThreads: 1,
    plain(wanted) {
      const found = plains.get(wanted) ?? plainPicture(video.size, toPaint(wanted, color));
      plains.set(wanted, found);
      return found;
    },
    nothing: () => (clear ??= clearPicture(video.size)),
    drawing(slot, conforming) {
      const key = `${slot} ${JSON.stringify([conforming.place, lookKey(conforming), conforming.background])}`;
      const found = drawings.get(key) ?? openLayerDrawing(conforming);
      // Last used last, so that the first one is the one to close.
      drawings.delete(key);
      drawings.set(key, found);
      return found;
    },
    trim() {
      for (const [key, oldest] of drawings) {
        if (drawings.size <= mostDrawings) break;
        oldest[Symbol.dispose]();
        drawings.delete(key);
      }
    },
    table(effect) {
      if (effect === undefined || !needsTable(effect)) return undefined;
      const key = JSON.stringify(effect);
      const found = tables.get(key) ?? makeTable(effect);
      tables.set(key, found);
      return found;
    },
    text(layers) {
      const path = join(scratch, `text-${scripts++}.ass`);
      writeTextFiles({ layers, canvas: video.size, clockStart, path, fontsFolder });
      return { path, fontsFolder };
    },
    [Symbol.dispose]() {
      for (const drawing of drawings.values()) drawing[Symbol.dispose]();
      for (const plain of plains.values()) plain.free();
      clear?.free();
    },
  };
}

function lookKey({ look }: Conforming): unknown {
  const { crop, chromaKey, color, blur, place, fit } = look;
  return [crop, chromaKey, color, blur, place, fit];
}

function readTable(path: string): string {
  if (statSync(path).size > mostTableBytes) throw fail('MEDIA_UNREADABLE', { reason: 'the look-up table is too large' });
  return readFileSync(path, 'latin1');
}

function openLayerDrawing(conforming: Conforming): LayerDrawing & Disposable {
  const graph: PictureGraph = openPictureGraph(([shape]) => conformSteps(shape!, conforming));
  let last: { readonly shown: ShownFrame; readonly drawn: NativeFrame } | undefined;
  let count = 0;
  return {
    draw(shown) {
      // Some filters want a clock that goes on; none of them goes by it.
      if (last?.shown !== shown) last = { shown, drawn: graph.draw([shown.frame], count++) };
      return last.drawn;
    },
    [Symbol.dispose]: () => graph[Symbol.dispose](),
  };
}
