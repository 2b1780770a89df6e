/**
 * Event streams of this API, whoever serves them: ADK events, flat events and bare texts; heartbeats as comments, empty
 * data or events; chunk borders anywhere.
 */
import { createParser } from 'eventsource-parser';
import { isObject, textOf, type Json } from './json.ts';

export type StreamEvent =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** A piece; a whole text that follows replaces all pieces. */ readonly partial: boolean;
    }
  | { readonly kind: 'tool-call'; readonly name: string; readonly args: unknown }
  | { readonly kind: 'tool-result'; readonly name: string; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'heartbeat' };

/** Reads a body to its end. A broken connection ends the stream with the error of the body. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly id?: string; readonly event: StreamEvent }> {
  let ready: { id?: string; event: StreamEvent }[] = [];
  const add = (event: StreamEvent, id?: string) => ready.push(id === undefined ? { event } : { id, event });
  const parser = createParser({
    onEvent: ({ data, id, event }) => {
      for (const found of parseData(data, event)) add(found, id);
    },
    onComment: () => add({ kind: 'heartbeat' }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    // An empty `data:` is swallowed by strict parsers, and is a sign of life all the same.
    const piece = decoder.decode(chunk, { stream: true });
    if (/(?:^|\n)data: ?\r?\n/.test(piece)) add({ kind: 'heartbeat' });
    parser.feed(piece);
    const batch = ready;
    ready = [];
    yield* batch;
  }
  // A server that closes without a blank line at the end still said what it said.
  parser.feed(`${decoder.decode()}\n\n`);
  yield* ready;
}

function parseData(data: string, name: string | undefined): StreamEvent[] {
  if (data.trim() === '' || name === 'heartbeat' || name === 'ping') return [{ kind: 'heartbeat' }];
  if (data.trim() === '[DONE]') return [];
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    // Bare text is the third style.
    return [{ kind: 'text', text: data, partial: false }];
  }
  if (typeof value === 'string') return [{ kind: 'text', text: value, partial: false }];
  return isObject(value) ? parseObject(value) : [];
}

function parseObject(event: Json): StreamEvent[] {
  const failure = errorIn(event);
  if (failure !== undefined) return [failure];
  const content = event.content;
  if (typeof content === 'object' && content !== null) return parseAdk(event, content as Json);
  switch (event.type) {
    case 'heartbeat':
    case 'ping':
      return [{ kind: 'heartbeat' }];
    case 'tool_call':
      return [{ kind: 'tool-call', name: textOf(event.name), args: event.args ?? {} }];
    case 'tool_result':
      return [{ kind: 'tool-result', name: textOf(event.name), result: event.result }];
    default: {
      const text = [event.content, event.text, event.message].find((part): part is string => typeof part === 'string');
      return text === undefined ? [] : [{ kind: 'text', text, partial: event.partial === true || event.type === 'delta' }];
    }
  }
}

function parseAdk(event: Json, content: Json): StreamEvent[] {
  const parts = Array.isArray(content.parts) ? (content.parts as Json[]) : [];
  const found: StreamEvent[] = [];
  let text = '';
  for (const part of parts) {
    const call = (part.functionCall ?? part.function_call) as Json | undefined;
    const result = (part.functionResponse ?? part.function_response) as Json | undefined;
    if (typeof part.text === 'string' && part.thought !== true && content.role !== 'user') text += part.text;
    if (call !== undefined) found.push({ kind: 'tool-call', name: textOf(call.name), args: call.args ?? {} });
    if (result !== undefined) found.push({ kind: 'tool-result', name: textOf(result.name), result: result.response });
  }
  return text === '' ? found : [...found, { kind: 'text', text, partial: event.partial === true }];
}

function errorIn(event: Json): StreamEvent | undefined {
  const code = event.errorCode ?? event.error_code;
  const message = event.errorMessage ?? event.error_message ?? event.error;
  if (code === undefined && typeof event.error !== 'string') return undefined;
  return {
    kind: 'error',
    code: textOf(code ?? 'ERROR'),
    message: typeof message === 'string' ? message : 'The server reported an error',
  };
}
