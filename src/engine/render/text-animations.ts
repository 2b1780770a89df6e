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
  /** Letter size and middle of the whole text. */
  readonly em: number;
  readonly middle: { readonly x: number; readonly y: number };
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
    case 'pop':
      return mover.isTimed ? one(`${place}${fade}`) : pop(times, mover);
    case 'blur-in': {
      const far = mover.blur + mover.em * 0.35;
      const blur = (radius: number) => `\\blur${px(radius)}`;
      const clear = fadeIn > 0 ? `${blur(far)}${change(0, ms(fadeIn), blur(mover.blur))}` : '';
      const cloud = fadeOut > 0 ? change(leave, length, blur(far)) : '';
      return one(`${place}${fade}${clear}${cloud}`);
    }
  }
}

/** A stretch of a motion that starts and ends somewhere; all in it goes in straight lines. */
type Step = { readonly from: number; readonly to: number; readonly codes: string };

type Way = {
  readonly come: readonly Step[];
  readonly go: readonly Step[];
  /** Part of the time of coming after which nothing is seen through. */
  readonly clearAfter?: number;
};

function insideOf({ canvas: { width, height } }: Mover): string {
  const edges = [Math.ceil(width * 0.05), Math.ceil(height * 0.05), Math.floor(width * 0.95), Math.floor(height * 0.95)];
  return `\\clip(${edges.join(',')})`;
}

/** Coming, staying and going one after the other, all faded over the same times and kept inside the safe part while they move. */
function sequence(times: TextTimes, mover: Mover, way: Way): Motion[] {
  const { from, to, fadeIn, fadeOut } = times;
  const { come, go, clearAfter = 1 } = way;
  const inside = insideOf(mover);
  const fades = { ...times, fadeIn: fadeIn * clearAfter };
  const moving = (steps: readonly Step[]) =>
    steps
      .filter((step) => step.to > step.from)
      .map((step) => ({ ...step, codes: `${step.codes}${fadeFrom(step.from, fades)}${inside}` }));
  const stay = { from: from + fadeIn, to: to - fadeOut, codes: `\\pos(${px(mover.x)},${px(mover.y)})` };
  return [...moving(come), ...(stay.to > stay.from ? [stay] : []), ...moving(go)];
}

/** The fades of the whole time as an event sees them that begins at `start`. */
function fadeFrom(start: number, { from, to, fadeIn, fadeOut }: TextTimes): string {
  const marks = [from, from + fadeIn, to - fadeOut, to].map((mark) => Math.round((mark - start) * 1000));
  return `\\fade(255,0,255,${marks.join(',')})`;
}

/** Quick at the far end and slow at home; the renderer moves in straight lines, so several of them. */
function slide(way: { readonly x: number; readonly y: number }, times: TextTimes, mover: Mover): Motion[] {
  const { from, to, fadeIn, fadeOut } = times;
  const at = (share: number) => `${px(mover.x + way.x * share)},${px(mover.y + way.y * share)}`;
  if (mover.isTimed) {
    const move = fadeIn > 0 ? `\\move(${at(1)},${at(0)},0,${ms(fadeIn)})` : `\\pos(${at(0)})`;
    return [{ from, to, codes: `${move}${fadeFrom(from, times)}${insideOf(mover)}` }];
  }
  const steps = (start: number, length: number, shareAt: (time: number) => number): Step[] =>
    Array.from({ length: slideSteps }, (_, index) => {
      const [now, next] = [index / slideSteps, (index + 1) / slideSteps];
      return { from: start + length * now, to: start + length * next, codes: `\\move(${at(shareAt(now))},${at(shareAt(next))})` };
    });
  // It goes on the way it came: upwards, or to the left.
  return sequence(times, mover, {
    come: steps(from, fadeIn, (time) => (1 - time) ** 3),
    go: steps(to - fadeOut, fadeOut, (time) => -0.6 * time ** 3),
  });
}

const slideSteps = 6;

/** All elements swell about the middle of the whole text, so that letters stay on their plates. */
function pop(times: TextTimes, mover: Mover): Motion[] {
  const { from, to, fadeIn, fadeOut } = times;
  const at = (scale: number) =>
    `${px(mover.middle.x + (mover.x - mover.middle.x) * scale)},${px(mover.middle.y + (mover.y - mover.middle.y) * scale)}`;
  const size = (scale: number) => `\\fscx${px(scale * 100)}\\fscy${px(scale * 100)}`;
  const step = (start: number, end: number, [small, large]: readonly [number, number]): Step => ({
    from: start,
    to: end,
    codes: `\\move(${at(small)},${at(large)})${size(small)}${change(0, ms(end - start), size(large))}`,
  });
  const peak = from + fadeIn * 0.6;
  return sequence(times, mover, {
    come: [step(from, peak, [0.6, 1.05]), step(peak, from + fadeIn, [1.05, 1])],
    go: [step(to - fadeOut, to, [1, 0.75])],
    clearAfter: 0.45,
  });
}

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
