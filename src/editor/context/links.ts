/**
 * Links that need no header: absolute, time-limited, and signed with a key that only the store knows.
 *
 * The path says what; who holds the link may read it until it expires, and nothing else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail } from '#core/errors';
import { readSecret } from '#platform/store';
import type { EditorContext } from './context.ts';

/** Address of this server as clients reach it, without a slash at the end. */
export function publicUrl(ctx: Pick<EditorContext, 'config'>): string {
  const { publicUrl: given, host, port } = ctx.config;
  if (given !== undefined) return given.replace(/\/+$/, '');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** An absolute link to `path` (`/files/…`, without a query) that `checkLink` accepts until it expires. */
export async function signLink(ctx: EditorContext, path: string, seconds = ctx.config.linkSeconds): Promise<string> {
  const expires = Math.floor(ctx.now() / 1000) + seconds;
  return `${publicUrl(ctx)}${path}?expires=${expires}&signature=${await signatureOf(ctx, path, expires)}`;
}

/** Errors: LINK_INVALID for a wrong, foreign or expired signature, alike. */
export async function checkLink(
  ctx: EditorContext,
  path: string,
  query: { readonly expires?: string | undefined; readonly signature?: string | undefined },
): Promise<void> {
  const expires = Number(query.expires);
  const given = Buffer.from(query.signature ?? '', 'utf8');
  const expected = Buffer.from(await signatureOf(ctx, path, expires), 'utf8');
  const matches = given.length === expected.length && timingSafeEqual(given, expected);
  if (!matches || !Number.isSafeInteger(expires) || expires * 1000 < ctx.now()) throw fail('LINK_INVALID');
}

async function signatureOf(ctx: EditorContext, path: string, expires: number): Promise<string> {
  const key = await readSecret(ctx.store, 'links');
  return createHmac('sha256', key).update(`${path}\n${expires}`).digest('base64url');
}
