/** Colour correction as filters: on light and colour directly where that is enough, else through a look-up table. */
import type { Size } from '#core/asset';
import type { ColorEffect } from '#core/timeline';
import type { DrawStep } from '#engine/media';
import type { PictureColor } from '#engine/plan';
import { exposureGain } from './color-math.ts';
import { matrixOf, rangeOf } from './fit-steps.ts';

/** Whether red, green and blue change each on its own, which pictures of light and colour do not hold. */
export function needsTable({ temperature = 0, look, lutAssetId }: ColorEffect): boolean {
  return temperature !== 0 || look !== undefined || lutAssetId !== undefined;
}

export type Coloring = {
  readonly color: PictureColor;
  readonly size: Size;
  /** The picture has alpha. */
  readonly clear: boolean;
  readonly tablePath: string | undefined;
};

export function colorSteps(effect: ColorEffect, { color, size, clear, tablePath }: Coloring): DrawStep[] {
  if (tablePath === undefined) return [lightStep(effect, rangeOf(color))];
  const matrix = matrixOf(color, size.height);
  // 16 bits: finer steps, and in FFmpeg 8.1 the table is read twice as fast as with 8.
  const flags = 'bicubic';
  return [
    { filter: 'scale', options: { flags, in_color_matrix: matrix, in_range: rangeOf(color) } },
    { filter: 'format', options: { pix_fmts: clear ? 'gbrap16le' : 'gbrp16le' } },
    { filter: 'lut3d', options: { file: tablePath, interp: 'tetrahedral' } },
    { filter: 'scale', options: { flags, out_color_matrix: matrix, out_range: rangeOf(color) } },
    { filter: 'format', options: { pix_fmts: clear ? 'yuva420p' : 'yuv420p' } },
  ];
}

/** All three are one factor for light, one for colour: the same on coded red, green and blue, clipping aside. */
function lightStep({ exposure = 0, contrast = 1, saturation = 1 }: ColorEffect, range: 'tv' | 'pc'): DrawStep {
  const [floor, length] = range === 'pc' ? [0, 255] : [16, 219];
  const gain = exposureGain(exposure) * contrast;
  const lift = (length / 2) * (1 - contrast);
  const light = `clip((val-${floor})*${gain.toFixed(6)}+${(floor + lift + 0.5).toFixed(4)},${floor},${floor + length})`;
  const tint = `clip((val-128)*${(gain * saturation).toFixed(6)}+128.5,${range === 'pc' ? 0 : 16},${range === 'pc' ? 255 : 240})`;
  return { filter: 'lutyuv', options: { y: light, u: tint, v: tint } };
}
