/** How large an event may be in a frame: 16 KiB, because readers of streams have buffers. Pure. */

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
