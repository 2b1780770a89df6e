/** Reads the settings once, at the start. The only reader of the environment. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fail } from '#core/errors';
import { settings, type Config, type Setting, type SettingKey } from './schema.ts';

/** Values given on the command line, by key of Config, as text. */
export type Flags = Readonly<Partial<Record<SettingKey, string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

const keys = Object.keys(settings) as SettingKey[];

/**
 * Flag over environment over default, each checked; paths become absolute.
 *
 * Errors: CONFIG_INVALID for a value out of its range and for an unknown RUSHES_ name, with the nearest known one.
 */
export function loadConfig(env: Environment = process.env, flags: Flags = {}): Config {
  refuseUnknown(env);
  const config: Record<string, unknown> = {};
  for (const key of keys) config[key] = parseSetting(key, sourceOf(key, env, flags).text);
  const parsed = config as Config;
  return { ...parsed, dataFolder: expandPath(parsed.dataFolder) };
}

export type ExplainedSetting = {
  readonly key: SettingKey;
  readonly env: string;
  /** As text; secrets read `(set)`. */
  readonly value: string;
  readonly source: 'flag' | 'environment' | 'default';
  readonly describe: string;
};

/** Each setting, its value and where it came from, in order of the table. */
export function explainConfig(env: Environment = process.env, flags: Flags = {}): ExplainedSetting[] {
  return keys.map((key) => {
    const entry: Setting = settings[key];
    const { text, source } = sourceOf(key, env, flags);
    const value = text === undefined ? '(unset)' : entry.secret === true ? '(set)' : text;
    return { key, env: entry.env, value, source, describe: entry.describe };
  });
}

function sourceOf(
  key: SettingKey,
  env: Environment,
  flags: Flags,
): { text: string | undefined; source: ExplainedSetting['source'] } {
  const entry: Setting = settings[key];
  const flag = flags[key];
  if (flag !== undefined) return { text: flag, source: 'flag' };
  const value = env[entry.env];
  // An empty variable is how shells and compose files unset one.
  if (value !== undefined && value !== '') return { text: value, source: 'environment' };
  return { text: entry.fallback, source: 'default' };
}

function parseSetting(key: SettingKey, text: string | undefined): unknown {
  const entry: Setting = settings[key];
  const result = entry.schema.safeParse(text);
  if (result.success) return result.data;
  const shown = entry.secret === true ? 'the given value' : JSON.stringify(text ?? '');
  throw fail('CONFIG_INVALID', { name: entry.env, reason: `${shown}: ${result.error.issues[0]?.message ?? 'not permitted'}` });
}

function refuseUnknown(env: Environment): void {
  const known = keys.map((key) => settings[key].env as string);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('RUSHES_') || known.includes(name)) continue;
    const nearest = known
      .filter((candidate) => candidate.startsWith('RUSHES_'))
      .toSorted((a, b) => distance(name, a) - distance(name, b))[0];
    throw fail('CONFIG_INVALID', { name, reason: `there is no such setting; the nearest is ${nearest}` });
  }
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

function expandPath(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path);
}
