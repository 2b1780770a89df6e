/** Reads a JSON body within limits of size, time, depth and kind of key, before anything else looks at it. */
import { fail } from '#core/errors';

export type JsonLimits = {
  readonly limitBytes: number;
  /** The whole body must have arrived by then. */
  readonly timeoutMs: number;
};

/** Nesting that no honest request reaches; deeper input costs parsers their stack. */
const depthLimit = 64;

/**
 * The parsed body; undefined where it is empty.
 *
 * Errors: BODY_TOO_LARGE as soon as the limit is crossed, REQUEST_TIMEOUT, REQUEST_INVALID for compressed bodies, text that
 * is not UTF-8 or not JSON, nesting deeper than 64 and keys named `__proto__`.
 */
export async function readJson(request: Request, limits: JsonLimits): Promise<unknown> {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    throw fail('REQUEST_INVALID', { reason: 'compressed bodies are not accepted' });
  }
  const text = decodeText(await readBytes(request, limits)).trim();
  return text === '' ? undefined : parseJson(text);
}

/** Parses text from outside. Errors: REQUEST_INVALID for what is not JSON, nesting deeper than 64, keys named `__proto__`. */
export function parseJson(text: string): unknown {
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail('REQUEST_INVALID', { reason: 'the body is not JSON' }, { cause: error });
  }
  if (text.includes('__proto__') || text.includes('\\u')) checkKeys(value);
  return value;
}

async function readBytes(request: Request, { limitBytes, timeoutMs }: JsonLimits): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw fail('BODY_TOO_LARGE', { limitBytes });
  if (request.body === null) return Buffer.alloc(0);
  const reader = request.body.getReader();
  const late = AbortSignal.timeout(timeoutMs);
  const stop = (): void => void reader.cancel().catch(() => undefined);
  late.addEventListener('abort', stop, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late.aborted) throw fail('REQUEST_TIMEOUT');
      if (done) return Buffer.concat(chunks);
      bytes += value.byteLength;
      if (bytes > limitBytes) throw fail('BODY_TOO_LARGE', { limitBytes });
      chunks.push(value);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    late.removeEventListener('abort', stop);
  }
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw fail('REQUEST_INVALID', { reason: 'the body is not UTF-8 text' }, { cause: error });
  }
}

/** Counts brackets outside strings, before the parser sees them. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (inString) {
      if (character === 0x5c) index++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > depthLimit) throw fail('REQUEST_INVALID', { reason: `the body is nested deeper than ${depthLimit}` });
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
}

/** `__proto__` as a key means nothing good, however it is spelled. The depth is limited already, so recursion is safe. */
function checkKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) throw fail('REQUEST_INVALID', { reason: 'the key __proto__ is not permitted' });
  for (const entry of Object.values(value)) checkKeys(entry);
}
