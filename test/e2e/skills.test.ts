/** `rushes skills`: what is installed is what is kept in the repository, and nothing of anyone else's is written over. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rushes-skills-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

type Run = { readonly status: number; readonly out: string; readonly error: string };

async function run(...args: string[]): Promise<Run> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'src/main.ts'), 'skills', ...args], {
      cwd: folder,
    });
    return { status: 0, out: stdout, error: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
    return { status: code, out: stdout, error: stderr };
  }
}

const installed = (name: string) => readFile(join(folder, 'to', name, 'SKILL.md'), 'utf8');
const kept = (format: string, name: string) => readFile(join(root, 'skills', 'dist', format, name, 'SKILL.md'), 'utf8');

test('lists five skills, installs all or some in either format, and changes format over its own files', async () => {
  const listed = JSON.parse((await run('list', '--json')).out) as { skills: { name: string; description: string }[] };
  expect(listed.skills).toHaveLength(5);
  expect((await run('install', '--to', 'to', 'editor-fixed')).status).toBe(0);
  expect(await installed('editor-fixed')).toBe(await kept('agentskills', 'editor-fixed'));
  const all = await run('install', '--to', 'to', '--format', 'clawhub', '--json');
  expect((JSON.parse(all.out) as { installed: string[] }).installed).toHaveLength(5);
  for (const { name } of listed.skills) expect(await installed(name)).toBe(await kept('clawhub', name));
});

test('writes nothing where a file is not its own, unless forced', async () => {
  await mkdir(join(folder, 'to', 'video-writer'), { recursive: true });
  await writeFile(join(folder, 'to', 'video-writer', 'SKILL.md'), 'mine');
  const refused = await run('install', '--to', 'to');
  expect(refused.status).toBe(2);
  expect(refused.error + refused.out).toContain('--force');
  await expect(installed('editor-fixed')).rejects.toThrow('ENOENT');
  expect(await installed('video-writer')).toBe('mine');
  expect((await run('install', '--to', 'to', '--force')).status).toBe(0);
  expect(await installed('video-writer')).toBe(await kept('agentskills', 'video-writer'));
  await writeFile(join(folder, 'to', 'video-writer', 'SKILL.md'), 'changed by hand');
  expect((await run('install', '--to', 'to')).status).toBe(2);
});

test('replaces a link instead of writing through it', async () => {
  const outside = join(folder, 'outside.md');
  await writeFile(outside, 'elsewhere');
  await mkdir(join(folder, 'to', 'video-writer'), { recursive: true });
  await symlink(outside, join(folder, 'to', 'video-writer', 'SKILL.md'));
  expect((await run('install', '--to', 'to', 'video-writer')).status).toBe(2);
  expect((await run('install', '--to', 'to', 'video-writer', '--force')).status).toBe(0);
  expect(await readFile(outside, 'utf8')).toBe('elsewhere');
});

test.each([
  [['install'], '--to'],
  [['install', '--to', 'to', 'no-such-skill'], 'no-such-skill'],
  [['install', '--to', 'to', '--format', 'zip'], 'zip'],
])('%j is refused with a sentence', async (args, word) => {
  const refused = await run(...args);
  expect(refused.status).toBe(2);
  expect(refused.error + refused.out).toContain(word);
});
