/** Facts from an asset's sound; loaded in media workers only. */
export { compareSides, measureSyncTask, type SyncSide } from './sync/measure-sync.ts';
export { createSelfSync, measureSelfSyncTask, type SelfSyncReader } from './sync/self-sync.ts';
export { createSyncFeatures, syncRateHz } from './sync/sync-features.ts';
export { analyzeSoundTask, createSoundAnalyzer, type SoundAnalyzer } from './analyze-sound.ts';
export { soundPeaksTask } from './sound-peaks.ts';
export {
  analyzePictureTask,
  createPictureAnalyzer,
  lookAtPlanes,
  measureJoinsTask,
  quietPath,
  type Look,
  type PictureAnalyzer,
} from './picture/index.ts';
export { alignWordsTask } from './words/align-words.ts';
export { recogniseWordsTask } from './words/recognise-words.ts';
export { speechWavTask } from './words/speech-wav.ts';
export { alignPhones } from './words/align-phones.ts';
export { createCepstraReader, normalise } from './words/cepstra.ts';
