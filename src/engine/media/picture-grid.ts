/** Many moments of an asset in one picture: contact sheets and filmstrips. */
import { writeFileSync } from 'node:fs';
import { AV_PIX_FMT_RGB24 } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { mainVideoStream, type VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { addTicks, fromTimebase, minTicks, subtractTicks, toSeconds, toTimebase, type Ticks } from '#core/time';
import type { MediaSource, TaskImplementation, TaskInput } from '#engine/tasks';
import { checkOurs } from './averror.ts';
import { openDecoder } from './decoder.ts';
import { maxPixels, openDemuxer, timebaseOf } from './demuxer.ts';
import { encodeStill } from './encode-still.ts';
import { openPictureChain, type PictureChain } from './picture-filter.ts';
import { fitSize, rotationFilters, toneMapFilters } from './show-picture.ts';
import { writeDigits, type RgbPicture } from './tiny-digits.ts';

type Input = TaskInput<'picture-grid'>;

/** Around each picture of a sheet, pixels. */
const gap = 4;
const backgroundLevel = 24;

/**
 * Shows the asset's key picture at or before each of `times`, row by row, with the time it is of where `labels` are asked.
 *
 * Shape:  every cell has the asset's own shape and is at most `cell`; `shown` says which moments they really are.
 * Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE where no picture decodes.
 */
export const pictureGridTask: TaskImplementation<'picture-grid'> = (input) => {
  const stream = mainVideoStream(input.source.asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const cell = fitSize(stream.displaySize, input.cell);
  const border = input.labels ? gap : 0;
  const rows = Math.ceil(input.times.length / input.columns);
  const sheet: RgbPicture = blank(
    Math.min(input.columns, input.times.length) * (cell.width + border) + border,
    rows * (cell.height + border) + border,
  );
  const shown: Ticks[] = [];
  for (const picture of keyPictures(input.source, stream, input.times, cell)) {
    const place = shown.length;
    const x = border + (place % input.columns) * (cell.width + border);
    const y = border + Math.floor(place / input.columns) * (cell.height + border);
    copyInto(sheet, picture.frame, { x, y });
    if (input.labels) {
      const dot = Math.max(1, Math.round(cell.height / 60));
      writeDigits(sheet, clock(picture.at), { x: x + dot, y: y + cell.height - 8 * dot, dot });
    }
    shown.push(picture.at);
  }
  if (shown.length === 0) throw fail('MEDIA_UNREADABLE', { reason: 'there is no picture to show' });
  save(sheet, input);
  return { size: { width: sheet.width, height: sheet.height }, cell, shown };
};

type KeyPicture = { readonly at: Ticks; readonly frame: Frame };

/** One for each time, valid until the next; the one before it again where the reader finds none. */
function* keyPictures(
  { asset, path }: MediaSource,
  stream: VideoStream,
  times: readonly Ticks[],
  cell: { readonly width: number; readonly height: number },
): Generator<KeyPicture> {
  using demuxer = openDemuxer({ path, container: asset.container }, { onlyStream: stream.index });
  const opened = demuxer.stream(stream.index);
  using decoder = openDecoder(opened, { threads: 1, maxPixels });
  using chain = openShowing(stream, cell);
  using kept = new Frame();
  kept.alloc();
  const base = timebaseOf(opened);
  let last: Ticks | undefined;

  function read(time: Ticks): Ticks | undefined {
    const stamp = toTimebase(addTicks(time, demuxer.offset), base, 'floor');
    if (asset.kind !== 'image' && !demuxer.seek(stream.index, stamp)) return undefined;
    decoder.context.flushBuffers();
    for (const packet of demuxer.packets()) {
      if (packet.streamIndex !== stream.index || !packet.isKeyframe) continue;
      for (const given of [packet, undefined]) {
        for (const frame of decoder.decode(given)) {
          const at = subtractTicks(fromTimebase(Number(frame.bestEffortTimestamp), base), demuxer.offset);
          if (keep(chain, frame, kept)) return at;
        }
      }
      decoder.context.flushBuffers();
    }
    return undefined;
  }

  for (const time of times) {
    last = read(minTicks(time, stream.duration)) ?? last;
    if (last !== undefined) yield { at: last, frame: kept };
  }
}

function keep(chain: PictureChain, frame: Frame, kept: Frame): boolean {
  for (const shown of chain.process(frame)) {
    kept.unref();
    checkOurs(kept.ref(shown), 'keeping a picture');
    return true;
  }
  return false;
}

/** From a decoded picture to what a person sees, in the size of a cell. */
function openShowing(stream: VideoStream, { width, height }: { readonly width: number; readonly height: number }): PictureChain {
  const isTurned = stream.rotation === 90 || stream.rotation === 270;
  const [w, h] = isTurned ? [height, width] : [width, height];
  return openPictureChain(
    [
      { name: 'scale', options: { w, h, flags: 'area' } },
      ...toneMapFilters(stream.color.transfer),
      { name: 'setsar', options: { sar: '1' } },
      ...rotationFilters(stream.rotation),
      { name: 'format', options: { pix_fmts: 'rgb24' } },
    ],
    stream.timebase,
  );
}

function blank(width: number, height: number): RgbPicture {
  return { width, height, bytes: Buffer.alloc(width * height * 3, backgroundLevel) };
}

function copyInto(sheet: RgbPicture, frame: Frame, { x, y }: { readonly x: number; readonly y: number }): void {
  const [plane] = frame.data ?? [];
  const stride = frame.linesize[0]!;
  for (let row = 0; row < frame.height; row++) {
    plane!.copy(sheet.bytes, ((y + row) * sheet.width + x) * 3, row * stride, row * stride + frame.width * 3);
  }
}

function save({ width, height, bytes }: RgbPicture, { outputPath, format }: Input): void {
  using frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_RGB24;
  checkOurs(frame.getBuffer(), 'making room for a picture');
  checkOurs(frame.fromBuffer(bytes), 'filling a picture');
  writeFileSync(outputPath, encodeStill(frame, format));
}

/** `0:07.5`, `12:03.0`, `1:02:03.4`. */
function clock(at: Ticks): string {
  const tenths = Math.max(0, Math.round(toSeconds(at) * 10));
  const [hours, minutes, seconds] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const padded = seconds.toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`;
}
