/** What values an edit may carry; the saved form's schema uses the same numbers. */
import type { ClipEffect, TextStyle } from './effects.ts';
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
    case 'fade':
      requireTicks(edit, { 'fade in': effect.in, 'fade out': effect.out }, 0);
      return;
  }
}

export function checkName(edit: EditKind, name: string): void {
  if (name.trim() === '' || name.length > limits.nameLength) {
    throw invalid(edit, `a name has 1 to ${limits.nameLength} characters, not ${name.length}`);
  }
}
