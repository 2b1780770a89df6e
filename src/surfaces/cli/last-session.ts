/** The session of the last command, so that `rushes undo` and `rushes export` know what they are about. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';

type Remembered = Readonly<Record<string, string>>;

export async function rememberSession(config: Config, sessionId: string): Promise<void> {
  await mkdir(config.dataFolder, { recursive: true });
  await writeFile(pathFor(config), JSON.stringify({ ...(await readAll(config)), [serverOf(config)]: sessionId }), {
    mode: 0o600,
  });
}

/** Errors: SESSION_NOT_FOUND where there was none yet. */
export async function lastSession(config: Config, given: string | undefined): Promise<string> {
  const sessionId = given ?? (await readAll(config))[serverOf(config)];
  if (sessionId === undefined) throw fail('SESSION_NOT_FOUND');
  return sessionId;
}

async function readAll(config: Config): Promise<Remembered> {
  try {
    return JSON.parse(await readFile(pathFor(config), 'utf8')) as Remembered;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

function pathFor(config: Config): string {
  return join(config.dataFolder, 'cli-sessions.json');
}

function serverOf(config: Config): string {
  return config.clientUrl ?? 'embedded';
}
