/**
 * The walls around a worker: bubblewrap where it works, limits of the system in any case.
 *
 * Inside there is no network, no other process, no home, no environment; of the disk there is the system's own
 * libraries, our code, the task's input files (read-only) and the folders it writes to.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Sandbox = { readonly kind: 'bubblewrap' | 'none'; readonly note: string };

/** What one worker may touch. */
export type Confinement = {
  readonly readPaths: readonly string[];
  readonly writeFolders: readonly string[];
  readonly memoryLimitBytes: number;
  readonly cpuLimitSeconds: number;
  /** The collector waits for this much instead of running at every few megabytes; for work on samples, whose blocks are many and short-lived. */
  readonly roomMb?: number;
  readonly environment: Readonly<Record<string, string>>;
};

const root = fileURLToPath(new URL('../../../', import.meta.url));
const workerMain = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/** Files may not grow beyond this: above any export, below what fills a disk at once. */
const maxFileBytes = 64 * 2 ** 30;
const maxOpenFiles = 512;
/** Counts all threads of the user, not only the worker's, so it stops a flood and nothing else. */
const maxProcesses = 16_384;

/** Program and arguments that start a worker. */
export function workerCommand(sandbox: Sandbox, confinement: Confinement): { readonly program: string; readonly args: string[] } {
  const heapMb = Math.max(64, Math.floor(confinement.memoryLimitBytes / 2 ** 21));
  const room =
    confinement.roomMb === undefined ? [] : [`--initial-old-space-size=${Math.min(confinement.roomMb, Math.floor(heapMb / 2))}`];
  const node = [process.execPath, `--max-old-space-size=${heapMb}`, ...room, '--no-warnings', workerMain];
  const inner = sandbox.kind === 'bubblewrap' ? [...bubblewrapArgs(confinement), ...node] : [...dieWithParent(), ...node];
  const [program, ...args] = [...limitArgs(confinement), ...inner];
  return { program: program!, args };
}

/** Environment of a worker outside bubblewrap; inside, bubblewrap sets the same. */
export function workerEnvironment(scratch: string, codeCache: string | undefined): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: scratch,
    TMPDIR: scratch,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    // Threads of codecs share two heaps: one for each would keep what the others free.
    MALLOC_ARENA_MAX: '2',
    ...(codeCache === undefined ? {} : { NODE_COMPILE_CACHE: codeCache }),
  };
}

function limitArgs(confinement: Confinement): string[] {
  const prlimit = findProgram('prlimit');
  if (prlimit === undefined) return [];
  return [
    prlimit,
    '--core=0',
    `--cpu=${Math.ceil(confinement.cpuLimitSeconds)}`,
    `--fsize=${maxFileBytes}`,
    `--nofile=${maxOpenFiles}`,
    // Raising a limit needs rights that we may not have; `soft:` with an empty hard limit only lowers the soft one.
    `--nproc=${maxProcesses}:`,
  ];
}

/** Without bubblewrap the kernel is asked to end the worker with its parent, where the tool for it is there. */
function dieWithParent(): string[] {
  const setpriv = findProgram('setpriv');
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
}

function bubblewrapArgs(confinement: Confinement): string[] {
  const environment = Object.entries(confinement.environment).flatMap(([name, value]) => ['--setenv', name, value]);
  return [
    findProgram('bwrap') ?? 'bwrap',
    '--unshare-all',
    '--die-with-parent',
    // No session of its own: the worker's group is one without a terminal already, and one kill must reach all of it.
    '--clearenv',
    ...environment,
    ...systemArgs(),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    ...programArgs(),
    ...confinement.writeFolders.flatMap((folder) => ['--bind', folder, folder]),
    // After the folders: an input inside an output folder stays read-only.
    ...confinement.readPaths.flatMap((path) => ['--ro-bind', path, path]),
    '--chdir',
    '/',
    '--',
  ];
}

/** The system's libraries. /etc/alternatives is where Debian's library links lead. */
function systemArgs(): string[] {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    if (!existsSync(path)) continue;
    args.push(...(lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]));
  }
  return [
    ...args,
    '--ro-bind-try',
    '/etc/alternatives',
    '/etc/alternatives',
    '--ro-bind-try',
    '/etc/ld.so.cache',
    '/etc/ld.so.cache',
  ];
}

/** Our own code, its packages and the runtime, wherever they are installed. */
function programArgs(): string[] {
  const runtime = realpathSync(process.execPath);
  const paths = new Set([join(root, 'src'), join(root, 'node_modules'), join(root, 'package.json'), dirname(runtime)]);
  if (!runtime.startsWith('/usr/')) paths.add(runtime);
  paths.add(process.execPath);
  return [...paths].filter((path) => !path.startsWith('/usr/') && existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}

let detected: Sandbox | undefined;

/** Tries bubblewrap once with what a worker will use; the answer holds for this process. */
export function detectSandbox(): Sandbox {
  detected ??= trySandbox();
  return detected;
}

function trySandbox(): Sandbox {
  if (process.platform !== 'linux') return { kind: 'none', note: `bubblewrap needs Linux, this is ${process.platform}` };
  const program = findProgram('bwrap');
  if (program === undefined) return { kind: 'none', note: 'bubblewrap (bwrap) is not installed' };
  const confinement = { readPaths: [], writeFolders: [], memoryLimitBytes: 0, cpuLimitSeconds: 10, environment: {} };
  const [, ...args] = bubblewrapArgs(confinement);
  const trial = spawnSync(program, [...args, process.execPath, '--version'], { encoding: 'utf8', timeout: 10_000, env: {} });
  if (trial.status === 0) return { kind: 'bubblewrap', note: 'workers run in bubblewrap: no network, no other files' };
  const reason = trial.error?.message ?? trial.stderr.trim().split('\n')[0] ?? `status ${trial.status}`;
  return { kind: 'none', note: `bubblewrap is installed but does not work here: ${reason}` };
}

function findProgram(name: string): string | undefined {
  for (const folder of ['/usr/bin', '/bin', '/usr/local/bin']) {
    if (isExecutable(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
