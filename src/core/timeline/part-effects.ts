/** What becomes of a clip's effects when only a part of it stays, or when it is retimed. */
import { scaleTicks, subtractTicks, ticks, zero, type Ticks } from '#core/time';
import type { ClipEffect, EnvelopeEffect, ZoomEffect } from './effects.ts';

export type KeptPart = {
  /** Offsets from the clip's start in record time; `from` is below 0 where the clip grows at its start. */
  readonly from: Ticks;
  readonly to: Ticks;
  /** The clip's length before. */
  readonly whole: Ticks;
  /** Whether the fades at its two ends go with this part. */
  readonly first: boolean;
  readonly last: boolean;
};

/** Every moment that stays looks and sounds as it did; a zoom goes on where it was. */
export function partEffects(effects: readonly ClipEffect[], part: KeptPart): ClipEffect[] {
  return effects.map((effect) => {
    switch (effect.name) {
      case 'fade':
        return { ...effect, in: part.first ? effect.in : zero, out: part.last ? effect.out : zero };
      case 'zoom':
        return partZoom(effect, part);
      case 'envelope':
        return partEnvelope(effect, part);
      default:
        return effect;
    }
  });
}

/** Effects that are timed on the clip, for another length of the same material. */
export function stretchEffects(effects: readonly ClipEffect[], before: Ticks, after: Ticks): ClipEffect[] {
  return effects.map((effect) =>
    effect.name === 'envelope'
      ? { ...effect, points: risingOnly(effect.points.map((point) => ({ ...point, at: scaleTicks(point.at, after, before) }))) }
      : effect,
  );
}

/** Level of an envelope at a moment of the clip, in dB. */
export function envelopeGainDb({ points }: EnvelopeEffect, at: number): number {
  const next = points.findIndex((point) => point.at > at);
  if (next === 0) return points[0]!.gainDb;
  const before = points[next < 0 ? points.length - 1 : next - 1]!;
  const after = next < 0 ? before : points[next]!;
  if (after.at === before.at) return before.gainDb;
  return before.gainDb + ((after.gainDb - before.gainDb) * (at - before.at)) / (after.at - before.at);
}

function partEnvelope(effect: EnvelopeEffect, { from, to }: KeptPart): EnvelopeEffect {
  const inside = effect.points.filter(({ at }) => at > from && at < to);
  const edge = (at: Ticks) => ({ at: subtractTicks(at, from), gainDb: envelopeGainDb(effect, at) });
  const points = [edge(from), ...inside.map((point) => ({ ...point, at: subtractTicks(point.at, from) })), edge(to)];
  return { ...effect, points: risingOnly(withoutNeedless(points)) };
}

type Point = EnvelopeEffect['points'][number];

/** A level that is held to the end needs no second point. */
function withoutNeedless(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const isEdge = index === 0 || index === points.length - 1;
    const beside = index === 0 ? points[1] : points[index - 1];
    return !isEdge || index === 0 || beside === undefined || beside.gainDb !== point.gainDb;
  });
}

function risingOnly(points: readonly Point[]): Point[] {
  return points.filter((point, index) => index === 0 || point.at > points[index - 1]!.at);
}

function partZoom(effect: ZoomEffect, { from, to, whole }: KeptPart): ZoomEffect {
  if (effect.from === effect.to || (from === 0 && to === whole)) return effect;
  const at = (time: number): number => {
    const share = Math.min(1, Math.max(0, time / whole));
    return Number((effect.from + (effect.to - effect.from) * ease(effect.easing, share)).toFixed(6));
  };
  // A piece of a curve is nearest to a straight line.
  return { ...effect, from: at(from), to: at(ticks(to)), easing: 'linear' };
}

/** Share of the way at a share of the time, both 0 … 1. */
export function ease(easing: ZoomEffect['easing'], share: number): number {
  switch (easing) {
    case 'linear':
      return share;
    case 'ease-in':
      return share * share;
    case 'ease-out':
      return 1 - (1 - share) * (1 - share);
    case 'ease-in-out':
      return share * share * (3 - 2 * share);
  }
}
