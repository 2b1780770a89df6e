/**
 * What a tool is: one user intent, its schema, and a run that ends in a receipt.
 *
 * Tools see a workspace, not a database: the same tools serve a stored session, a dry plan and a test.
 */
import type { z } from 'zod';
import type { Asset } from '#core/asset';
import type { MorphFit } from '#core/dsp';
import type {
  MusicBed,
  MusicFacts,
  MusicRequest,
  PictureAnalysis,
  PictureFacts,
  Receipt,
  SelfSyncFacts,
  SoundAnalysis,
  SoundFacts,
  SyncFacts,
  Transcript,
} from '#core/facts';
import type { GivenWords } from '#core/words';
import type { Ticks } from '#core/time';
import type { Edit, Timeline } from '#core/timeline';
import type { DenoiseFacts } from '#engine/tasks';
import type { Words } from './words.ts';
import type { WriterDesk } from './writer/desk.ts';

/** One entry of the history, newest last. */
export type HistoryEntry = {
  readonly revision: number;
  readonly reason: string;
  readonly tool: string;
  readonly kind: 'edit' | 'undo' | 'redo';
  /** Plain sentences of what changed. */
  readonly done: readonly string[];
  /** False for an edit that was undone. */
  readonly active: boolean;
  /** The edit it was made on top of. */
  readonly parent?: number;
  /** What the tool reported, its evidence included. */
  readonly receipt?: Receipt;
};

export type ExportRequest = Readonly<Record<string, unknown>>;

export type Workspace = {
  readonly timeline: () => Timeline;
  readonly assets: () => readonly Asset[];
  /** Errors: MEDIA_STREAM_MISSING for an asset without sound. */
  readonly soundFacts: (asset: Asset, analyses: readonly SoundAnalysis[]) => Promise<SoundFacts>;
  /** Errors: MEDIA_STREAM_MISSING for an asset without pictures. */
  readonly pictureFacts: (asset: Asset, analyses: readonly PictureAnalysis[]) => Promise<PictureFacts>;
  /** What is said in an asset. Errors: WORDS_MISSING where nobody gave a transcript and nothing here can hear one. */
  readonly transcript: (asset: Asset) => Promise<Transcript>;
  /** What is known already of what is said; nothing is run for it. */
  readonly knownTranscript: (asset: Asset) => Promise<Transcript | undefined>;
  /** Keeps what the user says is spoken in an asset, in place of what was known. Errors: MEDIA_STREAM_MISSING. */
  readonly giveWords: (asset: Asset, given: GivenWords) => Promise<void>;
  /** How well the pictures at pairs of asset times go over into each other. Errors: MEDIA_STREAM_MISSING. */
  readonly measureJoins: (
    asset: Asset,
    joins: readonly { readonly from: Ticks; readonly to: Ticks }[],
  ) => Promise<readonly MorphFit[]>;
  readonly measureDenoise: (asset: Asset, strength: number) => Promise<DenoiseFacts>;
  /** How two recordings of one event lie to each other. Errors: MEDIA_STREAM_MISSING where one has no sound. */
  readonly syncFacts: (reference: Asset, other: Asset) => Promise<SyncFacts>;
  /** How late an asset's sound is to its own picture. Errors: MEDIA_STREAM_MISSING where it has not both. */
  readonly selfSyncFacts: (asset: Asset) => Promise<SelfSyncFacts>;
  /**
   * Makes a bed of music and puts it into the session's media list, not onto the timeline; `assets()` has it afterwards.
   * Errors: REQUEST_INVALID for numbers out of bounds.
   */
  readonly makeMusic: (request: MusicRequest) => Promise<MusicBed>;
  /** Beats, key and loop of a bed that was made here; nothing for other sounds. */
  readonly musicFacts: (asset: Asset) => Promise<MusicFacts | undefined>;
  /** What the writer's tools need: notes, voices, a model. */
  readonly writer: WriterDesk;
  /** What the timeline would be after edits; nothing is kept. */
  readonly preview: (edits: readonly Edit[]) => Timeline;
  readonly commit: (
    edits: readonly Edit[],
    change: { readonly tool: string; readonly receipt: Receipt },
  ) => Promise<{
    readonly revision: number;
    readonly timeline: Timeline;
    /** False where the edits left the very same timeline; absent: it is another one. */
    readonly changed?: boolean;
  }>;
  readonly undo: (steps: number) => Promise<{ readonly revision: number; readonly undone: readonly HistoryEntry[] }>;
  readonly redo: (steps: number) => Promise<{ readonly revision: number; readonly redone: readonly HistoryEntry[] }>;
  readonly restore: (revision: number | 'original') => Promise<{ readonly revision: number; readonly restored: number }>;
  readonly history: () => Promise<readonly HistoryEntry[]>;
  /** The timeline as that revision left it. Errors: RESOURCE_NOT_FOUND. */
  readonly version: (revision: number) => Promise<Timeline>;
  /** `held`: it was noted and not started, because this is a plan. */
  /** Of the timeline as it is, or of another one that is not kept. */
  readonly requestExport: (
    request: ExportRequest,
    timeline?: Timeline,
  ) => Promise<{ readonly renderId: string; readonly held?: boolean }>;
};

export type ToolContext = {
  readonly workspace: Workspace;
  /** Sentences for receipts in the user's language. */
  readonly words: Words;
  readonly signal: AbortSignal;
};

export type Tool = {
  readonly name: string;
  /** For a language model: what it does, when to use it, what it never does. */
  readonly description: string;
  readonly input: z.ZodType;
  /** Whether it changes the timeline. */
  readonly changes: boolean;
  readonly run: (context: ToolContext, input: never) => Promise<Receipt>;
};

/** Types a tool's input from its schema. */
export function defineTool<Schema extends z.ZodType>(tool: {
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  readonly changes: boolean;
  readonly run: (context: ToolContext, input: z.infer<Schema>) => Promise<Receipt>;
}): Tool {
  return tool as unknown as Tool;
}
