/** Sound: the mix of a timeline, from decoded samples to a finished file. */
export { renderSoundTask } from './render-sound.ts';
export { soundFormatOf, type SoundFormat } from './sound-format.ts';
