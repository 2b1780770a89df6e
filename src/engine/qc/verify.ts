/** The proof of an export: the finished file measured against plan, request and sources. */
import { statSync } from 'node:fs';
import type { VideoStream } from '#core/asset';
import { fail, isEditorError } from '#core/errors';
import type { Proof, ProofCheck } from '#core/facts';
import { frameDuration, fromSample, milliseconds, ticks, toSeconds, type Ticks } from '#core/time';
import { openDemuxer, streamContent, type MediaFile } from '#engine/media';
import type { Container, RenderPlan, SoundPlan, VideoPlan } from '#engine/plan';
import type { MeasuredParts, MediaSource, SoundMeasures, StretchMeasures, TaskContext, TaskImplementation } from '#engine/tasks';
import { decodePlanned } from './check-decode.ts';
import {
  checkCopies,
  checkFrameCount,
  checkStamps,
  compareCopies,
  inMs,
  pictureDuration,
  plannedGap,
  type CopiedSpan,
} from './check-pictures.ts';
import { checkLoudness, checkSampleCount } from './check-sound.ts';
import { checkBitrate, checkShape, stampUnit } from './check-shape.ts';
import { checkSync } from './check-sync.ts';
import { checkDecode, unexplainedClipping, unexplainedPictures } from './explain.ts';
import { measureSound } from './measure-sound.ts';
import { readPicturePackets, type PicturePackets } from './picture-packets.ts';
import { canvasView } from './picture-view.ts';
import type { PictureCompared } from './sync-picture.ts';
import type { SoundCompared } from './sync-sound.ts';

/** FFmpeg's reader for each kind of finished file. */
const readers: Readonly<Record<Container, string>> = {
  mp4: 'mov',
  mov: 'mov',
  m4a: 'mov',
  webm: 'matroska',
  gif: 'gif',
  webp: 'webp_anim',
  mp3: 'mp3',
  wav: 'wav',
  flac: 'flac',
};

/**
 * Measures the finished file: nothing in the proof is taken from the plan, the plan only says what is expected.
 *
 * Shape:  `ok` is false where any check failed; the caller decides what that means. A file that cannot be read at all
 *         fails `decode`.
 * Errors: JOB_CANCELED; MEDIA_UNREADABLE or FILE_MISSING where a source, not the finished file, cannot be read.
 */
export const verifyTask: TaskImplementation<'verify'> = ({ plan, timeline, sources, path, known }, context) => {
  const subject = { ...openSubject(plan, sources, path, context), known: known ?? { pictures: {}, sound: {} } };
  const result: Measured = { checks: [], warnings: [], frames: 0, duration: ticks(0), parts: { pictures: {}, sound: {} } };
  try {
    const streams = streamsOf(subject.file);
    const picture = plan.video && provePicture(subject, plan.video, streams.video, result);
    context.progress(0.6);
    const sound = plan.sound && proveSound(subject, plan.sound, streams.audio, result);
    context.progress(0.8);
    if (sound !== undefined) {
      const sync = checkSync({ timeline, ...sound, ...(picture === undefined ? {} : { picture }) });
      result.checks.push(...sync.checks);
      result.warnings.push(...sync.warnings);
      result.syncMs = sync.syncMs;
    }
  } catch (error) {
    stopIfAsked(context);
    if (!isEditorError(error, 'MEDIA_UNREADABLE') && !isEditorError(error, 'MEDIA_STREAM_MISSING')) throw error;
    result.checks.push({ name: 'decode', ok: false, expected: 'a file that plays', measured: error.message });
  }
  result.checks.push(checkDuration(plan, result.duration), ...checkBitrate(plan.output, sizeOf(path), result.duration));
  const proof: Proof = {
    ok: result.checks.every((check) => check.ok),
    frames: result.frames,
    durationMs: Math.round(toSeconds(result.duration) * 1000),
    ...(result.syncMs === undefined ? {} : { syncMs: result.syncMs }),
    ...(result.loudness === undefined ? {} : { loudness: result.loudness }),
    checks: result.checks,
    warnings: result.warnings,
  };
  return { proof, parts: result.parts };
};

type Measured = {
  readonly checks: ProofCheck[];
  readonly warnings: string[];
  frames: number;
  /** The longer of picture and sound. */
  duration: Ticks;
  syncMs?: Proof['syncMs'];
  loudness?: SoundMeasures['loudness'];
  readonly parts: { readonly pictures: Record<string, StretchMeasures>; readonly sound: Record<string, SoundMeasures> };
};

type Subject = {
  readonly plan: RenderPlan;
  readonly file: MediaFile;
  readonly context: TaskContext;
  readonly fileOf: (assetId: string) => MediaFile;
  readonly streamOf: PictureCompared['streamOf'];
};

