/**
 * Event streams as WIRE.md writes them: `data: {json}`, then a frame of its own with the id, comments as heartbeats.
 *
 * A stream only watches the log of a turn. It pulls one event at a time as fast as the client reads, so nothing piles up
 * here; a client that stops reading is dropped by its socket's timeout and may resume.
 */
import type { ServerResponse } from 'node:http';
import type { Log } from '#platform/log';
import { asKnownError } from './error-response.ts';
import { withinFrame } from './frames.ts';

/** One event of a stream in the form its client wants; `seq` rises and may skip numbers that have no form. */
export type WatchedEvent = { readonly seq: number; readonly event: Readonly<Record<string, unknown>> };

export type HeartbeatStyle = 'comment' | 'data' | 'event';
export type EventFormat = 'adk' | 'flat';

export type StreamOptions = {
  readonly invocationId: string;
  readonly heartbeat: HeartbeatStyle;
  readonly heartbeatMs: number;
  /** The stream ends with an error event by then; the turn goes on. */
  readonly limitMs: number;
  /** The form that heartbeats and failures of the stream itself have, as its events. */
  readonly format: EventFormat;
  /** Whether partial texts are wanted; whole ones always come. */
  readonly partials: boolean;
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal;
  readonly log: Log;
  /** The socket's side of the reply, where there is one. */
  readonly outgoing?: ServerResponse | undefined;
  /** A client whose socket takes nothing for so long, heartbeats included, is dropped; it may resume. */
  readonly readerMs: number;
};

const heartbeats: Readonly<Record<HeartbeatStyle, string>> = {
  comment: ': heartbeat\n\n',
  data: 'data:\n\n',
  event: 'event: heartbeat\ndata: {}\n\n',
};

/** The reply whose body is the stream. `open` starts watching and is given the signal that ends it. */
export function eventStream(open: (signal: AbortSignal) => AsyncIterable<WatchedEvent>, options: StreamOptions): Response {
  const { outgoing, readerMs } = options;
  outgoing?.setTimeout(readerMs, () => outgoing.destroy());
  return new Response(streamFrames(open, options), {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
      'X-Invocation-Id': options.invocationId,
    },
  });
}

/** The body alone: bytes of whole frames, one or more to a chunk. */
export function streamFrames(
  open: (signal: AbortSignal) => AsyncIterable<WatchedEvent>,
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const encoder = new TextEncoder();
  const deadline = performance.now() + options.limitMs;
  let events: AsyncIterator<WatchedEvent> | undefined;
  let next: Promise<Step> | undefined;
  const end = async (): Promise<void> => {
    stop.abort();
    await events?.return?.();
  };
  const isOver = (found: Found): boolean => (found.kind === 'timeout' ? performance.now() >= deadline : found.kind !== 'event');
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        events ??= open(stop.signal)[Symbol.asyncIterator]();
        // One promise is kept over several heartbeats: an iterator must not be asked twice.
        for (;;) {
          next ??= step(events);
          const found = await soonest(next, Math.min(options.heartbeatMs, deadline - performance.now()), options.closing);
          if (stop.signal.aborted) return;
          if (found.kind === 'event') next = undefined;
          const ended = isOver(found);
          const text = ended && found.kind === 'timeout' ? overdue(options) : write(found, options);
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (ended) {
            controller.close();
            await end();
          }
          if (ended || text !== '') return;
        }
      },
      cancel: end,
    },
    // Nothing is asked for before someone reads: a HEAD request, for one, never does.
    { highWaterMark: 0 },
  );
}

type Step =
  | { readonly kind: 'event'; readonly event: WatchedEvent }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown };
type Found = Step | { readonly kind: 'timeout' } | { readonly kind: 'closing' };

async function step(events: AsyncIterator<WatchedEvent>): Promise<Step> {
  try {
    const { done, value } = await events.next();
    return done === true ? { kind: 'end' } : { kind: 'event', event: value };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function soonest(next: Promise<Step>, timeoutMs: number, closing: AbortSignal): Promise<Found> {
  if (closing.aborted) return Promise.resolve({ kind: 'closing' });
  return new Promise((resolve) => {
    const settle = (found: Found): void => {
      clearTimeout(timer);
      closing.removeEventListener('abort', shut);
      resolve(found);
    };
    const shut = (): void => settle({ kind: 'closing' });
    const timer = setTimeout(() => settle({ kind: 'timeout' }), Math.max(0, timeoutMs));
    closing.addEventListener('abort', shut, { once: true });
    void next.then(settle);
  });
}

function write(found: Found, options: StreamOptions): string {
  switch (found.kind) {
    case 'event':
      return writeEvent(found.event, options);
    case 'timeout':
      return options.format === 'flat' ? frame({ type: 'heartbeat' }) : heartbeats[options.heartbeat];
    case 'closing':
      return ': shutting-down\n\n';
    case 'failed':
      return writeFailure(asKnownError(found.error, options.log, { invocationId: options.invocationId }), options);
    case 'end':
      return '';
  }
}

function writeEvent({ seq, event }: WatchedEvent, options: StreamOptions): string {
  if (event.partial === true && !options.partials) return '';
  return `${frame(withinFrame(event))}id: ${seq}\n\n`;
}

function writeFailure(error: { readonly code: string; readonly message: string }, options: StreamOptions): string {
  const text = error.message;
  if (options.format === 'flat') return frame({ type: 'error', code: error.code, content: text });
  const { invocationId } = options;
  return frame({
    id: `${invocationId}-stream`,
    invocationId,
    author: 'nemo_agent',
    timestamp: Date.now() / 1000,
    type: 'error',
    text,
    errorCode: error.code,
    errorMessage: text,
  });
}

function overdue(options: StreamOptions): string {
  const minutes = Math.round(options.limitMs / 60_000);
  const message = `The turn still runs after ${minutes} minutes; go on with GET /run_sse/${options.invocationId}`;
  return writeFailure({ code: 'STREAM_TIMEOUT', message }, options);
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
