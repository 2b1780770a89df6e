/** What values an edit may carry; the saved form's schema uses the same numbers. */
import { looks, type ClipEffect, type EnvelopeEffect, type TextStyle } from './effects.ts';
import type { EditKind } from './edit.ts';
import { invalid, requireTicks } from './edit-state.ts';

export const limits = {
  /** Items of all tracks together. */
  items: 10_000,
  tracks: 200,
  /** −144 dB is silence: below what 24 bits can hold. */
  lowestGainDb: -144,
  highestGainDb: 60,
  slowest: 0.01,
  fastest: 100,
  textLength: 2000,
  envelopePoints: 10_000,
  followPoints: 20_000,
  nameLength: 200,
  /** Pixels on one side. */
  canvas: 16_384,
} as const;

export function checkGain(edit: EditKind, gainDb: number): void {
  if (!(gainDb >= limits.lowestGainDb && gainDb <= limits.highestGainDb)) {
    throw invalid(edit, `${gainDb} dB is not between ${limits.lowestGainDb} and ${limits.highestGainDb} dB`);
  }
}

export function checkText(edit: EditKind, text: string, style: TextStyle): void {
  if (text.trim() === '' || text.length > limits.textLength) {
    throw invalid(edit, `a text has 1 to ${limits.textLength} characters, not ${text.length}`);
  }
  if (!(style.size >= 0.02 && style.size <= 0.3)) throw invalid(edit, `text size ${style.size} is not between 0.02 and 0.3`);
  requireTicks(edit, { 'fade in': style.fadeIn, 'fade out': style.fadeOut }, 0);
}

export function checkEffect(edit: EditKind, effect: ClipEffect): void {
  switch (effect.name) {
    case 'denoise':
      if (!(effect.strength >= 0 && effect.strength <= 1))
        throw invalid(edit, `strength ${effect.strength} is not between 0 and 1`);
      return;
    case 'repair':
      requireWithin(edit, { hum: effect.hum ?? 50 }, 20, 1000);
      requireWithin(edit, { clipping: effect.clipping ?? 1 }, 0.05, 2);
      requireWithin(edit, { echo: effect.echo ?? 1 }, 0.1, 5);
      requireWithin(edit, { sibilance: effect.sibilance ?? 0 }, -80, 0);
      requireWithin(edit, { strength: effect.strength ?? 1 }, 0, 1);
      return;
    case 'fade':
      requireTicks(edit, { 'fade in': effect.in, 'fade out': effect.out }, 0);
      return;
    case 'freeze':
      requireTicks(edit, { 'freeze at': effect.at }, 0);
      return;
    case 'stabilize':
      requireWithin(edit, { strength: effect.strength }, 0, 1);
      requireWithin(edit, { 'most zoom': effect.maxZoom }, 1.01, 1.5);
      return;
    case 'follow':
      if (effect.points.length < 1 || effect.points.length > limits.followPoints)
        throw invalid(edit, `what is followed has 1 to ${limits.followPoints} points, not ${effect.points.length}`);
      for (const [index, { at, x, y }] of effect.points.entries()) {
        requireTicks(edit, { 'follow time': at }, 0);
        requireWithin(edit, { 'follow x': x, 'follow y': y }, 0, 1);
        if (index > 0 && at <= effect.points[index - 1]!.at) throw invalid(edit, 'the times of what is followed rise');
      }
      return;
    case 'crop':
      requireWithin(edit, { left: effect.left, top: effect.top, right: effect.right, bottom: effect.bottom }, 0, 0.95);
      requireWithin(
        edit,
        { 'left and right': effect.left + effect.right, 'top and bottom': effect.top + effect.bottom },
        0,
        0.95,
      );
      return;
    case 'chroma-key':
      requireColor(edit, effect.color);
      requireWithin(edit, { similarity: effect.similarity }, 0.01, 1);
      requireWithin(edit, { blend: effect.blend }, 0, 1);
      return;
    case 'color':
      requireWithin(edit, { exposure: effect.exposure ?? 0 }, -3, 3);
      requireWithin(edit, { contrast: effect.contrast ?? 1 }, 0, 2);
      requireWithin(edit, { saturation: effect.saturation ?? 1 }, 0, 3);
      requireWithin(edit, { temperature: effect.temperature ?? 0 }, -1, 1);
      if (effect.look !== undefined && !looks.includes(effect.look))
        throw invalid(edit, `there is no look "${effect.look as string}"`);
      return;
    case 'blur': {
      requireWithin(edit, { radius: effect.radius }, 0.001, 0.2);
      const { x, y, width, height } = effect.region ?? { x: 0, y: 0, width: 1, height: 1 };
      requireWithin(edit, { x, y, right: x + width, bottom: y + height }, 0, 1.000001);
      requireWithin(edit, { width, height }, 0.001, 1);
      return;
    }
    case 'place':
      requireWithin(edit, { scale: effect.scale }, 0.01, 10);
      requireWithin(edit, { x: effect.x, y: effect.y }, -2, 3);
      requireWithin(edit, { 'focus x': effect.focusX ?? 0.5, 'focus y': effect.focusY ?? 0.5, opacity: effect.opacity }, 0, 1);
      requireWithin(edit, { rotation: effect.rotation }, -360, 360);
      return;
    case 'zoom':
      requireWithin(edit, { from: effect.from, to: effect.to }, 1, 8);
      requireWithin(edit, { 'anchor x': effect.anchorX, 'anchor y': effect.anchorY }, 0, 1);
      return;
    case 'envelope':
      checkEnvelope(edit, effect);
      return;
    case 'reverse':
      return;
  }
}

function checkEnvelope(edit: EditKind, { points }: EnvelopeEffect): void {
  if (points.length < 1 || points.length > limits.envelopePoints)
    throw invalid(edit, `an envelope has 1 to ${limits.envelopePoints} points, not ${points.length}`);
  for (const [index, point] of points.entries()) {
    requireTicks(edit, { 'envelope time': point.at }, 0);
    checkGain(edit, point.gainDb);
    if (index > 0 && point.at <= points[index - 1]!.at) throw invalid(edit, 'the times of an envelope rise');
  }
}

function requireWithin(edit: EditKind, values: Readonly<Record<string, number>>, lowest: number, highest: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= lowest && value <= highest)) throw invalid(edit, `${name} is ${value}, not between ${lowest} and ${highest}`);
  }
}

export function requireColor(edit: EditKind, color: string): void {
  if (!/^#[0-9a-f]{6}$/i.test(color)) throw invalid(edit, `"${color}" is not a colour like #rrggbb`);
}

export function checkName(edit: EditKind, name: string): void {
  if (name.trim() === '' || name.length > limits.nameLength) {
    throw invalid(edit, `a name has 1 to ${limits.nameLength} characters, not ${name.length}`);
  }
}
