/** The only door to speech providers. */
export { createSpeech, type SpeechProvider } from './speech.ts';
