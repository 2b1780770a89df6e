/** One picture of an asset: what a person sees at that moment. */
import { writeFileSync } from 'node:fs';
import { mainVideoStream, type Size, type VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { maxTicks, timeRange, zero, type Ticks } from '#core/time';
import type { TaskImplementation } from '#engine/tasks';
import { decodePictures, type Picture } from './decode-pictures.ts';
import { encodeStill, type StillFormat } from './encode-still.ts';
import { openPictureChain } from './picture-filter.ts';
import { maxPixels } from './demuxer.ts';
import { fitSize, rotationFilters, toneMapFilters } from './show-picture.ts';

/** Before the first frame the first is shown, after the last the last. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const frameTask: TaskImplementation<'frame'> = ({ source, at, size, format = 'png', outputPath }) => {
  const { asset, path } = source;
  const stream = mainVideoStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const moment = maxTicks(at, stream.start);
  const range = timeRange(moment, 1 as Ticks);
  const options = {
    streamIndex: stream.index,
    range: asset.kind === 'image' ? timeRange(zero, 1 as Ticks) : range,
    threads: 1,
    maxPixels,
  };
  for (const picture of decodePictures({ path, container: asset.container }, options)) {
    using shown = picture;
    const fitted = fitSize(stream.displaySize, size);
    writeFileSync(outputPath, toStill(shown, stream, fitted, format));
    return { size: fitted };
  }
  throw fail('MEDIA_UNREADABLE', { reason: 'there is no picture at that time' });
};

function toStill(picture: Picture, stream: VideoStream, size: Size, format: StillFormat): Buffer {
  const isTurned = stream.rotation === 90 || stream.rotation === 270;
  const beforeTurn = isTurned ? { width: size.height, height: size.width } : size;
  using chain = openPictureChain(
    [
      ...toneMapFilters(stream.color.transfer),
      { name: 'scale', options: { w: beforeTurn.width, h: beforeTurn.height, flags: 'area+accurate_rnd+full_chroma_int' } },
      { name: 'setsar', options: { sar: '1' } },
      ...rotationFilters(stream.rotation),
      { name: 'format', options: { pix_fmts: 'rgb24' } },
    ],
    picture.timebase,
  );
  for (const frame of chain.process(picture.frame)) return encodeStill(frame, format);
  for (const frame of chain.flush()) return encodeStill(frame, format);
  throw fail('INTERNAL', { reason: 'no picture came out of the filters' });
}
