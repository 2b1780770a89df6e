/**
 * Session events in the shape of the agent protocol behind /run_sse, and in the flat one for simple readers.
 *
 * Source: Event of Google's Agent Development Kit in camelCase, with two additions of this API: `type` and `text`.
 */
import { z } from 'zod';
import type { SessionEvent } from './session-event.ts';

const record = z.record(z.string(), z.unknown());

export const adkPartSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ functionCall: z.object({ id: z.string(), name: z.string(), args: record }) }),
  z.object({ functionResponse: z.object({ id: z.string(), name: z.string(), response: record }) }),
]);

export const adkEventSchema = z
  .object({
    id: z.string(),
    invocationId: z.string().describe('The turn; GET /run_sse/{invocationId} resumes it'),
    author: z.string(),
    timestamp: z.number().describe('Seconds since 1970 (UTC)'),
    type: z.enum(['text', 'tool_call', 'tool_result', 'state', 'progress', 'error']),
    text: z.string().exactOptional().describe('The words of a text or error event'),
    content: z.object({ role: z.enum(['model', 'user']), parts: z.array(adkPartSchema) }).exactOptional(),
    partial: z.literal(true).exactOptional().describe('A piece; the whole text follows and replaces it'),
    actions: z.object({ stateDelta: record }).exactOptional().describe('`draft_version`: the new version of the draft'),
    customMetadata: record.exactOptional(),
    errorCode: z.string().exactOptional(),
    errorMessage: z.string().exactOptional(),
  })
  .meta({ id: 'AgentEvent' });

export type AdkEvent = z.infer<typeof adkEventSchema>;

/** Where an event stands: its number within the turn and when it was stored. */
export type EventPlace = {
  readonly invocationId: string;
  readonly seq: number;
  /** Milliseconds since 1970 (UTC). */
  readonly at: number;
  readonly author?: string;
};

/** The frame for an event; undefined for what no client of the protocol reads (`turn-start`, `turn-end`). */
export function toAdkEvent(
  event: SessionEvent,
  { invocationId, seq, at, author = 'nemo_agent' }: EventPlace,
): AdkEvent | undefined {
  const frame = (type: AdkEvent['type'], rest: Partial<AdkEvent>): AdkEvent => ({
    id: `${invocationId}-${seq}`,
    invocationId,
    author,
    timestamp: at / 1000,
    type,
    ...rest,
  });
  const words = (text: string) => ({ text, content: { role: 'model' as const, parts: [{ text }] } });
  switch (event.kind) {
    case 'text-delta':
      return frame('text', { ...words(event.text), partial: true });
    case 'text':
      return frame('text', words(event.text));
    case 'tool-call-start': {
      const functionCall = { id: event.callId, name: event.tool, args: { ...event.input } };
      return frame('tool_call', { content: { role: 'model', parts: [{ functionCall }] } });
    }
    case 'tool-call-end': {
      const functionResponse = { id: event.callId, name: event.tool, response: { ...event.receipt } };
      return frame('tool_result', { content: { role: 'user', parts: [{ functionResponse }] } });
    }
    case 'timeline-changed':
      return frame('state', { actions: { stateDelta: { draft_version: event.revision, draft_duration_ms: event.durationMs } } });
    case 'job-progress': {
      const { jobId, progress, note } = event;
      return frame('progress', { customMetadata: { job_id: jobId, progress, ...(note === undefined ? {} : { note }) } });
    }
    case 'error': {
      const { code, message, hint } = event.error;
      return frame('error', { text: message, errorCode: code, errorMessage: `${message}. ${hint}` });
    }
    case 'turn-start':
    case 'turn-end':
      return undefined;
  }
}

export type FlatEvent =
  | { readonly type: 'text'; readonly content: string }
  | { readonly type: 'tool_call'; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly type: 'tool_result'; readonly name: string; readonly result: Readonly<Record<string, unknown>> }
  | { readonly type: 'error'; readonly code: string; readonly content: string }
  | { readonly type: 'heartbeat' };

/** The frame for an event in the flat form. Pieces of a text have none: flat readers append, and would say everything twice. */
export function toFlatEvent(event: SessionEvent): FlatEvent | undefined {
  switch (event.kind) {
    case 'text':
      return { type: 'text', content: event.text };
    case 'tool-call-start':
      return { type: 'tool_call', name: event.tool, args: event.input };
    case 'tool-call-end':
      return { type: 'tool_result', name: event.tool, result: { ...event.receipt } };
    case 'error':
      return { type: 'error', code: event.error.code, content: event.error.message };
    case 'turn-start':
    case 'text-delta':
    case 'timeline-changed':
    case 'job-progress':
    case 'turn-end':
      return undefined;
  }
}
