/**
 * What is in a file: streams as they will be used, checked against limits before anything is decoded, and proved
 * readable by one decoded frame each.
 */
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { AV_FRAME_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { avGetPixFmtName, type Frame, type Stream } from 'node-av/lib';
import type { AssetKind, AssetProbe, AssetStream, AudioStream, Size, VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import { fromTimebase, maxTicks, subtractTicks, zero, type FrameRate, type Ticks } from '#core/time';
import { codecName, permittedDecoder } from './codecs.ts';
import { openDemuxer, timebaseOf, type Demuxer, type DemuxerOptions } from './demuxer.ts';
import { probeColorTable, tableContainer } from './color-table.ts';
import { cleanRate, measureRate, type MeasuredRate } from './frame-rate.ts';
import { imageSize } from './image-size.ts';
import { bitDepthOf, cleanAspect, colorFacts, displaySize, readDisplayMatrix, type Orientation } from './picture-facts.ts';
import { checkDuration, checkFrameRate, checkPixels, checkStreamCount } from './probe-limits.ts';
import { scanStreams, type Scan, type StreamScan } from './scan-streams.ts';
import { sniff, type Sniffed } from './sniff.ts';

/** Streams may be counted up to here before the limit is named; FFmpeg itself stops at it. */
const countedStreams = 1000;

/**
 * Probes the file at `path`; `name` is the user's name for it and only appears in messages.
 *
 * Errors: UPLOAD_EMPTY, UPLOAD_UNSUPPORTED, MEDIA_LIMIT, MEDIA_UNREADABLE, FILE_MISSING.
 */
export function probeMedia(path: string, name = ''): AssetProbe {
  const sniffed = sniff(path, name);
  if (sniffed.container === tableContainer) return probeColorTable(path);
  const claimed = imageSize(sniffed.format, sniffed.head);
  if (claimed !== undefined) checkPixels(claimed);
  const file = { path, container: sniffed.container };
  const options: DemuxerOptions = { maxStreams: countedStreams, settings: containerSettings(sniffed.container) };
  {
    using header = openDemuxer(file, { ...options, headerOnly: true });
    checkHeader(header);
  }
  using demuxer = openDemuxer(file, options);
  checkHeader(demuxer);
  const scan = scanStreams(demuxer, lookAt);
  return describe(demuxer, scan, sniffed);
}

/** Animations are read once through, not for as long as they would loop. */
function containerSettings(container: string): Record<string, number> {
  return ['gif', 'apng', 'webp_anim'].includes(container) ? { ignore_loop: 1 } : {};
}

/** All limits, on what the headers claim. */
function checkHeader(demuxer: Demuxer): void {
  checkStreamCount(demuxer.streams.length);
  if (demuxer.format.duration !== AV_NOPTS_VALUE) checkDuration(Number(demuxer.format.duration) / 1e6);
  for (const stream of demuxer.streams) {
    const { codecType, width, height } = stream.codecpar;
    if (stream.duration !== AV_NOPTS_VALUE && (codecType === AVMEDIA_TYPE_VIDEO || codecType === AVMEDIA_TYPE_AUDIO)) {
      const { num, den } = timebaseOf(stream);
      checkDuration((Number(stream.duration) * num) / den);
    }
    if (codecType !== AVMEDIA_TYPE_VIDEO) continue;
    checkPixels({ width, height });
    const rate = rateOf(stream);
    if (rate !== undefined && !isAttached(stream)) checkFrameRate(rate.num / rate.den);
  }
}

function rateOf(stream: Stream): FrameRate | undefined {
  const { num, den } = stream.avgFrameRate;
  return num > 0 && den > 0 ? { num, den } : undefined;
}

function isAttached(stream: Stream): boolean {
  return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0;
}

/** What the first decoded frame shows. */
type Seen = {
  readonly size: Size;
  readonly pixelFormat: string;
  readonly color: VideoStream['color'];
  readonly aspect: { readonly num: number; readonly den: number };
  readonly orientation: Orientation;
  readonly sampleRateHz: number;
  readonly channels: number;
};

function lookAt(stream: Stream, frame: Frame): Seen {
  const isPicture = stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const matrix = isPicture
    ? (stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX) ?? frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX))
    : undefined;
  return {
    size: { width: frame.width, height: frame.height },
    pixelFormat: isPicture ? (avGetPixFmtName(frame.format as never) ?? 'unknown') : '',
    color: colorFacts(frame),
    aspect: { num: frame.sampleAspectRatio.num, den: frame.sampleAspectRatio.den },
    orientation: readDisplayMatrix(matrix),
    sampleRateHz: isPicture ? 0 : frame.sampleRate,
    channels: isPicture ? 0 : frame.channels,
  };
}

