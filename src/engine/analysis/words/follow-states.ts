/**
 * The most likely way through a chain of states: Viterbi's algorithm on a chain that only goes forward, with a window of states that are
 * still in the running. What all ways have in common is settled as it goes, so that memory does not grow with length squared.
 */

export type Chain = {
  /** Index of the scores of each link. */
  readonly states: Int16Array;
  /** Links that may be passed over: from before them straight to the one after. */
  readonly optional: Uint8Array;
  /** Added when a link is entered. */
  readonly entry: Float32Array;
  /** First and last frame in which a link may be; absent: any. */
  readonly from?: Int32Array;
  readonly to?: Int32Array;
};

export type Follow = {
  readonly frames: number;
  readonly score: (frame: number) => Float32Array;
  /** Ways that are this much less likely than the best are given up. */
  readonly beam: number;
  /** Called now and then: for progress and for stopping. */
  readonly onFrame?: (frame: number) => void;
};

const [stay, next, skip] = [0, 1, 2];
/** Frames; looking back costs more than it frees where it is done too often. */
const settleEvery = 500;

/** The link of each frame, rising by at most two; the last frame is in one of the last links. Undefined where no way leads through. */
export function followStates(chain: Chain, { frames, score, beam, onFrame }: Follow): Int32Array | undefined {
  const links = chain.states.length;
  const path = new Int32Array(frames);
  let before = new Float32Array(links).fill(-Infinity);
  let now = new Float32Array(links).fill(-Infinity);
  const came: { readonly low: number; readonly codes: Uint8Array }[] = [];
  let settled = 0;
  let [low, high] = [0, 0];

  for (let frame = 0; frame < frames; frame++) {
    if (frame % 100 === 0) onFrame?.(frame);
    const scores = score(frame);
    const top = frame === 0 ? (chain.optional[0] === 1 ? 1 : 0) : Math.min(links - 1, high + 2);
    const codes = new Uint8Array(top - low + 1);
    let best = -Infinity;
    for (let link = low; link <= top; link++) {
      // What lies above the window is left from earlier frames.
      let [from, value] = [stay, frame === 0 ? 0 : link <= high ? before[link]! : -Infinity];
      if (frame > 0 && link > low) {
        const stepped = link - 1 <= high ? before[link - 1]! + chain.entry[link]! : -Infinity;
        if (stepped > value) [from, value] = [next, stepped];
        if (link > low + 1 && chain.optional[link - 1] === 1) {
          const skipped = before[link - 2]! + chain.entry[link]!;
          if (skipped > value) [from, value] = [skip, skipped];
        }
      }
      const isOutside = chain.from !== undefined && (frame < chain.from[link]! || frame > chain.to![link]!);
      value = isOutside ? -Infinity : value + scores[chain.states[link]!]!;
      now[link] = value;
      codes[link - low] = from;
      if (value > best) best = value;
    }
    came.push({ low, codes });
    const least = best - beam;
    // The way must reach the end: what cannot any more is given up, too.
    let from = low;
    while (from < top && now[from]! < least) from++;
    let to = top;
    while (to > from && now[to]! < least) to--;
    [low, high] = [from, to];
    [before, now] = [now, before];
    if (came.length > settleEvery && frame % settleEvery === 0) settled += settle(low, high);
  }

  function back(at: number, link: number): number {
    const { low: base, codes } = came[at]!;
    return link - codes[link - base]!;
  }

  /** Everything up to where all ways that are left meet is decided. Gives how many frames that is. */
  function settle(lowest: number, highest: number): number {
    let links = new Set<number>();
    for (let link = lowest; link <= highest; link++) if (before[link]! > -Infinity) links.add(link);
    let at = came.length - 1;
    for (; at > 0 && links.size > 1; at--) {
      const earlier = new Set<number>();
      for (const link of links) earlier.add(back(at, link));
      links = earlier;
    }
    const [meeting] = links;
    if (at <= 0 || meeting === undefined) return 0;
    trace(at, meeting);
    came.splice(0, at + 1);
    return at + 1;
  }

  function trace(at: number, link: number): void {
    for (let place = at, here = link; place >= 0; place--) {
      path[settled + place] = here;
      here = place > 0 ? back(place, here) : here;
    }
  }

  let end = links - 1;
  if (chain.optional[end] === 1 && end - 1 >= low && end - 1 <= high && (end > high || before[end - 1]! > before[end]!)) end--;
  if (end > high || end < low || before[end] === -Infinity) return undefined;
  trace(came.length - 1, end);
  return path;
}
