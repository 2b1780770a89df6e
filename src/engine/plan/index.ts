/** Render plans: the pure decision. */
export type {
  Container,
  LevelPoint,
  MovingZoom,
  OutputRequest,
  PictureCodec,
  PictureColor,
  PictureEncoder,
  PictureLayer,
  PictureLook,
  PictureOf,
  PicturePath,
  PictureWindow,
  Quality,
  Ramp,
  RenderPlan,
  SoundClip,
  SoundPlan,
  SoundTrack,
  TransitionLayer,
  VideoPlan,
  VideoSpan,
} from './render-plan.ts';
export { planRender } from './plan-render.ts';
export { codecOf, hasPicture, isAnimation, pictureCodecs } from './output-rules.ts';
export type { H264Facts, PictureIndex, PlanSource } from './plan-source.ts';
export { fitInside } from './output-shape.ts';
export { hasAlpha } from './picture-look.ts';
export { fillsCanvas, placePicture, turnedBox, type Box, type PicturePlace } from './place-picture.ts';
export { inUpright, streamThrough, windowAt } from './follow-window.ts';
export { duckingPoints } from './ducking.ts';
export { renderStats } from './render-stats.ts';
export { encodeSpans, rangeKey, shareRanges, soundKey, type EncodeSpan, type KeyOptions, type RangeShare } from './range-key.ts';
export { forecastSteady, partOfPath, steadyPath, type SteadyForecast } from './steady-path.ts';
export { canonicalJson } from './canonical-json.ts';
