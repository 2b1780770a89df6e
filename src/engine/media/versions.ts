/** What the media library is and can do here, for `rushes doctor`. */
import { Codec, getFFmpegInfo } from 'node-av/lib';
import { usableHardware } from './try-hardware.ts';

export type MediaVersions = {
  readonly ffmpeg: string;
  /** Encoders that are compiled in and ask for special hardware; whether the hardware is there is not tried. */
  readonly hardwareEncoders: readonly string[];
  /** Those of them that encoded a short trial. */
  readonly usableHardware: readonly string[];
};

export function mediaVersions(): MediaVersions {
  const hardware = /_(?:nvenc|qsv|vaapi|amf|v4l2m2m|videotoolbox|vulkan)$/;
  const hardwareEncoders = Codec.getCodecList()
    .filter((codec) => codec.isEncoder() && hardware.test(codec.name ?? ''))
    .map((codec) => codec.name!)
    .toSorted();
  return { ffmpeg: getFFmpegInfo().version, hardwareEncoders, usableHardware: usableHardware() };
}
