import { z } from 'zod';
import { json, success, successBody } from '../envelope.ts';
import { appName, defineRoute } from '../route.ts';

const check = z.object({ ok: z.boolean(), note: z.string() });

export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process lives',
  tag: 'server',
  access: 'open',
  whileClosing: true,
  reply: { description: 'It does', schema: z.object({ status: z.literal('ok') }) },
  handle: () => Promise.resolve(success({ status: 'ok' })),
});

export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether the server takes work',
  tag: 'server',
  access: 'open',
  whileClosing: true,
  reply: {
    description: 'It does; 503 with the same fields where it does not',
    schema: z.object({ status: z.enum(['ready', 'not-ready', 'shutting-down']), checks: z.record(z.string(), check) }),
  },
  async handle(http) {
    if (http.closing.aborted) return notReady('shutting-down', {});
    const checks = await http.services.readiness();
    if (Object.values(checks).some(({ ok }) => !ok)) return notReady('not-ready', checks);
    return success({ status: 'ready', checks });
  },
});

function notReady(status: string, checks: Readonly<Record<string, unknown>>): Response {
  const message = status === 'shutting-down' ? 'Server is shutting down' : 'Server does not take work';
  const body = { ...successBody({ status, checks }), code: 503, message, detail: message, error: message };
  return json(body, 503, { 'Retry-After': '5' });
}

export const listApps = defineRoute({
  method: 'get',
  path: '/list-apps',
  summary: "Names of the agents, for ADK's clients",
  tag: 'session',
  access: 'open',
  reply: { description: 'The names', schema: z.array(z.string()), bare: true },
  handle: () => Promise.resolve(json([appName])),
});
