// Runs a script of this checkout under the Node.js that it pins, installing what is missing first.
// Plain JavaScript on purpose: an older Node (18 or newer) has to be able to start it on a fresh machine.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.rushes-setup');
const nodeFolder = join(root, 'node_modules', 'node');
const node = join(nodeFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const nodeLink = join(root, 'node_modules', '.bin', 'node');

const commands = {
  setup: [],
  rushes: [[node, 'src/main.ts']],
  demo: [[node, 'src/main.ts', 'demo']],
  check: [[node, 'scripts/check.ts']],
  test: [
    [node, 'scripts/check.ts', '--without-unit-tests'],
    [node, 'node_modules/vitest/vitest.mjs', 'run'],
  ],
  bench: [[node, 'bench/run.ts']],
  format: [[node, 'node_modules/prettier/bin/prettier.cjs', '--write', '--log-level=warn', '.']],
};

const [name, ...rest] = process.argv.slice(2);
const steps = commands[name];
if (steps === undefined) {
  console.error(`Unknown script "${name ?? ''}"; there are: ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
setUp();
for (const [index, [program, ...args]] of steps.entries()) {
  const status = await run(program, index === steps.length - 1 ? [...args, ...rest] : args);
  if (status !== 0) process.exit(status);
}

/** Installs from the lock file when it changed since the last time; says so on standard error, never on standard output. */
function setUp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  const started = Date.now();
  console.error('Setting things up (first use, about half a minute)...');
  // No install script of a dependency runs: every native part comes prebuilt inside its package.
  // The one exception is `node`, whose script puts the pinned runtime from the npm registry into place.
  install('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], root);
  if (!existsSync(node)) install(process.execPath, ['installArchSpecificPackage.js'], nodeFolder);
  // Without its script the package had no binary to link when npm made the links.
  if (process.platform !== 'win32') {
    rmSync(nodeLink, { force: true });
    symlinkSync(join('..', 'node', 'bin', 'node'), nodeLink);
  }
  writeFileSync(stampFile, lock);
  console.error(`Set up in ${Math.round((Date.now() - started) / 1000)} s.`);
}

function install(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status === 0) return;
  console.error(`Set-up failed at "${program} ${args.join(' ')}"; check that the npm registry can be reached and try again.`);
  process.exit(done.status ?? 1);
}

/** Runs one step in the caller's folder, so that relative paths on the command line mean what the user meant. */
function run(program, args) {
  const script = args[0];
  const child = spawn(program, [join(root, script), ...args.slice(1)], {
    cwd: name === 'rushes' ? (process.env.INIT_CWD ?? process.cwd()) : root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` },
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}