function describe(demuxer: Demuxer, scan: Scan<Seen>, sniffed: Sniffed): AssetProbe {
  const streams: AssetStream[] = [];
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const stream of demuxer.streams) {
    const found = scan.streams.get(stream.index);
    if (found === undefined) continue;
    if (isAttached(stream)) {
      streams.push(describeCover(stream));
      continue;
    }
    const what = stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO ? 'picture' : 'sound';
    if (found.seen === undefined) {
      problems.push(`${what} stream ${stream.index} (${codecName(stream.codecpar.codecId)}) cannot be used: ${found.problem}`);
      continue;
    }
    const context = {
      stream,
      found,
      seen: found.seen,
      demuxer,
      complete: scan.complete,
      still: sniffed.still,
      container: sniffed.container,
    };
    streams.push(what === 'picture' ? describePicture(context, warnings) : describeSound(context));
    if (found.damagedPackets > 0) warnings.push(`${found.damagedPackets} damaged packets in ${what} stream ${stream.index}`);
  }
  if (!streams.some((stream) => stream.kind === 'audio' || !stream.attachedPicture)) {
    throw fail('MEDIA_UNREADABLE', { reason: problems[0] ?? 'it holds no picture and no sound' });
  }
  if (scan.readErrors > 0) warnings.push(`${scan.readErrors} places in the file cannot be read`);
  const duration = streams.reduce((longest, stream) => maxTicks(longest, (stream.start + stream.duration) as Ticks), zero);
  const kind = kindOf(streams, sniffed, scan);
  return {
    kind,
    container: sniffed.container,
    duration: kind === 'image' ? zero : duration,
    streams,
    warnings: [...problems, ...warnings],
  };
}

function kindOf(streams: readonly AssetStream[], sniffed: Sniffed, scan: Scan<Seen>): AssetKind {
  const picture = streams.find((stream): stream is VideoStream => stream.kind === 'video' && !stream.attachedPicture);
  if (picture === undefined) return 'audio';
  const isSingle = ['gif', 'apng', 'webp_anim'].includes(sniffed.container) && scan.complete && picture.frameCount === 1;
  return sniffed.still || isSingle ? 'image' : 'video';
}

type Context = {
  readonly stream: Stream;
  readonly found: StreamScan<Seen>;
  readonly seen: Seen;
  readonly demuxer: Demuxer;
  readonly complete: boolean;
  readonly still: boolean;
  readonly container: string;
};

/** Start and length in asset time: by the packets where all were read, by the header otherwise. */
function placeOf(context: Context): { start: Ticks; duration: Ticks } {
  const { stream, found, demuxer } = context;
  const timebase = timebaseOf(stream);
  const first = found.first ?? (stream.startTime === AV_NOPTS_VALUE ? 0 : Number(stream.startTime));
  const start = maxTicks(zero, subtractTicks(fromTimebase(Math.round(first), timebase), demuxer.offset));
  const headerStart = stream.startTime === AV_NOPTS_VALUE ? first : Number(stream.startTime);
  const headerEnd = stream.duration === AV_NOPTS_VALUE ? first : headerStart + Number(stream.duration);
  const end = subtractTicks(fromTimebase(Math.round(endOf(context, headerEnd)), timebase), demuxer.offset);
  const duration = maxTicks(zero, subtractTicks(end, start));
  checkDuration(duration / 705_600_000);
  return { start, duration };
}

