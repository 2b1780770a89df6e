/** Words of a recording: reading transcripts, sentences, searching, and what goes when words go. Pure. */
export { joinWords, plainWord, splitWords, wordLanguage } from './word-text.ts';
export { sentencesOf } from './sentences.ts';
export { readTranscript, transcriptFormat, type GivenWords, type TranscriptFormat } from './read-transcript.ts';
export { spreadWords } from './spread-words.ts';
export { isTranscriptFile, transcriptExtensions } from './transcript-file.ts';
export { playedRanges, playedWords, textsInSource, wordsInSource, type PlayedWord } from './source-words.ts';
export { captionCues, type CaptionShape } from './caption-cues.ts';
export { timelineWords, type TimelineWord } from './timeline-transcript.ts';
export { cutsForWords, fillerAir, sentenceAir, snapCut, type CutAir, type WordCut } from './cut-words.ts';
export { fillerWords, isFillerSound } from './fillers.ts';
export { findRetakes, type Retake } from './retakes.ts';
export { findPassages, termsOf, type Passage } from './find-passages.ts';
export { keySentences, keyWords, spokenChapters, type SpokenChapter } from './chapters.ts';
