/**
 * One message and its answer, with everything a client owes its user: signs of life, words for silent edits, no screen
 * talk, and never the same message twice.
 */
import { asEditorError, fail, isEditorError } from '#core/errors';
import type { Connection } from './connection.ts';
import { translateGuiReply, type GuiAction } from './gui-translation.ts';
import { readEvents } from './read-events.ts';
import { readState, type SessionState } from './session.ts';
import { describeSilentEdit, languageOf } from './silent-edit.ts';

export type Answer = {
  /** Always a true sentence. */
  readonly text: string;
  /** The words came from comparing states, because the server sent none. */
  readonly silent: boolean;
  /** What the server wanted the user to do on a screen; the caller does it. */
  readonly actions: readonly GuiAction[];
  /** Steps on a screen, as the server put them: it can be asked once to do them itself. */
  readonly orders: readonly string[];
  readonly tools: readonly string[];
};

export type SendOptions = {
  readonly signal?: AbortSignal;
  /** "⏳ Still working..." every two minutes, pieces of text as they come. */
  readonly onStatus?: (status: string) => void;
  readonly onText?: (piece: string) => void;
};

const stillWorkingMs = 120_000;
/** Nothing but heartbeats for this long: the edit may have ended in silence. */
const silenceMs = 600_000;
/** The API's limit for one turn. */
const turnMs = 900_000;

type Message = { readonly sessionId: string; readonly text: string };

/** What is under way on each connection: the same words to the same session are one message, however often a key is hit. */
const underWay = new WeakMap<Connection, Map<string, Promise<Answer>>>();

/** Errors: those of the connection before the message was taken; after that, only what the state says. */
export async function sendMessage(connection: Connection, message: Message, options: SendOptions = {}): Promise<Answer> {
  const own = underWay.get(connection) ?? new Map<string, Promise<Answer>>();
  underWay.set(connection, own);
  const key = JSON.stringify([message.sessionId, message.text]);
  const known = own.get(key);
  if (known !== undefined) return known;
  const answer = sendOnce(connection, message, options).finally(() => own.delete(key));
  own.set(key, answer);
  return answer;
}

