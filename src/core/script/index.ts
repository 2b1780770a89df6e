/** Voiceover scripts: read, written, timed and laid onto shots. Pure. */
export type { Movement, NarrationTake, Script, ScriptLine, ScriptShot, UploadedText, WriterNotes } from './script.ts';
export { countWords, estimateSeconds, plainRate, scaleRate, wordsIn, type SpeakingRate } from './speaking-rate.ts';
export { isSpeakable, readScript, scriptLimits } from './read-script.ts';
export { describeShot, scriptDocument, scriptMarkdown, type ScriptDocument } from './write-script.ts';
export { layLines, type LaidLine, type Laying, type LineToLay } from './lay-lines.ts';
