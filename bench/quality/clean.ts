/** Nothing makes a healthy clip worse: every repair on twenty clean clips, left alone or with next to all of it kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanClips, writeClean } from '../../test/fixtures/clean-clips.ts';
import { floors, isUnharmed, repairs, tryRepairs, type Repaired } from '../../test/fixtures/unharmed.ts';
import { atLeast, type QualityRow } from './row.ts';

/** Not among those that anything was tuned on. */
const seed = 701;

export async function cleanBench(): Promise<QualityRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    const all: Repaired[] = [];
    for (const [index, make] of Object.values(cleanClips).entries()) {
      const clip = make(seed + index);
      const results = await tryRepairs(await writeClean(clip, folder), folder);
      const touched = results.filter(({ left }) => !left);
      console.log(`${clip.name}: ${touched.length === 0 ? 'nothing to repair' : touched.map(tell).join('; ')}`);
      all.push(...results);
    }
    return rowsOf(all, Object.keys(cleanClips).length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(result: Repaired): string {
  const { repair, siSdrDb, psnrDb, said } = result;
  return `${repair}${isUnharmed(result) ? '' : ' HARMS'} (sound ${siSdrDb.toFixed(1)} dB, picture ${psnrDb.toFixed(1)} dB kept): ${said}`;
}

function rowsOf(all: readonly Repaired[], clips: number): QualityRow[] {
  const set = `${clips} clips, ${repairs.length} repairs each`;
  const worst = (of: (result: Repaired) => number) => Math.min(99, ...all.map(of));
  return [
    atLeast(1, { what: 'clean clips: unharmed or left alone', set, figure: all.filter(isUnharmed).length / all.length }),
    atLeast(floors.siSdrDb, {
      what: 'clean clips: least SI-SDR kept',
      set,
      figure: worst(({ siSdrDb }) => siSdrDb),
      unit: 'dB',
      digits: 1,
    }),
    atLeast(floors.psnrDb, {
      what: 'clean clips: least PSNR kept',
      set,
      figure: worst(({ psnrDb }) => psnrDb),
      unit: 'dB',
      digits: 1,
    }),
  ];
}
