/** What tools that write and speak are given: the session's notes, voices, and a model where one is configured. */
import type { z } from 'zod';
import type { Asset } from '#core/asset';
import type { WriterNotes } from '#core/script';
import type { Ticks } from '#core/time';
import type { SpeakRequest, SpokenLines, Voice } from '#editor/assets';
import type { Question } from '#platform/llm';

export type WriterModel = {
  readonly name: string;
  /** Whether it understands pictures. */
  readonly sees: boolean;
  /** Errors: LLM_UNAVAILABLE, JOB_CANCELED. */
  readonly ask: <Schema extends z.ZodType>(question: Omit<Question<Schema>, 'signal'>) => Promise<z.output<Schema>>;
};

export type WriterDesk = {
  readonly notes: () => WriterNotes;
  readonly keep: (delta: Partial<WriterNotes>) => Promise<void>;
  /** The best first. */
  readonly voices: () => Promise<readonly Voice[]>;
  /** The sound is in the media list afterwards, not on the timeline. Errors: VOICE_FAILED. */
  readonly speak: (request: SpeakRequest) => Promise<SpokenLines>;
  /** Absent where the rules are all there is. */
  readonly model?: WriterModel;
  /** Pictures of an asset, JPEG, about 512 pixels wide. Errors: MEDIA_STREAM_MISSING. */
  readonly frames: (asset: Asset, at: readonly Ticks[]) => Promise<readonly Uint8Array[]>;
};
