/** The task that writes down what is said: stretches of speech, one after another, through a recogniser. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { milliseconds, rangeEnd, seconds, subtractTicks, toSample, totalDuration, type Ticks, type TimeRange } from '#core/time';
import { decodeSound } from '#engine/media';
import { mostHeardSeconds, openRecogniser, recogniserRateHz } from '#engine/models';
import type { MediaSource, TaskContext, TaskImplementation, TaskOutput } from '#engine/tasks';
import { writeWav16 } from './write-wav.ts';

/** A recogniser hears the edges of words better with some air around them. */
const air = milliseconds(200);
/** Stretches this close are heard as one: a sentence tells more than a word. */
const close = milliseconds(600);

/** Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE, MODEL_MISSING, JOB_CANCELED. */
export const recogniseWordsTask: TaskImplementation<'recognise-words'> = async (
  { source, speech, recogniser, language },
  context,
) => {
  if (mainAudioStream(source.asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  if (recogniser.kind === 'pocketsphinx') return hearWithPocketsphinx(source, context);
  const model = openRecogniser(recogniser.folder, recogniser.model, language);
  const texts: { text: string; start: Ticks; end: Ticks }[] = [];
  const languages = new Map<string, number>();
  const whole = Math.max(1, totalDuration(speech));
  let done = 0;
  for (const range of stretches(speech)) {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    const heard = model.hear(readSamples(source, range));
    if (heard.language !== undefined) languages.set(heard.language, (languages.get(heard.language) ?? 0) + range.duration);
    if (heard.text !== '') texts.push({ text: heard.text, start: range.start, end: rangeEnd(range) });
    done += range.duration;
    context.progress(Math.min(1, done / whole));
    await Promise.resolve();
  }
  const [most] = [...languages].toSorted((a, b) => b[1] - a[1]);
  return { kind: 'texts', texts, ...(most === undefined ? {} : { language: most[0] }) };
};

/** Speech joined over short pauses and never longer than a recogniser can hear; a long one is parted evenly. */
export function stretches(speech: readonly TimeRange[]): TimeRange[] {
  const most = seconds(mostHeardSeconds);
  const joined: { start: Ticks; end: Ticks }[] = [];
  for (const range of speech) {
    const start = Math.max(0, range.start - air) as Ticks;
    const end = (rangeEnd(range) + air) as Ticks;
    const last = joined.at(-1);
    if (last !== undefined && start - last.end < close && end - last.start <= most) last.end = end;
    else joined.push({ start: Math.max(start, last?.end ?? 0) as Ticks, end });
  }
  return joined.flatMap(({ start, end }) => {
    const parts = Math.ceil((end - start) / most);
    const at = (index: number) => (start + Math.round(((end - start) * index) / parts)) as Ticks;
    return Array.from({ length: parts }, (_, index) => ({ start: at(index), duration: subtractTicks(at(index + 1), at(index)) }));
  });
}

function readSamples(source: MediaSource, range: TimeRange): Float32Array {
  const stream = mainAudioStream(source.asset)!;
  const file = { path: source.path, container: source.asset.container };
  const samples = new Float32Array(toSample(range.duration, recogniserRateHz, 'ceil') + 1);
  let at = 0;
  for (const [block] of decodeSound(file, { streamIndex: stream.index, sampleRateHz: recogniserRateHz, channels: 1, range })) {
    samples.set(block!.subarray(0, samples.length - at), at);
    at = Math.min(samples.length, at + block!.length);
  }
  return samples.subarray(0, at);
}

/** Where Debian puts it. */
const pocketsphinx = '/usr/bin/pocketsphinx_continuous';

/** PocketSphinx with the English model that it brings: words with times, many of them wrong. */
async function hearWithPocketsphinx(source: MediaSource, context: TaskContext): Promise<TaskOutput<'recognise-words'>> {
  const path = join(context.scratch, 'speech.wav');
  writeFileSync(path, writeWav16(readSamples(source, { start: 0 as Ticks, duration: source.asset.duration }), recogniserRateHz));
  const child = spawn(pocketsphinx, ['-infile', path, '-time', 'yes', '-logfn', '/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    signal: context.signal,
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const words: { text: string; start: Ticks; end: Ticks; confidence: number }[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const found = /^([a-z][a-z'.-]*)(?:\(\d+\))? ([\d.]+) ([\d.]+) ([\d.]+)$/.exec(line);
      if (found === null) continue;
      const [start, end] = [seconds(Number(found[2])), seconds(Number(found[3]) + 0.01)];
      if (end > start) words.push({ text: found[1]!, start, end, confidence: Math.min(1, Number(found[4])) });
      context.progress(Math.min(1, end / Math.max(1, source.asset.duration)));
    }
    if ((await ended) !== 0) throw new Error('it did not end well');
  } catch (cause) {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    throw fail('MODEL_MISSING', { what: 'Hearing words with pocketsphinx' }, { cause });
  } finally {
    child.kill('SIGKILL');
  }
  return { kind: 'words', words, language: 'en' };
}