/** Ogg counts its samples in the last page's position alone; the packets there hold filling. */
function endOf({ stream, found, container }: Context, headerEnd: number): number {
  if (found.end === undefined) return headerEnd;
  const isFilling = found.end > headerEnd && found.end - headerEnd <= found.longestPacket;
  return container === 'ogg' && isFilling && stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO ? headerEnd : found.end;
}

function describePicture(context: Context, warnings: string[]): VideoStream {
  const { stream, found, seen, still } = context;
  const parameters = stream.codecpar;
  checkPixels(seen.size);
  const aspect = cleanAspect(stream.sampleAspectRatio, seen.aspect);
  const shown = displaySize(seen.size, aspect, seen.orientation.rotation);
  checkPixels(shown);
  const rate = frameRateOf(context);
  if (rate.variable) warnings.push('variable frame rate');
  if (seen.orientation.mirrored) warnings.push('the recording asks to be shown mirrored');
  const { start, duration } = placeOf(context);
  const profile = profileName(stream);
  return {
    kind: 'video',
    index: stream.index,
    codec: codecName(parameters.codecId),
    ...(profile === undefined ? {} : { profile }),
    codedSize: seen.size,
    displaySize: shown,
    rotation: seen.orientation.rotation,
    sampleAspect: aspect,
    frameRate: rate.frameRate,
    variableFrameRate: rate.variable,
    frameCount: context.complete ? found.packets : Number(stream.nbFrames),
    pixelFormat: seen.pixelFormat,
    bitDepth: bitDepthOf(seen.pixelFormat),
    color: seen.color,
    timebase: timebaseOf(stream),
    start,
    duration: still ? zero : lastFrameIncluded(duration, context, rate.frameRate),
    attachedPicture: false,
  };
}

/** Containers that do not say how long the last frame lasts: it lasts as long as the others. */
function lastFrameIncluded(duration: Ticks, context: Context, rate: FrameRate): Ticks {
  const { found, stream } = context;
  if (found.end === undefined || found.stamps.length === 0) return duration;
  const last = found.stamps.reduce((latest, stamp) => (stamp > latest ? stamp : latest), Number.NEGATIVE_INFINITY);
  if (found.end > last) return duration;
  const { num, den } = timebaseOf(stream);
  return (duration + fromTimebase(Math.round((rate.den * den) / (rate.num * num)), { num, den })) as Ticks;
}

function frameRateOf({ stream, found, still }: Context): MeasuredRate {
  if (still) return { frameRate: { num: 25, den: 1 }, variable: false };
  const declared = rateOf(stream);
  const cleaned = declared === undefined ? undefined : cleanRate(declared.num / declared.den);
  const measured = measureRate(found.stamps, timebaseOf(stream), cleaned);
  checkFrameRate(measured.frameRate.num / measured.frameRate.den);
  return measured;
}

function describeSound(context: Context): AudioStream {
  const { stream, seen } = context;
  return {
    kind: 'audio',
    index: stream.index,
    codec: codecName(stream.codecpar.codecId),
    sampleRateHz: seen.sampleRateHz,
    channels: seen.channels,
    timebase: timebaseOf(stream),
    ...placeOf(context),
  };
}

/** A cover picture inside a sound file: named, never decoded here. */
function describeCover(stream: Stream): VideoStream {
  const { width, height, codecId, format } = stream.codecpar;
  const pixelFormat = avGetPixFmtName(format as never) ?? 'unknown';
  return {
    kind: 'video',
    index: stream.index,
    codec: codecName(codecId),
    codedSize: { width, height },
    displaySize: displaySize({ width, height }, { num: 1, den: 1 }, 0),
    rotation: 0,
    sampleAspect: { num: 1, den: 1 },
    frameRate: { num: 25, den: 1 },
    variableFrameRate: false,
    frameCount: 1,
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat),
    color: colorFacts(stream.codecpar),
    timebase: timebaseOf(stream),
    start: zero,
    duration: zero,
    attachedPicture: true,
  };
}

function profileName(stream: Stream): string | undefined {
  const { codecId, profile } = stream.codecpar;
  const known = permittedDecoder(codecId)?.profiles ?? [];
  return known.find((entry) => entry.profile === profile)?.name;
}
