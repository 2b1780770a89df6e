/** What an export shall be, as the command line says it. */

export type OutputFlags = {
  readonly quality?: string;
  readonly resolution?: string;
  readonly preset?: string;
  readonly codec?: string;
  readonly fps?: string;
  readonly aspect?: string;
  readonly fit?: string;
  readonly maxBitrate?: string;
};

/** The fields of `output` in a render request; what was not said is not there. */
export function outputOptions(flags: OutputFlags): Record<string, string> {
  const { quality, resolution, preset, codec, fps, aspect, fit, maxBitrate } = flags;
  const fields = { quality, resolution, preset, codec, fps, aspect, fit, max_bitrate_kbps: maxBitrate };
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Each flag and what it says, in the order of the help. */
export const outputFlags: readonly (readonly [flag: string, describe: string])[] = [
  ['--preset <name>', 'youtube, shorts, reels, tiktok, square, x, podcast, archive or draft'],
  ['--quality <quality>', 'low, medium, high or lossless'],
  ['--resolution <size>', 'at most this size: 1080p, 720p'],
  ['--codec <codec>', 'h264, h265, prores (mov), vp9 or av1 (webm)'],
  ['--fps <rate>', 'frames a second'],
  ['--aspect <shape>', 'another shape: 9:16, 1:1, 4:5'],
  ['--fit <fit>', 'how pictures meet that shape: contain, cover or blur-fill'],
  ['--max-bitrate <kbps>', 'most kilobits a second'],
];
