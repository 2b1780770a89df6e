/** Signal processing on arrays of samples: pure, no files, no clock. */
export { amplitudeToDb, dbToAmplitude, dbToPower, peakAmplitude, powerToDb, rmsDbfs, silenceDb, sumOfSquares } from './level.ts';
export { createKWeighting, highPassSection, shelfSection, type Biquad, type KWeighting } from './k-weighting.ts';
export { createTruePeakMeter, truePeakPhases, type TruePeakMeter } from './true-peak.ts';
export { createLoudnessMeter, gatedLufs, type LoudnessMeter, type LoudnessReading } from './loudness.ts';
export { createHeldSamples, type HeldSamples } from './held-samples.ts';
export { createResampler, type Resampler } from './resample.ts';
export { createRealFft, type RealFft } from './fft.ts';
export { autoRegression, fillMissing, residual } from './auto-regression.ts';
export { clickOrder, createClippingMeter, findClicks, type ClippingMeter, type SampleSpan } from './sound-damage.ts';
export { correlate, topOf, whitenedLag, whitenedLags, type Lags, type WhitenedOptions, type WhitenedPeak } from './correlate.ts';
export { siSdrDb } from './si-sdr.ts';
export { stoi } from './stoi.ts';
export { findFlow, sampleGrey, type FlowField, type GreyPicture } from './dense-flow.ts';
export { measureMorph, type MorphFit } from './morph-fit.ts';
