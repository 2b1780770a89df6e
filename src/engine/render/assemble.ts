/** Puts the finished file together from packets: copied ones from the sources, encoded ones from the parts, sound from its file. Nothing is encoded. */
import { copyFileSync, statSync } from 'node:fs';
import { fail } from '#core/errors';
import { toTimebase } from '#core/time';
import {
  openMovie,
  openPacketCopier,
  readParameterSets,
  writeConfiguration,
  type MovieWriter,
  type PacketCopier,
} from '#engine/media';
import type { RenderPlan, VideoPlan, VideoSpan } from '#engine/plan';
import type { MediaSource, TaskContext, TaskImplementation } from '#engine/tasks';
import { createDtsMaker } from './output-dts.ts';
import { createPause } from './pause.ts';
import { openPart, type PartReader } from './picture-part.ts';

/**
 * Stitches parts and sound into `outputPath`.
 *
 * Shape:  frames and stamps exactly as planned; both kinds of parameter sets in one `avcC`; header in front.
 * Errors: INTERNAL where parts do not fit the plan or each other, DISK_FULL, JOB_CANCELED.
 */
export const assembleTask: TaskImplementation<'assemble'> = async (input, context) => {
  const { plan, soundPath, outputPath } = input;
  if (plan.video === undefined) {
    if (soundPath === undefined) throw fail('INTERNAL', { reason: 'there is neither picture nor sound to assemble' });
    // The sound was written in its container already.
    copyFileSync(soundPath, outputPath);
  } else await stitch(input, plan.video, context);
  context.progress(1);
  return { bytes: statSync(outputPath).size };
};

type Input = Parameters<typeof assembleTask>[0];

async function stitch(input: Input, video: VideoPlan, context: TaskContext): Promise<void> {
  const { plan, sources, soundPath, outputPath } = input;
  if (plan.output.format !== 'mp4' && plan.output.format !== 'mov') {
    throw fail('REQUEST_INVALID', { reason: `format ${plan.output.format} cannot be written, choose mp4 or mov` });
  }
  using parts = openParts(input.picturePaths, video);
  using copiers = openCopiers(sources);
  using movie = openMovie(outputPath, {
    format: plan.output.format,
    size: video.size,
    configuration: configurationFor(video, parts, copiers),
    color: video.encoder.color,
    timescale: video.timescale,
    // The sound of a movie is rendered as an MPEG-4 file of its own.
    ...(soundPath === undefined ? {} : { sound: { path: soundPath, container: 'mov' } }),
  });
  const place = createPlacer(plan, video, movie);
  const pause = createPause(context.signal);
  for (const span of video.spans) {
    for (const packet of packetsOf(span, video, parts, copiers)) {
      place(packet);
      await pause();
    }
    context.progress(Math.min(0.95, place.written() / video.frames));
  }
  if (place.written() !== video.frames)
    throw fail('INTERNAL', { reason: `${place.written()} of ${video.frames} frames were assembled` });
  movie.finish();
}

/** A packet with its place in the output. */
type PlacedPacket = { readonly stamp: number; readonly isKey: boolean; readonly data: Buffer };

/** A span's packets in decode order. */
function* packetsOf(span: VideoSpan, video: VideoPlan, parts: Parts, copiers: Copiers): Generator<PlacedPacket> {
  if (span.kind === 'encode') {
    for (let count = 0; count < span.frames; count++) yield parts.next();
    return;
  }
  const { copier, timebase } = copiers.get(span.assetId, span.streamIndex);
  const unitsPerFrame = (timebase.den * video.frameRate.den) / (timebase.num * video.frameRate.num);
  for (const { pts, isKey, data } of copier.packets(span.firstPts, span.frames)) {
    const rank = Math.round((pts - span.firstPts) / unitsPerFrame);
    const stamp =
      span.shift === undefined
        ? span.stamp + Math.round((rank * video.timescale * video.frameRate.den) / video.frameRate.num)
        : Math.round((pts * timebase.num * video.timescale) / timebase.den) + span.shift;
    yield { stamp, isKey, data };
  }
}

type Placer = { (packet: PlacedPacket): void; written(): number };

