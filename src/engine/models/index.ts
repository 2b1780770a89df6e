/** The only door to inference runtimes and voices; loaded in media workers only. */
export { synthesizeSpeech, type FliteVoice, type SpeechSamples } from './flite.ts';
export { packPhoneModel, phoneModel, phoneNames, statesPerPhone, type PhoneModel } from './phones.ts';
export { pronounce, speakPhones, type SpokenPhone } from './pronounce.ts';
export { openNarrator, type Narrator } from './narrator.ts';
export { createVoiceDetector, vadSampleRateHz, vadWindowSamples, type VoiceDetector } from './silero-vad.ts';
export { createRnnoise, rnnoiseDelaySamples, rnnoiseFrameSamples, type Rnnoise } from './rnnoise.ts';
export { createSpeechEnhancer, enhancerRateHz, type SpeechEnhancer } from './enhancer.ts';
export { mostHeardSeconds, openRecogniser, recogniserRateHz, type Recogniser } from './recogniser.ts';
