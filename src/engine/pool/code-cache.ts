/**
 * Compiled code kept between workers. A worker lives for one task; without this, two thirds of a short one goes into
 * stripping types and compiling the same modules again.
 *
 * Code from the cache is run, so whoever can write it can run code: it lies beside the packages, with the same owner,
 * is filled by a worker that never sees media, and is read-only inside the sandbox.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const workerMain = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/** Named on the command line of a worker that loads all code, does nothing and ends. */
export const warmUpArgument = '--warm-up';

let folder: string | undefined;
let looked = false;

/** The cache folder, or undefined where the packages' folder cannot be written. Starts filling it on first use. */
export function codeCacheFolder(
  onWarning: (message: string, fields: Readonly<Record<string, unknown>>) => void,
): string | undefined {
  if (looked) return folder;
  looked = true;
  const wanted = join(root, 'node_modules', '.cache', 'rushes', 'code');
  const marker = join(wanted, `filled-${sourceStamp()}`);
  // Filled when an image was built, say: good to read even where it cannot be written.
  if (existsSync(marker)) return (folder = wanted);
  try {
    mkdirSync(wanted, { recursive: true });
    accessSync(wanted, constants.W_OK);
  } catch (error) {
    onWarning('compiled code cannot be kept, media work starts slower', { error: String(error) });
    return undefined;
  }
  folder = wanted;
  fill(wanted, marker, onWarning);
  return folder;
}

function fill(
  cache: string,
  marker: string,
  onWarning: (message: string, fields: Readonly<Record<string, unknown>>) => void,
): void {
  const child = spawn(process.execPath, ['--no-warnings', workerMain, warmUpArgument], {
    stdio: 'ignore',
    env: { NODE_COMPILE_CACHE: cache },
  });
  // Nobody waits for it: the first tasks run without, and a server that stops does not linger.
  child.unref();
  child.on('error', (error) => onWarning('compiled code could not be kept', { error: String(error) }));
  child.on('exit', (code) => {
    if (code === 0) writeFileSync(marker, '');
    else onWarning('compiled code could not be kept', { code });
  });
}

/** Changes with the runtime and with every source file. */
function sourceStamp(): string {
  const hash = createHash('sha256').update(process.version);
  for (const group of ['core', 'engine']) {
    for (const entry of readdirSync(join(root, 'src', group), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      hash.update(`${path} ${statSync(path).mtimeMs}\n`);
    }
  }
  return hash.digest('base64url').slice(0, 22);
}
