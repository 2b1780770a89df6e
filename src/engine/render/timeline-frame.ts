/** One picture of a timeline as its export would show it, drawn by what draws exports. */
import { writeFileSync } from 'node:fs';
import { fail } from '#core/errors';
import { maxTicks, minTicks, rangeEnd, ticks, zero } from '#core/time';
import { encodeStill } from '#engine/media';
import { planRender } from '#engine/plan';
import type { TaskImplementation } from '#engine/tasks';
import { openSpanDrawer } from './draw-span.ts';

/**
 * The frame on screen at `at`; before the start the first, after the end the last.
 *
 * Time:   what reaching one picture of each source takes; no index of the sources is read.
 * Errors: RENDER_EMPTY, MEDIA_STREAM_MISSING, MEDIA_UNREADABLE.
 */
export const timelineFrameTask: TaskImplementation<'timeline-frame'> = (input, context) => {
  const { timeline, sources, at, size, format, outputPath } = input;
  const { num, den } = timeline.frameRate;
  // Ranges of one frame: the planner cuts what is seen to the picture that is asked for.
  const plan = planRender(
    timeline,
    sources.map(({ asset }) => ({ asset, pictures: new Map() })),
    { format: 'mp4', quality: 'high', copy: 'never', size, rangeSeconds: (den / num) * 1.0001, frameRate: timeline.frameRate },
    input.motion === undefined ? {} : { motion: input.motion },
  );
  const { video } = plan;
  if (video === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const last = rangeEnd(video.spans.at(-1)!.record);
  const moment = minTicks(maxTicks(at, zero), ticks(last - 1));
  const span = video.spans.findLast(({ record }) => record.start <= moment) ?? video.spans[0]!;
  if (span.kind !== 'encode') throw fail('INTERNAL', { reason: 'a preview is copied' });
  using drawer = openSpanDrawer({ plan, video, sources, threads: 1, scratch: context.scratch });
  const into = Math.floor(((moment - span.record.start) * span.frames) / span.record.duration);
  let index = 0;
  for (const { frame } of drawer.frames(span)) {
    if (index++ < Math.min(into, span.frames - 1)) continue;
    writeFileSync(outputPath, encodeStill(frame, format));
    return { size: video.size };
  }
  throw fail('INTERNAL', { reason: 'the span has no pictures' });
};
