/** Commands about the session of the last command, or the one that --session names. */
import { createSession, exportVideo, openExport, readCredits, readState, sendMessage, summarizeDraft } from '#client';
import { resolve } from 'node:path';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { outputOptions, type OutputFlags } from '../output-options.ts';
import { save, uploadAll } from '../edit-job.ts';
import { lastSession, rememberSession } from '../last-session.ts';

export type SessionFlags = { readonly session?: string };

export async function uploadCommand(context: CommandContext, files: readonly string[], flags: SessionFlags): Promise<void> {
  const host = await context.openHost();
  try {
    const sessionId = flags.session ?? (await createSession(host.connection)).sessionId;
    await uploadAll(host.connection, sessionId, { files, signal: context.signal }, context.terminal);
    await rememberSession(context.config, sessionId);
    const state = await readState(host.connection, sessionId);
    if (context.terminal.isJson)
      context.terminal.json({ session_id: sessionId, timeline: summarizeDraft(state.draft), media: state.media });
    else context.terminal.line(`${summarizeDraft(state.draft)}\nSession ${sessionId}`);
  } finally {
    await host.close();
  }
}

export async function stateCommand(context: CommandContext, flags: SessionFlags): Promise<void> {
  const sessionId = await lastSession(context.config, flags.session);
  const host = await context.openHost();
  try {
    const state = await readState(host.connection, sessionId);
    if (context.terminal.isJson) context.terminal.json(state.raw);
    else context.terminal.line(summarizeDraft(state.draft));
  } finally {
    await host.close();
  }
}

export async function creditsCommand(context: CommandContext): Promise<void> {
  const host = await context.openHost();
  try {
    const credits = await readCredits(host.connection);
    if (context.terminal.isJson) context.terminal.json(credits);
    else context.terminal.line(`${credits.available} credits available, ${credits.frozen} frozen, ${credits.total} in all`);
  } finally {
    await host.close();
  }
}

export async function undoCommand(context: CommandContext, flags: SessionFlags & { readonly steps?: string }): Promise<void> {
  const steps = Number(flags.steps ?? '1');
  if (!Number.isInteger(steps) || steps < 1 || steps > 100)
    throw fail('REQUEST_INVALID', { reason: `--steps must be 1 to 100, not ${flags.steps}` });
  await sayCommand(context, steps > 1 ? `undo the last ${steps} changes` : 'undo', flags);
}

/** Sends one sentence to a session. */
export async function sayCommand(context: CommandContext, text: string, flags: SessionFlags): Promise<void> {
  const sessionId = await lastSession(context.config, flags.session);
  const host = await context.openHost();
  try {
    const answer = await sendMessage(
      host.connection,
      { sessionId, text },
      { onStatus: (status) => context.terminal.line(status), signal: context.signal },
    );
    const state = await readState(host.connection, sessionId);
    if (context.terminal.isJson)
      context.terminal.json({ reply: answer.text, timeline: summarizeDraft(state.draft), session_id: sessionId });
    else context.terminal.line(`${answer.text}\n${summarizeDraft(state.draft)}`);
  } finally {
    await host.close();
  }
}

export async function exportCommand(
  context: CommandContext,
  flags: SessionFlags & OutputFlags & { readonly output?: string },
): Promise<void> {
  const sessionId = await lastSession(context.config, flags.session);
  const output = resolve(flags.output ?? 'video.mp4');
  const host = await context.openHost();
  try {
    const exported = await exportVideo(host.connection, {
      sessionId,
      output: {
        format: /\.([a-z0-9]+)$/i.exec(output)?.[1]?.toLowerCase() ?? 'mp4',
        ...outputOptions(flags),
      },
      onProgress: ({ fraction, etaSeconds }) => context.terminal.progress('Rendering', fraction, etaSeconds),
      signal: context.signal,
    });
    await save(await openExport(host.connection, exported, context.signal), output);
    if (context.terminal.isJson)
      context.terminal.json({
        output,
        render: exported.status.render ?? null,
        proof: exported.status.proof ?? null,
        session_id: sessionId,
      });
    else context.terminal.line(`Wrote ${output}`);
  } finally {
    await host.close();
  }
}
