/** The only door to FFmpeg. Loaded by media worker processes, never by the process that serves. */
import './quiet.ts';

export { onMediaActivity } from './activity.ts';
export { check, checkOurs, describeCode, isFlow } from './averror.ts';
export { openDemuxer, timebaseOf, type Demuxer, type DemuxerOptions, type MediaFile } from './demuxer.ts';
export { openDecoder, type Decoder, type DecoderOptions } from './decoder.ts';
export { decodeSound, type SoundOptions } from './decode-sound.ts';
export { decodePictures, type Picture, type PictureOptions } from './decode-pictures.ts';
export { readPacketIndex, type PacketIndex } from './packet-index.ts';
export { openMuxer, type Muxer, type MuxerOptions } from './muxer.ts';
export {
  encodeSound,
  openSoundEncoder,
  type SoundCodec,
  type SoundContainer,
  type SoundEncoder,
  type SoundEncoderOptions,
} from './encode-sound.ts';
export { openPlanesEncoder, type Planes, type PlanesEncoder, type PlanesEncoderOptions } from './encode-planes.ts';
export { sniff, type Sniffed } from './sniff.ts';
export { probeMedia } from './probe.ts';
export { probeTask } from './tasks.ts';
export { frameTask } from './frame-task.ts';
export { openPictureChain, type PictureChain, type PictureFilter } from './picture-filter.ts';
export { fitSize, highDynamicRange, rotationFilters, toneMapFilters } from './show-picture.ts';
export { mediaVersions, type MediaVersions } from './versions.ts';
