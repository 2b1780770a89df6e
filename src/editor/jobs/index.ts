/** Slow, durable work: exports. */
export {
  cancelRender,
  handleRenders,
  renderEnd,
  renderLink,
  renderOutput,
  renderStatus,
  requestRender,
  sweepStorage,
  type RenderRequest,
} from './contract.ts';
