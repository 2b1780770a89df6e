/** The edited document and the one way to change it. */
export type {
  BlurEffect,
  ChromaKeyEffect,
  ClipEffect,
  ColorEffect,
  CropEffect,
  DenoiseEffect,
  Ducking,
  Easing,
  EnvelopeEffect,
  FadeEffect,
  Fit,
  FreezeEffect,
  Look,
  MasterSettings,
  PlaceEffect,
  RepairEffect,
  ReverseEffect,
  FollowEffect,
  StabilizeEffect,
  TextAnimation,
  TextPosition,
  TextPreset,
  TextStyle,
  ZoomEffect,
} from './effects.ts';
export { looks, textAnimations, textPresets } from './effects.ts';
export { isTransitionName, transitionNames, type TransitionName } from './transitions.ts';
export type { AppliedEdits, Edit, EditKind, EditOf, NewItem } from './edit.ts';
export { applyEdits } from './apply-edits.ts';
export { createTimeline, type TimelineSettings } from './create-timeline.ts';
export {
  clipAt,
  findItem,
  getItem,
  getTrack,
  isFrozen,
  isReversed,
  itemDuration,
  itemsWithRanges,
  linkedItems,
  primaryTrack,
  recordToSource,
  sourceToRecord,
  timelineDuration,
  trackDuration,
  type FoundItem,
  type PlacedItem,
} from './query.ts';
export { checkTimeline, problemError, type Problem } from './check.ts';
export { effectSchema, formatPath, itemSchema, masterSchema, parseTimeline, textStyleSchema, timelineFault } from './schema.ts';
export { describeChanges } from './describe-changes.ts';
export { diffTimelines, type Canvas, type Change } from './diff.ts';
export { canonicalItems } from './canonical.ts';
export { ease, envelopeGainDb } from './part-effects.ts';
export { headHandle, isEndless, isStill, neededAssets, tailHandle } from './sources.ts';
export { fitFades, fitText, makeGap } from './item-parts.ts';
export { normalizeLinks } from './relink.ts';
export { limits } from './edit-limits.ts';
export type {
  Clip,
  Gap,
  Item,
  ItemId,
  LinkId,
  TextClip,
  TextWord,
  Timeline,
  TimelineId,
  Track,
  TrackId,
  TrackKind,
  Transition,
} from './timeline.ts';
