/** Encodes spans of a plan's picture. Copied spans are not touched here: they go from the source straight into the finished file. */
import { availableParallelism } from 'node:os';
import { fail } from '#core/errors';
import { openPictureEncoder, type EncodedPicture } from '#engine/media';
import type { EncodeSpan, VideoPlan } from '#engine/plan';
import { partPath, type TaskImplementation } from '#engine/tasks';
import { openSpanDrawer, type SpanDrawer } from './draw-span.ts';
import { createPart } from './picture-part.ts';
import { createPause } from './pause.ts';

/**
 * Renders each named span to a part of its own for `assemble`.
 *
 * Shape:  a part begins with a key frame and needs nothing of its neighbours, so that it can be made anywhere, kept, and
 *         used again; the same plan gives the same encoder configuration in every part.
 * Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING, JOB_CANCELED, DISK_FULL.
 */
export const renderPictureTask: TaskImplementation<'render-picture'> = async (input, context) => {
  const { plan, sources, spans, partsFolder } = input;
  const { video } = plan;
  if (video === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  const threads = availableParallelism();
  const total = spans.reduce((sum, index) => sum + video.spans[index]!.frames, 0);
  using drawer = openSpanDrawer({ plan, video, sources, threads, scratch: context.scratch });
  const pause = createPause(context.signal);
  let drawn = 0;
  const tick = async () => {
    context.progress(++drawn / total);
    await pause();
  };
  for (const index of spans) {
    const span = video.spans[index]!;
    if (span.kind === 'copy') throw fail('INTERNAL', { reason: `span ${index} is copied, not encoded` });
    await encodeSpan({ video, span, drawer, path: partPath(partsFolder, index), threads }, tick);
  }
  return { frames: drawn };
};

type Work = {
  readonly video: VideoPlan;
  readonly span: EncodeSpan;
  readonly drawer: SpanDrawer;
  readonly path: string;
  readonly threads: number;
};

async function encodeSpan({ video, span, drawer, path, threads }: Work, tick: () => Promise<void>): Promise<void> {
  using encoder = openPictureEncoder({
    ...video.encoder,
    codec: video.codec,
    size: video.size,
    frameRate: video.frameRate,
    threads,
  });
  const configuration = encoder.configuration.toString('base64');
  using part = createPart(path, { kind: 'rushes-picture-part/2', frames: span.frames, configuration });
  /** Stamps of the pictures still inside the encoder, by the number it counts them with. */
  const stamps = new Map<number, number>();
  let sent = 0;

  function keep({ index, isKey, data }: EncodedPicture): void {
    const stamp = stamps.get(index);
    if (stamp === undefined) throw fail('INTERNAL', { reason: 'the encoder gave a picture it was not given' });
    stamps.delete(index);
    part.write({ stamp: stamp - span.stamp, isKey, data });
  }

  for (const { frame, stamp } of drawer.frames(span)) {
    stamps.set(sent, stamp);
    for (const picture of encoder.encode(frame, sent === 0)) keep(picture);
    sent++;
    await tick();
  }
  for (const picture of encoder.flush()) keep(picture);
  if (sent !== span.frames || stamps.size > 0)
    throw fail('INTERNAL', { reason: `${sent - stamps.size} of ${span.frames} pictures were encoded` });
  part.finish();
}
