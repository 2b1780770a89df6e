/**
 * A route: what it takes, what it gives and what it does, in one value. The app mounts it and the OpenAPI document
 * describes it from the same schemas.
 */
import type { z } from 'zod';
import { fail } from '#core/errors';
import { authenticate, checkUser } from './auth.ts';
import type { HttpContext, HttpRequest, User } from './http-context.ts';
import { readJson } from './read-json.ts';

/** What a reply looks like, for the document. */
export type ReplyDoc = {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
  /** Sent as it is, without the envelope of `data`. */
  readonly bare?: true;
};

export type RouteInput<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The bearer. Reading it on an open route is an error of ours. */
  readonly user: User;
  readonly request: HttpRequest;
};

export type RouteDefinition<Params, Query, Body> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In OpenAPI's form: `/api/state/{app}/{user}/{sid}/latest`. `{user}` is checked against the bearer. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'auth' | 'session' | 'chat' | 'media' | 'render' | 'credits' | 'server';
  /** `open`: no token; `link`: the signature in the query is the right. */
  readonly access: 'token' | 'open' | 'link';
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** For the document, where the body is not JSON or not only. */
  readonly bodyTypes?: readonly string[];
  readonly bodyLimitBytes?: number;
  readonly headers?: z.ZodType;
  readonly reply: ReplyDoc;
  /** HTTP statuses it may refuse with, beside 401, 429, 500 and 503. */
  readonly refusals?: readonly number[];
  /** Still served while the server shuts down. */
  readonly whileClosing?: true;
  handle(http: HttpContext, input: RouteInput<Params, Query, Body>): Promise<Response>;
};

/** A route of any shape, ready to be mounted. */
export type Route = Omit<RouteDefinition<unknown, unknown, unknown>, 'handle'> & {
  readonly run: (http: HttpContext, request: HttpRequest) => Promise<Response>;
};

const defaultBodyLimitBytes = 1_048_576;
const nobody: User = { id: '', anonymous: true };

/**
 * Makes a route of its definition. Checks go from cheap to dear: shutting down, token, user in the path, parameters,
 * query, body; a session id of the wrong shape is a session that was not found.
 */
export function defineRoute<Params = unknown, Query = unknown, Body = unknown>(
  definition: RouteDefinition<Params, Query, Body>,
): Route {
  const run = async (http: HttpContext, request: HttpRequest): Promise<Response> => {
    if (http.closing.aborted && definition.whileClosing !== true) throw fail('SHUTTING_DOWN');
    const user = definition.access === 'token' ? await authenticate(http, request) : nobody;
    const raw = request.req.param() as Readonly<Record<string, string>>;
    if (definition.access === 'token') checkUser(user, raw.user);
    checkNames(raw);
    const params = parse(definition.params, raw, 'path') as Params;
    const query = parse(definition.query, request.req.query(), 'query') as Query;
    const limitBytes = definition.bodyLimitBytes ?? defaultBodyLimitBytes;
    const body =
      definition.body === undefined
        ? undefined
        : parse(
            definition.body,
            (await readJson(request.req.raw, { limitBytes, timeoutMs: http.patience.jsonMs })) ?? {},
            'body',
          );
    return definition.handle(http, { params, query, body: body as Body, user, request });
  };
  return { ...(definition as RouteDefinition<unknown, unknown, unknown>), run };
}

/** The one agent this server has; ADK's clients name it in paths and bodies. */
export const appName = 'nemo_agent';

function checkNames(raw: Readonly<Record<string, string>>): void {
  if (raw.app !== undefined && raw.app !== appName) throw fail('RESOURCE_NOT_FOUND', { what: 'App' });
  if (raw.sid !== undefined && !isSessionId(raw.sid)) throw fail('SESSION_NOT_FOUND');
}

/** Ours are digits; ADK's clients may choose their own. */
export function isSessionId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}

/** Parses what came from outside. Errors: REQUEST_INVALID with the path of the first fault. */
export function parse<Value>(schema: z.ZodType<Value> | undefined, value: unknown, where: string): Value | undefined {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [where, ...(issue?.path ?? [])].map(String).join('.');
  throw fail('REQUEST_INVALID', { reason: `${path}: ${issue?.message ?? 'it does not match the schema'}` });
}

/**
 * Gives the named protocol keys their snake_case spelling where a client wrote camelCase, on this level only; every other
 * key stays as it is.
 */
export function snakeKeys(names: readonly string[]): (value: unknown) => unknown {
  const spelled = names.map((name) => [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), name] as const);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = new Map(Object.entries(value));
    for (const [camel, snake] of spelled) {
      if (camel === snake || !fields.has(camel)) continue;
      if (!fields.has(snake)) fields.set(snake, fields.get(camel));
      fields.delete(camel);
    }
    return Object.fromEntries(fields);
  };
}
