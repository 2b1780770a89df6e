/** How well the pictures on both sides of cuts can be drawn over into each other. */
import { mainVideoStream, type VideoStream } from '#core/asset';
import { measureMorph, type GreyPicture } from '#core/dsp';
import { fail } from '#core/errors';
import { rangeBetween, type Ticks } from '#core/time';
import { breathe, type MediaFile } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';
import { lookPictures } from './look-pictures.ts';
import type { Look } from './look.ts';

/** One answer for each join, in order. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const measureJoinsTask: TaskImplementation<'measure-joins'> = async ({ source, joins }, context) => {
  const { asset, path } = source;
  const stream = mainVideoStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const file = { path, container: asset.container };
  const fits = [];
  for (const [index, { from, to }] of joins.entries()) {
    fits.push(measureMorph(await pictureAt(file, stream, from), await pictureAt(file, stream, to)));
    context.progress((index + 1) / joins.length);
    context.signal.throwIfAborted();
  }
  return fits;
};

/** What is on screen at a time. */
async function pictureAt(file: MediaFile, stream: VideoStream, at: Ticks): Promise<GreyPicture> {
  let shown: Look | undefined;
  let count = 0;
  for (const look of lookPictures(file, { stream, which: 'all', range: rangeBetween(at, (at + 1) as Ticks) })) {
    if (shown !== undefined && look.at > at) break;
    shown = look;
    if (++count % 300 === 0) await breathe();
  }
  if (shown === undefined) throw fail('MEDIA_UNREADABLE', { reason: 'no picture could be decoded' });
  return { width: shown.width, height: shown.height, data: Float32Array.from(shown.luma) };
}
