/**
 * What the skills promise is what the rules do: each sentence that a skill tells people to say is understood whole, and each that
 * it says does not work yet does not. Where a wish of the second kind is learned, its sentence moves to the first.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { routeRequest } from '#client';
import { parseRequest } from '#editor/rules';
import { tools } from '#editor/tools';

const folder = join(import.meta.dirname, '..', '..', 'skills');
const skills = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'body.md')));

/** Sentences in quotes, or in code where they hold quotes themselves. */
function sentencesIn(text: string): string[] {
  const code = [...text.matchAll(/`([^`]+)`/g)].map(([, words]) => words!);
  const quoted = [...text.replace(/`[^`]+`/g, '').matchAll(/"([^"]+)"/g)].map(([, words]) => words!);
  return [...new Set([...code, ...quoted].map((words) => words.replace(/\s+/g, ' ')))];
}

function isUnderstood(sentence: string): boolean {
  if (routeRequest(sentence) === 'export') return true;
  const { calls, unavailable, misunderstood, talk } = parseRequest(sentence);
  const accepted = calls.every(({ tool, input }) => tools.find(({ name }) => name === tool)?.input.safeParse(input).success);
  return calls.length > 0 && accepted && unavailable.length === 0 && misunderstood.length === 0 && talk === undefined;
}

test('there are five skills', () => expect(skills).toHaveLength(5));

describe.each(skills)('%s', (name) => {
  const body = readFileSync(join(folder, name, 'body.md'), 'utf8');
  const sections = body.split(/^## /m);
  const notYet = sections.filter((section) => section.startsWith('Not yet')).flatMap(sentencesIn);
  // The advice at the end names what is too vague, too.
  const vague: readonly string[] = sentencesIn(body).filter((sentence) => /\bbetter\b/.test(sentence));
  const promised = sections
    .filter((section) => !section.startsWith('Not yet'))
    .flatMap(sentencesIn)
    .filter((sentence) => !vague.includes(sentence));

  test('what it tells people to say is understood', () => {
    expect(promised.length).toBeGreaterThanOrEqual(8);
    expect(promised.filter((sentence) => !isUnderstood(sentence))).toEqual([]);
  });

  test('what it says is not there yet is not', () => {
    expect([...notYet, ...vague].filter((sentence) => isUnderstood(sentence))).toEqual([]);
  });
});
