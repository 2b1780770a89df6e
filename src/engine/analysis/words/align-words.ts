/** The task that finds a given text in a recording. */
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { fromSample, milliseconds, rangeEnd, toSeconds, type Ticks } from '#core/time';
import { decodeSound } from '#engine/media';
import { phoneModel, phoneNames, pronounce } from '#engine/models';
import type { TaskContext, TaskImplementation, TaskInput } from '#engine/tasks';
import { createSoundAnalyzer } from '../analyze-sound.ts';
import { alignPhones, type FoundWord, type PhoneWord } from './align-phones.ts';
import { cepstraDimensions, cepstraRateHz, createCepstraReader, normalise } from './cepstra.ts';
import { snapToPauses } from './snap-to-pauses.ts';
import { spreadOverSpeech } from './spread-over-speech.ts';

const frame = milliseconds(10);
/** A caption may come this much before its words, or stay this much longer. */
const slackFrames = 60;
/** Fitting the model to the voice gains little after the third time; long recordings tell enough in two. */
const longSeconds = 1200;

/**
 * Times for each word, in order, without overlap.
 *
 * Words that nobody can pronounce here (other scripts than Latin and Han) lie between their neighbours; where they are the most, all
 * times are in proportion to letters over what is spoken, and `estimated` says so.
 *
 * Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE, JOB_CANCELED; WORDS_MISMATCH for a text that the sound cannot hold.
 */
export const alignWordsTask: TaskImplementation<'align-words'> = async ({ source, words }, context) => {
  const heard = await listen(source, context);
  const phones = pronounce(words.map(({ text }) => text)).map((names, index): PhoneWord => ({
    pauses: /[.,;:!?…。，、；：！？]['"”’)」』]*$/u.test(words[index]!.text),
    phones: names.map((name) => phoneNames.indexOf(name as (typeof phoneNames)[number])).filter((index) => index >= 0),
  }));
  const unsaid = phones.filter(({ phones: list }) => list.length === 0).length;
  if (unsaid * 2 > words.length) return { words: spreadOverSpeech(words, heard.speech), estimated: true, fit: 0 };
  const bounds = words.map(({ after, before }) => ({
    from: after === undefined ? 0 : Math.floor(after / frame) - slackFrames,
    to: before === undefined ? heard.frames : Math.ceil(before / frame) + slackFrames,
  }));
  const options = {
    isSilent: heard.isSilent,
    rounds: heard.frames > longSeconds * 100 ? 2 : 3,
    onFrame: () => {
      if (context.signal.aborted) throw fail('JOB_CANCELED');
    },
    onProgress: (fraction: number) => context.progress(0.3 + 0.7 * fraction),
  };
  // Captions that lie elsewhere than they say are found without their times.
  const found =
    alignPhones(heard.features, phones, phoneModel(), { ...options, bounds }) ??
    alignPhones(heard.features, phones, phoneModel(), options);
  if (found === undefined) throw fail('WORDS_MISMATCH', { reason: 'it is longer than the recording' });
  const times = toTimes(found.words, phones, heard.end);
  const isChinese = words.filter(({ text }) => /^\p{Script=Han}/u.test(text)).length * 2 > words.length;
  const stops = phones.map(({ pauses }) => pauses === true);
  // Sounds that are only near give times that are only near; where people pause is heard exactly.
  return { words: isChinese ? snapToPauses(times, stops, heard.speech) : times, estimated: false, fit: found.unfitted };
};

async function listen(source: TaskInput<'align-words'>['source'], context: TaskContext) {
  const stream = mainAudioStream(source.asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const reader = createCepstraReader();
  const analyzer = createSoundAnalyzer(cepstraRateHz, 1, ['speech']);
  const file = { path: source.path, container: source.asset.container };
  let samples = 0;
  for (const [block] of decodeSound(file, { streamIndex: stream.index, sampleRateHz: cepstraRateHz, channels: 1 })) {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    reader.push(block!);
    analyzer.push([block!]);
    samples += block!.length;
    context.progress(Math.min(0.3, (0.3 * samples) / cepstraRateHz / Math.max(1, toSeconds(source.asset.duration))));
    await Promise.resolve();
  }
  const end = fromSample(samples, cepstraRateHz);
  const rows = reader.finish();
  const speech = analyzer.finish(end).speech?.speech ?? [];
  const frames = rows.length / (cepstraDimensions / 2);
  const spoken = new Uint8Array(frames);
  for (const range of speech)
    spoken.fill(1, Math.round(range.start / frame), Math.min(frames, Math.round(rangeEnd(range) / frame)));
  const isSilent = (index: number) => spoken[index] === 0;
  const some = spoken.includes(1);
  return { features: normalise(rows, (index) => !some || spoken[index] === 1), frames, isSilent, speech, end };
}

/** Words that have no time of their own share what lies between their neighbours, at least a frame each. */
function toTimes(found: readonly FoundWord[], phones: readonly PhoneWord[], end: Ticks) {
  const times = found.map(({ start, end: to }) => ({ start: start * frame, end: Math.min(to * frame, end) }));
  let index = 0;
  while (index < times.length) {
    let next = index;
    while (next < times.length && phones[next]!.phones.length === 0) next++;
    if (next > index) {
      const from = times[index - 1]?.end ?? Math.max(0, (times[next]?.start ?? end) - frame * 20 * (next - index));
      const to = Math.max(from, times[next]?.start ?? end);
      for (let at = index; at < next; at++) {
        const share = (place: number) => Math.round(from + ((to - from) * (place - index)) / (next - index));
        times[at] = { start: share(at), end: share(at + 1) };
      }
    }
    index = next + 1;
  }
  let last = 0;
  return times.map(({ start, end: to }, at) => {
    const from = Math.max(last, Math.round(start));
    last = Math.max(from + 1, Math.round(to));
    return { start: from as Ticks, end: last as Ticks, fit: phones[at]!.phones.length === 0 ? -4 : found[at]!.fit };
  });
}
