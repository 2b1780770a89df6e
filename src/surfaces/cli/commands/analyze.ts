import type { SoundFacts } from '#core/facts';
import { toMilliseconds, rangeEnd, type TimeRange } from '#core/time';
import type { Asset } from '#core/asset';
import { createSession, readState } from '#client';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';
import { clock } from '../terminal.ts';
import { earsLines, toEarsReport } from './analyze-ears.ts';
import { pictureLines, toPictureReport } from './analyze-picture.ts';

/** `rushes analyze <file>`: what is in a recording, measured on this machine. */
export async function analyzeCommand(context: CommandContext, file: string): Promise<void> {
  const { terminal } = context;
  const host = await context.openHost();
  try {
    const { embedded, connection } = host;
    if (embedded === undefined) throw fail('REQUEST_INVALID', { reason: 'analyze measures on this machine; unset NEMO_API_URL' });
    const { sessionId } = await createSession(connection, { name: 'analyze' });
    await uploadAll(connection, sessionId, { files: [file], signal: context.signal }, terminal);
    await readState(connection, sessionId);
    const [found] = await embedded.soundFacts(sessionId, ['speech', 'noise', 'loudness', 'beats', 'faults'], (fraction) =>
      terminal.progress('Listening', fraction),
    );
    const [seen] = await embedded.pictureFacts(sessionId, ['shots', 'jumpCuts', 'shake', 'faults', 'framing'], (fraction) =>
      terminal.progress('Looking', fraction),
    );
    const asset = found?.asset ?? seen?.asset;
    if (asset === undefined) throw fail('MEDIA_UNREADABLE');
    terminal.settle();
    const picture = seen === undefined ? undefined : toPictureReport(seen.facts);
    const ears = toEarsReport(found?.facts ?? {}, await embedded.problems(sessionId));
    const report = { ...toReport(asset, found?.facts ?? {}), ...picture, ...ears };
    if (terminal.isJson) terminal.json(report);
    else
      for (const line of [...toLines(asset, report), ...(picture === undefined ? [] : pictureLines(picture)), ...earsLines(ears)])
        terminal.line(line);
  } finally {
    await host.close();
  }
}

type Span = { readonly start_ms: number; readonly end_ms: number };

export type AnalyzeReport = {
  readonly duration_ms: number;
  readonly streams: readonly Readonly<Record<string, unknown>>[];
  readonly speech: readonly Span[];
  readonly pauses: readonly (Span & { readonly level_dbfs: number; readonly audible: boolean })[];
  readonly loudness: { readonly integrated_lufs: number; readonly range_lu: number; readonly true_peak_dbtp: number } | null;
  readonly noise: { readonly floor_dbfs: number; readonly speech_dbfs: number; readonly snr_db: number } | null;
  readonly warnings: readonly string[];
};

function toReport(asset: Asset, { speech, loudness, noise }: SoundFacts): AnalyzeReport {
  return {
    duration_ms: toMilliseconds(asset.duration),
    streams: asset.streams.map((stream) =>
      stream.kind === 'video'
        ? {
            kind: 'video',
            codec: stream.codec,
            width: stream.displaySize.width,
            height: stream.displaySize.height,
            fps: Number((stream.frameRate.num / stream.frameRate.den).toFixed(3)),
            variable_frame_rate: stream.variableFrameRate,
            start_ms: toMilliseconds(stream.start),
            duration_ms: toMilliseconds(stream.duration),
          }
        : {
            kind: 'audio',
            codec: stream.codec,
            sample_rate_hz: stream.sampleRateHz,
            channels: stream.channels,
            start_ms: toMilliseconds(stream.start),
            duration_ms: toMilliseconds(stream.duration),
          },
    ),
    speech: speech?.speech.map(span) ?? [],
    pauses: speech?.pauses.map((pause) => ({ ...span(pause), level_dbfs: round(pause.levelDbfs), audible: pause.audible })) ?? [],
    loudness:
      loudness === undefined
        ? null
        : {
            integrated_lufs: round(loudness.integratedLufs),
            range_lu: round(loudness.rangeLu),
            true_peak_dbtp: round(loudness.truePeakDbtp),
          },
    noise:
      noise === undefined
        ? null
        : { floor_dbfs: round(noise.floorDbfs), speech_dbfs: round(noise.speechDbfs), snr_db: round(noise.snrDb) },
    warnings: asset.warnings,
  };
}

function toLines(asset: Asset, report: AnalyzeReport): string[] {
  const spoken = report.speech.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0);
  const long = report.pauses.filter(({ start_ms, end_ms }) => end_ms - start_ms >= 700);
  return [
    `${asset.name}: ${clock(report.duration_ms)}, ${report.streams.map((stream) => (stream.kind === 'video' ? `${String(stream.codec)} ${String(stream.width)}×${String(stream.height)} at ${String(stream.fps)} fps` : `${String(stream.codec)} ${String(stream.sample_rate_hz)} Hz`)).join(', ')}`,
    ...(report.loudness === null
      ? ['No sound']
      : [
          `Loudness: ${report.loudness.integrated_lufs} LUFS, range ${report.loudness.range_lu} LU, true peak ${report.loudness.true_peak_dbtp} dBTP`,
        ]),
    ...(report.noise === null
      ? []
      : [
          `Noise: floor ${report.noise.floor_dbfs} dBFS, speech ${report.noise.speech_dbfs} dBFS, ${report.noise.snr_db} dB apart`,
        ]),
    ...(report.loudness === null
      ? []
      : [
          `Speech: ${clock(spoken)} in ${report.speech.length} stretches, ${report.pauses.length} pauses, ${long.length} of them over 0.7 s`,
        ]),
    ...long
      .slice(0, 12)
      .map(
        ({ start_ms, end_ms }) => `  pause ${clock(start_ms)} – ${clock(end_ms)} (${((end_ms - start_ms) / 1000).toFixed(1)} s)`,
      ),
    ...(long.length > 12 ? [`  … and ${long.length - 12} more`] : []),
    ...report.warnings.map((warning) => `Note: ${warning}`),
  ];
}

function span(range: TimeRange): Span {
  return { start_ms: toMilliseconds(range.start), end_ms: toMilliseconds(rangeEnd(range)) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
