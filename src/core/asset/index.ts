/** Assets: what was imported. */
export {
  mainAudioStream,
  mainVideoStream,
  type Asset,
  type AssetId,
  type AssetKind,
  type AssetProbe,
  type AssetStream,
  type AudioStream,
  type Size,
  type VideoStream,
} from './asset.ts';
