/** A voiceover script and what it was written from, as plain JSON that a session keeps. Times are those of the timeline. */
import type { Ticks, TimeRange } from '#core/time';

/** How much moves in a shot. */
export type Movement = 'still' | 'calm' | 'busy';

/** One shot of the video as it is edited now. */
export type ScriptShot = {
  /** From 1, in the order they are seen. */
  readonly number: number;
  readonly range: TimeRange;
  /** File name of what is shown. */
  readonly media: string;
  /** Absent where it was not measured: stills. */
  readonly movement?: Movement;
  /** Share of its time in which somebody speaks, 0 … 1. */
  readonly spokenShare: number;
  /** What is said in it, where a transcript is known. */
  readonly said?: string;
  /** What a model saw in it; absent where none looked. */
  readonly seen?: string;
  /** Words on the screen that a model read. */
  readonly onScreenText?: string;
  /** Words that a narrator has time for. */
  readonly budgetWords: number;
};

export type ScriptLine = {
  /** The shot it belongs to. */
  readonly shot?: number;
  /** When it begins, where the writer said so. */
  readonly at?: Ticks;
  readonly text: string;
};

export type Script = {
  readonly title: string;
  readonly language: 'en' | 'zh';
  /** `friendly`, `calm` …, as asked. */
  readonly tone: string;
  /** How much narration was asked for. */
  readonly lengthSeconds: number;
  /** `draft`: a frame with places to fill, no model wrote it. */
  readonly writtenBy: 'model' | 'draft' | 'user';
  readonly shots: readonly ScriptShot[];
  /** In their order; a draft has none. */
  readonly lines: readonly ScriptLine[];
  /** The newest uploaded text when it was written: later ones are newer than it. */
  readonly afterText: number;
};

/** A text that a user uploaded: a script, notes, a transcript. */
export type UploadedText = {
  readonly name: string;
  readonly text: string;
  /** Rises with every text of the session. */
  readonly number: number;
};

/** One way of saying a script: a sound with all its lines, each cut out of it where it is laid. */
export type NarrationTake = {
  /** From 1, in the order they were made. */
  readonly number: number;
  readonly assetId: string;
  /** Id of the voice, and what people call it. */
  readonly voice: string;
  readonly voiceName: string;
  /** 1 as the voice speaks by itself, more is faster. */
  readonly pace: number;
  /** How long it took to say what was estimated, in times: the next estimate is multiplied by it. */
  readonly measured: number;
  readonly lines: readonly (ScriptLine & {
    /** Where it is in the sound. */
    readonly source: TimeRange;
  })[];
};

/** What a session keeps of its writing. */
export type WriterNotes = {
  /** Newest last. */
  readonly texts: readonly UploadedText[];
  readonly script?: Script;
  readonly takes: readonly NarrationTake[];
};
