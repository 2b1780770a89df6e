/** The frames of encode spans, drawn one after the other: decoded, fitted, faded, with text. */
import { join } from 'node:path';
import type { AssetId, Size, VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { rangeEnd, ticksPerSecond } from '#core/time';
import { openDrawing, openPictureCursor, plainPicture, type Drawing, type NativeFrame, type PictureCursor } from '#engine/media';
import type { PictureLayer, RenderPlan, VideoPlan, VideoSpan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import { writeTextFiles, type TextLayer } from './ass-script.ts';
import { drawSteps, type DrawRequest } from './draw-steps.ts';
import { blackPaint, openWaveform } from './waveform.ts';

export type EncodeSpan = Extract<VideoSpan, { kind: 'encode' }>;
type PictureOf = Extract<PictureLayer, { kind: 'picture' }>;

export type DrawnFrame = {
  /** Valid until the next frame is asked for. */
  readonly frame: NativeFrame;
  /** Output stamp in 1/timescale s. */
  readonly stamp: number;
};

export type SpanDrawer = Disposable & {
  /** Exactly `span.frames` frames. Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
  frames(span: EncodeSpan): Generator<DrawnFrame>;
};

export type DrawerOptions = {
  readonly plan: RenderPlan;
  readonly video: VideoPlan;
  readonly sources: readonly MediaSource[];
  readonly scratch: string;
  readonly threads: number;
};

/** Decoders kept open; each holds a few dozen megabytes of pictures. */
const mostCursors = 3;
/** Filters with a clock want times above zero, fades that began before the span included. */
const clockStart = 36_000;

export function openSpanDrawer({ plan, video, sources, threads, scratch }: DrawerOptions): SpanDrawer {
  const cursors = new Map<string, PictureCursor>();
  /** By asset and stream, for spans without anything that changes over time. */
  const drawings = new Map<string, Drawing>();
  const fontsFolder = join(scratch, 'fonts');
  let scripts = 0;
  const black = plainPicture(video.size, blackPaint(video.encoder.color));

  function cursorFor({ assetId, streamIndex }: PictureOf): PictureCursor {
    const key = `${assetId} ${streamIndex}`;
    const found = cursors.get(key);
    const { asset, path } = sourceOf(sources, assetId);
    const cursor = found ?? openPictureCursor({ path, container: asset.container }, { streamIndex, threads });
    // Last used last, so that the first one is the one to close.
    cursors.delete(key);
    cursors.set(key, cursor);
    if (cursors.size > mostCursors) {
      const [oldest, unused] = cursors.entries().next().value!;
      unused[Symbol.dispose]();
      cursors.delete(oldest);
    }
    return cursor;
  }

  function* bareFrames(span: EncodeSpan): Generator<Timed> {
    const picture = span.layers.find((layer) => layer.kind === 'picture');
    const waveform = span.layers.find((layer) => layer.kind === 'waveform');
    if (waveform !== undefined) {
      const { color } = waveform;
      using wave = openWaveform(span.record, { plan, sources, canvas: video.size, color, output: video.encoder.color });
      for (const place of gridPlaces(span, video)) yield { ...place, frame: wave.at(place.middle) };
    } else if (picture === undefined) {
      for (const place of gridPlaces(span, video)) yield { ...place, frame: black };
    } else if (span.stamps === 'source') yield* ownFrames(span, picture, cursorFor(picture), video);
    else yield* pickedFrames(span, picture, cursorFor(picture), video);
  }

  function drawingFor(span: EncodeSpan): { readonly drawing: Drawing; readonly isShared: boolean } {
    const request = requestFor(span, video.size);
    const changes = request.fade !== undefined || request.text !== undefined;
    const picture = span.layers.find((layer) => layer.kind === 'picture');
    const key = picture === undefined ? '' : `${picture.assetId} ${picture.streamIndex}`;
    const found = changes ? undefined : drawings.get(key);
    if (found !== undefined) return { drawing: found, isShared: true };
    const drawing = openDrawing((shape) => drawSteps(shape, request));
    if (!changes) drawings.set(key, drawing);
    return { drawing, isShared: !changes };
  }

  function requestFor(span: EncodeSpan, canvas: Size): DrawRequest {
    const picture = span.layers.find((layer) => layer.kind === 'picture');
    const stream = picture && streamOf(sourceOf(sources, picture.assetId), picture.streamIndex);
    const seconds = span.record.duration / ticksPerSecond;
    const texts = span.layers.filter((layer) => layer.kind === 'text');
    const fade = picture?.opacity && { ...picture.opacity, start: clockStart, end: clockStart + seconds };
    return {
      canvas,
      color: video.encoder.color,
      ...(stream === undefined ? {} : { stream }),
      ...(fade === undefined ? {} : { fade }),
      ...(texts.length === 0 ? {} : { text: { path: writeText(texts, canvas), fontsFolder } }),
    };
  }

  function writeText(layers: readonly TextLayer[], canvas: Size): string {
    const path = join(scratch, `text-${scripts++}.ass`);
    writeTextFiles({ layers, canvas, clockStart, path, fontsFolder });
    return path;
  }

  return {
    *frames(span) {
      const { drawing, isShared } = drawingFor(span);
      try {
        for (const { frame, stamp, middle } of bareFrames(span)) yield { frame: drawing.draw(frame, clockStart + middle), stamp };
      } finally {
        if (!isShared) drawing[Symbol.dispose]();
      }
    },
    [Symbol.dispose]() {
      for (const cursor of cursors.values()) cursor[Symbol.dispose]();
      for (const drawing of drawings.values()) drawing[Symbol.dispose]();
      black.free();
    },
  };
}

/** A frame's output stamp and the middle of its time, in seconds from the span's start. */
type Place = { readonly stamp: number; readonly middle: number };
type Timed = Place & { readonly frame: NativeFrame };

function* gridPlaces(span: EncodeSpan, video: VideoPlan): Generator<Place> {
  const { frameRate, timescale } = video;
  for (let index = 0; index < span.frames; index++) {
    const stamp = span.stamp + Math.round((index * timescale * frameRate.den) / frameRate.num);
    yield { stamp, middle: ((index + 0.5) * frameRate.den) / frameRate.num };
  }
}

/** Frames of an even grid: the stream's own one by one from `firstPts`, or whatever is on screen at each frame's middle. */
function* pickedFrames(span: EncodeSpan, layer: PictureOf, cursor: PictureCursor, video: VideoPlan): Generator<Timed> {
  const unitsPerSecond = cursor.timebase.den / cursor.timebase.num;
  const start = (layer.source.start + cursor.offset) / ticksPerSecond;
  const speed = layer.speed.num / layer.speed.den;
  const last = (rangeEnd(layer.source) + cursor.offset) / ticksPerSecond;
  let isFirst = true;
  for (const place of gridPlaces(span, video)) {
    const shown =
      layer.firstPts === undefined
        ? cursor.at(Math.min(start + place.middle * speed, last) * unitsPerSecond)
        : cursor.at(layer.firstPts + (isFirst ? 0 : place.middle * unitsPerSecond), isFirst ? 'exact' : 'between');
    isFirst = false;
    yield { ...place, frame: shown.frame };
  }
}

/** The stream's pictures from `firstPts` up to `endPts`, each at its own time. */
function* ownFrames(span: EncodeSpan, layer: PictureOf, cursor: PictureCursor, video: VideoPlan): Generator<Timed> {
  const { firstPts, endPts, shift } = layer;
  if (firstPts === undefined || endPts === undefined || shift === undefined)
    throw fail('INTERNAL', { reason: 'a span lacks its stamps' });
  const { num, den } = cursor.timebase;
  const spanEnd = span.stamp + Math.round((span.record.duration / ticksPerSecond) * video.timescale);
  const stampOf = (pts: number) => Math.round((pts * num * video.timescale) / den) + shift;
  const middleOf = (stamp: number) => (stamp - span.stamp) / video.timescale;
  let shown = cursor.at(firstPts, 'exact');
  let stamp = span.stamp;
  yield { frame: shown.frame, stamp, middle: 0 };
  for (let index = 1; index < span.frames; index++) {
    const next = cursor.next();
    const isOwn = next !== undefined && next.pts < endPts && stampOf(next.pts) > stamp;
    if (next !== undefined) shown = next;
    // A damaged picture never comes out of the decoder: the one before it stands in, so that the count stays as planned.
    stamp = isOwn ? stampOf(shown.pts) : stamp + Math.max(1, Math.floor((spanEnd - stamp) / (span.frames - index + 1)));
    yield { frame: shown.frame, stamp, middle: middleOf(stamp) };
  }
}

function sourceOf(sources: readonly MediaSource[], assetId: AssetId): MediaSource {
  const source = sources.find(({ asset }) => asset.id === assetId);
  if (source === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  return source;
}

function streamOf({ asset }: MediaSource, streamIndex: number): VideoStream {
  const stream = asset.streams.find((candidate) => candidate.index === streamIndex);
  if (stream?.kind !== 'video') throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  return stream;
}
