import type { Size } from '#core/asset';
import type { FrameRate } from '#core/time';
import type { Timeline, TimelineId } from './timeline.ts';

export type TimelineSettings = {
  readonly id: TimelineId;
  readonly frameRate: FrameRate;
  /** Canvas in pixels, even numbers. */
  readonly size: Size;
  readonly sampleRateHz: number;
};

/** An empty timeline at revision 0. */
export function createTimeline({ id, frameRate, size, sampleRateHz }: TimelineSettings): Timeline {
  return { schema: 'timeline/1', id, revision: 0, frameRate, size, sampleRateHz, tracks: [], master: {}, nextId: 1 };
}
