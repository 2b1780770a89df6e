/** Takes away what lies below a pitch, by default below voices: rumble, wind, handling. Fourth order, hardly any delay at twice the pitch and above. */
import type { Stage } from '../denoise/stage.ts';

/** Where voices begin. */
const voiceHz = 80;
/** Of the two sections of a Butterworth filter of fourth order. */
const qualities = [0.541, 1.307] as const;

/** For one channel at 48 kHz. Source of the sections: Bristow-Johnson, Audio EQ Cookbook. */
export function createHighPass(cutHz = voiceHz): Stage {
  const [first, second] = qualities.map((quality) => createSection(cutHz, quality));
  return {
    push(block) {
      const result = new Float32Array(block.length);
      const between = new Float64Array(block.length);
      first!(block, between);
      second!(between, result);
      return result;
    },
    flush: () => new Float32Array(0),
  };
}

type Samples = Float32Array | Float64Array;

/** One section with its memory: writes what it makes of `from` into `into`. */
function createSection(cutHz: number, quality: number): (from: Samples, into: Samples) => void {
  const angle = (2 * Math.PI * cutHz) / 48_000;
  const alpha = Math.sin(angle) / (2 * quality);
  const cos = Math.cos(angle);
  const a0 = 1 + alpha;
  const [b0, a1, a2] = [(1 + cos) / 2 / a0, (-2 * cos) / a0, (1 - alpha) / a0];
  const memory = new Float64Array(4);
  return (from, into) => {
    let [x1, x2, y1, y2] = [memory[0]!, memory[1]!, memory[2]!, memory[3]!];
    for (let index = 0; index < from.length; index++) {
      const x = from[index]!;
      const y = b0 * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      into[index] = y;
    }
    memory.set([x1, x2, y1, y2]);
  };
}
