/** `rushes edit a.mp4 b.mp4 --each "…"`: a session, an instruction and a render for each file, and one report. */
import { basename } from 'node:path';
import { asEditorError } from '#core/errors';
import type { Proof } from '#core/facts';
import { runEditJob, type EditReport } from '../edit-job.ts';
import { instructionsForEach, tableOf, type EachRow } from '../each.ts';
import type { Host } from '../host.ts';
import { clock } from '../terminal.ts';
import type { CommandContext } from '../command-context.ts';

export type EachReport = {
  readonly files: readonly (
    | ({ readonly file: string; readonly asked: string } & EditReport)
    | {
        readonly file: string;
        readonly asked: string;
        readonly error: { readonly code: string; readonly message: string; readonly hint: string };
      }
  )[];
  readonly failed: number;
};

/** Edits the files one after another; one that fails is told and the others go on. */
export async function editEach(
  { terminal, signal }: CommandContext,
  host: Host,
  request: {
    readonly files: readonly string[];
    readonly instruction: string;
    readonly outputOptions: Readonly<Record<string, unknown>>;
  },
): Promise<EachReport> {
  const names = request.files.map((file) => basename(file));
  const asked = instructionsForEach(request.instruction, names);
  const files: EachReport['files'][number][] = [];
  for (const [index, file] of request.files.entries()) {
    signal.throwIfAborted();
    const words = asked[index]!;
    terminal.line(`${index + 1} of ${request.files.length}: ${names[index]}${words === '' ? '' : ` - ${words}`}`);
    try {
      const report = await runEditJob(
        host,
        { files: [file], instruction: words === '' ? 'show the timeline' : words, outputOptions: request.outputOptions, signal },
        terminal,
      );
      files.push({ file, asked: words, ...report });
    } catch (error) {
      const failure = asEditorError(error);
      if (failure.kind === 'canceled') throw error;
      files.push({ file, asked: words, error: { code: failure.code, message: failure.message, hint: failure.hint } });
      terminal.settle();
      terminal.line(`${failure.message}. ${failure.hint}.`);
    }
  }
  const report: EachReport = { files, failed: files.filter((entry) => 'error' in entry).length };
  for (const line of tableOf(files.map(rowOf))) terminal.line(line);
  return report;
}

function rowOf(entry: EachReport['files'][number]): EachRow {
  const { file, asked } = entry;
  if ('error' in entry) return { file: basename(file), asked, failed: `failed: ${entry.error.message}` };
  const proof: Proof | null = entry.proof;
  const before = lengthIn(entry.changes) ?? (proof === null ? undefined : clock(proof.durationMs));
  return {
    file: basename(file),
    asked,
    ...(before === undefined ? {} : { before }),
    ...(proof === null ? {} : { after: clock(proof.durationMs) }),
    output: `${entry.output}${proof === null ? '' : ', proved'}`,
  };
}

/** The first length that the account of the changes begins with. */
function lengthIn(changes: readonly string[]): string | undefined {
  return changes.flatMap((change) => /(\d+:\d{2}(?:\.\d+)?) → \d+:\d{2}/.exec(change)?.[1] ?? [])[0];
}
