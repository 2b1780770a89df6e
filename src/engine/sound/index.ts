/** Sound: the mix of a timeline, from decoded samples to a finished file. */
export { renderSoundTask } from './render-sound.ts';
export { createLimiter } from './limiter.ts';
export { soundFormatOf, type SoundFormat } from './sound-format.ts';
export {
  createDenoiser,
  type Denoiser,
  type DenoiseEngine,
  type DenoiserFacts,
  type DenoiserOptions,
} from './denoise/denoiser.ts';
export { findLines } from './denoise/find-lines.ts';
export { hissFromHz } from './repair/deess.ts';
export { createHighPass } from './repair/high-pass.ts';
export { createRepairProcess, createRepairStage } from './repair/repair-process.ts';
export { createProfileMeter, measureProfile, type ProfileMeter } from './denoise/measure-profile.ts';
export { measureAssetProfile, measureDenoiseTask, type ProfileSource } from './denoise/measure-denoise.ts';
export type { NoiseLine, NoiseProfile } from './denoise/profile-type.ts';
