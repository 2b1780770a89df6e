import { createInterface } from 'node:readline/promises';
import { fail } from '#core/errors';
import { findModel, listModels, modelsFolder, pullModel, releases, removeModel } from '#platform/models';
import type { CommandContext } from '../command-context.ts';

const megabytes = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${Math.round(bytes / 1e6)} MB`);

/** `rushes models list`: what can be fetched and what is here. */
export async function listModelsCommand({ config, terminal }: CommandContext): Promise<void> {
  const listed = await listModels(config);
  if (terminal.isJson)
    return terminal.json({
      folder: modelsFolder(config),
      models: listed.map(({ name, kind, languages, licence, bytes, installed }) => ({
        name,
        kind,
        languages,
        licence,
        bytes,
        installed,
      })),
    });
  for (const { name, kind, languages, licence, about, bytes, installed } of listed)
    terminal.line(
      `${installed ? '✓' : ' '} ${name.padEnd(15)} ${megabytes(bytes).padStart(6)}  ${kind}, ${languages}: ${about} (${licence})`,
    );
  terminal.line(`They go to ${modelsFolder(config)}; "rushes models pull <name>" fetches one.`);
}

/** `rushes models pull whisper-base [--yes]`: says how much it is and asks first. */
export async function pullModelCommand(
  { config, terminal, signal }: CommandContext,
  name: string,
  flags: { readonly yes?: boolean },
): Promise<void> {
  const model = findModel(name);
  const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
  const from = new URL(config.modelsUrl ?? releases).host;
  const what = `${model.name}: ${megabytes(bytes)} from ${from}, ${model.languages}, licence ${model.licence}`;
  if (!terminal.isJson) terminal.line(what);
  if (flags.yes !== true && !(await agrees(terminal.isJson)))
    throw fail('APPROVAL_REQUIRED', { what: `Fetching ${model.name} (--yes)` });
  const note = await pullModel(config, model, { signal, onProgress: (step, fraction) => terminal.progress(step, fraction) });
  terminal.settle();
  const unchecked = Object.entries(note.files).filter(([, { checked }]) => checked === 'nothing');
  if (terminal.isJson) return terminal.json({ ...note, folder: modelsFolder(config) });
  terminal.line(`${model.name} is in ${modelsFolder(config)}`);
  for (const [file, { sha256 }] of unchecked)
    terminal.line(`Note: nobody publishes a checksum of ${file}; it was taken as it came, SHA-256 ${sha256}`);
}

async function agrees(isJson: boolean): Promise<boolean> {
  if (isJson || !process.stdin.isTTY) return false;
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await line.question('Fetch it? [y/N] ')).trim());
  } finally {
    line.close();
  }
}

/** `rushes models remove whisper-base`. */
export async function removeModelCommand({ config, terminal }: CommandContext, name: string): Promise<void> {
  await removeModel(config, name);
  if (terminal.isJson) terminal.json({ removed: name });
  else terminal.line(`Removed ${name}`);
}
