/** The command line: arguments in, one command run, an exit code out. No rules of its own. */
import { Command, CommanderError } from 'commander';
import { loadConfig, type Config } from '#platform/config';
import type { CommandContext, DoctorFact, ServeMcp } from './command-context.ts';
import { analyzeCommand } from './commands/analyze.ts';
import { chatCommand } from './commands/chat.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { editCommand } from './commands/edit.ts';
import { frameCommand, sheetCommand, waveformCommand, type PreviewFlags } from './commands/preview.ts';
import { planCommand, type PlanFlags } from './commands/plan.ts';
import { listModelsCommand, pullModelCommand, removeModelCommand } from './commands/models.ts';
import { transcribeCommand, type TranscribeFlags } from './commands/transcribe.ts';
import { mcpCommand, type McpFlags } from './commands/mcp.ts';
import { musicCommand, type MusicFlags } from './commands/music.ts';
import { serveCommand } from './commands/serve.ts';
import { scriptCommand, type ScriptFlags } from './commands/script.ts';
import { installSkillsCommand, listSkillsCommand, type SkillFlags } from './commands/skills.ts';
import { documentAsked, exportDocumentCommand, type DocumentFlags } from './commands/export-document.ts';
import { creditsCommand, exportCommand, sayCommand, stateCommand, undoCommand, uploadCommand } from './commands/session.ts';
import { openHost, type StartEmbedded } from './host.ts';
import { outputFlags } from './output-options.ts';
import { createTerminal, reportError } from './terminal.ts';

/** What app.ts lends to the command line. */
export type CliServices = {
  readonly startEmbedded: StartEmbedded;
  readonly serve: (config: Config) => Promise<{ readonly url: string; close(): Promise<void> }>;
  readonly inspect: (config: Config) => Promise<readonly DoctorFact[]>;
  readonly serveMcp: ServeMcp;
};

