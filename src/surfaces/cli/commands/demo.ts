/** `rushes demo`: a recording with known faults goes through the whole machine, over HTTP like any client's. */
import { mkdtemp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSession } from '#client';
import { fail } from '#core/errors';
import type { SoundFacts } from '#core/facts';
import { milliseconds } from '#core/time';
import type { CommandContext } from '../command-context.ts';
import { runEditJob, uploadAll } from '../edit-job.ts';
import type { Host } from '../host.ts';
import { clock } from '../terminal.ts';

const instruction = 'remove background noise, trim pauses, and normalize the loudness to -14 LUFS';

export async function demoCommand(
  context: CommandContext,
  flags: { readonly seconds: string; readonly keep?: string },
): Promise<void> {
  const { terminal } = context;
  const seconds = Number(flags.seconds);
  if (!(seconds >= 5 && seconds <= 600))
    throw fail('REQUEST_INVALID', { reason: `--seconds must be 5 to 600, not ${flags.seconds}` });
  const host = await context.openHost();
  try {
    const { embedded } = host;
    if (embedded === undefined) throw fail('REQUEST_INVALID', { reason: 'the demo runs on its own server; unset NEMO_API_URL' });
    const folder = flags.keep === undefined ? await mkdtemp(join(tmpdir(), 'rushes-demo-')) : resolve(flags.keep);
    await mkdir(folder, { recursive: true });
    const source = join(folder, 'recording.mp4');
    terminal.line(`Making a ${seconds} s screen recording with a synthesised voice, noise and pauses...`);
    const truth = await embedded.makeSample(
      {
        seed: 1,
        seconds,
        size: { width: 1920, height: 1080 },
        frameRate: { num: 30, den: 1 },
        snrDb: 15,
        noise: 'fan',
        gop: 60,
        container: 'mp4',
      },
      source,
      (fraction) => terminal.progress('Recording', fraction),
    );
    terminal.line(`Server: ${embedded.url}`);
    terminal.line(`> ${instruction}`);
    const report = await runEditJob(
      host,
      { files: [source], instruction, output: join(folder, 'edited.mp4'), signal: context.signal },
      terminal,
    );
    const before = await measure(host, source, context);
    const after = await measure(host, report.output, context);
    if (terminal.isJson) {
      terminal.json({ ...report, truth: { pauses: truth.pauses.length, duration_ms: truth.durationMs } });
      return;
    }
    const { proof, render } = report;
    terminal.line('');
    terminal.line('                     before        after');
    terminal.line(`Length               ${pad(clock(before.durationMs))}${clock(after.durationMs)}`);
    terminal.line(`Noise floor          ${pad(`${before.noise} dBFS`)}${after.noise} dBFS`);
    terminal.line(`Loudness             ${pad(`${before.loudness} LUFS`)}${after.loudness} LUFS`);
    terminal.line(`Pauses over 0.7 s    ${pad(String(before.longPauses))}${after.longPauses}`);
    terminal.line(
      `Frames               ${render === null ? 'none' : `${render.copied} copied as they were, ${render.encoded} encoded, ${render.frames} in all`}`,
    );
    terminal.line(
      `Proof                ${proof === null ? 'none' : `${proof.checks.filter(({ ok }) => ok).length} of ${proof.checks.length} checks passed: ${proof.checks.map(({ name }) => name).join(', ')}`}`,
    );
    const { timings_ms: timings } = report;
    terminal.line(
      `Time                 ${(timings.total / 1000).toFixed(1)} s: upload ${timings.upload} ms, analysis ${timings.analyse} ms, edit ${timings.edit} ms, render and proof ${timings.render} ms`,
    );
    terminal.line(`File                 ${report.output}`);
  } finally {
    await host.close();
  }
}

type Measured = { readonly durationMs: number; readonly noise: string; readonly loudness: string; readonly longPauses: number };

/** Uploads a file into a session of its own and measures it as any other recording. */
async function measure(host: Host, path: string, context: CommandContext): Promise<Measured> {
  const { sessionId } = await createSession(host.connection, { name: 'measure' });
  await uploadAll(host.connection, sessionId, { files: [path], signal: context.signal }, context.terminal);
  const [found] = (await host.embedded?.soundFacts(sessionId, ['speech', 'noise', 'loudness'])) ?? [];
  if (found === undefined) throw fail('MEDIA_UNREADABLE');
  const { noise, loudness, speech }: SoundFacts = found.facts;
  return {
    durationMs: Math.round(found.asset.duration / 705_600),
    noise: (noise?.floorDbfs ?? -120).toFixed(1),
    loudness: (loudness?.integratedLufs ?? -120).toFixed(1),
    longPauses: speech?.pauses.filter(({ duration }) => duration >= milliseconds(700)).length ?? 0,
  };
}

function pad(text: string): string {
  return text.padEnd(14);
}
