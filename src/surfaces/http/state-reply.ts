/** The state of a session as clients read it: the draft with its short keys, media, exports and known facts. */
import { z } from 'zod';
import { draftSchema, summarizeTimeline, toDraft } from '#core/protocol';
import { scriptDocument, scriptMarkdown } from '#core/script';
import { toMilliseconds, type TimeRange } from '#core/time';
import { notesIn } from '#editor/assets';
import type { Asset } from '#core/asset';
import type { SoundFacts } from '#core/facts';
import type { SessionRow } from '#platform/store';
import type { HttpContext, HttpRequest } from './http-context.ts';
import { linkTo } from './links.ts';
import { uploadedFile, uploadedFileSchema } from './media-reply.ts';
import { renderPath } from './render-reply.ts';
import { visibleState } from './session-state.ts';

const range = z.object({ start_ms: z.int(), end_ms: z.int() });

export const stateReplySchema = z.object({
  session_id: z.string(),
  task_id: z.string(),
  task_name: z.string(),
  user_id: z.string(),
  state: z.looseObject({
    draft: draftSchema,
    draft_version: z.int().describe('Revision of the timeline; rises with every edit'),
    summary: z.string().describe('The timeline in one line'),
    video_infos: z.array(uploadedFileSchema),
    generated_media: z.array(
      z.object({
        id: z.string(),
        type: z.literal('export'),
        url: z.url(),
        filename: z.string(),
        file_type: z.enum(['video', 'audio']),
        duration: z.number().describe('Seconds'),
        size: z.int().describe('Bytes'),
        created_at: z.iso.datetime(),
      }),
    ),
    canvas_config: z.object({ width: z.int(), height: z.int(), fps: z.number(), sample_rate: z.int() }),
    video_analyses: z
      .array(
        z.object({
          id: z.string(),
          filename: z.string(),
          speech: z.array(range).optional(),
          pauses: z.array(range).optional(),
          loudness: z.looseObject({}).optional(),
          noise: z.looseObject({}).optional(),
        }),
      )
      .describe('What is known about the sound of the media so far'),
    script: z
      .looseObject({})
      .optional()
      .describe('The voiceover script, where one was written: shots and lines with their times in milliseconds, and `markdown`'),
    session_state: z.record(z.string(), z.unknown()).describe('What agents and clients keep across turns'),
  }),
});

/** The reply's data; what a session holds after its last commit. */
export async function stateReply(
  http: HttpContext,
  request: HttpRequest,
  session: SessionRow,
): Promise<z.infer<typeof stateReplySchema>> {
  const { services } = http;
  const timeline = await services.currentTimeline(session.id);
  const assets = (await services.listSessionAssets(session.id)).map(({ asset }) => asset);
  const language = session.language?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
  return {
    session_id: session.id,
    task_id: session.taskId,
    task_name: session.taskName,
    user_id: session.userId,
    state: {
      draft: toDraft(timeline, assets),
      draft_version: timeline.revision,
      summary: summarizeTimeline(timeline, assets, language),
      video_infos: await Promise.all(assets.map((asset) => uploadedFile(http, request, session.id, asset))),
      generated_media: await exportsOf(http, request, session),
      canvas_config: {
        ...timeline.size,
        fps: Math.round((timeline.frameRate.num / timeline.frameRate.den) * 1000) / 1000,
        sample_rate: timeline.sampleRateHz,
      },
      video_analyses: await Promise.all(assets.map(async (asset) => analysisOf(asset, await services.knownFacts(asset)))),
      ...scriptOf(session),
      session_state: visibleState(session.state),
    },
  };
}

function scriptOf({ state }: SessionRow) {
  const { script } = notesIn(state);
  return script === undefined ? {} : { script: { ...scriptDocument(script), markdown: scriptMarkdown(script) } };
}

async function exportsOf(http: HttpContext, request: HttpRequest, session: SessionRow) {
  const rows = await http.services.listRenders({ userId: session.userId, sessionId: session.id });
  const finished = rows.flatMap((row) => (row.status === 'completed' && row.file !== undefined ? [{ row, file: row.file }] : []));
  return Promise.all(
    finished.map(async ({ row, file }) => ({
      id: row.id,
      type: 'export' as const,
      url: await linkTo(http, request, renderPath(row.userId, row.id)),
      filename: `${row.id}.${file.extension}`,
      file_type: file.width > 0 ? ('video' as const) : ('audio' as const),
      duration: file.durationMs / 1000,
      size: file.bytes,
      created_at: new Date(row.completedAt ?? row.createdAt).toISOString(),
    })),
  );
}

function analysisOf(asset: Asset, facts: SoundFacts) {
  const { speech, loudness, noise } = facts;
  return {
    id: asset.id,
    filename: asset.name,
    ...(speech === undefined ? {} : { speech: speech.speech.map(inMs), pauses: speech.pauses.map(inMs) }),
    ...(loudness === undefined
      ? {}
      : {
          loudness: {
            integrated_lufs: loudness.integratedLufs,
            range_lu: loudness.rangeLu,
            true_peak_dbtp: loudness.truePeakDbtp,
          },
        }),
    ...(noise === undefined
      ? {}
      : { noise: { floor_dbfs: noise.floorDbfs, speech_dbfs: noise.speechDbfs, snr_db: noise.snrDb } }),
  };
}

function inMs({ start, duration }: TimeRange): { start_ms: number; end_ms: number } {
  const startMs = toMilliseconds(start);
  return { start_ms: startMs, end_ms: startMs + toMilliseconds(duration) };
}
