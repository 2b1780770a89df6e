/** Spoken sentences at 48 kHz, the same each time, from the built-in voices. */
import { createResampler } from '#core/dsp';
import { synthesizeSpeech, type FliteVoice } from '#engine/models';

/** Ours; plain statements without names, long and short. */
export const sentences = [
  'The committee will meet again on Thursday to discuss the results of the survey.',
  'Please put the heavy boxes on the lower shelf before you leave.',
  'We measured the temperature of the water every ten minutes.',
  'A short walk after lunch helps most people think more clearly.',
  'The old bridge was closed for repairs during the whole summer.',
  'She opened the window because the kitchen was full of smoke.',
  'In this chapter we look at how rivers shape the land around them.',
  'Nobody expected the train to arrive on time that evening.',
  'First choose a file, then press the large green button.',
  'Fresh bread and strong coffee were waiting on the table.',
  'The museum keeps a small collection of early maps and charts.',
  'Most of the students finished the exercise within half an hour.',
  'You can see the lighthouse from the top of the hill on a clear day.',
  'His grandfather built this boat with his own hands.',
  'The price of electricity has changed three times this year.',
  'Six quick questions are enough to find out what went wrong.',
  'Keep the medicine in a cool and dry place.',
  'The children laughed when the dog jumped over the fence.',
  'A thin layer of ice covered the lake this morning.',
  'They promised to send the final version by the end of the week.',
] as const;

const spoken = new Map<string, Float32Array>();

/** A sentence, from its first sound to its last, at 48 kHz with an RMS of 0.1 while it sounds. Shared: do not write into it. */
export function speakSentence(index: number, voice: FliteVoice): Float32Array {
  const key = `${voice} ${index}`;
  const known = spoken.get(key);
  if (known !== undefined) return known;
  const { samples, sampleRateHz } = synthesizeSpeech(sentences[index % sentences.length]!, voice);
  const resampler = createResampler(sampleRateHz, 48_000);
  const sound = toActive([resampler.push(samples), resampler.flush()]);
  spoken.set(key, sound);
  return sound;
}

function toActive(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const peak = all.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0);
  const sounds = (value: number) => Math.abs(value) > peak / 200;
  const cut = all.subarray(all.findIndex(sounds), all.findLastIndex(sounds) + 1);
  const rms = Math.sqrt(cut.reduce((sum, value) => sum + value * value, 0) / cut.length);
  return cut.map((value) => (value * 0.1) / rms);
}
