/** What is said in a recording, word by word: types only. Times are asset time, so a transcript outlives every cut. */
import type { Ticks } from '#core/time';

export type Word = {
  /** As it is written, punctuation at its end included; never empty, no white space inside. */
  readonly text: string;
  readonly start: Ticks;
  /** Later than `start`; at most the start of the next word. */
  readonly end: Ticks;
  /** 0 … 1, where its maker says so. */
  readonly confidence?: number;
  /** A name for who speaks, where somebody said so. */
  readonly speaker?: string;
};

/**
 * Where words came from. `supplied`: with times of their own from the user; `aligned`: the user's words, times found in the sound;
 * the others heard them.
 */
export type TranscriptSource = 'supplied' | 'aligned' | 'sherpa' | 'endpoint' | 'pocketsphinx';

export type Transcript = {
  /** `en`, `zh`, … ; `und` where nobody knows. */
  readonly language: string;
  readonly source: TranscriptSource;
  /** The model or program that heard them. */
  readonly engine?: string;
  /** Why words or times are only approximately right, as a sentence; absent where they are what the source promises. */
  readonly rough?: string;
  /** In order, without overlap. */
  readonly words: readonly Word[];
};

/** Words that belong together, by punctuation or by a breath. */
export type Sentence = {
  readonly text: string;
  readonly start: Ticks;
  readonly end: Ticks;
  /** Indices into the transcript's words: `first` … `last`, both included. */
  readonly first: number;
  readonly last: number;
  readonly speaker?: string;
};

/** Text that somebody says is spoken, before its words have times. Without times: anywhere after the one before it. */
export type SpokenText = { readonly text: string; readonly start?: Ticks; readonly end?: Ticks; readonly speaker?: string };
