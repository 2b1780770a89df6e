/** Looks at media and timelines before anything is exported. */
export {
  assetFrame,
  contactSheet,
  filmstrip,
  timelineFrame,
  type AssetKey,
  type GridRequest,
  type PictureFormat,
} from './pictures.ts';
export type { PreviewFile } from './kept-file.ts';
export { handleProxies, proxy, type ProxyState } from './proxy.ts';
export { waveform, waveformPicture, type Waveform } from './waveform.ts';
