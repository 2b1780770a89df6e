/** What crosses the wire: events of a turn, the draft, times as people write them. */
export type { SessionEvent, SessionEventKind } from './session-event.ts';
export {
  adkEventSchema,
  adkPartSchema,
  toAdkEvent,
  toFlatEvent,
  type AdkEvent,
  type EventPlace,
  type FlatEvent,
} from './adk-event.ts';
export { draftSchema, draftTrackSchema, segmentSchema, type Draft, type DraftSegment, type DraftTrack } from './draft-schema.ts';
export { fromDraft } from './from-draft.ts';
export { summarizeTimeline } from './summarize-timeline.ts';
export { parseTimeInput } from './time-input.ts';
export { toDraft } from './to-draft.ts';
