/** Render plans: the pure decision. */
export type {
  Container,
  OutputRequest,
  PictureColor,
  PictureEncoder,
  PictureLayer,
  Quality,
  RenderPlan,
  SoundClip,
  SoundPlan,
  VideoPlan,
  VideoSpan,
} from './render-plan.ts';
export { hasPicture, planRender } from './plan-render.ts';
export type { H264Facts, PictureIndex, PlanSource } from './plan-source.ts';
export { fitInside } from './output-shape.ts';
export { splitSpans, type SpanShare } from './split-spans.ts';
