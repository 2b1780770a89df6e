/** `npm run check`: types, type-checked lint, format, layers and cycles, unit tests. Under a minute. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLayerFaults } from './layers.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tool = (path: string, ...args: string[]) => [process.execPath, join(root, 'node_modules', path), ...args];

const steps: [string, () => boolean][] = [
  ['types', () => run(tool('typescript/bin/tsc'))],
  ['lint', () => run(tool('oxlint/bin/oxlint', '--type-aware', '--quiet'))],
  ['format', () => run(tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'))],
  ['layers', checkLayers],
  ['reference', () => run([process.execPath, join(root, 'scripts/generate-reference.ts'), '--check'])],
  ['skills', () => run([process.execPath, join(root, 'scripts/skills.ts'), '--check'])],
];
if (!process.argv.includes('--without-unit-tests')) {
  steps.push(['unit tests', () => run(tool('vitest/vitest.mjs', 'run', '--project=unit'))]);
}

let failed = 0;
for (const [name, step] of steps) {
  const started = performance.now();
  const ok = step();
  if (!ok) failed++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
process.exit(failed === 0 ? 0 : 1);

function run([program, ...args]: string[]): boolean {
  return spawnSync(program!, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function checkLayers(): boolean {
  const faults = findLayerFaults(root);
  for (const fault of faults) console.error(`${fault.file}: ${fault.message}`);
  return faults.length === 0;
}
