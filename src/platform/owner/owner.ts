/** Names a process of a host, so that what it leaves behind when it dies can be told from what it is still at. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Owners in this very process that have not ended. */
const alive = new Set<string>();

/** `name` has no characters that a file name must not have. */
export type Owner = Disposable & { readonly name: string };

export function createOwner(): Owner {
  const name = [hostname(), process.pid, startOf(process.pid) ?? '', randomUUID()].join('~');
  alive.add(name);
  return { name, [Symbol.dispose]: () => void alive.delete(name) };
}

/** True only where it is certain: same host, and that process is no more. Elsewhere silence has to tell. */
export function isGone(owner: string): boolean {
  if (alive.has(owner)) return false;
  const [host, pidText, start] = owner.split('~');
  const pid = Number(pidText);
  if (host !== hostname() || !Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  if (!isRunning(pid)) return true;
  // The number of a dead process is given out again, after a restart of a container at once.
  const startNow = startOf(pid);
  return start !== '' && startNow !== undefined && startNow !== start;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When a process began, in clock ticks since boot (field 22 of /proc/<pid>/stat); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
