/** Puts the finished file together from packets: copied ones from the sources, encoded ones from the parts, sound from its file. Nothing is encoded. */
import { copyFileSync, statSync } from 'node:fs';
import { fail } from '#core/errors';
import { toTimebase } from '#core/time';
import {
  openMovie,
  openPacketCopier,
  readParameterSets,
  writeAnimation,
  writeConfiguration,
  type MovieWriter,
  type PacketCopier,
} from '#engine/media';
import { isAnimation, type RenderPlan, type VideoPlan } from '#engine/plan';
import type { MediaSource, TaskContext, TaskImplementation } from '#engine/tasks';
import { createDtsMaker } from './output-dts.ts';
import { createPause } from './pause.ts';
import { openParts, type Parts, type PlacedPacket } from './part-reader.ts';

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
  } else if (isAnimation(plan.output.format)) await animate(input, plan.video, context);
  else await stitch(input, plan.video, context);
  context.progress(1);
  return { bytes: statSync(outputPath).size };
};

type Input = Parameters<typeof assembleTask>[0];

async function stitch(input: Input, video: VideoPlan, context: TaskContext): Promise<void> {
  const { plan, sources, soundPath, outputPath } = input;
  const { format } = plan.output;
  if (format !== 'mp4' && format !== 'mov' && format !== 'webm') {
    throw fail('INTERNAL', { reason: `${format} is not made of coded pictures` });
  }
  using parts = openParts(input.partsFolder, video);
  using copiers = openCopiers(sources);
  using movie = openMovie(outputPath, {
    format,
    codec: video.codec,
    settings: video.encoder,
    size: video.size,
    frameRate: video.frameRate,
    configuration: configurationFor(video, parts, copiers),
    color: video.encoder.color,
    timescale: video.timescale,
    // The sound of a movie is rendered as a file of its own of the same family.
    ...(soundPath === undefined ? {} : { sound: { path: soundPath, container: format === 'webm' ? 'matroska' : 'mov' } }),
  });
  const place = createPlacer(plan, video, movie);
  const pause = createPause(context.signal);
  for (const index of video.spans.keys()) {
    for (const packet of packetsOf(index, video, parts, copiers)) {
      place(packet);
      await pause();
    }
    context.progress(Math.min(0.95, place.written() / video.frames));
  }
  place.end();
  if (place.written() !== video.frames)
    throw fail('INTERNAL', { reason: `${place.written()} of ${video.frames} frames were assembled` });
  movie.finish();
}

/** GIF and WebP: what was kept losslessly becomes an animation, the one kind of file that is encoded here. */
async function animate({ plan, partsFolder, outputPath }: Input, video: VideoPlan, context: TaskContext): Promise<void> {
  const { format, quality } = plan.output;
  if (format !== 'gif' && format !== 'webp') throw fail('INTERNAL', { reason: `${format} is no animation` });
  using parts = openParts(partsFolder, video);
  const pause = createPause(context.signal);
  const passes = format === 'gif' ? 2 : 1;
  let read = 0;
  function* pictures(): Generator<PlacedPacket> {
    for (const index of video.spans.keys()) yield* parts.packets(index);
  }
  await writeAnimation(outputPath, pictures, {
    format,
    quality,
    size: video.size,
    configuration: parts.configuration ?? Buffer.alloc(0),
    timescale: video.timescale,
    end: toTimebase(plan.duration, { num: 1, den: video.timescale }, 'round'),
    onPicture: () => {
      context.progress(Math.min(0.95, ++read / (video.frames * passes)));
      return pause();
    },
  });
}

/** A span's packets in decode order. */
function* packetsOf(index: number, video: VideoPlan, parts: Parts, copiers: Copiers): Generator<PlacedPacket> {
  const span = video.spans[index]!;
  if (span.kind === 'encode') {
    yield* parts.packets(index);
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

/** The picture shown last is among so many that are decoded last: no more than sixteen can come between. Which one it is, is known at the end. */
const mostWaiting = 17;

type Placer = { (packet: PlacedPacket): void; end(): void; written(): number };

function createPlacer(plan: RenderPlan, video: VideoPlan, movie: MovieWriter): Placer {
  const unit = (video.timescale * video.frameRate.den) / video.frameRate.num;
  const dts = createDtsMaker(video.spans[0]?.stamp ?? 0, video.reorderFrames, unit);
  const end = toTimebase(plan.duration, { num: 1, den: video.timescale }, 'round');
  const waiting: PlacedPacket[] = [];
  let written = 0;
  const writeOne = ({ stamp, isKey, data }: PlacedPacket, isLast: boolean) => {
    // The last picture stays until the timeline ends and none stays longer, so that picture and sound are equally long.
    const duration = Math.max(1, isLast ? end - stamp : Math.min(Math.round(unit), end - stamp));
    movie.write({ pts: stamp, dts: dts.next(stamp), duration, isKey, data });
    written++;
  };
  const place = (packet: PlacedPacket) => {
    // Copied: a source's bytes are there until its next packet is read.
    waiting.push({ ...packet, data: Buffer.from(packet.data) });
    if (waiting.length > mostWaiting) writeOne(waiting.shift()!, false);
  };
  const finish = () => {
    const last = Math.max(...waiting.map(({ stamp }) => stamp));
    for (const packet of waiting.splice(0)) writeOne(packet, packet.stamp === last);
  };
  return Object.assign(place, { end: finish, written: () => written });
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
  if (video.codec !== 'h264') return parts.configuration ?? Buffer.alloc(0);
  const copied = video.copiedFrom && copiers.get(video.copiedFrom.assetId, video.copiedFrom.streamIndex).copier.parameterSets;
  const own = readParameterSets(parts.configuration ?? null);
  return writeConfiguration([copied, own].filter((sets) => sets !== undefined));
}
