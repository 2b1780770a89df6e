/** Stands for the code that draws, mixes, encodes and proves: what an older build rendered is not mixed with what this one renders. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, '..', '..');
const folders = [
  'core/timeline',
  'core/time',
  'core/dsp',
  'engine/media',
  'engine/models',
  'engine/plan',
  'engine/qc',
  'engine/render',
  'engine/sound',
];

let build: string | undefined;

/** The same for the same source files and packages; 16 hex digits, worked out once per process. */
export function drawingBuild(): string {
  build ??= hashSources();
  return build;
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).toSorted()) {
      hash.update(name).update(readFileSync(join(source, folder, name)));
    }
  }
  // Encoders and fonts come from packages of exactly these versions.
  hash.update(readFileSync(join(source, '..', 'package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}
