/** `rushes export [file|session] --as <format>`: the timeline for another tool, or one document turned into another. */
import { stat, writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { createSession, exportDocument } from '#client';
import { fail } from '#core/errors';
import { interchangeFormat, interchangeFormats, type InterchangeFormat } from '#core/interchange';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';
import { lastSession } from '../last-session.ts';

export type DocumentFlags = {
  readonly session?: string;
  readonly as?: string;
  readonly output?: string;
  readonly dropFrame?: boolean;
};

/** Endings that only a document has; `.txt` could be anything and is asked for by name. */
const endings: readonly string[] = ['.otio', '.fcpxml', '.xml', '.edl', '.srt', '.vtt', '.ass', '.csv'];

/** The document that the flags ask for, or undefined where they ask for a video. Errors: REQUEST_INVALID for an unknown format. */
export function documentAsked({ as, output }: DocumentFlags): InterchangeFormat | undefined {
  const ending = output === undefined ? '' : extname(output).toLowerCase();
  const word = as ?? (endings.includes(ending) ? ending : undefined);
  if (word === undefined) return undefined;
  const format = interchangeFormat(word);
  if (format === undefined)
    throw fail('REQUEST_INVALID', {
      reason: `there is no format "${word.slice(0, 40)}"; formats are ${interchangeFormats.join(', ')}`,
    });
  return format;
}

/** Uploads the files, if any, into a new session; else takes the named one or the last. `-o -` writes to standard output. */
export async function exportDocumentCommand(
  context: CommandContext,
  format: InterchangeFormat,
  what: readonly string[],
  flags: DocumentFlags,
): Promise<void> {
  const { terminal, signal } = context;
  const [first] = what;
  const isSession = first !== undefined && what.length === 1 && /^\d{1,40}$/.test(first) && !(await exists(first));
  const host = await context.openHost();
  try {
    const { connection } = host;
    const files = isSession ? [] : what;
    const sessionId = isSession
      ? first
      : files.length === 0
        ? await lastSession(context.config, flags.session)
        : (flags.session ?? (await createSession(connection, { name: stemOf(files[0]!) })).sessionId);
    if (files.length > 0) await uploadAll(connection, sessionId, { files, signal }, terminal);
    const made = await exportDocument(connection, {
      sessionId,
      format,
      signal,
      ...(flags.dropFrame === true ? { dropFrame: true } : {}),
    });
    const output = flags.output === '-' ? undefined : resolve(flags.output ?? `${stemOf(first ?? 'timeline')}.${made.extension}`);
    if (output === undefined) process.stdout.write(made.text);
    else await write(output, made.text, files);
    if (terminal.isJson) terminal.json({ output: output ?? null, format, dropped: made.dropped, session_id: sessionId });
    else {
      for (const sentence of made.dropped) terminal.line(`Note: ${sentence}`);
      if (output !== undefined) terminal.line(`Wrote ${output}`);
    }
  } finally {
    await host.close();
  }
}

function stemOf(path: string): string {
  return basename(path).replace(/\.[^.]*$/, '') || 'timeline';
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Errors: REQUEST_INVALID where it would replace a file it was made from. */
async function write(path: string, text: string, sources: readonly string[]): Promise<void> {
  if (sources.some((source) => resolve(source) === path))
    throw fail('REQUEST_INVALID', { reason: 'the output would replace the source file; choose another name' });
  await writeFile(path, text);
}
