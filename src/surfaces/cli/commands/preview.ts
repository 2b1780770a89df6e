/** `rushes frame`, `rushes sheet`, `rushes waveform`: a quick look at a recording, saved as a picture. */
import { resolve } from 'node:path';
import { createSession, readState, type Connection } from '#client';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { save, uploadAll } from '../edit-job.ts';

export type PreviewFlags = {
  readonly output?: string;
  readonly at?: string;
  readonly width?: string;
  readonly count?: string;
  readonly columns?: string;
};

/** The picture on screen at `--at` seconds. */
export async function frameCommand(context: CommandContext, file: string, flags: PreviewFlags): Promise<void> {
  const seconds = Number(flags.at ?? '0');
  if (!Number.isFinite(seconds) || seconds < 0) throw fail('REQUEST_INVALID', { reason: '--at must be seconds' });
  const output = resolve(flags.output ?? 'frame.png');
  const query = { at_ms: String(Math.round(seconds * 1000)), width: flags.width ?? '1920', format: formatOf(output, 'png') };
  await savePreview(context, { file, output, what: 'frame', query });
}

/** Pictures spread over the recording, each with its time. */
export async function sheetCommand(context: CommandContext, file: string, flags: PreviewFlags): Promise<void> {
  const output = resolve(flags.output ?? 'sheet.jpg');
  const query = {
    count: flags.count ?? '16',
    columns: flags.columns ?? '4',
    width: flags.width ?? '320',
    format: formatOf(output, 'jpg'),
  };
  await savePreview(context, { file, output, what: 'sheet', query });
}

/** The outline of the sound: numbers for a `.json`, otherwise a picture. */
export async function waveformCommand(context: CommandContext, file: string, flags: PreviewFlags): Promise<void> {
  const output = resolve(flags.output ?? 'waveform.png');
  const query = { points: flags.width ?? '1200', format: /\.json$/i.test(output) ? 'json' : 'png' };
  await savePreview(context, { file, output, what: 'waveform', query });
}

type Preview = {
  readonly file: string;
  readonly output: string;
  readonly what: string;
  readonly query: Readonly<Record<string, string>>;
};

async function savePreview(context: CommandContext, { file, output, what, query }: Preview): Promise<void> {
  const { terminal, signal } = context;
  const host = await context.openHost();
  try {
    const { connection } = host;
    const { sessionId } = await createSession(connection, { name: what });
    await uploadAll(connection, sessionId, { files: [file], signal }, terminal);
    const asset = await onlyAsset(connection, sessionId);
    const path = `/api/preview/nemo_agent/me/${encodeURIComponent(sessionId)}/media/${encodeURIComponent(asset)}/${what}`;
    await save(await connection.open('GET', `${path}?${new URLSearchParams(query).toString()}`, { signal }), output);
    if (terminal.isJson) terminal.json({ output });
    else terminal.line(`Wrote ${output}`);
  } finally {
    await host.close();
  }
}

async function onlyAsset(connection: Connection, sessionId: string): Promise<string> {
  const { raw } = await readState(connection, sessionId);
  const infos = (raw.state as { readonly video_infos?: readonly { readonly id?: unknown }[] } | undefined)?.video_infos;
  const id = infos?.[0]?.id;
  if (typeof id !== 'string') throw fail('SERVER_FAULT', { message: 'the upload was taken but is not in the state' });
  return id;
}

function formatOf(path: string, usual: 'png' | 'jpg'): 'png' | 'jpg' {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'png' ? 'png' : ending === 'jpg' || ending === 'jpeg' ? 'jpg' : usual;
}
