/** A piece from a request: its form, its chords, and its bars one after the other. */
import { fail } from '#core/errors';
import { musicMoods, type MusicFacts, type MusicRequest } from '#core/facts';
import { fromSample } from '#core/time';
import type { Bar, Note, Part } from './bar.ts';
import { barsPerPhrase, beatsPerBar, musicRateHz, planForm, type Form, type Phrase, type PhraseKind } from './form.ts';
import { createMixer } from './mixer.ts';
import { parseChords, parseKey, scaleOf, type Chord, type Key } from './pitch.ts';
import { createRandom, pick } from './random.ts';
import type { Style } from './style.ts';
import { styles } from './styles/index.ts';
import { voiceLead } from './voicing.ts';

export type Piece = {
  readonly facts: MusicFacts;
  readonly samples: number;
  /** Stereo at 48 kHz, a bar at a time, at the level that it came out with; each call plays it anew. */
  readonly bars: () => Generator<[Float32Array, Float32Array]>;
};

const [fewestSeconds, mostSeconds] = [1, 7200];
const [slowest, fastest] = [60, 180];
/** How far a tempo that nobody asked for may be from the mood's own. */
const mostRetuned = 0.08;
/** Over which the last chord goes to silence. */
const lastSeconds = 1.2;

/** Composes; nothing is played yet. Errors: REQUEST_INVALID. */
export function composeMusic(request: MusicRequest): Piece {
  checkRequest(request);
  const { mood, seed = 1 } = request;
  const style = styles[mood];
  const choose = createRandom(mood, seed, 'choices');
  const [usualBpm, usualKey] = [pick(choose, style.bpm), pick(choose, style.keys)];
  const bpm = request.bpm ?? fittingBpm(usualBpm, request.seconds);
  const key = parseKey(request.key ?? usualKey);
  const form = planForm(request, bpm);
  const bar = form.samplesPerBeat * beatsPerBar;
  const at = (beat: number) => fromSample(beat * form.samplesPerBeat, musicRateHz);
  const samples = form.bars * bar;
  return {
    samples,
    facts: {
      mood,
      bpm: request.bpm ?? Math.round(bpm * 10) / 10,
      key: key.name,
      beatsPerBar,
      beats: Array.from({ length: form.bars * beatsPerBar }, (_, index) => at(index)),
      downbeats: Array.from({ length: form.bars }, (_, index) => at(index * beatsPerBar)),
      loop: { start: at(form.loop.start * beatsPerBar), end: at(form.loop.end * beatsPerBar) },
    },
    bars: () => playBars({ style, form, key, name: `${mood} ${seed}` }),
  };
}

/** The tempo near `usual` at which a whole number of bars lasts as long as asked, so that the last chord ends with the picture. */
function fittingBpm(usual: number, seconds: number): number {
  const wanted = seconds * musicRateHz;
  const bars = Math.max(1, Math.round((seconds * usual) / (60 * beatsPerBar)));
  const fitting = (musicRateHz * 60) / Math.ceil(wanted / (bars * beatsPerBar));
  return Math.abs(fitting / usual - 1) <= mostRetuned ? fitting : usual;
}

function checkRequest({ mood, seconds, bpm, seed }: MusicRequest): void {
  const refuse = (reason: string) => fail('REQUEST_INVALID', { reason });
  if (!musicMoods.includes(mood)) throw refuse(`there is no mood ${mood}; moods are ${musicMoods.join(', ')}`);
  if (!(seconds >= fewestSeconds && seconds <= mostSeconds))
    throw refuse(`music is ${fewestSeconds} to ${mostSeconds} seconds long, not ${seconds}`);
  if (bpm !== undefined && !(bpm >= slowest && bpm <= fastest))
    throw refuse(`a tempo is ${slowest} to ${fastest} bpm, not ${bpm}`);
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw refuse(`a seed is a whole number, not ${seed}`);
}

type Playing = { readonly style: Style; readonly form: Form; readonly key: Key; readonly name: string };

function* playBars({ style, form, key, name }: Playing): Generator<[Float32Array, Float32Array]> {
  const samples = form.samplesPerBeat * beatsPerBar;
  const mixer = createMixer(style, { samples, samplesPerBeat: form.samplesPerBeat });
  const barsOf = createBars({ style, form, key, name });
  for (const bar of form.before === undefined ? [] : barsOf(form.before)) mixer.play(notesOf(bar, style));
  let played = 0;
  for (const phrase of form.phrases) {
    for (const bar of barsOf(phrase)) {
      const sound = mixer.play(notesOf(bar, style));
      played++;
      fadeLast(sound, (form.bars - played) * samples);
      yield sound;
    }
  }
}

function notesOf(bar: Bar, style: Style): Note[] {
  const parts: readonly Part[] =
    bar.phrase.kind === 'end'
      ? bar.index === 0
        ? style.ending
        : []
      : style.players.filter((player) => player.in.includes(bar.phrase.kind)).map(({ part }) => part);
  return parts.flatMap((part) => part(bar));
}

const contrasting: ReadonlySet<PhraseKind> = new Set(['b', 'c']);

/** The bars of a phrase: what they hold depends on the phrase's kind and variation and on nothing before it. */
function createBars({ style, form, key, name }: Playing): (phrase: Phrase) => Bar[] {
  const choose = createRandom(name, 'harmony');
  const texts = key.minor ? style.minor : style.major;
  const first = pick(choose, texts);
  const second = pick(
    choose,
    texts.filter((text) => text !== first),
  );
  const voiced = (text: string) => {
    const chords = parseChords(text, key);
    return { chords, voicings: voiceLead(chords, style.hands.center, style.hands.voices) };
  };
  const [main, other, home] = [voiced(first), voiced(second), voiced(key.minor ? 'iadd9' : 'Iadd9')];
  const timing = { samplesPerBeat: form.samplesPerBeat, swing: style.swing, looseness: style.looseness };
  return (phrase) => {
    const { chords, voicings } = phrase.kind === 'end' ? home : contrasting.has(phrase.kind) ? other : main;
    const chordAt = (index: number): Chord => chords[index % chords.length]!;
    return Array.from({ length: phrase.bars }, (_, place): Bar => {
      const index = phrase.firstBar + place;
      const { kind, variation } = phrase;
      return {
        phrase,
        index,
        last: index === barsPerPhrase - 1,
        chord: chordAt(index),
        next: chordAt(index + 1),
        voicing: voicings[index % voicings.length]!,
        scale: scaleOf(key),
        samples: form.samplesPerBeat * beatsPerBar,
        timing,
        random: (part) => createRandom(name, part, kind, variation, index),
        steady: (part) => createRandom(name, part, kind, variation % 3),
      };
    });
  };
}

/** Takes the end of the piece to silence; `after` samples follow the block. */
function fadeLast(block: readonly Float32Array[], after: number): void {
  const count = Math.round(lastSeconds * musicRateHz);
  for (const samples of block) {
    for (let index = Math.max(0, samples.length + after - count); index < samples.length; index++) {
      const left = (samples.length + after - index) / count;
      samples[index]! *= left * left;
    }
  }
}
