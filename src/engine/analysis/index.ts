/** Facts from an asset's sound; loaded in media workers only. */
export { analyzeSoundTask, createSoundAnalyzer, type SoundAnalyzer } from './analyze-sound.ts';
