/** Timelines and captions in and out of other tools' formats. Pure. */
export { sortCues, type Cue } from './cue.ts';
export { decodeText, documentLimits } from './document-text.ts';
export type { Exported, ExportOptions, ReadCues } from './exported.ts';
export { timelineCues, type TimelineCues } from './timeline-cues.ts';
export { captionsToEdits, captionStyle, captionTrackName, type CaptionEdits, type CaptionPlacing } from './captions-to-edits.ts';
export { parseSrt, writeSrt } from './srt.ts';
export { parseVtt, writeVtt } from './vtt.ts';
