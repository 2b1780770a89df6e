/** Slow, durable work: exports. */
export {
  cancelRender,
  hasEnded,
  renderEnd,
  renderOutput,
  renderStatus,
  requestRender,
  type RenderKey,
  type RenderOutput,
  type RenderRequest,
} from './request-render.ts';
export { parseOutputRequest } from './output-request.ts';
export { presetNames, presets, type ExportPreset, type PresetName } from './presets.ts';
export { handleRenders } from './render.ts';
export { sweepStorage } from './sweep.ts';
export { pictureMotion } from './picture-motion.ts';
export { drawingBuild } from './drawing-build.ts';
