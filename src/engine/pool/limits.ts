/** How long each kind of work may take before it counts as stuck. */
import type { TaskName } from '#engine/tasks';

const minute = 60;
const hour = 60 * minute;

/** Wall-clock seconds: far above what a 12-hour asset needs, so that only a bomb or a hang meets them. */
export const timeLimitSeconds: Readonly<Record<TaskName, number>> = {
  probe: 30,
  frame: 30,
  'timeline-frame': 60,
  'picture-grid': 2 * minute,
  'sound-peaks': 20 * minute,
  speak: 15 * minute,
  'analyze-sound': hour,
  'align-words': 2 * hour,
  'recognise-words': 12 * hour,
  'speech-wav': 20 * minute,
  'measure-self-sync': hour,
  'measure-sync': hour,
  'analyze-picture': 4 * hour,
  'measure-joins': hour,
  'measure-denoise': 10 * minute,
  'plan-render': 20 * minute,
  'render-picture': 12 * hour,
  'render-sound': 4 * hour,
  assemble: 2 * hour,
  verify: 4 * hour,
  'make-sample': 20 * minute,
  'make-music': 20 * minute,
  'media-versions': 30,
};

/** A worker that says nothing for this long hangs inside one call. */
export const silenceLimitSeconds = 60;

/** Resident memory of a worker, whatever the length of its media. */
export const defaultMemoryLimitBytes = 2 ** 30;

/** What a worker may write to its standard error before the rest is dropped. */
export const maxErrorTextBytes = 64 * 1024;

/** One answer may be this long; a plan with 100 000 spans takes about 30 MB. */
export const maxMessageBytes = 128 * 2 ** 20;
