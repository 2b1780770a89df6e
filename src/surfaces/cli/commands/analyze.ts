import { pictureAnalyses, soundAnalyses, type SoundFacts } from '#core/facts';
import { toMilliseconds, rangeEnd, type TimeRange } from '#core/time';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { createSession, readState } from '#client';
import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';
import { clock } from '../terminal.ts';
import { beatLines, problemLines, toEarsReport } from './analyze-ears.ts';
import { pictureLines, toPictureReport } from './analyze-picture.ts';
import { syncLines, toSyncReport } from './analyze-sync.ts';

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
    const [found] = await embedded.soundFacts(sessionId, soundAnalyses, (fraction) => terminal.progress('Listening', fraction));
    const [seen] = await embedded.pictureFacts(sessionId, pictureAnalyses, (fraction) => terminal.progress('Looking', fraction));
    const asset = found?.asset ?? seen?.asset;
    if (asset === undefined) throw fail('MEDIA_UNREADABLE');
    terminal.settle();
    const picture = seen === undefined ? undefined : toPictureReport(seen.facts);
    const ears = toEarsReport(found?.facts ?? {}, await embedded.problems(sessionId));
    const sync = toSyncReport(await embedded.selfSync(sessionId));
    const report = { ...toReport(asset, found?.facts ?? {}), ...picture, ...ears, ...sync };
    if (terminal.isJson) terminal.json(report);
    else
      for (const line of [
        headline(asset, report),
        '',
        ...problemLines(ears, file),
        '',
        'Measured:',
        ...soundLines(report),
        ...beatLines(ears),
        ...syncLines(sync),
        ...(picture === undefined ? [] : pictureLines(picture)),
        ...noteLines(asset, report),
      ])
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

function headline(asset: Asset, { duration_ms: duration, streams }: AnalyzeReport): string {
  const parts = streams.map((stream) =>
    stream.kind === 'video'
      ? `${String(stream.codec)} ${String(stream.width)}×${String(stream.height)} at ${String(stream.fps)} fps`
      : `${String(stream.codec)} ${String(stream.sample_rate_hz)} Hz ${stream.channels === 1 ? 'mono' : stream.channels === 2 ? 'stereo' : `${String(stream.channels)} channels`}`,
  );
  return `${asset.name}: ${clock(duration)}, ${parts.join(', ')}`;
}

function soundLines({ loudness, noise, speech, pauses }: AnalyzeReport): string[] {
  if (loudness === null) return ['  Sound     none'];
  const spoken = speech.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0);
  const long = pauses.filter(({ start_ms, end_ms }) => end_ms - start_ms >= 700);
  const named = long.slice(0, 6).map(({ start_ms, end_ms }) => `${clock(start_ms)}–${clock(end_ms)}`);
  return [
    `  Loudness  ${loudness.integrated_lufs} LUFS, range ${loudness.range_lu} LU, true peak ${loudness.true_peak_dbtp} dBTP`,
    ...(speech.length === 0
      ? ['  Speech    none']
      : [
          `  Speech    ${clock(spoken)} in ${speech.length} stretches${noise === null ? '' : `, ${noise.snr_db} dB over the background (${noise.floor_dbfs} dBFS)`}`,
          `  Pauses    ${pauses.length}, ${long.length} of them over 0.7 s${named.length === 0 ? '' : `: ${named.join(', ')}${long.length > named.length ? ', …' : ''}`}`,
        ]),
  ];
}

/** What is no fault, since exports deal with it, and yet good to know. */
function noteLines(asset: Asset, { streams, warnings }: AnalyzeReport): string[] {
  const fps = streams.find(({ kind }) => kind === 'video')?.fps;
  const notes = warnings.map((warning) =>
    warning === 'variable frame rate' ? `variable frame rate, ${String(fps)} fps in the mean: exports run evenly` : warning,
  );
  const [picture, sound] = [mainVideoStream(asset), mainAudioStream(asset)];
  if (asset.kind === 'video' && picture !== undefined && sound !== undefined) {
    const apart = toMilliseconds(picture.start) - toMilliseconds(sound.start);
    if (Math.abs(apart) >= 100)
      notes.push(
        `the ${apart > 0 ? 'picture' : 'sound'} begins ${Math.abs(apart)} ms after the ${apart > 0 ? 'sound' : 'picture'}`,
      );
  }
  return notes.map((note) => `  Note      ${note}`);
}

function span(range: TimeRange): Span {
  return { start_ms: toMilliseconds(range.start), end_ms: toMilliseconds(rangeEnd(range)) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
