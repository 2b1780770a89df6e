/** Timelines and captions in and out of other tools' formats. Pure. */
export { sortCues, type Cue } from './cue.ts';
export { decodeText, documentLimits } from './document-text.ts';
export type { Exported, ExportOptions, ReadCues } from './exported.ts';
export { exportTimeline, interchangeFormat, interchangeFormats, type InterchangeFormat } from './formats.ts';
export {
  documentExtensions,
  documentFormat,
  documentHeadBytes,
  parseCaptions,
  readDocument,
  type DocumentFormat,
  type ReadDocument,
} from './document.ts';
export type { ReadTimeline } from './assemble.ts';
export { spokenWords, timelineCues, wordsFrom, type TimelineCues } from './timeline-cues.ts';
export { captionsToEdits, captionStyle, captionTrackName, type CaptionEdits, type CaptionPlacing } from './captions-to-edits.ts';
export {
  breakLines,
  captionRules,
  checkCaptions,
  fitCaptions,
  textWidth,
  type CaptionFault,
  type FittedCaptions,
} from './caption-rules.ts';
export { retimeCues, type RetimedCues } from './retime-cues.ts';
export { timelineChapters, writeFfmetadata, writeYoutubeChapters, type Chapter } from './chapters.ts';
export { parseSrt, writeSrt } from './srt.ts';
export { parseVtt, writeVtt } from './vtt.ts';
export { parseAss, writeAss } from './ass.ts';
export { parseEdl } from './edl-read.ts';
export { writeEdl } from './edl.ts';
export { parseOtio } from './otio-read.ts';
export { writeOtio } from './otio.ts';
export { writeFcpxml } from './fcpxml.ts';
export { writeXmeml } from './xmeml.ts';
export { writeLosslessCut } from './losslesscut.ts';
