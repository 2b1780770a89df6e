/** Keeps web pages of others away: host names that were rebound to us, posts from foreign origins, framing and sniffing. */
import { fail } from '#core/errors';
import { baseUrlOf, type HttpContext, type HttpRequest } from './http-context.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses what a browser can be tricked into sending.
 *
 * Bound to loopback, only loopback names and the configured public one are served, since any page may point its own
 * name at 127.0.0.1. A request that changes something and names its origin must come from the address it was sent to.
 * Errors: ORIGIN_REFUSED.
 */
export function checkOrigin(http: HttpContext, request: HttpRequest): void {
  const url = new URL(request.req.url);
  const ours = new URL(baseUrlOf(http, request));
  const bound = http.config.host.includes(':') ? `[${http.config.host}]` : http.config.host;
  if (loopback.test(bound) && !loopback.test(url.hostname) && url.host !== ours.host) throw fail('ORIGIN_REFUSED');
  if (loopback.test(bound) && http.config.publicUrl === undefined && !loopback.test(ours.hostname)) throw fail('ORIGIN_REFUSED');
  const { method } = request.req;
  const origin = request.req.header('origin');
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || origin === undefined) return;
  if (origin !== url.origin && origin !== ours.origin) throw fail('ORIGIN_REFUSED');
}

const headers: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Adds the headers that every reply carries, unless the route chose its own. */
export function secure(response: Response): void {
  for (const [name, value] of Object.entries(headers)) if (!response.headers.has(name)) response.headers.set(name, value);
}
