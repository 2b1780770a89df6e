/** Every tool there is, in the order a model reads them. Adding one is a file and a line here. */
import { analyze } from './analyze.ts';
import { blur } from './blur.ts';
import { syncCameras, switchCamera } from './cameras.ts';
import { setAspect, setBackground } from './canvas.ts';
import { addCaptions, removeCaptions } from './captions.ts';
import { chromaKey } from './chroma-key.ts';
import { insertClip, moveClip, removeClip, replaceClip } from './clips.ts';
import { adjustColor } from './color.ts';
import { crop } from './crop.ts';
import { cutToBeats } from './cut-to-beats.ts';
import { diagnose, fix } from './diagnose.ts';
import { compareVersions, putBack, undoEdit } from './edit-log.ts';
import { exportVideo } from './export.ts';
import { fade } from './fade.ts';
import { fitVoiceover } from './fit-voiceover.ts';
import { freezeFrame } from './freeze-frame.ts';
import { describeChanges, redo, restoreVersion, showTimeline, undo } from './history.ts';
import { addMusic, removeMusic, setDucking } from './music.ts';
import { pictureInPicture } from './overlay.ts';
import { smoothJumpCuts } from './jump-cuts.ts';
import { keepRanges, removeRanges, splitAt } from './ranges.ts';
import { removeNoise } from './remove-noise.ts';
import { repairSound } from './repair-sound.ts';
import { reverse } from './reverse.ts';
import { findScenes } from './scenes.ts';
import { setSpeed } from './set-speed.ts';
import { cutWords } from './spoken/cut-words.ts';
import { removeFillers, removeRetakes } from './spoken/fillers-retakes.ts';
import { findWords, giveScript } from './spoken/tell-words.ts';
import { writeNotes } from './spoken/write-notes.ts';
import { mute, setLoudness, setVolume } from './sound-level.ts';
import { stabilize } from './stabilize.ts';
import { styleText } from './style-text.ts';
import { addTitle, removeTitle } from './titles.ts';
import { syncAudio } from './sync-audio.ts';
import type { Tool } from './tool.ts';
import { addTransition, removeTransitions } from './transitions.ts';
import { trimPauses } from './trim-pauses.ts';
import { turn } from './turn.ts';
import { watermark } from './watermark.ts';
import { removeNarration } from './writer/remove-narration.ts';
import { speakScript } from './writer/speak-script.ts';
import { translateCaptions } from './writer/translate-captions.ts';
import { writeScript } from './writer/write-script.ts';
import { zoom } from './zoom.ts';

export const tools: readonly Tool[] = [
  removeNoise,
  repairSound,
  trimPauses,
  cutWords,
  removeFillers,
  removeRetakes,
  findWords,
  giveScript,
  writeNotes,
  syncAudio,
  fitVoiceover,
  syncCameras,
  switchCamera,
  cutToBeats,
  removeRanges,
  keepRanges,
  splitAt,
  mute,
  setVolume,
  setLoudness,
  fade,
  setSpeed,
  stabilize,
  smoothJumpCuts,
  findScenes,
  reverse,
  freezeFrame,
  addTransition,
  removeTransitions,
  adjustColor,
  blur,
  zoom,
  crop,
  turn,
  setAspect,
  setBackground,
  chromaKey,
  pictureInPicture,
  watermark,
  addMusic,
  removeMusic,
  setDucking,
  writeScript,
  speakScript,
  removeNarration,
  addTitle,
  removeTitle,
  addCaptions,
  removeCaptions,
  translateCaptions,
  styleText,
  insertClip,
  moveClip,
  removeClip,
  replaceClip,
  undo,
  undoEdit,
  putBack,
  redo,
  restoreVersion,
  describeChanges,
  compareVersions,
  showTimeline,
  diagnose,
  fix,
  analyze,
  exportVideo,
];
