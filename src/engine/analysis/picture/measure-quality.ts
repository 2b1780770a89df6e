/** Sharpness and exposure second by second; bars at the edges; combs; where what matters is. */
import type { FramingFacts, QualityFacts } from '#core/facts';
import { ticksPerSecond } from '#core/time';
import type { Change, Sight } from './change.ts';
import { createSubjectFinder } from './find-subject.ts';

export type QualityMeter = { push(sight: Sight): void; finish(): QualityFacts };

export function createQualityMeter(): QualityMeter {
  const seconds: { count: number; sharp: number; mean: number; dark: number; highlight: number; bright: number }[] = [];
  return {
    push(sight) {
      const index = Math.max(0, Math.floor(sight.at / ticksPerSecond));
      while (seconds.length <= index) seconds.push({ count: 0, sharp: 0, mean: 0, dark: 0, highlight: 0, bright: 0 });
      const second = seconds[index]!;
      second.count++;
      second.sharp += sight.deviation < 2 ? 0 : ((sight.fine.across + sight.fine.down) / 2 / sight.deviation) * 100;
      second.mean += sight.mean / 255;
      second.dark += sight.colors[0]! + sight.colors[1]!;
      second.highlight += highlightOf(sight.colors);
      second.bright += sight.colors[15]! + sight.colors[14]! / 2;
    },
    finish() {
      const means = (read: (second: (typeof seconds)[number]) => number, digits: number) =>
        seconds.map((second) => Math.round((read(second) / Math.max(1, second.count)) * 10 ** digits) / 10 ** digits);
      return {
        sharpness: means(({ sharp }) => sharp, 1),
        exposure: means(({ mean }) => mean, 3),
        dark: means(({ dark }) => dark, 3),
        highlight: means(({ highlight }) => highlight, 3),
        bright: means(({ bright }) => bright, 3),
      };
    },
  };
}

/** From the first bins of the histogram, which are those of luma. */
function highlightOf(colors: Float32Array): number {
  let above = 0;
  for (let bin = 15; bin >= 0; bin--) {
    const share = colors[bin]!;
    if (above + share >= 0.02) return (bin + 1 - (0.02 - above) / Math.max(share, 1e-6)) / 16;
    above += share;
  }
  return 0;
}

export type FramingMeter = { push(sight: Sight, change: Change | undefined): void; finish(): FramingFacts };

/** Cells no lighter than this are dark. */
const darkest = 30;

export function createFramingMeter(): FramingMeter {
  const subject = createSubjectFinder();
  let lit: Uint8Array | undefined;
  let cells = { width: 0, height: 0 };
  let [combed, counted, seen] = [0, 0, 0];

  return {
    push(sight, change) {
      cells = sight;
      lit ??= new Uint8Array(sight.width * sight.height);
      if (seen++ % 5 === 0)
        for (let cell = 0; cell < lit.length; cell++) if (sight.luma[cell]! > darkest) lit[cell] = Math.min(255, lit[cell]! + 1);
      if (change !== undefined && change.plain > 1.5) {
        counted++;
        if (sight.fine.comb > 0.6 && sight.fine.comb > 0.25 * sight.fine.across) combed++;
      }
      subject.push(sight, change);
    },
    finish: () => ({
      borders: bordersOf(lit, cells),
      interlaced: counted >= 5 && combed > counted / 2,
      subject: subject.finish(),
    }),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Rows and columns from each edge in which nothing was ever lit, while the picture was. */
function bordersOf(
  lit: Uint8Array | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): FramingFacts['borders'] {
  const none = { left: 0, top: 0, right: 0, bottom: 0 };
  if (lit === undefined || !lit.some((value) => value > 2)) return none;
  const isDark = (cell: number) => lit[cell]! === 0;
  const dark = (count: number, along: number, at: (line: number, place: number) => number) => {
    let lines = 0;
    while (lines < count / 2 && Array.from({ length: along }, (_, index) => isDark(at(lines, index))).every(Boolean)) lines++;
    return lines >= count / 2 ? 0 : lines;
  };
  const [left, right] = [
    dark(width, height, (line, index) => index * width + line),
    dark(width, height, (line, index) => index * width + width - 1 - line),
  ];
  const [top, bottom] = [
    dark(height, width, (line, index) => line * width + index),
    dark(height, width, (line, index) => (height - 1 - line) * width + index),
  ];
  const share = (lines: number, other: number, count: number) => (lines > 0 && other > 0 ? round(lines / count) : 0);
  return {
    left: share(left, right, width),
    right: share(right, left, width),
    top: share(top, bottom, height),
    bottom: share(bottom, top, height),
  };
}
