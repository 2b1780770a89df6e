/** Whether encoders on graphics hardware really encode here: being compiled in says nothing of the machine. */
import { Codec } from 'node-av/lib';
import { plainPicture } from './draw-picture.ts';
import { openPictureEncoder } from './encode-picture.ts';
import { hardwareFamilies, type PictureCodecName } from './picture-codecs.ts';

const codecs: readonly (readonly [PictureCodecName, string])[] = [
  ['h264', 'h264'],
  ['h265', 'hevc'],
  ['av1', 'av1'],
];
/** The least that all chips take. */
const size = { width: 320, height: 240 };
const frames = 8;

/** FFmpeg's names of those that gave back every picture of a short trial. Run it in a process that may die of a driver. */
export function usableHardware(): string[] {
  return codecs.flatMap(([codec, prefix]) =>
    hardwareFamilies.map((family) => `${prefix}_${family}`).filter((name) => isThere(name) && encodes(codec, name)),
  );
}

function isThere(name: string): boolean {
  return Codec.findEncoderByName(name as never) !== null;
}

function encodes(codec: PictureCodecName, hardware: string): boolean {
  const color = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' };
  const settings = { profile: 'high', crf: 23, preset: 'medium', bFrames: 0, pyramid: false, keyFrames: 30 } as const;
  const frameRate = { num: 30, den: 1 };
  const picture = plainPicture(size, { luma: 90, blue: 110, red: 140 });
  try {
    using encoder = openPictureEncoder({ ...settings, codec, hardware, size, frameRate, color, parameterSetId: 0, threads: 1 });
    let count = 0;
    for (let frame = 0; frame < frames; frame++) for (const _packet of encoder.encode(picture, frame === 0)) count++;
    for (const _packet of encoder.flush()) count++;
    return count === frames;
  } catch {
    // No driver, no device, no rights: it is not usable, and that is all there is to know.
    return false;
  } finally {
    picture.free();
  }
}
