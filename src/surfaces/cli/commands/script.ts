import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { createSession, readState, sendMessage } from '#client';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';
import { rememberSession } from '../last-session.ts';

export type ScriptFlags = {
  readonly tone?: string;
  readonly length?: string;
  readonly language: string;
  readonly md?: boolean;
  readonly output?: string;
};

/**
 * `rushes script <file…>`: a script of the video's shots, written by the model that is set up, or a frame to fill in. The session is
 * remembered: `rushes say "narrate it"` goes on from there.
 */
export async function scriptCommand(context: CommandContext, files: readonly string[], flags: ScriptFlags): Promise<void> {
  const { terminal, signal } = context;
  const sentence = sentenceFor(flags);
  const extension = flags.output === undefined ? '' : extname(flags.output).toLowerCase();
  if (flags.output !== undefined && !['.json', '.md', '.txt'].includes(extension))
    throw fail('REQUEST_INVALID', { reason: 'a script is written as .json, .md or .txt; give -o such a name' });
  const host = await context.openHost();
  try {
    const { connection } = host;
    const { sessionId } = await createSession(connection, { name: basename(files[0]!), language: flags.language });
    await uploadAll(connection, sessionId, { files, signal }, terminal);
    await rememberSession(context.config, sessionId);
    const answer = await sendMessage(
      connection,
      { sessionId, text: sentence },
      { onStatus: (status) => terminal.line(status), signal },
    );
    const { script } = stateOf((await readState(connection, sessionId)).raw);
    if (script === undefined) throw fail('REQUEST_INVALID', { reason: answer.text });
    const { markdown, ...document } = script as { readonly markdown: string };
    const asJson = terminal.isJson || extension === '.json';
    if (flags.output !== undefined) {
      await writeFile(resolve(flags.output), extension === '.json' ? `${JSON.stringify(document, undefined, 2)}\n` : markdown);
      terminal.line(`Wrote ${resolve(flags.output)}`);
    }
    if (terminal.isJson) terminal.json({ ...document, session_id: sessionId });
    else if (flags.output === undefined) terminal.line(flags.md === true && !asJson ? markdown : answer.text);
  } finally {
    await host.close();
  }
}

/** The flags as the sentence that a person would say; checked, because a sentence may ask for anything. */
function sentenceFor({ tone, length, language }: ScriptFlags): string {
  if (language !== 'en' && language !== 'zh') throw fail('REQUEST_INVALID', { reason: 'scripts are written in en or zh' });
  if (tone !== undefined && !/^[\p{L} -]{1,40}$/u.test(tone))
    throw fail('REQUEST_INVALID', { reason: 'a tone is a word or two' });
  const seconds = length === undefined ? undefined : Number(length);
  if (seconds !== undefined && !(seconds >= 3 && seconds <= 7200))
    throw fail('REQUEST_INVALID', { reason: 'the length is a number of seconds, 3 to 7200' });
  const parts =
    language === 'zh'
      ? ['写一段旁白脚本', tone === undefined ? '' : `语气${tone}`, seconds === undefined ? '' : `${seconds}秒`]
      : [
          'write a voiceover script',
          tone === undefined ? '' : `in a ${tone} tone`,
          seconds === undefined ? '' : `${seconds} seconds`,
        ];
  return parts.filter((part) => part !== '').join(language === 'zh' ? '，' : ', ');
}

function stateOf(raw: Readonly<Record<string, unknown>>): { readonly script?: unknown } {
  const { state } = raw;
  return typeof state === 'object' && state !== null ? state : raw;
}
