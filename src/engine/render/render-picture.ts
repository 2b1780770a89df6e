/** Encodes one share of a plan's picture. Copied spans are not touched here: they go from the source straight into the finished file. */
import { availableParallelism } from 'node:os';
import { fail } from '#core/errors';
import type { RenderStats } from '#core/facts';
import { openPictureEncoder, type EncodedPicture } from '#engine/media';
import type { VideoPlan } from '#engine/plan';
import type { TaskContext, TaskImplementation } from '#engine/tasks';
import { openSpanDrawer, type EncodeSpan } from './draw-span.ts';
import { createPart, type PartWriter } from './picture-part.ts';
import { createPause } from './pause.ts';

/**
 * Renders spans `[firstSpan, firstSpan + spanCount)` to a part for `assemble`.
 *
 * Shape:  neighbouring encode spans are one run of the encoder; each run begins with an IDR picture, so parts of any
 *         split join. The same plan gives the same parameter sets in every part.
 * Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING, JOB_CANCELED, DISK_FULL.
 */
export const renderPictureTask: TaskImplementation<'render-picture'> = async (input, context) => {
  const { plan, sources, firstSpan, spanCount, outputPath } = input;
  const { video } = plan;
  if (video === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  const spans = video.spans.slice(firstSpan, firstSpan + spanCount);
  const encoded = spans.reduce((sum, span) => sum + (span.kind === 'encode' ? span.frames : 0), 0);
  const frames = spans.reduce((sum, span) => sum + span.frames, 0);
  const header = { kind: 'rushes-picture-part/1', firstSpan, spanCount, configuration: '' } as const;
  const reason = plan.reasons.length === 0 ? {} : { reason: plan.reasons.join('; ') };
  const stats: RenderStats = { frames, copied: frames - encoded, encoded, ...reason };
  if (encoded === 0) {
    createPart(outputPath, header)[Symbol.dispose]();
    return stats;
  }
  const threads = availableParallelism();
  using encoder = openPictureEncoder({ ...video.encoder, size: video.size, frameRate: video.frameRate, threads });
  using drawer = openSpanDrawer({ plan, video, sources, threads, scratch: context.scratch });
  using part = createPart(outputPath, { ...header, configuration: encoder.configuration.toString('base64') });
  await encodeSpans({ video, encoder, drawer, part, firstSpan, spanCount }, encoded, context);
  return stats;
};

type Work = {
  readonly video: VideoPlan;
  readonly encoder: ReturnType<typeof openPictureEncoder>;
  readonly drawer: ReturnType<typeof openSpanDrawer>;
  readonly part: PartWriter;
  readonly firstSpan: number;
  readonly spanCount: number;
};

async function encodeSpans(work: Work, total: number, context: TaskContext): Promise<void> {
  const { encoder, drawer, part, video } = work;
  /** Stamps of the pictures still inside the encoder, by the number it counts them with. */
  const stamps = new Map<number, number>();
  const pause = createPause(context.signal);
  let sent = 0;

  function keep({ index, isKey, data }: EncodedPicture): void {
    const stamp = stamps.get(index);
    if (stamp === undefined) throw fail('INTERNAL', { reason: 'the encoder gave a picture it was not given' });
    stamps.delete(index);
    part.write({ stamp, isKey, data });
  }

  let isEntry = true;
  for (let index = work.firstSpan; index < work.firstSpan + work.spanCount; index++) {
    const span = video.spans[index]!;
    if (span.kind === 'copy') {
      isEntry = true;
      continue;
    }
    for (const { frame, stamp } of drawer.frames(span satisfies EncodeSpan)) {
      stamps.set(sent++, stamp);
      for (const picture of encoder.encode(frame, isEntry)) keep(picture);
      isEntry = false;
      context.progress(sent / total);
      await pause();
    }
  }
  for (const picture of encoder.flush()) keep(picture);
  if (sent !== total || stamps.size > 0)
    throw fail('INTERNAL', { reason: `${sent - stamps.size} of ${total} pictures were encoded` });
}
