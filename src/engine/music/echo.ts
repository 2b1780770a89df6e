/** Echoes from side to side, each duller and quieter than the one before. */
import { musicRateHz } from './form.ts';

const feedback = 0.36;
const dampingHz = 2600;

export type Echo = (send: Float32Array, left: Float32Array, right: Float32Array) => void;

/** Adds the echoes of `send`, `samples` apart, to both sides. */
export function createEcho(samples: number): Echo {
  const [toLeft, toRight] = [new Float32Array(samples), new Float32Array(samples)];
  const damping = 1 - Math.exp((-2 * Math.PI * dampingHz) / musicRateHz);
  let kept = { place: 0, left: 0, right: 0 };
  return (send, left, right) => {
    let { place, left: dullLeft, right: dullRight } = kept;
    for (let index = 0; index < send.length; index++) {
      dullLeft += damping * (toLeft[place]! - dullLeft);
      dullRight += damping * (toRight[place]! - dullRight);
      left[index]! += dullLeft;
      right[index]! += dullRight;
      toLeft[place] = send[index]! + feedback * dullRight;
      toRight[place] = feedback * dullLeft;
      place = place + 1 === samples ? 0 : place + 1;
    }
    kept = { place, left: dullLeft, right: dullRight };
  };
}
