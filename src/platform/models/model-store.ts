/** Models on this machine: what there is, fetched and taken away. A model is there whole or not at all. */
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import { bunzip2 } from './bunzip2.ts';
import { fetchFile } from './fetch-file.ts';
import { models, releases, type ModelEntry } from './registry.ts';
import { createUntar } from './untar.ts';

export type ModelsConfig = Pick<Config, 'dataFolder' | 'modelsFolder' | 'modelsUrl'>;

/** What is written beside a model when it was fetched. */
export type ModelNote = {
  readonly name: string;
  readonly kind: ModelEntry['kind'];
  /** Of what was fetched, by file name. `checked`: against a sum that was known before. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly checked: 'registry' | 'server' | 'nothing' }>>;
};

const noteName = 'rushes-model.json';
/** Archives of models unpack to less than twice their size; four times is no model. */
const swelling = 4;

export function modelsFolder(config: ModelsConfig): string {
  return resolve(config.modelsFolder ?? join(config.dataFolder, 'models'));
}

export type ListedModel = ModelEntry & { readonly bytes: number; readonly installed: boolean };

/** All that can be fetched, and whether it is here. */
export async function listModels(config: ModelsConfig): Promise<ListedModel[]> {
  const names = new Set(await readdir(modelsFolder(config)).catch(() => []));
  return models.map((model) => ({ ...model, bytes: sizeOf(model), installed: names.has(model.name) }));
}

/** Errors: RESOURCE_NOT_FOUND with the nearest names. */
export function findModel(name: string): ModelEntry {
  const found = models.find((model) => model.name === name.toLowerCase());
  if (found === undefined)
    throw fail('RESOURCE_NOT_FOUND', { what: `A model "${name}" (there are ${models.map((model) => model.name).join(', ')})` });
  return found;
}

function sizeOf({ files }: ModelEntry): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

export type PullOptions = {
  readonly signal: AbortSignal;
  readonly onProgress?: (step: 'Fetching' | 'Unpacking', fraction: number) => void;
};

/**
 * Fetches a model: resumed where an earlier try broke off, checked, unpacked beside and moved into place.
 * Errors: those of `fetchFile`, DOCUMENT_INVALID for a damaged archive.
 */
export async function pullModel(
  config: ModelsConfig,
  model: ModelEntry,
  { signal, onProgress }: PullOptions,
): Promise<ModelNote> {
  const folder = modelsFolder(config);
  const downloads = join(folder, '.downloads');
  const fresh = join(downloads, `${model.name}.new`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const files: Record<string, ModelNote['files'][string]> = {};
  const whole = sizeOf(model);
  let before = 0;
  for (const file of model.files) {
    const url = `${(config.modelsUrl ?? releases).replace(/\/+$/, '')}/${file.path}`;
    const published = file.sha256 === undefined ? await publishedSum(url, signal) : undefined;
    const known = file.sha256 ?? published;
    const path = join(downloads, basename(file.path));
    const found = await fetchFile({
      url,
      path,
      signal,
      // Sizes in the registry may be rounded.
      limitBytes: file.bytes * 1.5 + 1_048_576,
      ...(known === undefined ? {} : { sha256: known }),
      onProgress: (bytes) => onProgress?.('Fetching', Math.min(1, (before + bytes) / whole)),
    });
    files[basename(file.path)] = {
      sha256: found,
      checked: file.sha256 !== undefined ? 'registry' : published !== undefined ? 'server' : 'nothing',
    };
    if (path.endsWith('.tar.bz2'))
      await unpack(path, { folder: fresh, limitBytes: file.bytes * swelling + 64 * 1_048_576, signal, onProgress });
    else await rename(path, join(fresh, file.as ?? basename(path)));
    await rm(path, { force: true });
    before += file.bytes;
  }
  const note: ModelNote = { name: model.name, kind: model.kind, files };
  await writeFile(join(fresh, noteName), `${JSON.stringify(note, null, 2)}\n`);
  await rm(join(folder, model.name), { recursive: true, force: true });
  await rename(fresh, join(folder, model.name));
  return note;
}

/** A sum that the server publishes beside the file; undefined where it does not. */
async function publishedSum(url: string, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const text = await fetch(`${url}.sha256`, { signal: limit }).then(
    async (response) => (response.ok ? (await response.text()).slice(0, 1000) : ''),
    () => '',
  );
  return /^\s*([0-9a-f]{64})\b/i.exec(text)?.[1]?.toLowerCase();
}

type Unpacking = {
  readonly folder: string;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  readonly onProgress?: PullOptions['onProgress'];
};

async function unpack(path: string, { folder, limitBytes, signal, onProgress }: Unpacking): Promise<void> {
  const { size } = await stat(path);
  const file = openSync(path, 'r');
  const untar = createUntar({ folder, limitBytes });
  let read = 0;
  try {
    const blocks = bunzip2(() => {
      const chunk = Buffer.alloc(1 << 20);
      const count = readSync(file, chunk);
      read += count;
      return chunk.subarray(0, count);
    });
    for (const block of blocks) {
      if (signal.aborted) throw fail('JOB_CANCELED');
      untar.push(block);
      onProgress?.('Unpacking', read / size);
      // So that Ctrl+C is heard.
      await new Promise<void>((next) => setImmediate(next));
    }
    untar.finish();
  } finally {
    untar.close();
    closeSync(file);
  }
}

/** Errors: RESOURCE_NOT_FOUND where it is not here. */
export async function removeModel(config: ModelsConfig, name: string): Promise<void> {
  const { name: known } = findModel(name);
  const path = join(modelsFolder(config), known);
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (!there) throw fail('RESOURCE_NOT_FOUND', { what: `Model ${known}` });
  await rm(path, { recursive: true });
}

/** What was written when it was fetched; undefined for a folder that somebody put there. */
export async function modelNote(folder: string): Promise<ModelNote | undefined> {
  const text = await readFile(join(folder, noteName), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ModelNote);
}
