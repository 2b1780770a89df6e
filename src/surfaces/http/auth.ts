/** Who the bearer is, and how tokens come to be. One refusal for every reason, so that nothing can be learned from it. */
import { fail, type EditorError } from '#core/errors';
import { addressOf, type HttpContext, type HttpRequest, type User } from './http-context.ts';

const day = 86_400;

/** The user of the bearer token. Errors: TOKEN_INVALID for none, unknown, expired, revoked and claim tokens alike; RATE_LIMITED. */
export async function authenticate(http: HttpContext, request: HttpRequest): Promise<User> {
  const address = addressOf(http, request);
  http.failedLogins.check(address);
  const token = /^Bearer +(\S+)$/i.exec(request.req.header('authorization') ?? '')?.[1];
  const row =
    token !== undefined && /^nmv_usr_[\w-]{16,128}$/.test(token)
      ? await http.services.findToken({ token, scope: 'api', now: http.services.now() })
      : undefined;
  if (row === undefined) {
    http.failedLogins.count(address);
    throw fail('TOKEN_INVALID');
  }
  const user = { id: row.userId, anonymous: row.userId.startsWith('anon_') };
  request.set('user', user);
  return user;
}

/** Checks the user named in a path or body: `me`, nothing or the bearer's own id. Errors: SESSION_NOT_FOUND. */
export function checkUser(user: User, named: string | undefined): void {
  if (named !== undefined && named !== 'me' && named !== user.id) throw fail('SESSION_NOT_FOUND');
}

export type IssuedToken = {
  readonly token: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly credits: number;
};

/**
 * A token for a client: the first one comes with a user and credits, a later one renews an expired token of the same user.
 *
 * Errors: RATE_LIMITED while the client's last token is valid, and beyond the limit of new clients an address.
 */
export async function issueToken(
  http: HttpContext,
  client: { readonly id: string; readonly address: string },
): Promise<IssuedToken> {
  const { services, config } = http;
  const now = services.now();
  // Who knows the client id gets the user's next token, so a short, guessable one never leads back to an old user.
  const known = client.id.length >= 32 ? await services.latestTokenOfClient(client.id) : undefined;
  const seconds = Math.min(7, config.tokenDays) * day;
  const freeAt = known === undefined ? 0 : Math.min(known.expiresAt, known.createdAt + seconds * 1000);
  if (config.tokensPerClient === 1 && freeAt > now) {
    // Checked before anything is counted, so that a client that asks again does not use up its neighbours' share.
    throw tooMany('1 token per client in 7 days', (freeAt - now) / 1000);
  }
  if (known === undefined) await countToken(http, `address:${client.address}`, config.tokensPerAddress, 7 * day);
  await countToken(http, `client:${client.id}`, config.tokensPerClient, seconds);
  const issued = { token: services.ids.token(), expiresAt: now + config.tokenDays * day * 1000 };
  const row = { ...issued, clientId: client.id, scope: 'api' as const, createdAt: now };
  if (known !== undefined) {
    await services.saveToken({ ...row, userId: known.userId });
    const { available } = await services.creditBalance(known.userId);
    return { ...issued, userId: known.userId, credits: available };
  }
  const userId = services.ids.anonymousUser();
  await services.registerAnonymous({ ...row, userId, credits: config.anonymousCredits });
  return { ...issued, userId, credits: config.anonymousCredits };
}

async function countToken(http: HttpContext, key: string, limit: number, windowSeconds: number): Promise<void> {
  if (limit === 0) return;
  const hit = await http.services.hitRate({ key: `token-${key}`, limit, windowSeconds, now: http.services.now() });
  const what = key.startsWith('client') ? 'client' : 'address';
  if (!hit.allowed) throw tooMany(`${limit} token${limit === 1 ? '' : 's'} per ${what} in 7 days`, hit.retryAfterSeconds);
}

function tooMany(limit: string, retryAfterSeconds: number): EditorError {
  return fail('RATE_LIMITED', { limit, retryAfterSeconds });
}
