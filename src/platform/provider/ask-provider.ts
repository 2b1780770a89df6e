import { setTimeout } from 'node:timers/promises';
import { fail } from '#core/errors';

export type ProviderRequest = {
  /** The operator's, with or without a slash at its end. */
  readonly base: string;
  /** Behind the base: `/audio/speech`. */
  readonly path: string;
  readonly key: string | undefined;
  /** Made anew for each try: a form is read once. Text is sent as JSON. */
  readonly body: () => string | FormData | Promise<FormData>;
  readonly timeoutMs: number;
  /** What is read of an answer at most. */
  readonly mostBytes: number;
  readonly signal?: AbortSignal | undefined;
};

export type ProviderAnswer =
  | { readonly ok: true; readonly bytes: Buffer }
  /** `reason` speaks of the provider and never has its own words: they may hold what was sent, the key included. */
  | { readonly ok: false; readonly reason: string; readonly status?: number };

type Try = ProviderAnswer & { readonly mayPass?: boolean; readonly waitMs?: number };

const attempts = 3;
const mostWaitMs = 20_000;

/** Posts, and tries again where that may help, as `Retry-After` says. Errors: JOB_CANCELED. */
export async function askProvider(request: ProviderRequest): Promise<ProviderAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await post(request);
    if (answer.ok || answer.mayPass !== true || attempt === attempts) return answer;
    const waitMs = Math.min(answer.waitMs ?? 500 * 2 ** attempt, mostWaitMs);
    await setTimeout(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal }).catch(() => {
      throw fail('JOB_CANCELED');
    });
  }
}

async function post({ base, path, key, body, timeoutMs, mostBytes, signal }: ProviderRequest): Promise<Try> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const content = await body();
    const response = await fetch(`${base.replace(/\/+$/, '')}${path}`, {
      method: 'POST',
      redirect: 'error',
      headers: {
        ...(typeof content === 'string' ? { 'content-type': 'application/json' } : {}),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: content,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    if (response.ok) return await read(response, mostBytes);
    await response.body?.cancel();
    const after = Number(response.headers.get('retry-after'));
    const { status } = response;
    return {
      ok: false,
      reason: `the provider answered with status ${status}`,
      status,
      mayPass: status === 429 || status >= 500,
      ...(Number.isFinite(after) && after > 0 ? { waitMs: after * 1000 } : {}),
    };
  } catch (error) {
    if (signal?.aborted === true) throw fail('JOB_CANCELED');
    if (timeout.aborted) return { ok: false, reason: `the provider did not answer within ${timeoutMs / 1000} s` };
    return { ok: false, reason: `the provider cannot be reached (${codeOf(error)})`, mayPass: true };
  }
}

async function read(response: Response, mostBytes: number): Promise<Try> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return { ok: false, reason: 'the provider sent too much' };
  }
  if (bytes === 0) return { ok: false, reason: 'the provider sent nothing', mayPass: true };
  return { ok: true, bytes: Buffer.concat(chunks) };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no connection';
}
