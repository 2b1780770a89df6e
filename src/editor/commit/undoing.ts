/** A change that is being taken back: what is known of it, and what was done so far. */
import type { Asset } from '#core/asset';
import { applyEdits, type Edit, type Timeline } from '#core/timeline';

export type TakeBack = {
  readonly before: Timeline;
  readonly after: Timeline;
  readonly now: Timeline;
  readonly assets: readonly Asset[];
  /** Only this one of the stretches that the change cut out, counted from 0. */
  readonly piece?: number;
};

/** Why a change cannot be taken back at one place. */
export type TakeBackConflict = {
  /** A clip, text or track as people know it: its media, words or name. */
  readonly what: string;
  /** `cut-since`: what was around it is gone; `apart`: other clips lie there now; `set-since`: it was set again; `order`: it moved things. */
  readonly why: 'cut-since' | 'apart' | 'set-since' | 'order';
};

/** Work in progress: each edit is made for the timeline that the one before left. */
export type Undoing = TakeBack & { timeline: Timeline; readonly edits: Edit[]; readonly conflicts: TakeBackConflict[] };

/** Applies one more edit. */
export function step(work: Undoing, edit: Edit): void {
  work.timeline = applyEdits(work.timeline, [edit], work.assets).timeline;
  work.edits.push(edit);
}
