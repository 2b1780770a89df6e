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
