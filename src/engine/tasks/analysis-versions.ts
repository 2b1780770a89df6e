import type { SoundAnalysis } from '#core/facts';

/** Raise one when its analysis finds something else than before in the same bytes: cached facts of older versions are not used. */
export const soundAnalysisVersions: Readonly<Record<SoundAnalysis, number>> = { speech: 1, loudness: 1, noise: 1 };
