/** What the analyses say of sounds whose truth is known: made ones, and recordings that people labelled. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peakAmplitude } from '#core/dsp';
import { findCuts, type SoundFacts } from '#core/facts';
import { milliseconds, rangeEnd, toMilliseconds } from '#core/time';
import { analyzeSoundTask, createSoundAnalyzer } from '#engine/analysis';
import { decodeSound, probeMedia } from '#engine/media';
import { hasRealMedia, labelledWords, realMedia, spokenFiles } from '../fixtures/real-media.ts';
import { createRandom, makeNoise, spokenSentences } from '../fixtures/sounds.ts';
import { addScores, findSpeechIn, makeScene, scoreSpeech } from '../fixtures/speech-truth.ts';

const rate = 48_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-analysis-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function analyze(path: string): Promise<SoundFacts> {
  const asset = { id: 'ast_1', hash: '', name: 'sound', bytes: 1, ...probeMedia(path, path) };
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: folder };
  return analyzeSoundTask({ source: { asset, path }, analyses: ['speech', 'loudness', 'noise'] }, context);
}

/** 16-bit PCM; samples outside −1 … 1 are clipped. */
function writeWav(name: string, channels: readonly Float32Array[], sampleRateHz: number): string {
  const count = channels[0]!.length;
  const bytes = Buffer.alloc(44 + 2 * count * channels.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(sampleRateHz * 2 * channels.length, 28);
  bytes.writeUInt16LE(2 * channels.length, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let index = 0; index < count; index++) {
    channels.forEach((samples, channel) => {
      const value = Math.round(32767 * Math.max(-1, Math.min(1, samples[index]!)));
      bytes.writeInt16LE(value, 44 + 2 * (index * channels.length + channel));
    });
  }
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function expectNumbers(facts: SoundFacts): void {
  const json = JSON.stringify(facts, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? 'not a number' : value,
  );
  expect(json).not.toContain('not a number');
}

describe('speech in room noise with hum', () => {
  test.each([
    { snrDb: 20, least: 0.985 },
    { snrDb: 5, least: 0.975 },
  ])('is found frame by frame at $snrDb dB, with edges within 40 ms', ({ snrDb, least }) => {
    const seeds = [11, 22];
    const scenes = seeds.map((seed) => makeScene(seed, 'room', snrDb, 30));
    const score = addScores(
      scenes.map(({ sound, sampleRateHz, truth }) => scoreSpeech(findSpeechIn(sound, sampleRateHz), truth)),
    );
    process.stdout.write(
      `seeds ${seeds.join()}, ${snrDb} dB: F1 ${score.f1.toFixed(4)}, edges ${score.edgeMedianMs} ms off in the median\n`,
    );
    expect(score.f1).toBeGreaterThanOrEqual(least);
    expect(score.edgeMedianMs).toBeLessThanOrEqual(40);
    expect(score.starts.length).toBeGreaterThan(8);
  });

  test.each(['room', 'white', 'fan', 'street'] as const)('no cut comes into a sentence in %s noise, and pauses go', (noise) => {
    const { sound, sampleRateHz, truth } = makeScene(33, noise, 10, 20);
    const facts = findSpeechIn(sound, sampleRateHz);
    for (const mode of ['trim', 'remove'] as const) {
      const frames = findCuts(facts, { mode }).remove.flatMap((cut) => {
        const first = Math.ceil(toMilliseconds(cut.start) / 10);
        const count = Math.floor(toMilliseconds(rangeEnd(cut)) / 10) - first;
        return [...truth.subarray(first, first + count)];
      });
      const spoken = frames.filter((mark) => mark === 1).length;
      expect(spoken, `${mode}, seed 33`).toBe(0);
      expect(frames.length, `${mode}, seed 33`).toBeGreaterThan(100);
    }
  });

  test('a recording 40 dB quieter has the same speech', () => {
    const { sound, sampleRateHz, truth } = makeScene(44, 'room', 25, 15);
    const score = scoreSpeech(
      findSpeechIn(
        sound.map((value) => value * 0.01),
        sampleRateHz,
      ),
      truth,
    );
    expect(addScores([score]).f1).toBeGreaterThanOrEqual(0.97);
  });
});

test('music between sentences is an audible gap that stays, and a quiet pause goes', () => {
  const { clean, speech } = spokenSentences({ seed: 5, seconds: 16 });
  const [first, second] = [speech[0]!, speech[1]!];
  // Three seconds of chords between the first two sentences, room noise under everything.
  const gap = 4 * rate;
  const sound = new Float32Array(clean.length + gap);
  const hiss = makeNoise('pink', 5, sound.length);
  const from = first.end + rate / 2;
  for (let index = 0; index < sound.length; index++) {
    const source = index < first.end ? index : index - gap;
    const words = index >= first.end && index < first.end + gap ? 0 : clean[source]!;
    const chord = index >= from && index < from + 3 * rate ? makeChord(index) : 0;
    sound[index] = words + chord + 0.0005 * hiss[index]!;
  }
  const facts = findSpeechIn(sound, rate);
  const audible = facts.pauses.filter((pause) => pause.audible);
  expect(audible).toHaveLength(1);
  expect(toMilliseconds(audible[0]!.duration)).toBeGreaterThan(3900);
  const cuts = findCuts(facts, { mode: 'trim' });
  expect(cuts.kept).toHaveLength(1);
  expect(cuts.remove.length).toBeGreaterThan(0);
  expect(second.start).toBeGreaterThan(first.end);
});

function makeChord(index: number): number {
  const time = index / rate;
  const root = [220, 262, 196, 175][Math.floor(time / 0.7) % 4]!;
  return [1, 1.26, 1.5, 2].reduce((sum, ratio) => sum + 0.03 * Math.sin(2 * Math.PI * root * ratio * time), 0);
}

describe('files at the limits have sane facts', () => {
  const random = createRandom(9);
  const hiss = (seconds: number, hz: number, level = 0.1) =>
    Float32Array.from({ length: Math.round(seconds * hz) }, () => level * (2 * random() - 1));

  test.each([0.1, 3])('digital silence of %f s', async (seconds) => {
    const facts = await analyze(writeWav('silence.wav', [new Float32Array(seconds * rate)], rate));
    expectNumbers(facts);
    expect(facts.loudness).toEqual({ integratedLufs: -120, rangeLu: 0, truePeakDbtp: -120, samplePeakDbfs: -120 });
    expect(facts.noise).toEqual({ floorDbfs: -120, speechDbfs: -120, snrDb: 0 });
    expect(facts.speech!.speech).toEqual([]);
    expect(facts.speech!.pauses.map(({ duration }) => toMilliseconds(duration))).toEqual([seconds * 1000]);
  });

  test.each([8000, 11_025, 22_050, 44_100, 96_000])('sentences at %i Hz', async (hz) => {
    const { clean } = spokenSentences({ seed: 3, seconds: 9 });
    const room = clean.map((value) => value + 0.001 * (2 * random() - 1));
    const expected = findSpeechIn(room, rate).speech;
    const low = Float32Array.from(
      { length: Math.floor((room.length * hz) / rate) },
      (_, index) => room[Math.floor((index * rate) / hz)]!,
    );
    const facts = await analyze(writeWav(`at-${hz}.wav`, [low], hz));
    expectNumbers(facts);
    const [start, end] = [facts.speech!.speech[0]!.start, rangeEnd(facts.speech!.speech.at(-1)!)];
    expect(Math.abs(toMilliseconds(start) - toMilliseconds(expected[0]!.start))).toBeLessThan(100);
    expect(Math.abs(toMilliseconds(end) - toMilliseconds(rangeEnd(expected.at(-1)!)))).toBeLessThan(100);
  });

  test('six channels, one of which speaks', async () => {
    const { clean } = spokenSentences({ seed: 4, seconds: 8 });
    const others = Array.from({ length: 6 }, (_, channel) => (channel === 2 ? clean : hiss(8, rate, 0.0005)));
    const facts = await analyze(writeWav('surround.wav', others, rate));
    expectNumbers(facts);
    expect(facts.speech!.speech.length).toBeGreaterThan(0);
    expect(facts.noise!.snrDb).toBeGreaterThan(20);
  });

  test('noise alone, music alone, a click, one sample', async () => {
    const chords = Float32Array.from({ length: 4 * rate }, (_, index) => makeChord(index));
    const click = new Float32Array(rate).fill(0.9, 20_000, 20_040);
    for (const sound of [hiss(3, rate), chords, click, Float32Array.of(0.5)]) {
      const facts = await analyze(writeWav('odd.wav', [sound, sound], rate));
      expectNumbers(facts);
      expect(facts.speech!.speech).toEqual([]);
      expect(facts.noise!.snrDb).toBe(0);
      expect(findCuts(facts.speech!, { mode: 'remove' }).remove).toEqual([]);
    }
  });

  test('a microphone wired the wrong way round is heard all the same', async () => {
    const { clean } = spokenSentences({ seed: 6, seconds: 8 });
    const facts = await analyze(writeWav('phase.wav', [clean, clean.map((value) => -value)], rate));
    expect(facts.speech!.speech.length).toBeGreaterThan(0);
  });
});

test('the same facts come out whatever the blocks are and whichever analyses are asked for', () => {
  const { sound, sampleRateHz } = makeScene(55, 'fan', 15, 10);
  const measure = (block: number, analyses: Parameters<typeof createSoundAnalyzer>[2]) => {
    const analyzer = createSoundAnalyzer(sampleRateHz, 1, analyses);
    for (let start = 0; start < sound.length; start += block) analyzer.push([sound.subarray(start, start + block)]);
    return analyzer.finish(milliseconds(0));
  };
  const all = measure(16_384, ['speech', 'loudness', 'noise']);
  expect(measure(1013, ['speech'])).toEqual({ speech: all.speech });
  expect(measure(48_000, ['noise'])).toEqual({ noise: all.noise });
});

describe.skipIf(!hasRealMedia)('real recordings', () => {
  test.each(spokenFiles)('%s: no cut inside a labelled word', async (file) => {
    const facts = await analyze(realMedia(file));
    expectNumbers(facts);
    const cuts = (['trim', 'remove'] as const).flatMap(
      (mode) => findCuts(facts.speech!, { mode, minimum: milliseconds(150) }).remove,
    );
    const words = labelledWords(file);
    for (const word of words) {
      for (const cut of cuts) {
        // Labels are drawn by hand or by a program: 30 ms is their own precision.
        const inside = toMilliseconds(cut.start) < word.end - 30 && toMilliseconds(rangeEnd(cut)) > word.start + 30;
        expect(inside, `cut at ${toMilliseconds(cut.start)} ms in the word ${word.start}–${word.end} ms`).toBe(false);
      }
    }
    process.stdout.write(
      `${file}: ${facts.speech!.speech.length} stretches of speech, ${cuts.length} cuts, ${words.length} labelled words\n`,
    );
  });

  test('pauses that no fixed threshold finds: a loud room, 20 pauses and none under −35 dBFS', async () => {
    const path = realMedia('speech/gentle__lucier.mp3');
    const { speech } = await analyze(path);
    const between = speech!.pauses.filter(({ duration }) => duration >= milliseconds(400)).length - 2;
    expect(between).toBeGreaterThanOrEqual(19);
    expect(fixedThresholdPauses(path, -35)).toBe(0);
  });

  test('at least 95 % of the pauses over 700 ms of the machine- and hand-labelled files are found', async () => {
    const funasr = await analyze(realMedia('speech/FunASR__0.wav'));
    const labelled = [[28_990, 29_950]] as const;
    for (const [start, end] of labelled) expect(covered(funasr, start, end)).toBeGreaterThan(0.8);
    const counts = await analyze(realMedia('speech/pyAudioAnalysis__count2.wav'));
    const words = labelledWords('pyAudioAnalysis__count2.wav');
    const gaps = words
      .slice(1)
      .flatMap((word, index) => (word.start - words[index]!.end >= 700 ? [[words[index]!.end, word.start] as const] : []));
    expect(gaps.length).toBeGreaterThan(2);
    for (const [start, end] of gaps) expect(covered(counts, start, end)).toBeGreaterThan(0.8);
  });
});

/** The share of `start`–`end` (ms) that lies in pauses. */
function covered(facts: SoundFacts, start: number, end: number): number {
  const inside = facts.speech!.pauses.map(
    (pause) => Math.min(end, toMilliseconds(rangeEnd(pause))) - Math.max(start, toMilliseconds(pause.start)),
  );
  return inside.reduce((sum, part) => sum + Math.max(0, part), 0) / (end - start);
}

/** Stretches of 400 ms and more in which no sample reaches a level: what simple silence cutters look for. */
function fixedThresholdPauses(path: string, dbfs: number): number {
  const { container } = probeMedia(path, path);
  const limit = 10 ** (dbfs / 20);
  const blocks = decodeSound({ path, container }, { streamIndex: 0, sampleRateHz: rate, channels: 2, blockSamples: rate / 100 });
  let [quiet, found] = [0, 0];
  for (const channels of blocks) {
    quiet = channels.every((samples) => peakAmplitude(samples) < limit) ? quiet + 1 : 0;
    if (quiet === 40) found++;
  }
  return found;
}
