/** Where the work of each task lives; loaded when it is asked for, so that a probe does not wait for speech models. */
import type { TaskImplementation, TaskName } from '#engine/tasks';

export type TaskLoaders = { readonly [Name in TaskName]: () => Promise<TaskImplementation<Name>> };

export const taskLoaders: TaskLoaders = {
  probe: async () => (await import('#engine/media')).probeTask,
  frame: async () => (await import('#engine/media')).frameTask,
  'picture-grid': async () => (await import('#engine/media')).pictureGridTask,
  'timeline-frame': async () => (await import('#engine/render')).timelineFrameTask,
  speak: async () => (await import('#engine/voice')).speakTask,
  'sound-peaks': async () => (await import('#engine/analysis')).soundPeaksTask,
  'media-versions': async () => (await import('#engine/media')).mediaVersions,
  'analyze-sound': async () => (await import('#engine/analysis')).analyzeSoundTask,
  'recognise-words': async () => (await import('#engine/analysis')).recogniseWordsTask,
  'speech-wav': async () => (await import('#engine/analysis')).speechWavTask,
  'align-words': async () => (await import('#engine/analysis')).alignWordsTask,
  'measure-self-sync': async () => (await import('#engine/analysis')).measureSelfSyncTask,
  'measure-sync': async () => (await import('#engine/analysis')).measureSyncTask,
  'analyze-picture': async () => (await import('#engine/analysis')).analyzePictureTask,
  'measure-joins': async () => (await import('#engine/analysis')).measureJoinsTask,
  'measure-denoise': async () => (await import('#engine/sound')).measureDenoiseTask,
  'render-sound': async () => (await import('#engine/sound')).renderSoundTask,
  'plan-render': async () => (await import('#engine/render')).planRenderTask,
  'render-picture': async () => (await import('#engine/render')).renderPictureTask,
  assemble: async () => (await import('#engine/render')).assembleTask,
  verify: async () => (await import('#engine/qc')).verifyTask,
  'make-sample': async () => (await import('#engine/sample')).makeSampleTask,
  'make-music': async () => (await import('#engine/music')).makeMusicTask,
};
