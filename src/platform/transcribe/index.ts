/** The only door to transcription endpoints. */
export { createTranscriber, type Transcriber } from './transcribe.ts';
