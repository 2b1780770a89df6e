/** Making items and cutting them in parts, so that source time is neither lost nor doubled. */
import { fail } from '#core/errors';
import { addTicks, maxTicks, minTicks, subtractTicks, timeRange, zero, type Ticks } from '#core/time';
import type { ClipEffect, FadeEffect } from './effects.ts';
import { partEffects } from './part-effects.ts';
import { isReversed, itemDuration, roundedDuration, sourceOffset } from './query.ts';
import type { Clip, Gap, Item, ItemId, TextClip, Transition } from './timeline.ts';

/** An item with a length of its own. */
export type SolidItem = Exclude<Item, Transition>;

/** A clip in its one written form: keys in order, optional ones only where they say something. */
export function makeClip(fields: Clip): Clip {
  const { kind, id, assetId, streamIndex, sourceRange, speed, gainDb, linkId, recordDuration } = fields;
  const effects = fields.effects.filter(saysSomething).toSorted((a, b) => effectOrder[a.name] - effectOrder[b.name]);
  return {
    kind,
    id,
    assetId,
    streamIndex,
    sourceRange,
    speed,
    gainDb,
    effects,
    ...(linkId === undefined ? {} : { linkId }),
    ...(recordDuration === undefined || recordDuration === roundedDuration(fields) ? {} : { recordDuration }),
  };
}

/** In which order effects are written and applied. */
const effectOrder: Readonly<Record<ClipEffect['name'], number>> = {
  repair: -1,
  denoise: 0,
  reverse: 1,
  freeze: 2,
  stabilize: 2.5,
  follow: 2.7,
  crop: 3,
  'chroma-key': 4,
  color: 5,
  blur: 6,
  place: 7,
  zoom: 8,
  envelope: 9,
  fade: 10,
};

function saysSomething(effect: ClipEffect): boolean {
  return effect.name !== 'fade' || effect.in > 0 || effect.out > 0;
}

export function makeGap(id: ItemId, duration: Ticks): Gap {
  return { kind: 'gap', id, duration };
}

export function withoutLink(clip: Clip): Clip {
  const { linkId: _linkId, ...rest } = clip;
  return rest;
}

export type Part = {
  /** Offsets from the item's start in record time. */
  readonly from: Ticks;
  readonly to: Ticks;
  readonly id: ItemId;
  /** Whether the fades at its two ends go with this part. */
  readonly first: boolean;
  readonly last: boolean;
};

/** One part of an item. Errors: EDIT_INVALID for a clip of a single source tick, which has no parts. */
export function partOf(item: SolidItem, part: Part): SolidItem {
  const duration = subtractTicks(part.to, part.from);
  switch (item.kind) {
    case 'gap':
      return makeGap(part.id, duration);
    case 'text':
      return fitText({
        ...item,
        ...partWords(item, part),
        id: part.id,
        duration,
        style: { ...item.style, fadeIn: part.first ? item.style.fadeIn : zero, fadeOut: part.last ? item.style.fadeOut : zero },
      });
    case 'clip': {
      if (item.sourceRange.duration < 2) {
        throw fail('EDIT_INVALID', { edit: 'split', reason: `clip ${item.id} is too short to be cut` });
      }
      const [from, to] = [sourceOffset(item, part.from), sourceOffset(item, part.to)];
      const into = isReversed(item) ? subtractTicks(item.sourceRange.duration, to) : from;
      const sourceRange = timeRange(addTicks(item.sourceRange.start, into), subtractTicks(to, from));
      const effects = partEffects(item.effects, { ...part, whole: itemDuration(item) });
      return fitFades({ ...item, id: part.id, sourceRange, recordDuration: duration, effects });
    }
  }
}

/** The timed words of a part of a text, on its own clock. */
function partWords({ words }: TextClip, { from, to }: Part): Pick<TextClip, 'words'> {
  if (words === undefined) return {};
  const place = (time: Ticks) => subtractTicks(minTicks(maxTicks(time, from), to), from);
  return { words: words.map((word) => ({ ...word, start: place(word.start), end: place(word.end) })) };
}

/** The clip in its written form, with fades that fit into it: the one at its end gives way first. */
export function fitFades(clip: Clip): Clip {
  const length = itemDuration(clip);
  const effects = clip.effects.map((effect): ClipEffect => (effect.name === 'fade' ? shortenFade(effect, length) : effect));
  return makeClip({ ...clip, effects });
}

/** A text whose fades fit into it. */
export function fitText(text: TextClip): TextClip {
  const fadeIn = minTicks(text.style.fadeIn, text.duration);
  const fadeOut = minTicks(text.style.fadeOut, subtractTicks(text.duration, fadeIn));
  return { ...text, style: { ...text.style, fadeIn, fadeOut } };
}

function shortenFade(effect: FadeEffect, length: Ticks): FadeEffect {
  const fadeIn = minTicks(effect.in, length);
  return { name: 'fade', in: fadeIn, out: minTicks(effect.out, subtractTicks(length, fadeIn)) };
}
