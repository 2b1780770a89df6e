/** The only door to inference runtimes and voices; loaded in media workers only. */
export { synthesizeSpeech, type FliteVoice, type SpeechSamples } from './flite.ts';
export { createVoiceDetector, vadSampleRateHz, vadWindowSamples, type VoiceDetector } from './silero-vad.ts';
export { createRnnoise, rnnoiseDelaySamples, rnnoiseFrameSamples, type Rnnoise } from './rnnoise.ts';
