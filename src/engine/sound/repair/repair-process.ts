/** The repairs of a clip, one after the other, for every channel: clicks first, so that nothing rings on them. */
import type { RepairEffect } from '#core/timeline';
import { createLineCanceller } from '../denoise/line-canceller.ts';
import { chain, type Stage } from '../denoise/stage.ts';
import type { SoundProcess } from '../sound-reader.ts';
import { createDeclick } from './declick.ts';
import { createDeclip } from './declip.ts';
import { createDeess } from './deess.ts';
import { createDereverb } from './dereverb.ts';
import { createHighPass } from './high-pass.ts';

/** Harmonics of hum up to here are taken out. */
const highestHarmonicHz = 1600;

/** One channel at 48 kHz; undefined where the effect asks for nothing. */
export function createRepairStage({
  clicks,
  clipping,
  hum,
  rumble,
  echo,
  sibilance,
  strength = 1,
}: RepairEffect): Stage | undefined {
  const stages: Stage[] = [
    ...(clicks === true ? [createDeclick()] : []),
    ...(clipping === undefined ? [] : [createDeclip(clipping)]),
    ...(hum === undefined ? [] : [createLineCanceller(harmonicsOf(hum), 1)]),
    ...(rumble === true ? [createHighPass()] : []),
    ...(echo === undefined ? [] : [createDereverb(echo, strength)]),
    ...(sibilance === undefined ? [] : [createDeess(sibilance, strength)]),
  ];
  return stages.length === 0 ? undefined : stages.reduce((first, second) => chain(first, second));
}

function harmonicsOf(hz: number) {
  return Array.from({ length: Math.floor(highestHarmonicHz / hz) }, (_, index) => ({ hz: hz * (index + 1), levelDbfs: -60 }));
}

/** All channels; the process that follows, where there is one, hears the repaired sound. */
export function createRepairProcess(channels: number, effect: RepairEffect, next?: SoundProcess): SoundProcess {
  const stages = Array.from({ length: channels }, () => createRepairStage(effect));
  const through = (block: readonly Float32Array[]) => block.map((samples, channel) => stages[channel]?.push(samples) ?? samples);
  const rest = () => stages.map((stage) => stage?.flush() ?? new Float32Array(0));
  if (next === undefined) return { process: (block) => through(block), flush: () => rest() };
  return {
    process: (block) => next.process(through(block)),
    flush() {
      const [last, tail] = [next.process(rest()), next.flush()];
      return last.map((samples, channel) => {
        const all = new Float32Array(samples.length + tail[channel]!.length);
        all.set(samples);
        all.set(tail[channel]!, samples.length);
        return all;
      });
    },
  };
}
