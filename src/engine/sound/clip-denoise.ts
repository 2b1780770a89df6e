/** Noise removal for the clips of a plan. */
import { fail } from '#core/errors';
import type { SoundPlan } from '#engine/plan';
import type { DenoiseFacts } from '#engine/tasks';
import type { DenoiseMaker } from './plan-sound.ts';

/** Errors: MODEL_MISSING where a clip asks for an engine that is not there. */
export function prepareDenoise(plan: SoundPlan): { readonly denoiseOf: DenoiseMaker; readonly facts: () => DenoiseFacts[] } {
  const asked = plan.tracks.flatMap((track) => track.clips).find((clip) => clip.denoise !== undefined);
  if (asked !== undefined) throw fail('MODEL_MISSING', { what: 'Noise removal' });
  return { denoiseOf: () => undefined, facts: () => [] };
}
