/** What work costs, its own processes included. */
import { readdirSync, readFileSync } from 'node:fs';

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

/** CPU seconds of all descendants of this process, those that end while it watches included; sampled five times a second. */
export function watchCpu(): { seconds(): number; stop(): void } {
  const seen = new Map<number, number>();
  const look = (): void => {
    for (const pid of descendants(process.pid)) {
      const stat = readText(`/proc/${pid}/stat`);
      const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields !== undefined) seen.set(pid, (Number(fields[11]) + Number(fields[12])) / 100);
    }
  };
  const timer = setInterval(look, 200);
  return {
    seconds: () => (look(), [...seen.values()].reduce((sum, one) => sum + one, 0)),
    stop: () => clearInterval(timer),
  };
}

/** The largest resident size any descendant of this process reached, in MB; sampled five times a second. */
export function watchChildren(): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of descendants(process.pid)) peak = Math.max(peak, residentMb(pid));
  }, 200);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.round(peak);
    },
  };
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    if (stat !== undefined) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

function residentMb(pid: number): number {
  const kb = /VmHWM:\s+(\d+)/.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kb ?? 0) / 1024;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended between the list and the look.
    return undefined;
  }
}
