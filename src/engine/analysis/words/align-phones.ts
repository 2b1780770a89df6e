/** Words of known sound, found in a recording: forced alignment over states of phones, fitted to the voice in a few rounds. */
import type { PhoneModel } from '#engine/models';
import { statesPerPhone } from '#engine/models';
import { followStates, type Chain } from './follow-states.ts';
import { createPhoneScores, gapState } from './phone-scores.ts';

/** A word as indices into `phoneNames`; one without any takes no time. */
export type PhoneWord = {
  readonly phones: readonly number[];
  /** A stop or a comma stands after it: people breathe there. */
  readonly pauses?: boolean;
};

/** Frames of 10 ms, `end` not included. */
export type FoundWord = {
  readonly start: number;
  readonly end: number;
  /** How much better its own phones fit than the best others would, natural logarithm per frame; at most 0, and near it where it is right. */
  readonly fit: number;
};

export type AlignOptions = {
  readonly isSilent: (frame: number) => boolean;
  readonly rounds: number;
  /** Frames between which each word must lie; absent: anywhere. */
  readonly bounds?: readonly { readonly from: number; readonly to: number }[];
  /** Called every second of sound; what it throws ends the search. */
  readonly onFrame?: () => void;
  readonly onProgress?: (fraction: number) => void;
};

/** A gap shorter than this is no pause but a closing of the lips. */
const gapEntry = -6;
const beams = [1500, 4000, 20_000];

export type FoundWords = {
  readonly words: readonly FoundWord[];
  /** Mean fit before anything was fitted to the voice: whether it is this text at all. Around −2.5 where it is, below −4 where it is not. */
  readonly unfitted: number;
};

/** Where each word is; undefined where the text is longer than the sound can hold. */
export function alignPhones(
  features: Float32Array,
  words: readonly PhoneWord[],
  model: PhoneModel,
  options: AlignOptions,
): FoundWords | undefined {
  const frames = features.length / model.dimensions;
  const { chain, wordOf } = chainOf(words, options.bounds);
  const scores = createPhoneScores(features, model, options.isSilent);
  let path: Int32Array | undefined;
  let unfitted = 0;
  const read = (way: Int32Array) => readPath(way, { words, chain, wordOf, score: (frame) => scores.at(frame) });
  for (let round = 0; round < options.rounds; round++) {
    const onFrame = (frame: number) => {
      options.onFrame?.();
      options.onProgress?.((round + frame / frames) / options.rounds);
    };
    for (const beam of beams) {
      path = followStates(chain, { frames, beam, score: (frame) => scores.at(frame), onFrame });
      if (path !== undefined) break;
    }
    if (path === undefined) return undefined;
    if (round === 0) unfitted = meanFit(read(path), words);
    if (round < options.rounds - 1) scores.adapt(Int16Array.from(path, (link) => chain.states[link]!));
  }
  return { words: read(path!), unfitted };
}

function meanFit(found: readonly FoundWord[], words: readonly PhoneWord[]): number {
  const fits = found.flatMap(({ fit }, index) => (words[index]!.phones.length > 0 ? [fit] : []));
  return fits.reduce((sum, fit) => sum + fit, 0) / Math.max(1, fits.length);
}

function chainOf(
  words: readonly PhoneWord[],
  bounds: AlignOptions['bounds'],
): { readonly chain: Chain; readonly wordOf: Int32Array } {
  const states: number[] = [gapState];
  const optional: number[] = [1];
  const entry: number[] = [0];
  const wordOf: number[] = [-1];
  for (const [index, { phones, pauses }] of words.entries()) {
    if (phones.length === 0) continue;
    phones.forEach((phone) => {
      for (let part = 0; part < statesPerPhone; part++) {
        states.push(phone * statesPerPhone + part);
        // In quick speech a phone has no middle.
        optional.push(part === 1 ? 1 : 0);
        entry.push(0);
        wordOf.push(index);
      }
    });
    states.push(gapState);
    optional.push(1);
    entry.push(pauses === true ? 0 : gapEntry);
    wordOf.push(-1);
  }
  return {
    chain: {
      states: Int16Array.from(states),
      optional: Uint8Array.from(optional),
      entry: Float32Array.from(entry),
      ...(bounds === undefined
        ? {}
        : {
            from: Int32Array.from(wordOf, (word) => bounds[word]?.from ?? 0),
            to: Int32Array.from(wordOf, (word) => bounds[word]?.to ?? 2 ** 31 - 1),
          }),
    },
    wordOf: Int32Array.from(wordOf),
  };
}

type Reading = {
  readonly words: readonly PhoneWord[];
  readonly chain: Chain;
  readonly wordOf: Int32Array;
  readonly score: (frame: number) => Float32Array;
};

function readPath(path: Int32Array, { words, chain, wordOf, score }: Reading): FoundWord[] {
  const found = words.map(() => ({ start: -1, end: -1, fit: 0 }));
  path.forEach((link, frame) => {
    const word = found[wordOf[link]!];
    if (word === undefined) return;
    if (word.start < 0) word.start = frame;
    word.end = frame + 1;
    const scores = score(frame);
    let most = -Infinity;
    for (let state = 0; state < gapState; state++) most = Math.max(most, scores[state]!);
    word.fit += scores[chain.states[link]!]! - most;
  });
  let last = 0;
  return found.map(({ start, end, fit }) => {
    if (start < 0) return { start: last, end: last, fit: 0 };
    last = end;
    return { start, end, fit: fit / (end - start) };
  });
}
