/** What every exporter takes and gives. */
import type { Asset } from '#core/asset';
import type { Cue } from './cue.ts';

/** A timeline in another tool's form. */
export type Exported = {
  readonly text: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mimeType: string;
  /** One plain sentence for each thing that the format cannot carry and that was left out or changed. */
  readonly dropped: readonly string[];
};

export type ExportOptions = {
  /** What the document calls the timeline; absent: `Timeline`. */
  readonly title?: string;
  /** Where another tool finds an asset; absent: its file name. An absolute URL or a relative reference. */
  readonly mediaUrl?: (asset: Asset) => string;
  /** EDL only: drop-frame timecode, which exists at 29.97 and 59.94 frames a second. */
  readonly dropFrame?: boolean;
  /** Subtitle formats only: which texts go out; absent: captions where there are any, else every text. */
  readonly texts?: 'captions' | 'all';
};

/** What was read from another tool's subtitle file. */
export type ReadCues = {
  readonly cues: readonly Cue[];
  /** Plain sentences: what was left out, what was read another way than it was written. */
  readonly notes: readonly string[];
};

/** Counts sentences that say the same of several things: `"2 captions …"`. */
export function tally(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [count === 1 ? one : many.replace('{n}', String(count))];
}
