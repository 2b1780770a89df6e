import { ratio } from '#core/time';
import { limits, requireColor } from '../edit-limits.ts';
import { invalid, perform, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';

/**
 * Sets the size, frame rate or sample rate of the finished video; times stay.
 *
 *     before  1920 × 1080 at 30 frames/s
 *     after   1080 × 1920 at 30 frames/s
 */
export function setCanvas(state: EditState, edit: EditOf<'set-canvas'>): void {
  const { size, frameRate, sampleRateHz, background, fit } = edit;
  if (size !== undefined) {
    for (const side of [size.width, size.height]) {
      if (!(Number.isInteger(side) && side >= 2 && side <= limits.canvas && side % 2 === 0)) {
        throw invalid('set-canvas', `${side} is not an even number of pixels from 2 to ${limits.canvas}`);
      }
    }
  }
  if (background !== undefined) requireColor('set-canvas', background);
  if (sampleRateHz !== undefined && !(Number.isInteger(sampleRateHz) && sampleRateHz >= 8000 && sampleRateHz <= 192_000)) {
    throw invalid('set-canvas', `${sampleRateHz} Hz is not between 8000 and 192000`);
  }
  const fields = {
    ...(frameRate === undefined ? {} : { frameRate: ratio(frameRate.num, frameRate.den) }),
    ...(size === undefined ? {} : { size: { width: size.width, height: size.height } }),
    ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
    ...(background === undefined ? {} : { background }),
    ...(fit === undefined ? {} : { fit }),
  };
  if (Object.keys(fields).length === 0) return;
  perform(state, { kind: 'put-fields', fields });
  const { timeline } = state;
  state.notes.push(
    `Canvas is ${timeline.size.width}×${timeline.size.height} at ${timeline.frameRate.num}/${timeline.frameRate.den} frames/s`,
  );
}