function createPlacer(plan: RenderPlan, video: VideoPlan, movie: MovieWriter): Placer {
  const unit = (video.timescale * video.frameRate.den) / video.frameRate.num;
  const dts = createDtsMaker(video.spans[0]?.stamp ?? 0, video.reorderFrames, unit);
  const end = toTimebase(plan.duration, { num: 1, den: video.timescale }, 'round');
  const lastStart = lastStamp(video);
  let written = 0;
  const place = ({ stamp, isKey, data }: PlacedPacket) => {
    // The last picture stays until the timeline ends, so that picture and sound are equally long.
    const duration = stamp >= lastStart ? Math.max(1, end - stamp) : Math.round(unit);
    movie.write({ pts: stamp, dts: dts.next(stamp), duration, isKey, data });
    written++;
  };
  return Object.assign(place, { written: () => written });
}

/** Stamp of the frame shown last; on a kept clock only a bound, later ones do not exist. */
function lastStamp(video: VideoPlan): number {
  const last = video.spans.at(-1)!;
  if (video.keepStamps) return Infinity;
  return last.stamp + Math.round(((last.frames - 1) * video.timescale * video.frameRate.den) / video.frameRate.num);
}

type Parts = Disposable & {
  /** The next encoded packet over all parts. */
  next(): PlacedPacket;
  /** `avcC` of the encoder, absent where nothing was encoded. */
  readonly configuration: Buffer | undefined;
};

function openParts(paths: readonly string[], video: VideoPlan): Parts {
  const readers: PartReader[] = [];
  const close = () => {
    for (const reader of readers) reader[Symbol.dispose]();
  };
  try {
    for (const path of paths) readers.push(openPart(path));
    readers.sort((a, b) => a.header.firstSpan - b.header.firstSpan);
    const covered = readers.every(({ header }, index) => {
      const before = readers[index - 1]?.header;
      return header.firstSpan === (before === undefined ? 0 : before.firstSpan + before.spanCount);
    });
    const last = readers.at(-1)?.header;
    if (!covered || (last?.firstSpan ?? 0) + (last?.spanCount ?? 0) !== video.spans.length) {
      throw fail('INTERNAL', { reason: 'the picture parts do not cover the plan' });
    }
    const configurations = new Set(readers.map(({ header }) => header.configuration).filter((text) => text !== ''));
    // Parts of one plan from one build of the encoder are alike; anything else would show as broken pictures.
    if (configurations.size > 1) throw fail('INTERNAL', { reason: 'the picture parts were encoded differently' });
    const [configuration] = configurations;
    let at = 0;
    return {
      configuration: configuration === undefined ? undefined : Buffer.from(configuration, 'base64'),
      next() {
        for (; at < readers.length; at++) {
          const packet = readers[at]!.next();
          if (packet !== undefined) return packet;
        }
        throw fail('INTERNAL', { reason: 'the picture parts end too early' });
      },
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

type Copiers = Disposable & {
  get(assetId: string, streamIndex: number): { readonly copier: PacketCopier; readonly timebase: { num: number; den: number } };
};

function openCopiers(sources: readonly MediaSource[]): Copiers {
  const open = new Map<string, PacketCopier>();
  return {
    get(assetId, streamIndex) {
      const source = sources.find(({ asset }) => asset.id === assetId);
      const stream = source?.asset.streams.find(({ index }) => index === streamIndex);
      if (source === undefined || stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'video' });
      const key = `${assetId} ${streamIndex}`;
      const copier = open.get(key) ?? openPacketCopier({ path: source.path, container: source.asset.container }, streamIndex);
      open.set(key, copier);
      return { copier, timebase: stream.timebase };
    },
    [Symbol.dispose]() {
      for (const copier of open.values()) copier[Symbol.dispose]();
    },
  };
}

function configurationFor(video: VideoPlan, parts: Parts, copiers: Copiers): Buffer {
  const copied = video.copiedFrom && copiers.get(video.copiedFrom.assetId, video.copiedFrom.streamIndex).copier.parameterSets;
  const own = readParameterSets(parts.configuration ?? null);
  return writeConfiguration([copied, own].filter((sets) => sets !== undefined));
}
