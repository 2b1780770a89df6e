/** Effects, styles, words and blends as the draft shows them: the timeline's own fields with times in whole ms. */
import { milliseconds, toMilliseconds, type Ticks } from '#core/time';
import type { ClipEffect, Ducking, TextClip, TextStyle, TextWord, Transition } from '#core/timeline';

type Json = Readonly<Record<string, unknown>>;

/** Where an effect holds times. */
const timeKeys: Readonly<Record<string, readonly string[]>> = { fade: ['in', 'out'], freeze: ['at'] };

export function shownEffect(effect: ClipEffect): Json {
  if (effect.name === 'envelope')
    return { name: effect.name, points: effect.points.map(({ at, gainDb }) => ({ at: toMilliseconds(at), gainDb })) };
  if (effect.name === 'follow')
    return { name: effect.name, points: effect.points.map((point) => ({ ...point, at: toMilliseconds(point.at) })) };
  return mapTimes(effect, (value) => toMilliseconds(value as Ticks));
}

/** The effect as the timeline has it, still to be checked by the timeline's own schema. */
export function readEffect(shown: Json): Json {
  if ((shown.name === 'envelope' || shown.name === 'follow') && Array.isArray(shown.points))
    return { ...shown, points: shown.points.map((point: Json) => ({ ...point, at: inTicks(point.at) })) };
  return mapTimes(shown, milliseconds);
}

function mapTimes(effect: Json, change: (value: number) => number): Json {
  const keys = timeKeys[String(effect.name)] ?? [];
  return Object.fromEntries(
    Object.entries(effect).map(([key, value]) => [key, keys.includes(key) && typeof value === 'number' ? change(value) : value]),
  );
}

function inTicks(value: unknown): unknown {
  return typeof value === 'number' ? milliseconds(value) : value;
}

export function shownStyle(style: TextStyle): Json {
  const { fadeIn, fadeOut, ...rest } = style;
  return { ...rest, fadeIn: toMilliseconds(fadeIn), fadeOut: toMilliseconds(fadeOut) };
}

/** What a style that names only some things means: the rest is `base`'s. */
export function readStyle(shown: Json, base: TextStyle): Json {
  const { fadeIn, fadeOut, ...rest } = shown;
  const { fadeIn: baseIn, fadeOut: baseOut, ...baseRest } = base;
  return {
    ...baseRest,
    ...rest,
    fadeIn: fadeIn === undefined ? baseIn : inTicks(fadeIn),
    fadeOut: fadeOut === undefined ? baseOut : inTicks(fadeOut),
  };
}

export function shownWords(text: TextClip): readonly Json[] | undefined {
  return text.words?.map(({ text: word, start, end }) => ({
    text: word,
    s: toMilliseconds(start),
    d: toMilliseconds(end) - toMilliseconds(start),
  }));
}

export type ShownWord = { readonly text: string; readonly s: number; readonly d: number };

export function readWords(words: readonly ShownWord[]): TextWord[] {
  return words.map(({ text, s, d }) => ({ text, start: milliseconds(s), end: milliseconds(s + d) }));
}

export function shownBlend(transition: Transition): { readonly name: string; readonly d: number } {
  const { name, inOffset, outOffset } = transition;
  return { name, d: Math.max(1, toMilliseconds((inOffset + outOffset) as Ticks)) };
}

export function shownDucking({ amountDb, attackMs, releaseMs }: Ducking): Json {
  return { db: amountDb, attack: attackMs, release: releaseMs };
}

/** Whether two pieces of JSON say the same, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