type Knowing = Subject & { readonly known: MeasuredParts };

function openSubject(plan: RenderPlan, sources: readonly MediaSource[], path: string, context: TaskContext): Subject {
  const byId = new Map(sources.map((source) => [source.asset.id, source]));
  const sourceOf = (assetId: string): MediaSource => {
    const found = byId.get(assetId);
    if (found === undefined) throw fail('FILE_MISSING', { name: `source ${assetId}` });
    return found;
  };
  return {
    plan,
    context,
    file: { path, container: readers[plan.output.format] },
    fileOf: (assetId) => ({ path: sourceOf(assetId).path, container: sourceOf(assetId).asset.container }),
    streamOf: (assetId, index) =>
      sourceOf(assetId).asset.streams.find((stream): stream is VideoStream => stream.kind === 'video' && stream.index === index),
  };
}

/** Indexes of the first picture and sound stream. */
function streamsOf(file: MediaFile): { video: number | undefined; audio: number | undefined } {
  using demuxer = openDemuxer(file);
  const indexOf = (type: number) => demuxer.streams.find((stream) => stream.codecpar.codecType === type)?.index;
  // FFmpeg's AVMEDIA_TYPE_VIDEO and AVMEDIA_TYPE_AUDIO.
  return { video: indexOf(0), audio: indexOf(1) };
}

function provePicture(
  subject: Knowing,
  video: VideoPlan,
  streamIndex: number | undefined,
  result: Measured,
): (PictureCompared & { readonly copies: readonly CopiedSpan[] }) | undefined {
  if (streamIndex === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
  const { file, fileOf, plan, context } = subject;
  const { signal } = context;
  const packets: PicturePackets = readPicturePackets(file, { streamIndex, checksums: 'all', signal });
  result.frames = packets.packets.length;
  result.duration = pictureDuration(video, packets);
  const copies = compareCopies(video, packets, fileOf, signal);
  const unit = stampUnit(plan.output.format);
  result.checks.push(
    checkFrameCount(video, packets),
    checkShape(plan, file, streamIndex, packets),
    checkStamps(packets, plannedGap(video, copies, fileOf), unit),
  );
  const copied = checkCopies(copies);
  if (copied !== undefined) result.checks.push(copied);
  context.progress(0.2);
  const input = { ...subject, streamIndex, copies };
  const view = canvasView(video.size, video.size);
  const target = { file, streamIndex, packets, view, signal };
  const decoded = decodePlanned({ ...plan, video }, target, subject.known.pictures, result.parts.pictures);
  const corrupt = packets.packets.filter((packet) => packet.corrupt).length + packets.readErrors;
  const { check, warnings } = checkDecode(decoded, input, corrupt);
  result.checks.push(check);
  result.warnings.push(...warnings);
  result.warnings.push(...unexplainedPictures(decoded, input));
  return input;
}

function proveSound(
  subject: Knowing,
  sound: SoundPlan,
  streamIndex: number | undefined,
  result: Measured,
): { readonly sound: SoundCompared; readonly measures: SoundMeasures } {
  if (streamIndex === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  const { file, fileOf, context } = subject;
  const { sampleRateHz, channels } = sound;
  const content = `${streamContent(file, streamIndex)} ${sampleRateHz} ${channels}`;
  const measures =
    subject.known.sound[content] ??
    measureSound(file, { streamIndex, sampleRateHz, channels, check: () => stopIfAsked(context) });
  result.parts.sound[content] = measures;
  const length = fromSample(measures.samples, sampleRateHz);
  if (length > result.duration) result.duration = length;
  result.loudness = measures.loudness;
  result.checks.push(
    checkSampleCount(sound, measures),
    { name: 'decode-sound', ok: measures.damaged === 0, expected: 'no damaged packet', measured: `${measures.damaged} damaged` },
    ...checkLoudness(sound, measures.loudness, result.warnings),
  );
  const compared = { plan: sound, file, streamIndex, fileOf };
  result.warnings.push(...unexplainedClipping(measures, compared));
  return { sound: compared, measures };
}

function checkDuration(plan: RenderPlan, measured: Ticks): ProofCheck {
  const tolerance = plan.video === undefined ? milliseconds(1) : frameDuration(plan.video.frameRate);
  const off = Math.abs(measured - plan.duration);
  return {
    name: 'duration',
    ok: off <= tolerance,
    expected: `${toSeconds(plan.duration).toFixed(3)} s ± ${inMs(tolerance)}`,
    measured: `${toSeconds(measured).toFixed(3)} s`,
  };
}

/** 0 for a file that is not there: that it cannot be read is told by `decode`. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function stopIfAsked({ signal }: TaskContext): void {
  if (signal.aborted) throw fail('JOB_CANCELED');
}
