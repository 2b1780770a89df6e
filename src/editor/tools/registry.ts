/** Every tool there is, in the order a model reads them. Adding one is a file and a line here. */
import { analyze } from './analyze.ts';
import { exportVideo } from './export.ts';
import { fade } from './fade.ts';
import { describeChanges, redo, restoreVersion, showTimeline, undo } from './history.ts';
import { keepRanges, removeRanges, splitAt } from './ranges.ts';
import { removeNoise } from './remove-noise.ts';
import { setSpeed } from './set-speed.ts';
import { mute, setLoudness, setVolume } from './sound-level.ts';
import { addTitle, removeTitle } from './titles.ts';
import type { Tool } from './tool.ts';
import { trimPauses } from './trim-pauses.ts';

export const tools: readonly Tool[] = [
  removeNoise,
  trimPauses,
  removeRanges,
  keepRanges,
  splitAt,
  mute,
  setVolume,
  setLoudness,
  fade,
  setSpeed,
  addTitle,
  removeTitle,
  undo,
  redo,
  restoreVersion,
  describeChanges,
  showTimeline,
  analyze,
  exportVideo,
];
