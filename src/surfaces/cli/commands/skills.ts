/** `rushes skills`: the skills that agents use, listed and put where an agent looks for them. */
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';

export type SkillFlags = { readonly to?: string; readonly format?: string; readonly force?: boolean };

export const skillFormats = ['agentskills', 'clawhub'] as const;
export type SkillFormat = (typeof skillFormats)[number];

/** What was installed into a folder: by name, the digest of the file as it was written. */
const ledgerName = '.rushes-skills.json';
type Ledger = Readonly<Record<string, string>>;

const sources = join(import.meta.dirname, '..', '..', '..', '..', 'skills', 'dist');

/** `rushes skills list` */
export async function listSkillsCommand(context: CommandContext): Promise<void> {
  const skills = await listSkills();
  if (context.terminal.isJson) context.terminal.json({ skills });
  else for (const { name, description } of skills) context.terminal.line(`${name}: ${description}`);
}

/** `rushes skills install --to <dir> [--format agentskills|clawhub] [name…]`. Errors: REQUEST_INVALID. */
export async function installSkillsCommand(
  context: CommandContext,
  names: readonly string[],
  { to, format = 'agentskills', force = false }: SkillFlags,
): Promise<void> {
  const known = skillFormats.find((one) => one === format);
  if (to === undefined)
    throw fail('REQUEST_INVALID', { reason: 'say where with --to, such as --to ~/.claude/skills or --to .agents/skills' });
  if (known === undefined)
    throw fail('REQUEST_INVALID', { reason: `there is no format ${format}; formats are ${skillFormats.join(' and ')}` });
  const installed = await installSkills({ folder: resolve(to), format: known, names, force });
  if (context.terminal.isJson) context.terminal.json({ format: known, installed });
  else {
    for (const path of installed) context.terminal.line(`Wrote ${path}`);
    context.terminal.line('They use the server at NEMO_API_URL, by default http://127.0.0.1:8787: start it with "rushes serve".');
  }
}

/** Name and description of each, by name. */
export async function listSkills(): Promise<readonly { readonly name: string; readonly description: string }[]> {
  const folder = join(sources, 'agentskills');
  const names = (await readdir(folder)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name, 'SKILL.md'), 'utf8');
      return { name, description: JSON.parse(/^description: (.*)$/m.exec(text)![1]!) as string };
    }),
  );
}

/**
 * Writes `<folder>/<name>/SKILL.md` for the named skills, or all, and gives the paths. All or nothing: a file that is there and
 * was not written by an earlier call, or was changed since, stops it unless `force`. Errors: REQUEST_INVALID.
 */
export async function installSkills(request: {
  readonly folder: string;
  readonly format: SkillFormat;
  readonly names: readonly string[];
  readonly force: boolean;
}): Promise<readonly string[]> {
  const { folder, format, force } = request;
  const available = (await listSkills()).map(({ name }) => name);
  const unknown = request.names.find((name) => !available.includes(name));
  if (unknown !== undefined)
    throw fail('REQUEST_INVALID', { reason: `there is no skill ${unknown}; skills are ${available.join(', ')}` });
  const names = request.names.length === 0 ? available : [...new Set(request.names)];
  const ledger = await readLedger(folder);
  const files = await Promise.all(
    names.map(async (name) => ({
      name,
      path: join(folder, name, 'SKILL.md'),
      text: await readFile(join(sources, format, name, 'SKILL.md'), 'utf8'),
    })),
  );
  for (const { name, path, text } of files)
    if (!force && !(await isOurs(path, [ledger[name], digest(text)])))
      throw fail('REQUEST_INVALID', { reason: `${path} is not as it was written here; --force replaces it` });
  for (const { name, path, text } of files) {
    await mkdir(join(folder, name), { recursive: true });
    await replace(path, text);
  }
  const written = Object.fromEntries(files.map(({ name, text }) => [name, digest(text)]));
  await replace(join(folder, ledgerName), `${JSON.stringify({ ...ledger, ...written }, undefined, 2)}\n`);
  return files.map(({ path }) => path);
}

/** Nothing is there, or a plain file with one of the digests. */
async function isOurs(path: string, digests: readonly (string | undefined)[]): Promise<boolean> {
  try {
    return (await lstat(path)).isFile() && digests.includes(digest(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

async function readLedger(folder: string): Promise<Ledger> {
  try {
    return JSON.parse(await readFile(join(folder, ledgerName), 'utf8')) as Ledger;
  } catch (error) {
    // Without a ledger that can be read nothing counts as ours, which only makes the install ask for --force.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A link at `path` is replaced, not followed. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
