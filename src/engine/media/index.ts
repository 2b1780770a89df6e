/** The only door to FFmpeg. Loaded by media worker processes, never by the process that serves. */
import './quiet.ts';

export { breathe, onMediaActivity } from './activity.ts';
export { check, checkOurs, describeCode, isFlow } from './averror.ts';
export { openDemuxer, timebaseOf, type Demuxer, type DemuxerOptions, type MediaFile } from './demuxer.ts';
export { openDecoder, type Decoder, type DecoderOptions } from './decoder.ts';
export { decodeSound, type SoundOptions } from './decode-sound.ts';
export { decodePictures, type Picture, type PictureOptions } from './decode-pictures.ts';
export { streamContent } from './stream-content.ts';
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
export { encodeStill, type StillFormat } from './encode-still.ts';
export { pictureGridTask } from './picture-grid.ts';
export { frameTask } from './frame-task.ts';
export { openPictureChain, type PictureChain, type PictureFilter } from './picture-filter.ts';
export { fitSize, highDynamicRange, rotationFilters, toneMapFilters } from './show-picture.ts';
export { mediaVersions, type MediaVersions } from './versions.ts';
export { readParameterSets, unitsOf, writeConfiguration, type ParameterSets } from './avcc.ts';
export { readPictureIndex, type H264Facts, type PictureIndex } from './picture-index.ts';
export { openBackwardCursor, type BackwardCursor } from './backward-cursor.ts';
export { openPictureCursor, type PictureCursor, type PictureCursorOptions, type ShownFrame } from './picture-cursor.ts';
export { clearPicture, moveLeft, paint, plainPicture, type NativeFrame, type PaintBox, type PaintColor } from './draw-picture.ts';
export {
  openDrawing,
  openPictureGraph,
  type Drawing,
  type DrawStep,
  type GraphOptions,
  type GraphStep,
  type PictureGraph,
  type PictureShape,
} from './picture-graph.ts';
export { openPictureEncoder, type EncodedPicture, type PictureEncoder, type PictureEncoderOptions } from './encode-picture.ts';
export { openPacketCopier, type CopiedPacket, type PacketCopier } from './copy-packets.ts';
export { writeAnimation, type AnimationOptions, type KeptPicture } from './encode-animation.ts';
export type { PictureCodecName } from './picture-codecs.ts';
export { openMovie, type MovieOptions, type MoviePicture, type MovieWriter } from './write-movie.ts';
export { copyPicture, roomForPicture } from './copy-picture.ts';
