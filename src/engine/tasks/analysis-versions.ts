import type { PictureAnalysis, SoundAnalysis } from '#core/facts';

/** Raise one when its analysis finds something else than before in the same bytes: cached facts of older versions are not used. */
export const soundAnalysisVersions: Readonly<Record<SoundAnalysis, number>> = {
  speech: 2,
  loudness: 1,
  noise: 1,
  beats: 2,
  faults: 4,
};

/** The same for pictures. */
export const pictureAnalysisVersions: Readonly<Record<PictureAnalysis, number>> = {
  shots: 2,
  jumpCuts: 3,
  faults: 1,
  motion: 3,
  shake: 4,
  quality: 2,
  framing: 2,
};
