/** The OpenAPI 3.1 document, made of the very schemas that requests are checked with. */
import { z } from 'zod';
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
  422: 'The file has no picture or no sound of the kind',
  429: 'Too often; see Retry-After',
  500: 'A fault of the server, with an id for its log',
  503: 'The server is shutting down; see Retry-After',
  507: 'The disk is full',
};

type JsonSchema = Readonly<Record<string, unknown>>;
/** Named schemas, gathered while paths are described. */
type Components = Map<string, JsonSchema>;

/** The document for `routes`. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const components: Components = new Map();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = describeRoute(route, components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rushes',
      version,
      description: 'Talk to your footage, get a finished, proved video.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function describeRoute(route: Route, components: Components): object {
  const statuses = [...(route.refusals ?? []), ...(route.access === 'token' ? [401] : []), 429, 500, 503];
  const refused = (status: number): object => ({
    description: meanings[status] ?? '',
    content: jsonOf(schemaOf(failure, 'output', components)),
  });
  const content = bodyContent(route, components);
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^a-zA-Z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...(route.access === 'token' ? { security: [{ token: [] }] } : {}),
    parameters: parametersOf(route, components),
    ...(content === undefined ? {} : { requestBody: { content } }),
    responses: {
      200: replyOf(route, components),
      ...Object.fromEntries([...new Set(statuses)].toSorted((a, b) => a - b).map((status) => [String(status), refused(status)])),
    },
  };
}

const paramNotes: Readonly<Record<string, string>> = {
  user: '`me`, or the id of the bearer',
  app: '`nemo_agent`',
  sid: 'The session',
};

function parametersOf(route: Route, components: Components): object[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    in: 'path',
    name: match[1]!,
    required: true,
    schema: { type: 'string' },
    description: paramNotes[match[1]!] ?? `The ${match[1]!}`,
  }));
  return [
    ...inPath,
    ...fieldsAsParameters('query', route.query, components),
    ...fieldsAsParameters('header', route.headers, components),
  ];
}

function fieldsAsParameters(place: 'query' | 'header', schema: z.ZodType | undefined, components: Components): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input', components) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    in: place,
    name,
    required: required.includes(name),
    schema: rest,
    ...(description === undefined ? {} : { description }),
  }));
}

function bodyContent(route: Route, components: Components): Readonly<Record<string, object>> | undefined {
  if (route.bodyTypes === undefined) {
    return route.body === undefined ? undefined : jsonOf(schemaOf(route.body, 'input', components));
  }
  const files = z.object({ files: z.array(z.string().meta({ format: 'binary' })) });
  const urls = z.object({ urls: z.array(z.url()), source_type: z.literal('url') });
  return Object.fromEntries(
    route.bodyTypes.map((type) => [type, { schema: schemaOf(type.startsWith('multipart') ? files : urls, 'input', components) }]),
  );
}

function replyOf({ reply: { description, schema, contentType, bare } }: Route, components: Components): object {
  if (contentType !== undefined) return { description, content: { [contentType]: { schema: { type: 'string' } } } };
  if (schema === undefined) return { description };
  const data = schemaOf(schema, 'output', components);
  if (bare === true) return { description, content: jsonOf(data) };
  const envelope = {
    type: 'object',
    description: 'The fields of `data` are on the top level too',
    properties: { code: { const: 0 }, message: { const: 'success' }, data },
    required: ['code', 'message', 'data'],
  };
  return { description, content: jsonOf(envelope) };
}

function jsonOf(schema: JsonSchema): Readonly<Record<string, object>> {
  return { 'application/json': { schema } };
}

/** JSON Schema of `schema`; parts with an id of their own go to `components` and are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonSchema {
  // Inside an object, a schema with an id becomes a reference too; alone it would be written out.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: 'any' });
  for (const [name, definition] of Object.entries($defs)) {
    if (!components.has(name)) components.set(name, retarget(definition) as JsonSchema);
  }
  return retarget(properties!.it) as JsonSchema;
}

/** Points references at the document's components. */
function retarget(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(retarget);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => {
      if (name === 'id' && typeof entry === 'string') return [];
      // What every whole number in JavaScript has says nothing.
      if ((name === 'minimum' || name === 'maximum') && Math.abs(Number(entry)) === Number.MAX_SAFE_INTEGER) return [];
      if (name === '$ref' && typeof entry === 'string') return [[name, entry.replace('#/$defs/', '#/components/schemas/')]];
      return [[name, retarget(entry)]];
    }),
  );
}
