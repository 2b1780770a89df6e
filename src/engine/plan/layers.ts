/** The layers of an encode span, from what is on screen over its stretch. */
import { rangeEnd, ticks, type TimeRange } from '#core/time';
import type { Stretch } from './compose.ts';
import type { PictureLayer } from './render-plan.ts';

type Pick = { readonly firstPts?: number; readonly endPts?: number; readonly shift?: number };

/** The stretch's clip over `record`, a part of the stretch; fades are cut to the part. */
export function pictureLayer(stretch: Stretch, record: TimeRange, source: TimeRange, pick: Pick): PictureLayer {
  const { clip } = stretch.placed!;
  return {
    kind: 'picture',
    assetId: clip.assetId,
    streamIndex: clip.streamIndex,
    source,
    speed: clip.speed,
    ...pick,
    ...(stretch.opacity === undefined ? {} : { opacity: partOf(stretch, record) }),
  };
}

function partOf({ record: whole, opacity }: Stretch, part: TimeRange): { from: number; to: number } {
  const { from, to } = opacity!;
  const at = (time: number) => Math.min(1, Math.max(0, from + ((to - from) * (time - whole.start)) / whole.duration));
  return { from: at(part.start), to: at(rangeEnd(part)) };
}

export function textLayers(stretch: Stretch, record: TimeRange): PictureLayer[] {
  return stretch.texts.map(({ text, record: placed }) => ({
    kind: 'text',
    text: text.text,
    style: text.style,
    start: ticks(placed.start - record.start),
    end: ticks(rangeEnd(placed) - record.start),
  }));
}
