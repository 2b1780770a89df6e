/** What work costs, its own processes included. */
import { readFileSync } from 'node:fs';

/** Wall and CPU time of `work` and of the child processes that ended in it. */
export async function costOf(work: () => unknown): Promise<Cost> {
  const [started, cpuBefore] = [performance.now(), childCpuSeconds()];
  await work();
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: childCpuSeconds() - cpuBefore };
}

export type Cost = { readonly seconds: number; readonly cpuSeconds: number };

export function inWords({ seconds: wall, cpuSeconds }: Cost): string {
  return `${wall.toFixed(2)} s, ${cpuSeconds.toFixed(1)} s of CPU`;
}

/** CPU time of ended child processes, which other work on the machine does not change; 0 where the system does not say. */
function childCpuSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}
