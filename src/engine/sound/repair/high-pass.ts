/** Takes away what lies below a pitch, by default below voices: rumble, wind, handling. Fourth order, hardly any delay at twice the pitch and above. */
import type { Stage } from '../denoise/stage.ts';

/** Where voices begin. */
const voiceHz = 80;
/** Of the two sections of a Butterworth filter of fourth order. */
const qualities = [0.541, 1.307] as const;

/** For one channel at 48 kHz. Source of the sections: Bristow-Johnson, Audio EQ Cookbook. */
export function createHighPass(cutHz = voiceHz): Stage {
  const sections = qualities.map((quality) => {
    const angle = (2 * Math.PI * cutHz) / 48_000;
    const alpha = Math.sin(angle) / (2 * quality);
    const cos = Math.cos(angle);
    const a0 = 1 + alpha;
    return { b0: (1 + cos) / 2 / a0, a1: (-2 * cos) / a0, a2: (1 - alpha) / a0, x1: 0, x2: 0, y1: 0, y2: 0 };
  });
  return {
    push: (block) =>
      block.map((value) => {
        let sample = value;
        for (const s of sections) {
          const y = s.b0 * (sample - 2 * s.x1 + s.x2) - s.a1 * s.y1 - s.a2 * s.y2;
          s.x2 = s.x1;
          s.x1 = sample;
          s.y2 = s.y1;
          s.y1 = y;
          sample = y;
        }
        return sample;
      }),
    flush: () => new Float32Array(0),
  };
}
