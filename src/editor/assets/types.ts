import type { Asset } from '#core/asset';
import type { Actor } from '#platform/store';

export type ImportOptions = {
  readonly sessionId: string;
  readonly userId: string;
  /** The user's file name; for display only. */
  readonly name: string;
  /** `auto`: pictures and the first sound go onto the timeline, sound beside a picture stays in the media list. */
  readonly place?: 'auto' | 'always' | 'never';
  readonly actor?: Actor;
  readonly signal?: AbortSignal;
};

export type Imported = {
  readonly asset: Asset;
  /** Whether it is on the timeline because of this import. */
  readonly placed: boolean;
  /** The session's revision after it. */
  readonly revision: number;
  /** Plain facts: `"Placed 0:42 of picture and sound at 0:00"`, `"Already here, not placed again"`. */
  readonly notes: readonly string[];
};
