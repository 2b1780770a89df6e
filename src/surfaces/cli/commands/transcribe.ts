import { readFile, writeFile } from 'node:fs/promises';
import { createSession } from '#client';
import { fail } from '#core/errors';
import type { Transcript } from '#core/facts';
import { writeSrt, writeVtt } from '#core/interchange';
import { toMilliseconds } from '#core/time';
import { captionCues, readTranscript, sentencesOf, type GivenWords } from '#core/words';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';
import { clock } from '../terminal.ts';

export type TranscribeFlags = {
  readonly script?: string;
  readonly srt?: boolean;
  readonly vtt?: boolean;
  readonly output?: string;
};

/**
 * `rushes transcribe talk.mp4 [--script talk.txt]`: what is said and when. With a script (text, subtitles, or words as JSON) its words are found in
 * the sound; without one a recogniser must be set up.
 */
export async function transcribeCommand(context: CommandContext, file: string, flags: TranscribeFlags): Promise<void> {
  const { terminal } = context;
  const given = flags.script === undefined ? undefined : await readScript(flags.script);
  const host = await context.openHost();
  try {
    const { embedded, connection } = host;
    if (embedded === undefined) throw fail('REQUEST_INVALID', { reason: 'transcribe works on this machine; unset NEMO_API_URL' });
    const { sessionId } = await createSession(connection, { name: 'transcribe' });
    await uploadAll(connection, sessionId, { files: [file], signal: context.signal }, terminal);
    const transcript = await embedded.transcribe(sessionId, given, (fraction) => terminal.progress('Listening', fraction));
    terminal.settle();
    const text = asked(transcript, flags);
    if (flags.output !== undefined) {
      await writeFile(flags.output, text ?? `${JSON.stringify(toReport(transcript), null, 1)}\n`);
      terminal.line(`Wrote ${flags.output}: ${transcript.words.length} words`);
    } else if (terminal.isJson) terminal.json(toReport(transcript));
    else if (text !== undefined) terminal.line(text.trimEnd());
    else printSentences(context, transcript);
  } finally {
    await host.close();
  }
}

async function readScript(path: string): Promise<GivenWords> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fail('FILE_MISSING', { name: path }, { cause });
  });
  return readTranscript(text);
}

/** Subtitles by flag or by the ending of the output; undefined for neither. */
function asked(transcript: Transcript, { srt, vtt, output = '' }: TranscribeFlags): string | undefined {
  const cues = captionCues(transcript, { frameRate: { num: 25, den: 1 } });
  if (srt === true || /\.srt$/i.test(output)) return writeSrt(cues);
  if (vtt === true || /\.vtt$/i.test(output)) return writeVtt(cues);
  if (/\.txt$/i.test(output))
    return `${sentencesOf(transcript)
      .map(({ text }) => text)
      .join('\n')}\n`;
  return undefined;
}

function printSentences({ terminal }: CommandContext, transcript: Transcript): void {
  for (const { start, text, speaker } of sentencesOf(transcript))
    terminal.line(`${clock(toMilliseconds(start))}  ${speaker === undefined ? '' : `${speaker}: `}${text}`);
  const how = { supplied: 'as they were given', aligned: 'found in the sound', sherpa: 'heard', endpoint: 'heard', pocketsphinx: 'heard' }[transcript.source]; // prettier-ignore
  terminal.line(`${transcript.words.length} words, ${how}${transcript.engine === undefined ? '' : ` by ${transcript.engine}`}`);
  if (transcript.rough !== undefined) terminal.line(`Note: ${transcript.rough}`);
}

function toReport({ words, ...rest }: Transcript) {
  return {
    ...rest,
    words: words.map(({ start, end, ...word }) => ({ ...word, start_ms: toMilliseconds(start), end_ms: toMilliseconds(end) })),
  };
}