async function sendOnce(connection: Connection, message: Message, options: SendOptions): Promise<Answer> {
  const before = await readState(connection, message.sessionId, options.signal).catch((error: unknown) => {
    // A session without state yet is a new one; anything else the message itself will meet again.
    if (isEditorError(error, 'SESSION_NOT_FOUND') || isEditorError(error, 'RESOURCE_NOT_FOUND')) return undefined;
    throw error;
  });
  const opening = connection.open('POST', '/run_sse', {
    json: {
      app_name: 'nemo_agent',
      user_id: 'me',
      session_id: message.sessionId,
      new_message: { parts: [{ text: message.text }] },
    },
    headers: { Accept: 'text/event-stream', 'Idempotency-Key': connection.newId() },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const stream = await opening.catch((error: unknown) => {
    // No answer, or a proxy's: the message may have been taken, so the state tells, and it is never sent again.
    if (isEditorError(error, 'SERVER_UNREACHABLE') || isGatewayFault(error)) return error;
    throw error;
  });
  if (!(stream instanceof Response)) {
    const text = await wordsFromState(connection, message, { before, actions: [], broken: true, signal: options.signal });
    return { text, silent: true, actions: [], orders: [], tools: [] };
  }
  const heard = await listen(connection, stream, options);
  if (heard.error !== undefined && heard.text === '')
    throw fail('SERVER_FAULT', { status: heard.error.code, message: heard.error.message });
  const translated = translateGuiReply(heard.text);
  const { actions, orders } = translated;
  if (translated.text !== '') return { text: translated.text, silent: false, actions, orders, tools: heard.tools };
  return {
    text: await wordsFromState(connection, message, { before, actions, broken: heard.broken, signal: options.signal }),
    silent: true,
    actions,
    orders,
    tools: heard.tools,
  };
}

/** 502, 503 and 504 come from what stands in front of a server. */
function isGatewayFault(error: unknown): boolean {
  return isEditorError(error, 'SERVER_FAULT') && [502, 503, 504].includes(Number(error.details.status));
}

type Heard = {
  text: string;
  readonly tools: string[];
  error?: { readonly code: string; readonly message: string };
  /** The connection broke before the server ended it. */ broken: boolean;
};

async function listen({ clock }: Connection, stream: Response, options: SendOptions): Promise<Heard> {
  const heard: Heard = { text: '', tools: [], broken: false };
  if (stream.body === null) return heard;
  let pieces = '';
  const started = clock.now();
  let lastWord = started;
  let lastNotice = started;
  const events = readEvents(stream.body)[Symbol.asyncIterator]();
  let next = events.next();
  try {
    for (;;) {
      const now = clock.now();
      if (now - lastWord >= silenceMs || now - started >= turnMs) break;
      const ticking = new AbortController();
      const tick = clock
        .sleep(Math.max(1, Math.min(lastNotice + stillWorkingMs, lastWord + silenceMs, started + turnMs) - now), ticking.signal)
        .then(
          () => 'tick' as const,
          () => 'tick' as const,
        );
      const arrived = await Promise.race([next, tick]);
      ticking.abort();
      if (arrived === 'tick') {
        if (clock.now() - lastNotice >= stillWorkingMs) {
          options.onStatus?.('⏳ Still working...');
          lastNotice = clock.now();
        }
        continue;
      }
      if (arrived.done === true) break;
      next = events.next();
      const { event } = arrived.value;
      if (event.kind !== 'heartbeat') lastWord = clock.now();
      if (event.kind === 'text') {
        // A whole text repeats its pieces: it replaces them.
        if (event.partial) pieces += event.text;
        else
          [heard.text, pieces] = [
            heard.text === '' || event.text.includes(heard.text) ? event.text : `${heard.text}\n${event.text}`,
            '',
          ];
        if (event.partial) options.onText?.(event.text);
      } else if (event.kind === 'tool-call') heard.tools.push(event.name);
      else if (event.kind === 'error') heard.error = { code: event.code, message: event.message };
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw fail('JOB_CANCELED', {}, { cause: error });
    // The turn goes on without us: the state tells what came of it.
    heard.broken = true;
  } finally {
    void next.catch(() => undefined);
    await stream.body.cancel().catch(() => undefined);
  }
  if (pieces !== '') heard.text = heard.text === '' ? pieces : `${heard.text}\n${pieces}`;
  return heard;
}

type Looked = {
  readonly before: SessionState | undefined;
  readonly actions: readonly GuiAction[];
  readonly broken: boolean;
  readonly signal: AbortSignal | undefined;
};

async function wordsFromState(connection: Connection, { sessionId, text }: Message, looked: Looked): Promise<string> {
  const { before, actions, broken, signal } = looked;
  const language = languageOf(text);
  const t = sentences[language];
  let after: SessionState;
  try {
    after = await readState(connection, sessionId, signal);
  } catch (error) {
    return t.unreadable(asEditorError(error).message);
  }
  const changed = describeSilentEdit(before, after, language);
  if (changed !== undefined) return changed;
  if (actions.length > 0) return t.screen;
  return broken ? t.lost : t.nothing;
}

const sentences = {
  en: {
    unreadable: (why: string) =>
      `The connection was lost and the state cannot be read yet (${why}). The message was sent once and is not sent again; ask for the state in a moment.`,
    screen: 'The server asked for a step on a screen; nothing was changed yet.',
    lost: 'The connection was lost. The timeline has not changed so far; the server may still be working. Ask for the state in a moment.',
    nothing: 'Nothing was changed.',
  },
  zh: {
    unreadable: (why: string) => `连接中断，暂时无法读取状态（${why}）。消息只发送了一次，不会重发；请稍后查看状态。`,
    screen: '服务器要求在界面上操作，目前没有做任何修改。',
    lost: '连接中断。时间线目前没有变化，服务器可能仍在处理，请稍后查看状态。',
    nothing: '没有做任何修改。',
  },
} as const;
