/** `rushes chat`: a conversation in the terminal. */
import { basename } from 'node:path';
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
import { asksForEach } from '../each.ts';
import { save, uploadAll } from '../edit-job.ts';
import { editEach } from './edit-each.ts';
import type { Host } from '../host.ts';
import { readLines } from '../lines.ts';
import { rememberSession } from '../last-session.ts';

export async function chatCommand(context: CommandContext, files: readonly string[]): Promise<void> {
  const { terminal } = context;
  terminal.line('Setting things up...');
  const host = await context.openHost();
  const input = readLines(process.stdin, process.stdout);
  context.signal.addEventListener('abort', () => input.close(), { once: true });
  try {
    const { sessionId } = await createSession(host.connection);
    await rememberSession(context.config, sessionId);
    const talk: Talk = { sessionId, files: [...files] };
    if (files.length > 0) await uploadAll(host.connection, sessionId, { files, signal: context.signal }, terminal);
    terminal.line(
      files.length > 0
        ? `Ready. ${summarizeDraft((await readState(host.connection, sessionId)).draft)}`
        : 'Ready. "upload <file>" brings a recording in; then say what should happen to it.',
    );
    terminal.line('"export" writes the file, "quit" ends.');
    for (let line = await input.next('> '); line !== undefined; line = await input.next('> ')) {
      const text = line.trim();
      if (/^(?:quit|exit|bye|退出|再见)$/i.test(text)) break;
      // What comes through a pipe is shown, so that the answers can be told apart.
      if (process.stdin.isTTY !== true && text !== '') terminal.line(`> ${text}`);
      if (text !== '') await answer(context, host, talk, text);
    }
  } finally {
    input.close();
    await host.close();
  }
}

type Talk = { sessionId: string; readonly files: string[] };

/** One exchange; a failure is told and the conversation goes on. */
async function answer(context: CommandContext, host: Host, talk: Talk, text: string): Promise<void> {
  const { terminal } = context;
  const { connection } = host;
  try {
    if (talk.files.length > 1 && asksForEach(text)) {
      await editEach(context, host, { files: talk.files, instruction: text, outputOptions: {} });
      return;
    }
    switch (routeRequest(text)) {
      case 'credits': {
        const credits = await readCredits(connection);
        return terminal.line(`${credits.available} credits available, ${credits.frozen} frozen`);
      }
      case 'state':
        return await showState(context, host, talk);
      case 'upload': {
        const path = text.replace(/^(?:upload|上传)\s*/i, '').replace(/^["']|["']$/g, '');
        if (path === '') return terminal.line('Say which file: upload <path>');
        await uploadAll(connection, talk.sessionId, { files: [path], signal: context.signal }, terminal);
        talk.files.push(path);
        terminal.line(`Uploaded ${basename(path)}.`);
        return await showState(context, host, talk);
      }
      case 'export':
        return await exportNow(context, host, talk, text);
      case 'message':
        return await converse(context, host, talk, text);
    }
  } catch (error) {
    const failure = asEditorError(error);
    if (failure.code === 'SESSION_NOT_FOUND') {
      talk.sessionId = (await createSession(connection)).sessionId;
      await rememberSession(context.config, talk.sessionId);
      return terminal.line('That session is gone, so a new one was opened. Upload the recording again: upload <file>');
    }
    terminal.line(`${failure.message}. ${failure.hint}.`);
  }
}

/** Sends the words, and does what a server with a screen in mind asks the user to do there. */
async function converse(context: CommandContext, host: Host, talk: Talk, text: string, isFollowUp = false): Promise<void> {
  const { terminal, signal } = context;
  const { sessionId } = talk;
  const reply = await sendMessage(host.connection, { sessionId, text }, { onStatus: (status) => terminal.line(status), signal });
  terminal.line(reply.text);
  // Asked once to do it itself; a server that insists on its screen is not argued with.
  const [order] = reply.orders;
  if (order !== undefined && !isFollowUp)
    await converse(context, host, talk, `There is no screen here, please do this yourself: ${order}`, true);
  if (reply.actions.includes('state')) await showState(context, host, talk);
  if (reply.actions.includes('export') && !isFollowUp) await exportNow(context, host, talk, text);
}

async function showState({ terminal }: CommandContext, { connection }: Host, { sessionId }: Talk): Promise<void> {
  terminal.line(summarizeDraft((await readState(connection, sessionId)).draft));
}

async function exportNow({ terminal, signal }: CommandContext, { connection }: Host, talk: Talk, text: string): Promise<void> {
  const format = /\b(mp4|mov|webm|gif|webp|mp3|wav|m4a|flac)\b/i.exec(text)?.[1]?.toLowerCase() ?? 'mp4';
  const resolution = /\b(\d{3,4}p)\b/i.exec(text)?.[1]?.toLowerCase();
  const exported = await exportVideo(connection, {
    sessionId: talk.sessionId,
    output: { format, ...(resolution === undefined ? {} : { resolution }) },
    onProgress: ({ fraction, etaSeconds }) => terminal.progress('Rendering', fraction, etaSeconds),
    signal,
  });
  const path = `${process.cwd()}/rushes-${exported.renderId.replace(/[^\w-]/g, '')}.${format}`;
  await save(await openExport(connection, exported, signal), path);
  terminal.line(`Wrote ${path}`);
}
