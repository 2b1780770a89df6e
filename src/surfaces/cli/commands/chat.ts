/** `rushes chat`: a conversation in the terminal. */
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import {
  createSession,
  exportVideo,
  openExport,
  readCredits,
  readState,
  routeRequest,
  sendMessage,
  summarizeDraft,
} from '#client';
import { asEditorError } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { save, uploadAll } from '../edit-job.ts';
import type { Host } from '../host.ts';
import { rememberSession } from '../last-session.ts';

export async function chatCommand(context: CommandContext, files: readonly string[]): Promise<void> {
  const { terminal } = context;
  terminal.line('Setting things up...');
  const host = await context.openHost();
  const input = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY === true });
  context.signal.addEventListener('abort', () => input.close(), { once: true });
  try {
    const { sessionId } = await createSession(host.connection);
    await rememberSession(context.config, sessionId);
    if (files.length > 0) await uploadAll(host.connection, sessionId, { files, signal: context.signal }, terminal);
    terminal.line(
      files.length > 0
        ? `Ready. ${summarizeDraft((await readState(host.connection, sessionId)).draft)}`
        : 'Ready. "upload <file>" brings a recording in; then say what should happen to it.',
    );
    terminal.line('"export" writes the file, "quit" ends.');
    input.setPrompt('> ');
    input.prompt();
    for await (const line of input) {
      const text = line.trim();
      if (/^(?:quit|exit|bye|退出|再见)$/i.test(text)) break;
      if (text !== '') await answer(context, host, sessionId, text);
      input.prompt();
    }
  } finally {
    input.close();
    await host.close();
  }
}

/** One exchange; a failure is told and the conversation goes on. */
async function answer(context: CommandContext, host: Host, sessionId: string, text: string): Promise<void> {
  const { terminal } = context;
  const { connection } = host;
  try {
    switch (routeRequest(text)) {
      case 'credits': {
        const credits = await readCredits(connection);
        return terminal.line(`${credits.available} credits available, ${credits.frozen} frozen`);
      }
      case 'state':
        return terminal.line(summarizeDraft((await readState(connection, sessionId)).draft));
      case 'upload': {
        const path = text.replace(/^(?:upload|上传)\s*/i, '').replace(/^["']|["']$/g, '');
        if (path === '') return terminal.line('Say which file: upload <path>');
        await uploadAll(connection, sessionId, { files: [path], signal: context.signal }, terminal);
        return terminal.line(`Uploaded ${basename(path)}. ${summarizeDraft((await readState(connection, sessionId)).draft)}`);
      }
      case 'export': {
        const format = /\b(mp4|mov|mp3|wav|m4a)\b/i.exec(text)?.[1]?.toLowerCase() ?? 'mp4';
        const exported = await exportVideo(connection, {
          sessionId,
          output: { format },
          onProgress: ({ fraction, etaSeconds }) => terminal.progress('Rendering', fraction, etaSeconds),
          signal: context.signal,
        });
        const path = `${process.cwd()}/rushes-${exported.renderId.replace(/[^\w-]/g, '')}.${format}`;
        await save(await openExport(connection, exported, context.signal), path);
        return terminal.line(`Wrote ${path}`);
      }
      case 'message': {
        const reply = await sendMessage(
          connection,
          { sessionId, text },
          { onStatus: (status) => terminal.line(status), signal: context.signal },
        );
        return terminal.line(reply.text);
      }
    }
  } catch (error) {
    const failure = asEditorError(error);
    terminal.line(`${failure.message}. ${failure.hint}.`);
  }
}
