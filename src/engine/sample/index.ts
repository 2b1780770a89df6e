/** Recordings with known truth, made from a seed: for the demo, for tests and for measuring. */
export { createScreen, type ScreenFrame } from './draw-screen.ts';
export { drawFrameCounter, readFrameCounter } from './frame-counter.ts';
export { createRandom, makeNoise, noiseKinds, soundRateHz, type NoiseKind } from './noises.ts';
export { sentences, speakSentence } from './sentences.ts';
export { makeSampleTask } from './make-sample.ts';