/** Runs one command; gives the exit code of the process. */
export async function runCli(argv: readonly string[], services: CliServices): Promise<number> {
  const json = argv.includes('--json');
  const terminal = createTerminal({ json, aside: argv.includes('-') });
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // The terminal is the CLI's; the log of the embedded server goes where the user sent it, or stays quiet.
  const context = (): CommandContext => {
    const quiet = argv[0] !== 'serve' && process.env.RUSHES_LOG_LEVEL === undefined ? { logLevel: 'error' } : {};
    const config = loadConfig(process.env, quiet);
    return {
      config,
      terminal,
      signal: interrupt.signal,
      openHost: () => openHost(config, services.startEmbedded),
      openPlanning: (dataFolder) =>
        openHost({ ...config, clientUrl: undefined, dataFolder, creditMode: 'free' }, (own) =>
          services.startEmbedded(own, { planning: true }),
        ),
      serve: () => services.serve(config),
      inspect: () => services.inspect(config),
      serveMcp: services.serveMcp,
    };
  };
  try {
    await describeCommands(context).parseAsync([...argv], { from: 'user' });
    return interrupt.signal.aborted && argv[0] !== 'serve' && argv[0] !== 'mcp' ? 130 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, terminal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function describeCommands(context: () => CommandContext): Command {
  const program = new Command('rushes')
    .description('Talk to your footage, get a finished video')
    .exitOverride()
    .showHelpAfterError();
  const command = (usage: string, description: string) =>
    program.command(usage).description(description).option('--json', 'print one JSON object on standard output and nothing else');
  const withOutput = (described: Command) =>
    outputFlags.reduce((all, [flag, description]) => all.option(flag, description), described);
  withOutput(command('edit <file-and-instruction...>', 'edit files as the last argument says and write the proved result'))
    .usage('<file…> "<instruction>" [-o out.mp4 | --each]')
    .option('--each', 'every file by itself, each with its own result; "clean the first, trim the second" says what for which')
    .option(
      '-o, --output <path>',
      'where the result goes; its ending chooses the format: mp4, mov, webm, gif, webp, m4a, mp3, wav, flac',
    )
    .action((args: string[], flags: { readonly output?: string }, self: Command) =>
      args.length < 2
        ? self.error('error: give at least one file and one instruction', { exitCode: 2 })
        : editCommand(context(), args, flags),
    );
  command('plan <instruction-and-files...>', 'say what an instruction would do; nothing is kept or rendered')
    .usage('"<instruction>" [file…] [--draft state.json] [--then "<instruction>"]…')
    .option('--draft <path>', 'begin with this timeline, as the state of a session gives it')
    .option(
      '--then <instruction>',
      'what is said next; may be given several times',
      (text: string, all: readonly string[]) => [...all, text],
      [] as readonly string[],
    )
    .action((args: string[], flags: PlanFlags) => planCommand(context(), args, flags));
  command('chat [files...]', 'talk about a recording, step by step').action((files: string[]) => chatCommand(context(), files));
  command('upload <files...>', 'bring files or URLs into a new session')
    .option('--session <id>', 'into this session')
    .action((files: string[], flags: object) => uploadCommand(context(), files, flags));
  command('say <sentence>', 'send one sentence to the last session')
    .option('--session <id>', 'to this session')
    .action((text: string, flags: object) => sayCommand(context(), text, flags));
  command('state', 'show the tracks of the last session')
    .option('--session <id>', 'of this session')
    .action((flags: object) => stateCommand(context(), flags));
  command('credits', 'show the balance').action(() => creditsCommand(context()));
  withOutput(command('export [files-or-session...]', 'render the last session, or write its timeline for another tool'))
    .usage('[file…|session] [-o video.mp4 | --as otio|fcpxml|xml|edl|srt|vtt|ass|chapters|ffmetadata|csv]')
    .option('--session <id>', 'this session')
    .option('-o, --output <path>', 'default video.mp4; its ending chooses the format')
    .option('--as <format>', 'a document instead of a video; its ending says so too')
    .option('--drop-frame', 'drop-frame timecode in an edit list of 29.97 or 59.94')
    .action((what: string[], flags: DocumentFlags, self: Command) => {
      const format = documentAsked(flags);
      if (format !== undefined) return exportDocumentCommand(context(), format, what, flags);
      if (what.length > 0)
        self.error('error: a video is exported from a session; to edit files use "rushes edit"', { exitCode: 2 });
      return exportCommand(context(), flags);
    });
  command('undo', 'take the last change back')
    .option('--session <id>', 'in this session')
    .option('--steps <count>', 'how many changes')
    .action((flags: object) => undoCommand(context(), flags));
  command('analyze <file>', 'measure a recording: speech, pauses, loudness, noise').action((file: string) =>
    analyzeCommand(context(), file),
  );
  const preview = (usage: string, description: string) =>
    command(usage, description)
      .option('-o, --output <path>', 'where the picture goes')
      .option('--width <pixels>', 'how wide it is at most');
  preview('frame <file>', 'save one picture of a video')
    .option('--at <seconds>', 'when', '0')
    .action((file: string, flags: PreviewFlags) => frameCommand(context(), file, flags));
  preview('sheet <file>', 'save pictures spread over a video on one sheet')
    .option('--count <pictures>', 'how many', '16')
    .option('--columns <columns>', 'how many in a row', '4')
    .action((file: string, flags: PreviewFlags) => sheetCommand(context(), file, flags));
  preview('waveform <file>', 'save the outline of a recording as a picture, or as numbers in a .json').action(
    (file: string, flags: PreviewFlags) => waveformCommand(context(), file, flags),
  );
  command('transcribe <file>', 'write down what is said and when')
    .option('--script <file>', 'the words, as text, subtitles or JSON: they are found in the sound, with no model')
    .option('--srt', 'print SRT')
    .option('--vtt', 'print WebVTT')
    .option('-o, --output <path>', 'where it goes; its ending chooses: srt, vtt, txt, json')
    .action((file: string, flags: TranscribeFlags) => transcribeCommand(context(), file, flags));
  command('music <mood>', 'make a bed of music: lo-fi, upbeat, calm, cinematic, corporate or suspense')
    .option('-o, --output <path>', 'a .wav or .flac; default <mood>.wav')
    .option('--seconds <seconds>', 'at least this long; it ends on a bar', '60')
    .option('--bpm <bpm>', 'beats a minute, 60 to 180')
    .option('--key <key>', 'C, F#, Bb, with m for minor')
    .option('--seed <number>', 'another number, another piece')
    .action((mood: string, flags: MusicFlags) => musicCommand(context(), mood, flags));
  command('script <files...>', 'write a voiceover script for a video')
    .option('--tone <tone>', 'friendly, calm, energetic, professional …')
    .option('--length <seconds>', 'how much narration in all')
    .option('--language <language>', 'en or zh', 'en')
    .option('--md', 'as Markdown, to be filled in and narrated')
    .option('-o, --output <path>', 'where it goes; a .json or .md')
    .action((files: string[], flags: ScriptFlags) => scriptCommand(context(), files, flags));
  const models = program.command('models').description('recognisers, voices and noise removal that can be fetched');
  const asJson = ['--json', 'print one JSON object on standard output and nothing else'] as const;
  models
    .command('list')
    .description('what there is, how large, and what is here')
    .option(...asJson)
    .action(() => listModelsCommand(context()));
  models
    .command('pull <name>')
    .description('fetch one; says how much it is and asks first')
    .option(...asJson)
    .option('--yes', 'do not ask')
    .action((name: string, flags: { readonly yes?: boolean }) => pullModelCommand(context(), name, flags));
  models
    .command('remove <name>')
    .description('take one away')
    .option(...asJson)
    .action((name: string) => removeModelCommand(context(), name));
  const skills = program.command('skills').description('the skills that agents use');
  const json = ['--json', 'print one JSON object on standard output and nothing else'] as const;
  skills
    .command('list')
    .description('name and purpose of each')
    .option(...json)
    .action(() => listSkillsCommand(context()));
  skills
    .command('install [names...]')
    .description('copy them, all or the named, to where an agent looks for them')
    .option(...json)
    .option('--to <folder>', 'such as ~/.claude/skills, ~/.cursor/skills or .agents/skills')
    .option('--format <format>', 'agentskills or clawhub', 'agentskills')
    .option('--force', 'replace files that were not written by this command')
    .action((names: string[], flags: SkillFlags) => installSkillsCommand(context(), names, flags));
  command('doctor', 'check this machine').action(() => doctorCommand(context()));
  command('serve', 'run the server').action(() => serveCommand(context()));
  program
    .command('mcp')
    .description('serve the editor as tools of an assistant (Model Context Protocol), over standard input and output')
    .option('--http', 'over HTTP on this machine instead')
    .option('--port <port>', 'which port; 0 takes a free one', '8788')
    .action((flags: McpFlags) => mcpCommand(context(), flags));
  command('demo', 'make a sample recording, edit it over the API and show before and after')
    .option('--seconds <seconds>', 'length of the sample', '60')
    .option('--keep <folder>', 'where the files go')
    .action((flags: { readonly seconds: string }) => demoCommand(context(), flags));
  return program;
}
