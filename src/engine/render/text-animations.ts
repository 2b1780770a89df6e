/** How elements come and go: the pieces of time they are drawn in, and the codes of ASS for each. */
import type { Size } from '#core/asset';
import type { TextAnimation } from '#core/timeline';

/** Seconds from the clip's start. */
export type TextTimes = {
  readonly from: number;
  readonly to: number;
  /** How long it takes to come and to go; 0 where it does not. */
  readonly fadeIn: number;
  readonly fadeOut: number;
};

/** A stretch of time with its codes; end to end, `from` to `to`. */
export type Motion = { readonly from: number; readonly to: number; readonly codes: string };

export type Mover = {
  /** Where the renderer puts the element's anchor, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Letter size of the whole text. */
  readonly em: number;
  /** Its own blur in pixels. */
  readonly blur: number;
  /** Has codes of its own that count from the start of the event, and so stays one event. */
  readonly isTimed: boolean;
  /** Its characters come one by one, so that it does not fade in. */
  readonly isTyped: boolean;
  readonly canvas: Size;
};

/** Shortens both ends alike where the text is shorter than they are. */
export function fitTimes(times: TextTimes): TextTimes {
  const { from, to, fadeIn, fadeOut } = times;
  const factor = Math.min(1, (to - from) / Math.max(1e-9, fadeIn + fadeOut));
  return { from, to, fadeIn: fadeIn * factor, fadeOut: fadeOut * factor };
}

export function motionsOf(animation: TextAnimation, times: TextTimes, mover: Mover): Motion[] {
  const { from, to, fadeIn, fadeOut } = times;
  const place = `\\pos(${px(mover.x)},${px(mover.y)})`;
  const one = (codes: string): Motion[] => [{ from, to, codes }];
  const fade = fadeIn + fadeOut > 0 ? `\\fad(${ms(fadeIn)},${ms(fadeOut)})` : '';
  const length = ms(to - from);
  const leave = length - ms(fadeOut);
  switch (animation) {
    case 'none':
      return one(place);
    case 'fade':
      return one(`${place}${fade}`);
    case 'typewriter':
      // What is not typed is there before the first characters are.
      return one(`${place}\\fad(${mover.isTyped ? 0 : Math.round(ms(fadeIn) * 0.2)},${ms(fadeOut)})`);
    case 'slide-up':
      return slide({ x: 0, y: 0.9 * mover.em }, times, mover);
    case 'slide-left':
      return slide({ x: 1.6 * mover.em, y: 0 }, times, mover);
    case 'pop': {
      if (mover.isTimed) return one(`${place}${fade}`);
      const swell = Math.round(ms(fadeIn) * 0.6);
      const grow = `\\fscx55\\fscy55${change(0, swell, '\\fscx107\\fscy107')}${change(swell, ms(fadeIn), '\\fscx100\\fscy100')}`;
      const shrink = fadeOut > 0 ? change(leave, length, '\\fscx70\\fscy70') : '';
      return one(`${place}\\fad(${Math.round(ms(fadeIn) * 0.5)},${ms(fadeOut)})${fadeIn > 0 ? grow : ''}${shrink}`);
    }
    case 'blur-in': {
      const far = mover.blur + mover.em * 0.35;
      const blur = (radius: number) => `\\blur${px(radius)}`;
      const clear = fadeIn > 0 ? `${blur(far)}${change(0, ms(fadeIn), blur(mover.blur))}` : '';
      const cloud = fadeOut > 0 ? change(leave, length, blur(far)) : '';
      return one(`${place}${fade}${clear}${cloud}`);
    }
  }
}

/** Quick at the far end and slow at home; the renderer moves in straight lines, so several of them. */
function slide(way: { readonly x: number; readonly y: number }, times: TextTimes, mover: Mover): Motion[] {
  const { from, to, fadeIn, fadeOut } = times;
  const at = (share: number) => `${px(mover.x + way.x * share)},${px(mover.y + way.y * share)}`;
  const fadeFrom = (start: number) => {
    const marks = [from, from + fadeIn, to - fadeOut, to].map((mark) => Math.round((mark - start) * 1000));
    return `\\fade(255,0,255,${marks.join(',')})`;
  };
  const { width, height } = mover.canvas;
  const inside = `\\clip(${Math.ceil(width * 0.05)},${Math.ceil(height * 0.05)},${Math.floor(width * 0.95)},${Math.floor(height * 0.95)})`;
  if (mover.isTimed) {
    const move = fadeIn > 0 ? `\\move(${at(1)},${at(0)},0,${ms(fadeIn)})` : `\\pos(${at(0)})`;
    return [{ from, to, codes: `${move}${fadeFrom(from)}${inside}` }];
  }
  const motions: Motion[] = [];
  const steps = (start: number, length: number, places: readonly number[]) => {
    for (const [index, share] of places.entries()) {
      const next = places[index + 1];
      if (next === undefined || length <= 0) break;
      const count = places.length - 1;
      const [a, b] = [start + (length * index) / count, start + (length * (index + 1)) / count];
      motions.push({ from: a, to: b, codes: `\\move(${at(share)},${at(next)})${fadeFrom(a)}${inside}` });
    }
  };
  steps(
    from,
    fadeIn,
    easing.map((share) => (1 - share) ** 3),
  );
  const home = { from: from + fadeIn, to: to - fadeOut };
  if (home.to > home.from) motions.push({ ...home, codes: `\\pos(${at(0)})` });
  // It goes on the way it came: upwards, or to the left.
  steps(
    home.to,
    fadeOut,
    easing.map((share) => -0.6 * share ** 3),
  );
  return motions;
}

const easing = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1];

/** A change of codes from one time to another, in milliseconds from the start of the event. */
export function change(from: number, to: number, codes: string): string {
  // An end of 0 would mean the end of the event.
  return `\\t(${Math.round(from)},${Math.max(1, Math.round(to))},${codes})`;
}

export function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}

export function px(pixels: number): string {
  return String(Math.round(pixels * 100) / 100);
}
