/** Colour correction as arithmetic on gamma-coded red, green and blue, 0 … 1. */
import type { ColorEffect, Look } from '#core/timeline';

export type Rgb = readonly [number, number, number];
export type ColorMap = (color: Rgb) => Rgb;

/** Screens' curve is near this power, so that a stop of light is one factor on coded values. */
const gamma = 2.2;
/** Red up and blue down at full warmth, in factors. */
const warmth = 0.18;

/** What exposure does to coded values. */
export function exposureGain(stops: number): number {
  return 2 ** (stops / gamma);
}

/** Exposure, contrast, saturation and temperature, then the user's table, then the look. */
export function colorMap(effect: ColorEffect, table: ColorMap | undefined): ColorMap {
  const { exposure = 0, contrast = 1, saturation = 1, temperature = 0, look } = effect;
  const maps: ColorMap[] = [
    scaled(exposureGain(exposure)),
    contrasted(contrast),
    saturated(saturation),
    tempered(temperature),
    ...(table === undefined ? [] : [clipped, table]),
    ...(look === undefined ? [] : [clipped, ...looks[look]]),
    clipped,
  ];
  return (color) => maps.reduce((value, map) => map(value), color);
}

/** Source: BT.709. */
function lumaOf([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function each(color: Rgb, map: (value: number) => number): Rgb {
  return [map(color[0]), map(color[1]), map(color[2])];
}

function clipped(color: Rgb): Rgb {
  return each(color, (value) => Math.min(1, Math.max(0, value)));
}

function scaled(gain: number): ColorMap {
  return (color) => each(color, (value) => value * gain);
}

function contrasted(contrast: number): ColorMap {
  return (color) => each(color, (value) => (value - 0.5) * contrast + 0.5);
}

function saturated(saturation: number): ColorMap {
  return (color) => {
    const luma = lumaOf(color);
    return each(color, (value) => luma + (value - luma) * saturation);
  };
}

/** Greys keep their light: what red and blue gain and lose together is given back. */
function tempered(temperature: number): ColorMap {
  const gains: Rgb = [1 + warmth * temperature, 1 + 0.02 * temperature, 1 - warmth * temperature];
  const keep = 1 / lumaOf(gains);
  return ([red, green, blue]) => [red * gains[0] * keep, green * gains[1] * keep, blue * gains[2] * keep];
}

/** Black becomes `floor`, white `ceiling`. */
function between(floor: Rgb, ceiling: Rgb): ColorMap {
  return (color) => [0, 1, 2].map((at) => floor[at]! + color[at]! * (ceiling[at]! - floor[at]!)) as unknown as Rgb;
}

/** Darker below the middle, lighter above, both ends where they were. */
function curved(strength: number): ColorMap {
  return (color) => each(color, (value) => value + strength * (value * value * (3 - 2 * value) - value));
}

/** Shadows towards one colour, lights towards another, by offsets at black and white. */
function split(shadows: Rgb, lights: Rgb): ColorMap {
  return (color) => {
    const luma = lumaOf(color);
    return [0, 1, 2].map(
      (at) => color[at]! + shadows[at]! * (1 - luma) * (1 - luma) + lights[at]! * luma * luma,
    ) as unknown as Rgb;
  };
}

const looks: Readonly<Record<Look, readonly ColorMap[]>> = {
  cinematic: [curved(0.35), split([-0.03, 0.015, 0.045], [0.045, 0.012, -0.05]), saturated(0.92)],
  warm: [tempered(0.55), saturated(1.06)],
  cool: [tempered(-0.55), saturated(0.97)],
  vintage: [saturated(0.72), tempered(0.4), between([0.07, 0.05, 0.06], [0.98, 0.95, 0.86]), curved(-0.15)],
  'black-and-white': [saturated(0), curved(0.3)],
  vivid: [curved(0.3), saturated(1.35)],
  faded: [saturated(0.78), between([0.09, 0.09, 0.1], [0.94, 0.94, 0.93])],
};
