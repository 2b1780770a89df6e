/** Resident memory of a process and all below it, from /proc; the worker is a grandchild of its sandbox. */
import { readFileSync, readdirSync } from 'node:fs';

const pageBytes = 4096;

/** Bytes, 0 where the process is gone or the system has no /proc. */
export function residentBytes(pid: number): number {
  const [first, ...rest] = [pid, ...descendants(pid)].map(ownResidentBytes);
  return rest.reduce((sum, bytes) => sum + bytes, first ?? 0);
}

function ownResidentBytes(pid: number): number {
  const fields = readProc(`/proc/${pid}/statm`).split(' ');
  return Number(fields[1] ?? 0) * pageBytes;
}

function descendants(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    readProc(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

/** A process may end between two looks, and systems without /proc have none to look at. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM';
}
