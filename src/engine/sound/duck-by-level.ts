/** Ducking where nobody knows where speech is: music goes down where the other tracks are loud. */
import { fromSample, rangeBetween, type TimeRange } from '#core/time';
import { duckingPoints, type LevelPoint, type SoundClip, type SoundPlan } from '#engine/plan';

const frameSeconds = 0.02;
/** Loud is what stands at most this far below the loudest twentieth of a track, and never what is below the floor. */
const [belowLoudDb, floorDbfs] = [20, -50];
/** Shorter sounds than this are clicks. */
const leastFrames = 4;

/** The envelope of each track of a plan, `play` giving the clips of a track; undefined where its level stays. */
export async function envelopesOf(
  sound: SoundPlan,
  play: (track: number, clips: readonly SoundClip[]) => Iterable<Float32Array[]>,
  pause: () => Promise<void>,
): Promise<(readonly LevelPoint[] | undefined)[]> {
  const loud = new Map<number, readonly TimeRange[]>();
  for (const index of new Set(sound.tracks.flatMap(({ duckedByLevel }) => duckedByLevel?.tracks ?? []))) {
    const clips = sound.tracks[index]!.clips.filter((clip) => clip.ducksByLevel);
    loud.set(index, await findLoud(play(index, clips), sound.sampleRateHz, pause));
  }
  return sound.tracks.map(({ envelope, duckedByLevel }) => {
    if (duckedByLevel === undefined) return envelope;
    const { tracks, spoken, ducking } = duckedByLevel;
    return duckingPoints([...spoken, ...tracks.flatMap((index) => loud.get(index) ?? [])], ducking, sound.sampleRateHz);
  });
}

/** Where a sound is loud by its own measure. */
async function findLoud(
  blocks: Iterable<readonly Float32Array[]>,
  sampleRateHz: number,
  pause: () => Promise<void>,
): Promise<TimeRange[]> {
  const frame = Math.round(sampleRateHz * frameSeconds);
  const levels: number[] = [];
  let [energy, filled] = [0, 0];
  for (const block of blocks) {
    await pause();
    for (let index = 0; index < block[0]!.length; index++) {
      for (const samples of block) energy += samples[index]! ** 2;
      if (++filled < frame) continue;
      levels.push(10 * Math.log10(energy / (frame * block.length) + 1e-12));
      [energy, filled] = [0, 0];
    }
  }
  const sorted = levels.toSorted((a, b) => a - b);
  const threshold = Math.max(floorDbfs, (sorted[Math.floor(sorted.length * 0.95)] ?? 0) - belowLoudDb);
  const ranges: TimeRange[] = [];
  for (let from = 0; from < levels.length;) {
    let to = from;
    while (to < levels.length && levels[to]! >= threshold) to++;
    if (to - from >= leastFrames)
      ranges.push(rangeBetween(fromSample(from * frame, sampleRateHz), fromSample(to * frame, sampleRateHz)));
    from = to + 1;
  }
  return ranges;
}
