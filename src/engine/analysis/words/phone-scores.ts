/** How well a frame of sound fits each state of each phone, fitted to the voice at hand as its words are found. */
import { phoneNames, statesPerPhone, type PhoneModel } from '#engine/models';

/** States of phones, then what is between words: silence, or anything else that is not in the text. */
export const gapState = phoneNames.length * statesPerPhone;

/** Frames of its own that a mean needs to weigh as much as what it was trained with. */
const prior = 12;
/** How much worse than the best phone a frame may be and still count as speech that is not in the text, natural logarithm. */
const otherPenalty = 5;

export type PhoneScores = {
  /** Natural logarithms of likelihoods of a frame, by state; the same array each time. */
  at(frame: number): Float32Array;
  /** Takes the mean of each state towards the frames that it was found in. */
  adapt(states: Int16Array): void;
};

/** `isSilent` names frames without speech: what silence sounds like here is taken from them. */
export function createPhoneScores(features: Float32Array, model: PhoneModel, isSilent: (frame: number) => boolean): PhoneScores {
  const { dimensions, mixtures, deviations, weights } = model;
  const means = Float32Array.from(model.means);
  const inverse = Float32Array.from(deviations, (deviation) => 1 / deviation);
  const constants = Float32Array.from(weights, (weight, part) => {
    let sum = weight - (dimensions / 2) * Math.log(2 * Math.PI);
    for (let d = 0; d < dimensions; d++) sum -= Math.log(deviations[part * dimensions + d]!);
    return sum;
  });
  let silence = silenceOf(features, dimensions, isSilent);
  const scores = new Float32Array(gapState + 1);
  let scored = -1;

  function partScore(offset: number, part: number): number {
    let sum = 0;
    const base = part * dimensions;
    for (let d = 0; d < dimensions; d++) {
      const distance = (features[offset + d]! - means[base + d]!) * inverse[base + d]!;
      sum += distance * distance;
    }
    return constants[part]! - 0.5 * sum;
  }

  function bestPart(offset: number, state: number): number {
    let best = state * mixtures;
    let most = -Infinity;
    for (let part = best; part < (state + 1) * mixtures; part++) {
      const score = partScore(offset, part);
      if (score > most) [most, best] = [score, part];
    }
    return best;
  }

  /** The score of the best phone. */
  function mostOf(offset: number): number {
    let most = -Infinity;
    for (let part = 0; part < constants.length; part++) most = Math.max(most, partScore(offset, part));
    return most;
  }

  return {
    at(frame) {
      if (scored === frame) return scores;
      scored = frame;
      const offset = frame * dimensions;
      let most = -Infinity;
      for (let state = 0; state < gapState; state++) {
        let score = -Infinity;
        for (let part = state * mixtures; part < (state + 1) * mixtures; part++) score = Math.max(score, partScore(offset, part));
        scores[state] = score;
        most = Math.max(most, score);
      }
      scores[gapState] = Math.max(silence(offset), most - otherPenalty);
      return scores;
    },
    adapt(states) {
      scored = -1;
      const sums = new Float64Array(means.length);
      const counts = new Float64Array(constants.length);
      states.forEach((state, frame) => {
        if (state >= gapState) return;
        const part = bestPart(frame * dimensions, state);
        counts[part]!++;
        for (let d = 0; d < dimensions; d++) sums[part * dimensions + d]! += features[frame * dimensions + d]!;
      });
      counts.forEach((count, part) => {
        for (let d = 0; d < dimensions; d++) {
          const place = part * dimensions + d;
          means[place] = (model.means[place]! * prior + sums[place]!) / (prior + count);
        }
      });
      const isSilentNow = (frame: number) =>
        states[frame] === gapState && silence(frame * dimensions) > mostOf(frame * dimensions) - otherPenalty;
      silence = silenceOf(features, dimensions, isSilentNow);
    },
  };
}

/** One Gaussian over the frames without speech; where there are hardly any, over the quietest. */
function silenceOf(features: Float32Array, dimensions: number, isSilent: (frame: number) => boolean): (offset: number) => number {
  const frames = features.length / dimensions;
  let chosen = Array.from({ length: frames }, (_, frame) => frame).filter(isSilent);
  if (chosen.length < 15) {
    const byLevel = Array.from({ length: frames }, (_, frame) => frame).toSorted((a, b) => features[a * dimensions]! - features[b * dimensions]!); // prettier-ignore
    chosen = byLevel.slice(0, Math.max(5, Math.floor(frames / 20)));
  }
  const mean = new Float32Array(dimensions);
  const inverse = new Float32Array(dimensions);
  let constant = (-dimensions / 2) * Math.log(2 * Math.PI);
  for (let d = 0; d < dimensions; d++) {
    let [sum, squares] = [0, 0];
    for (const frame of chosen) {
      const value = features[frame * dimensions + d]!;
      sum += value;
      squares += value * value;
    }
    mean[d] = sum / chosen.length;
    // Digital silence never varies; what is nearly as quiet is silence too.
    const deviation = Math.max(0.35, Math.sqrt(Math.max(0, squares / chosen.length - mean[d]! ** 2)));
    inverse[d] = 1 / deviation;
    constant -= Math.log(deviation);
  }
  return (offset) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      // Quieter than silence is silence.
      const distance = (features[offset + d]! - mean[d]!) * inverse[d]!;
      sum += d === 0 && distance < 0 ? 0 : distance * distance;
    }
    return constant - 0.5 * sum;
  };
}
