/** The client id and token of this user, kept in `~/.config/rushes/` and readable by nobody else. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import type { StoredIdentity, TokenStore } from '#client';

/** One file per server: a token of one is worth nothing at another. */
export function fileIdentity(baseUrl: string): TokenStore {
  const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'rushes');
  const path = join(folder, `${createHash('sha256').update(baseUrl).digest('hex').slice(0, 16)}.json`);
  return {
    read: async () => {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as StoredIdentity;
      } catch (error) {
        // Not there yet, or cut off by a crash of an older version: a new identity is the remedy for both.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    write: async (identity) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomUUID()}`;
      await writeFile(temporary, JSON.stringify(identity), { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}

/** For the embedded server, whose token is made for this run. */
export function memoryIdentity(identity: StoredIdentity): TokenStore {
  let kept = identity;
  return {
    read: () => Promise.resolve(kept),
    write: (next) => {
      kept = next;
      return Promise.resolve();
    },
  };
}
