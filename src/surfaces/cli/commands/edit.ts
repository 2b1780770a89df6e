import { fail } from '#core/errors';
import { asksForEach } from '../each.ts';
import { runEditJob, type EditReport } from '../edit-job.ts';
import { rememberSession } from '../last-session.ts';
import { editEach } from './edit-each.ts';
import { clock } from '../terminal.ts';
import type { CommandContext } from '../command-context.ts';
import { outputOptions, type OutputFlags } from '../output-options.ts';

export type EditFlags = OutputFlags & { readonly output?: string; readonly each?: boolean };

/** `rushes edit <file…> "<instruction>"` */
export async function editCommand(context: CommandContext, args: readonly string[], flags: EditFlags): Promise<void> {
  const { terminal, config } = context;
  const files = args.slice(0, -1);
  const instruction = args.at(-1)!;
  const isEach = flags.each === true || (files.length > 1 && asksForEach(instruction));
  if (isEach && flags.output !== undefined)
    throw fail('REQUEST_INVALID', { reason: 'several files are written beside their sources; leave --output out' });
  const host = await context.openHost();
  try {
    if (isEach) {
      const each = await editEach(context, host, { files, instruction, outputOptions: outputOptions(flags) });
      if (terminal.isJson) terminal.json(each);
      if (each.failed > 0) process.exitCode = 1;
      return;
    }
    const report = await runEditJob(
      host,
      {
        files,
        instruction,
        ...(flags.output === undefined ? {} : { output: flags.output }),
        outputOptions: outputOptions(flags),
        signal: context.signal,
      },
      terminal,
    );
    await rememberSession(config, report.session_id);
    if (terminal.isJson) {
      terminal.json(report);
      return;
    }
    const { proof, render, timings_ms: timings } = report;
    if (render !== null && render.frames > 0)
      terminal.line(
        `Picture: ${render.frames} frames, ${render.copied} copied as they were, ${encodedFrames(render)}${render.reason === undefined ? '' : ` (${render.reason})`}`,
      );
    if (proof !== null) {
      const sync =
        proof.syncMs === undefined
          ? ''
          : `, sound against picture ${proof.syncMs.head}/${proof.syncMs.middle}/${proof.syncMs.tail} ms`;
      const loudness =
        proof.loudness === undefined
          ? ''
          : `, ${proof.loudness.integratedLufs.toFixed(1)} LUFS, true peak ${proof.loudness.truePeakDbtp.toFixed(1)} dBTP`;
      terminal.line(`Proved: ${clock(proof.durationMs)} long${sync}${loudness}`);
    }
    for (const warning of report.warnings) terminal.line(`Note: ${warning}`);
    terminal.line(`Wrote ${report.output} in ${(timings.total / 1000).toFixed(1)} s`);
  } finally {
    await host.close();
  }
}

function encodedFrames({ encoded, reused = 0 }: NonNullable<EditReport['render']>): string {
  return reused === 0 ? `${encoded} encoded` : `${encoded - reused} encoded, ${reused} used again`;
}
