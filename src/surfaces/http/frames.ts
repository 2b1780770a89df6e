/** What an event looks like in a frame: never over 16 KiB, and in the flat form for simple readers. Pure. */

type Event = Readonly<Record<string, unknown>>;

/** Bytes of one frame, `data: ` and the empty line included. */
export const frameLimitBytes = 16_384;

/** Texts and values larger than this are cut first; what stays is enough to be read by people. */
const cutAt = 4000;

/**
 * The event itself where its frame is within 16 KiB; otherwise a copy whose longest strings and values are cut, each cut
 * being visible (`… (12345 characters cut)`), so that no client mistakes it for the whole.
 */
export function withinFrame(event: Event): Event {
  let limit = cutAt;
  let shown = event;
  while (frameBytes(shown) > frameLimitBytes && limit >= 60) {
    shown = cut(event, limit, 0) as Event;
    limit = Math.floor(limit / 2);
  }
  if (frameBytes(shown) <= frameLimitBytes) return shown;
  // An event of thousands of small parts: its identity stays, its content is named as cut.
  const { id, invocationId, author, timestamp, type } = event;
  return { id, invocationId, author, timestamp, type, text: '… (content cut, see the state)' };
}

function frameBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 'data: \n\n'.length;
}

function cut(value: unknown, limit: number, depth: number): unknown {
  if (typeof value === 'string') return cutText(value, limit);
  if (typeof value !== 'object' || value === null) return value;
  const most = Math.max(8, Math.floor(limit / 20));
  if (Array.isArray(value)) {
    const kept = value.slice(0, most).map((entry) => cut(entry, limit, depth + 1));
    return value.length > most ? [...kept, `… (${value.length - most} entries cut)`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, most).map(([name, entry]) => [name, cut(entry, limit, depth + 1)] as const);
  const rest = entries.length - most;
  return Object.fromEntries(rest > 0 ? [...kept, ['…', `${rest} fields cut`]] : kept);
}

function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Half of a surrogate pair would become a replacement character.
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1]!) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${text.length - end} characters cut)`;
}

/** The event as `{"type":"text","content"}`, `{"type":"tool_call","name","args"}`, `{"type":"tool_result","name","result"}`. */
export function flatten(event: Event): Event[] {
  if (typeof event.errorCode === 'string') {
    return [{ type: 'error', code: event.errorCode, content: event.errorMessage ?? event.text ?? '' }];
  }
  const parts = (event.content as { readonly parts?: readonly Event[] } | undefined)?.parts ?? [];
  const flat = parts.flatMap((part): Event[] => {
    if (typeof part.text === 'string' && part.thought !== true) return [{ type: 'text', content: part.text }];
    const call = part.functionCall as Event | undefined;
    if (call !== undefined) return [{ type: 'tool_call', name: call.name, args: call.args ?? {} }];
    const response = part.functionResponse as Event | undefined;
    return response === undefined ? [] : [{ type: 'tool_result', name: response.name, result: response.response ?? {} }];
  });
  if (flat.length > 0 || typeof event.text !== 'string' || event.text === '') return flat;
  return [{ type: 'text', content: event.text }];
}
