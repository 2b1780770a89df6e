/** The OpenAPI 3.1 document, made of the very schemas that requests are checked with. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Route } from './route.ts';

const failure = z
  .object({
    code: z.int().describe('1001 token, 1002 session, 2001 credits, 4001 unsupported file, 4002 too large, else the HTTP status'),
    message: z.string(),
    detail: z.string().describe('The message again'),
    error: z.string().describe('The message again'),
  })
  .meta({ id: 'Failure' });

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is invalid; the message names the field',
  401: 'Code 1001: the token is bad or expired',
  402: 'Code 402: exports need the attribution headers; code 2001: no credits left',
  403: 'The link is invalid or expired',
  404: 'Code 1002: the session was not found; else what the message names',
  408: 'The body arrived too slowly',
  409: 'The id exists with another body',
  412: 'The file is another version',
  413: 'Code 4002: too large',
  415: 'Code 4001: not a supported media file',
  416: 'The range lies outside the file',
  429: 'Too often; see Retry-After',
  500: 'A fault of the server, with an id for its log',
  503: 'The server is shutting down; see Retry-After',
  507: 'The disk is full',
};

type ContentType = { readonly schema: z.ZodType };

/** The document for `routes`. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const route of routes) registry.registerPath(describeRoute(route) as Parameters<typeof registry.registerPath>[0]);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Rushes',
      version,
      description: 'Talk to your footage, get a finished, proved video.',
      license: { name: 'Apache-2.0' },
    },
  });
}

function describeRoute(route: Route): object {
  const statuses = [...(route.refusals ?? []), ...(route.access === 'token' ? [401] : []), 429, 500, 503];
  const refusals = Object.fromEntries(
    [...new Set(statuses)]
      .sort((a, b) => a - b)
      .map((status) => [status, { description: meanings[status] ?? '', content: jsonOf(failure) }]),
  );
  const { params, query, headers, body } = route;
  return {
    method: route.method,
    path: route.path,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...(route.access === 'token' ? { security: [{ token: [] }] } : {}),
    request: {
      params: allParams(route.path, params),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined && route.bodyTypes === undefined ? {} : { body: { content: bodyContent(route) } }),
    },
    responses: { 200: reply(route), ...refusals },
  };
}

function allParams(path: string, known: z.ZodType | undefined): z.ZodType {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const shape = known instanceof z.ZodObject ? (known.shape as Readonly<Record<string, z.ZodType>>) : {};
  const notes: Readonly<Record<string, string>> = {
    user: '`me`, or the id of the bearer',
    app: '`nemo_agent`',
    sid: 'The session',
  };
  return z.object(Object.fromEntries(names.map((name) => [name, shape[name] ?? z.string().describe(notes[name] ?? name)])));
}

function bodyContent(route: Route): Readonly<Record<string, ContentType>> {
  if (route.bodyTypes === undefined) return jsonOf(route.body ?? z.unknown());
  const files = z.object({ files: z.array(z.string().meta({ format: 'binary' })) });
  const urls = z.object({ urls: z.array(z.url()), source_type: z.literal('url') });
  return Object.fromEntries(route.bodyTypes.map((type) => [type, { schema: type.startsWith('multipart') ? files : urls }]));
}

function reply({ reply: { description, schema, contentType, bare } }: Route): object {
  if (contentType !== undefined) return { description, content: { [contentType]: { schema: z.string() } } };
  if (schema === undefined) return { description };
  if (bare === true) return { description, content: jsonOf(schema) };
  const note = 'The fields of `data` are on the top level too';
  return {
    description,
    content: jsonOf(z.object({ code: z.literal(0), message: z.literal('success'), data: schema }).describe(note)),
  };
}

function jsonOf(schema: z.ZodType): Readonly<Record<string, ContentType>> {
  return { 'application/json': { schema } };
}
