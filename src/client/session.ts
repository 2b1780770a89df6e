import type { Connection } from './connection.ts';
import { isObject, textOf, type Json } from './json.ts';

export type Session = { readonly sessionId: string; readonly taskId: string; readonly userId?: string };

/** What a session holds; `draft` has the short keys of the wire. */
export type SessionState = {
  readonly sessionId: string;
  readonly draft: Json | undefined;
  readonly media: readonly Json[];
  readonly raw: Json;
};

/** Opens a new session. Errors: those of the connection. */
export async function createSession(
  connection: Connection,
  options: { readonly name?: string; readonly language?: string } = {},
): Promise<Session> {
  const data = await connection.request('POST', '/api/tasks/me/with-session/nemo_agent', {
    json: { task_name: options.name ?? 'project', ...(options.language === undefined ? {} : { language: options.language }) },
  });
  return {
    sessionId: textOf(data.session_id),
    taskId: textOf(data.task_id),
    ...(typeof data.user_id === 'string' ? { userId: data.user_id } : {}),
  };
}

/** Errors: SESSION_NOT_FOUND. */
export async function readState(connection: Connection, sessionId: string, signal?: AbortSignal): Promise<SessionState> {
  const raw = await connection.request(
    'GET',
    `/api/state/nemo_agent/me/${encodeURIComponent(sessionId)}/latest`,
    signal === undefined ? {} : { signal },
  );
  const state = isObject(raw.state) ? raw.state : raw;
  const draft = typeof state.draft === 'string' ? parse(state.draft) : state.draft;
  const media = [state.video_infos, state.generated_media].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  return { sessionId, draft: isObject(draft) ? draft : undefined, media, raw };
}

export type Credits = { readonly available: number; readonly frozen: number; readonly total: number };

export async function readCredits(connection: Connection): Promise<Credits> {
  const data = await connection.request('GET', '/api/credits/balance/simple');
  const [available, frozen] = [Number(data.available ?? 0), Number(data.frozen ?? 0)];
  return { available, frozen, total: Number(data.total ?? available + frozen) };
}

/** One line per timeline, in the words of the API: `Timeline (2 tracks): 1. Video: talk (0-42s) 2. Audio: talk (0-42s)`. */
export function summarizeDraft(draft: Json | undefined): string {
  const tracks = tracksOf(draft);
  if (tracks.length === 0) return 'Timeline (0 tracks): empty';
  const lines = tracks.map((track, index) => {
    const kind = { 0: 'Video', 1: 'Audio', 7: 'Title' }[Number(track.tt)] ?? 'Track';
    const segments = segmentsOf(track);
    const seconds = segments.reduce((sum, segment) => sum + Number(segment.d ?? 0), 0) / 1000;
    const metadata = isObject(track.m) ? track.m : {};
    const first = segments.find((segment) => nameOf(segment) !== undefined);
    const name =
      (first === undefined ? undefined : nameOf(first)) ?? (typeof metadata.name === 'string' ? metadata.name : 'untitled');
    return `${index + 1}. ${kind}: ${kind === 'Title' ? `"${name}"` : name} (0-${Number(seconds.toFixed(1))}s)`;
  });
  return `Timeline (${tracks.length} ${tracks.length === 1 ? 'track' : 'tracks'}): ${lines.join(' ')}`;
}

/** Whether there is anything to render: some track with a segment. */
export function hasContent(draft: Json | undefined): boolean {
  return tracksOf(draft).some((track) => segmentsOf(track).length > 0);
}

function tracksOf(draft: Json | undefined): Json[] {
  return Array.isArray(draft?.t) ? draft.t.filter(isObject) : [];
}

function segmentsOf(track: Json): Json[] {
  return Array.isArray(track.sg) ? track.sg.filter(isObject) : [];
}

function nameOf(segment: Json): string | undefined {
  const metadata = isObject(segment.m) ? segment.m : {};
  return [segment.text, segment.name, metadata.text, metadata.name].find((value): value is string => typeof value === 'string');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some servers send the draft as text and may send none.
    return undefined;
  }
}
