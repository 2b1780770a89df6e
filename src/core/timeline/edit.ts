/**
 * Edits: the only way a timeline changes. Each is serialisable and has an exact inverse.
 *
 * People and agents write the named operations; `splice`, `put-track`, `drop-track` and `put-fields` are what inverses are
 * made of. Record time is the timeline's own time. Every drawing is in the operation's file under edits/.
 */
import type { AssetId, Size } from '#core/asset';
import type { FrameRate, Ratio, Ticks, TimeRange } from '#core/time';
import type { ClipEffect, Ducking, Fit, MasterSettings, TextStyle } from './effects.ts';
import type { Item, ItemId, LinkId, TextWord, Timeline, Track, TrackId, TrackKind } from './timeline.ts';

/** A clip or text to be placed; its id is given when it is applied. */
export type NewItem =
  | {
      readonly kind: 'clip';
      readonly assetId: AssetId;
      readonly streamIndex: number;
      readonly sourceRange: TimeRange;
      readonly speed?: Ratio;
      readonly gainDb?: number;
      readonly effects?: readonly ClipEffect[];
      readonly linkId?: LinkId;
    }
  | {
      readonly kind: 'text';
      readonly duration: Ticks;
      readonly text: string;
      readonly style: TextStyle;
      readonly words?: readonly TextWord[];
    }
  | { readonly kind: 'gap'; readonly duration: Ticks };

export type Edit =
  /** Cuts what lies at `at` in two, on the named track or on all. */
  | { readonly kind: 'split'; readonly at: Ticks; readonly trackId?: TrackId }
  /** Moves one edge of an item; `ripple` moves what follows, else the freed or needed time is taken from the neighbouring gap. */
  | {
      readonly kind: 'trim';
      readonly itemId: ItemId;
      readonly edge: 'start' | 'end';
      readonly by: Ticks;
      readonly ripple: 'follow' | 'stay';
    }
  /** Removes record time from every track that follows; what is after moves up. `trackId` limits it to one. */
  | { readonly kind: 'ripple-delete'; readonly range: TimeRange; readonly trackId?: TrackId }
  /** Removes what is in the range and leaves a gap. */
  | { readonly kind: 'lift'; readonly range: TimeRange; readonly trackId?: TrackId }
  /** Opens time at `at` for the item; following tracks get a gap of the same length. */
  | {
      readonly kind: 'insert';
      readonly trackId: TrackId;
      readonly at: Ticks;
      readonly item: NewItem;
      readonly linked?: readonly { readonly trackId: TrackId; readonly item: NewItem }[];
    }
  /** Puts the item over what is there; nothing moves. A gap fills the way to `at` where the track is shorter. */
  | { readonly kind: 'overwrite'; readonly trackId: TrackId; readonly at: Ticks; readonly item: NewItem }
  /** Takes an item (and what is linked to it) out, closing the hole, and inserts it at `to`. */
  | { readonly kind: 'move'; readonly itemId: ItemId; readonly to: Ticks; readonly trackId?: TrackId }
  /** Removes one item; `close` moves up what follows. */
  | { readonly kind: 'remove-item'; readonly itemId: ItemId; readonly close: 'close' | 'leave-gap' }
  /** Puts an effect on a clip, replacing one of the same name. */
  | { readonly kind: 'set-effect'; readonly itemId: ItemId; readonly effect: ClipEffect }
  | { readonly kind: 'remove-effect'; readonly itemId: ItemId; readonly name: ClipEffect['name'] }
  | {
      readonly kind: 'set-gain';
      readonly target: { readonly itemId: ItemId } | { readonly trackId: TrackId };
      readonly gainDb: number;
    }
  /** Changes the speed of a clip and of what is linked to it; everything after moves. */
  | { readonly kind: 'set-speed'; readonly itemId: ItemId; readonly speed: Ratio }
  | {
      readonly kind: 'add-track';
      readonly track: { readonly kind: TrackKind; readonly name: string; readonly follows?: Track['follows'] };
      readonly index?: number;
    }
  | { readonly kind: 'remove-track'; readonly trackId: TrackId }
  | {
      readonly kind: 'set-track';
      readonly trackId: TrackId;
      readonly muted?: boolean;
      readonly hidden?: boolean;
      readonly locked?: boolean;
      readonly name?: string;
      readonly follows?: Track['follows'];
      /** `null` takes it away. */
      readonly ducking?: Ducking | null;
    }
  | { readonly kind: 'set-text'; readonly itemId: ItemId; readonly text?: string; readonly style?: TextStyle }
  /** Blends two neighbours over their cut, `duration` long, half before and half after where the handles allow. */
  | {
      readonly kind: 'add-transition';
      readonly trackId: TrackId;
      readonly at: Ticks;
      readonly name: string;
      readonly duration: Ticks;
    }
  | { readonly kind: 'remove-transition'; readonly itemId: ItemId }
  | { readonly kind: 'set-master'; readonly master: MasterSettings }
  | {
      readonly kind: 'set-canvas';
      readonly size?: Size;
      readonly frameRate?: FrameRate;
      readonly sampleRateHz?: number;
      readonly background?: string;
      readonly fit?: Fit;
    }
  /** Makes a timeline the content of another one, keeping id and revision: how an earlier revision comes back. */
  | { readonly kind: 'restore'; readonly timeline: Timeline }
  // What inverses are made of.
  | {
      readonly kind: 'splice';
      readonly trackId: TrackId;
      readonly index: number;
      readonly remove: number;
      readonly items: readonly Item[];
    }
  | { readonly kind: 'put-track'; readonly index: number; readonly track: Track }
  | { readonly kind: 'drop-track'; readonly trackId: TrackId }
  | { readonly kind: 'put-track-fields'; readonly trackId: TrackId; readonly fields: FieldsOf<Omit<Track, 'id' | 'items'>> }
  | { readonly kind: 'put-fields'; readonly fields: FieldsOf<Omit<Timeline, 'schema' | 'id' | 'revision' | 'tracks'>> };

/** Some fields of something; `null` takes an optional one away. */
export type FieldsOf<Whole> = { readonly [Key in keyof Whole]?: Whole[Key] | null };

export type EditKind = Edit['kind'];
export type EditOf<Kind extends EditKind> = Extract<Edit, { readonly kind: Kind }>;

/**
 * What `applyEdits` gives: the timeline after all edits, the edits that bring back the very same JSON (apart from `revision`,
 * which the commit sets), and one plain fact per change.
 */
export type AppliedEdits = { readonly timeline: Timeline; readonly inverse: readonly Edit[]; readonly notes: readonly string[] };
