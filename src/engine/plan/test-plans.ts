/** Sources, clips and timelines that the tests of this module start from. */
import type { Asset, VideoStream } from '#core/asset';
import { milliseconds, rangeBetween, ticks, ticksPerSecond, zero, type FrameRate } from '#core/time';
import type { Clip, Item, Timeline, Track } from '#core/timeline';
import type { H264Facts, PictureIndex, PlanSource } from './plan-source.ts';
import type { OutputRequest } from './render-plan.ts';

export const size = { width: 1280, height: 720 };
export const mp4: OutputRequest = { format: 'mp4', quality: 'high' };
export const r30: FrameRate = { num: 30, den: 1 };

export type Made = {
  readonly frames: number;
  readonly gop: number;
  /** B-frames between two anchors. */
  readonly bFrames: number;
  readonly rate: FrameRate;
  readonly open?: boolean;
  readonly stamps?: readonly number[];
  readonly den?: number;
  readonly facts?: Partial<H264Facts>;
  readonly stream?: Partial<VideoStream>;
  readonly id?: string;
  readonly firstStamp?: number;
  readonly bytes?: number;
};

const facts: H264Facts = {
  sps: ['Z2QA'],
  pps: ['aO4='],
  changing: false,
  ids: [0, 0],
  profile: 100,
  level: 40,
  chromaFormat: 1,
  bitDepth: 8,
  framesOnly: true,
  ...size,
};

/** Packets in decode order: an anchor comes before the B-frames that are shown before it. */
export function makeSource(made: Made): PlanSource {
  const den = made.den ?? 90_000;
  const stampOf = (frame: number) =>
    made.stamps?.[frame] ?? (made.firstStamp ?? 0) + Math.round((frame * den * made.rate.den) / made.rate.num);
  const order: number[] = [];
  const anchors: number[] = [];
  for (let frame = 0; frame < made.frames; frame++) {
    const inGop = frame % made.gop;
    const isLast = inGop === made.gop - 1 || frame === made.frames - 1;
    if (inGop === 0 || isLast || inGop % (made.bFrames + 1) === 0) anchors.push(frame);
  }
  let shown = -1;
  for (const anchor of anchors) {
    order.push(anchor);
    for (let frame = shown + 1; frame < anchor; frame++) order.push(frame);
    shown = anchor;
  }
  const isKey = (frame: number) => frame % made.gop === 0;
  const index: PictureIndex = {
    pts: Float64Array.from(order, stampOf),
    key: Uint8Array.from(order, (frame) => (isKey(frame) ? 1 : 0)),
    idr: Uint8Array.from(order, (frame) => (isKey(frame) && (made.open !== true || frame === 0) ? 1 : 0)),
    hidden: new Uint8Array(order.length),
    lastDuration: stampOf(1) - stampOf(0),
    bytes: made.bytes ?? made.frames * 40_000,
    timebase: { num: 1, den },
    offset: zero,
    h264: { ...facts, ...made.facts },
  };
  const duration = ticks(Math.round(((stampOf(made.frames - 1) + index.lastDuration) / den) * ticksPerSecond));
  const stream: VideoStream = {
    kind: 'video',
    index: 0,
    codec: 'h264',
    codedSize: size,
    displaySize: size,
    rotation: 0,
    sampleAspect: { num: 1, den: 1 },
    frameRate: made.rate,
    variableFrameRate: made.stamps !== undefined,
    frameCount: made.frames,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
    timebase: index.timebase,
    start: zero,
    duration,
    attachedPicture: false,
    ...made.stream,
  };
  const id = made.id ?? 'ast_1';
  const sound = {
    kind: 'audio',
    index: 1,
    codec: 'aac',
    sampleRateHz: 48_000,
    channels: 2,
    timebase: { num: 1, den: 48_000 },
    start: zero,
    duration,
  } as const;
  const asset: Asset = {
    id,
    hash: id,
    name: `${id}.mp4`,
    bytes: 1,
    kind: 'video',
    container: 'mov',
    duration,
    streams: [stream, sound],
    warnings: [],
  };
  return { asset, pictures: new Map([[0, index]]) };
}

let nextId = 1;
export function clip(startMs: number, endMs: number, more: Partial<Clip> = {}): Clip {
  const sourceRange = rangeBetween(milliseconds(startMs), milliseconds(endMs));
  return {
    kind: 'clip',
    id: `itm_${nextId++}`,
    assetId: 'ast_1',
    streamIndex: 0,
    sourceRange,
    speed: { num: 1, den: 1 },
    gainDb: 0,
    effects: [],
    ...more,
  };
}

export function track(kind: Track['kind'], items: readonly Item[], more: Partial<Track> = {}): Track {
  return {
    id: `trk_${nextId++}`,
    kind,
    name: kind,
    follows: 'ripple',
    muted: false,
    hidden: false,
    locked: false,
    gainDb: 0,
    items,
    ...more,
  };
}

export function timeline(tracks: readonly Track[], more: Partial<Timeline> = {}): Timeline {
  return {
    schema: 'timeline/1',
    id: 'tml_1',
    revision: 1,
    frameRate: r30,
    size,
    sampleRateHz: 48_000,
    tracks,
    master: {},
    nextId: 1,
    ...more,
  };
}
