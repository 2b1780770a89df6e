/** Repairs leave clips alone in which nothing is wrong. All twenty: `npm run bench -- clean`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanClips, writeClean } from '../fixtures/clean-clips.ts';
import { isUnharmed, repairs, tryRepairs } from '../fixtures/unharmed.ts';

const seed = 81;
process.stdout.write(`seed ${seed}\n`);
const folder = mkdtempSync(join(tmpdir(), 'rushes-unharmed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A voice, music, a screen: what is kept of them says most. */
const names = ['talk, second voice', 'music, upbeat, slow pan', 'screen recording, silent'] as const;

test.each(names)('%s: every repair finds nothing, or keeps next to all of it', async (name) => {
  const clip = cleanClips[name]!(seed);
  const results = await tryRepairs(await writeClean(clip, folder), folder);
  expect(results.map(({ repair }) => repair)).toEqual(repairs);
  expect(results.filter((result) => !isUnharmed(result))).toEqual([]);
});
