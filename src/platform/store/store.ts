/** The handle on the database: opened once, passed in the context, closed by whoever opened it. */
import type { Changes } from './changes.ts';

declare const handle: unique symbol;

/** Opaque outside this module; every function of the door takes it first. */
export type Store = {
  readonly [handle]: unknown;
  readonly changes: Changes;
  close(): Promise<void>;
};
