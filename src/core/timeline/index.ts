/** The edited document and the one way to change it. */
export type { ClipEffect, DenoiseEffect, FadeEffect, MasterSettings, TextPosition, TextStyle } from './effects.ts';
export type { AppliedEdits, Edit, EditKind, NewItem } from './edit.ts';
export type {
  Clip,
  Gap,
  Item,
  ItemId,
  LinkId,
  TextClip,
  Timeline,
  TimelineId,
  Track,
  TrackId,
  TrackKind,
  Transition,
} from './timeline.ts';
