/** From bytes to assets, and facts about them. */
export { importFile, importStream, importUrl, placeAsset } from './import-asset.ts';
export { importDocument, type DocumentImport, type ImportedDocument } from './import-document.ts';
export { cleanName } from './clean-name.ts';
export { mediaSource, type FactsOptions } from './facts-store.ts';
export { knownSoundFacts, soundFacts } from './sound-facts.ts';
export { writeDraft, type DraftWrite } from './write-draft.ts';
export { knownPictureFacts, pictureFacts } from './picture-facts.ts';
export type { Imported, ImportOptions } from './types.ts';
export { giveWords, givenWords, type Recording } from './words/given-words.ts';
export { spokenAsset } from './words/spoken-asset.ts';
export { knownTranscript, transcriptOf } from './words/transcripts.ts';
export { denoiseFacts, knownDenoiseFacts } from './denoise-facts.ts';
export { diagnose, type FactSource } from './diagnose.ts';
export { selfSyncFacts, syncFacts } from './sync-facts.ts';
export { changeNotes, notesIn, readNotes, writerKey } from './writer-notes.ts';
export { makeMusic, musicFacts } from './make-music.ts';
export { builtInMusic, type MusicProvider } from './music-providers.ts';
