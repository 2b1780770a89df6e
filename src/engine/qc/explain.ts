/** What the sources explain of a finished file's faults: damaged pictures that were copied as they are, black, frozen and clipped stretches. */
import {
  addTicks,
  formatClock,
  frameDuration,
  fromSample,
  overlaps,
  rangeEnd,
  scaleTicks,
  subtractTicks,
  ticks,
  timeRange,
  type Ticks,
  type TimeRange,
} from '#core/time';
import type { ProofCheck } from '#core/facts';
import type { VideoSpan } from '#engine/plan';
import type { DecodedPictures } from './check-decode.ts';
import { expectedPicture } from './expected-source.ts';
import { lookAtPictures } from './look-at-pictures.ts';
import type { SoundMeasures } from '#engine/tasks';
import { sourceView } from './picture-view.ts';
import type { PictureCompared } from './sync-picture.ts';
import { isClippedInSource, type SoundCompared } from './sync-sound.ts';

/** Stretches looked into; a file with more is told of by these. */
const mostLooks = 4;
/** A source darker than this everywhere explains a black picture. */
const darkLevel = 36;
/** Grey levels by which two pictures of a still source may differ. */
const stillLevels = 3;

/**
 * The check that everything decodes. A damaged picture of a source is copied as damaged as it is: that is told and is no
 * fault of the export, as long as the source decodes no better there.
 */
export function checkDecode(
  found: DecodedPictures,
  input: PictureCompared,
  corruptPackets: number,
): { check: ProofCheck; warnings: string[] } {
  const total = found.faults.reduce((sum, fault) => sum + fault.refused + fault.damaged.length, 0);
  const copied = new Set<VideoSpan & { kind: 'copy' }>();
  let ours = corruptPackets;
  for (const { range, refused, damaged } of found.faults) {
    const spans = damaged.map((at) => expectedPicture(input.plan, at)?.span);
    ours += spans.filter((span) => span?.kind !== 'copy').length;
    const near = input.plan.video!.spans.filter((span) => overlaps(span.record, range));
    if (refused > 0 && !near.some((span) => span.kind === 'copy')) ours += refused;
    for (const span of refused > 0 ? near : spans) if (span?.kind === 'copy') copied.add(span);
  }
  for (const span of copied) if (!isDamagedInSource(input, span)) ours++;
  const of = `${found.frames} decoded (the file has ${input.plan.video!.frames})`;
  const measured =
    total + corruptPackets === 0 ? `0 damaged of ${of}` : `${total + corruptPackets} faults in ${of}, ${ours} of our making`;
  return {
    check: { name: 'decode', ok: ours === 0 && found.frames > 0, expected: 'no damaged picture', measured },
    warnings: total > 0 && ours === 0 ? [`${total} damaged pictures are damaged in the source too`] : [],
  };
}

function isDamagedInSource(input: PictureCompared, span: VideoSpan & { kind: 'copy' }): boolean {
  const damage = { count: 0 };
  const { streamIndex, source, assetId } = span;
  for (const picture of lookAtPictures(input.fileOf(assetId), { streamIndex, range: source, view: undefined, damage })) {
    if (picture.damaged) return true;
  }
  return damage.count > 0;
}

export function unexplainedPictures(found: DecodedPictures, input: PictureCompared): string[] {
  const warnings: string[] = [];
  for (const range of found.black.slice(0, mostLooks)) {
    const source = sourceThumbnail(input, addTicks(range.start, scaleTicks(range.duration, 1, 2)));
    if (source?.some((value) => value > darkLevel))
      warnings.push(`The picture is black from ${fromTo(range)}, its source is not`);
  }
  for (const range of found.frozen.slice(0, mostLooks)) {
    const frame = frameDuration(input.plan.video!.frameRate);
    const before = sourceThumbnail(input, range.start);
    const after = sourceThumbnail(input, subtractTicks(rangeEnd(range), frame));
    const moves = before !== undefined && after?.some((value, cell) => Math.abs(value - before[cell]!) > stillLevels);
    if (moves === true) warnings.push(`The picture stands still from ${fromTo(range)}, its source moves`);
  }
  return warnings;
}

export function unexplainedClipping(found: SoundMeasures, input: SoundCompared): string[] {
  const places = found.clipped.slice(0, mostLooks).filter((first) => !isClippedInSource(input, first));
  if (places.length === 0) return [];
  const times = places.map((first) => formatClock(fromSample(first, input.plan.sampleRateHz)));
  const count = found.clipped.length > mostLooks ? ` and more (${found.clipped.length} in all)` : '';
  return [`The sound clips at ${times.join(', ')}${count}, its source does not`];
}

/** What the source shows at record time `at`; undefined where the plan shows no single source there. */
function sourceThumbnail(input: PictureCompared, at: Ticks): Uint8Array | undefined {
  const expected = expectedPicture(input.plan, at);
  const stream = expected && input.streamOf(expected.assetId, expected.streamIndex);
  const view = stream && sourceView(stream);
  if (expected === undefined || stream === undefined || view === undefined) return undefined;
  const frame = frameDuration(stream.frameRate);
  const range = timeRange(ticks(Math.max(0, expected.at - 2 * frame)), ticks(4 * frame));
  const file = input.fileOf(expected.assetId);
  const seen = [...lookAtPictures(file, { streamIndex: expected.streamIndex, range, view, damage: { count: 0 } })];
  return (seen.findLast((picture) => picture.at <= expected.at) ?? seen[0])?.thumbnail;
}

function fromTo(range: TimeRange): string {
  return `${formatClock(range.start)} to ${formatClock(rangeEnd(range))}`;
}
