import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { fail } from '#core/errors';
import type { Desk } from './desk.ts';
import { createMcpServer } from './mcp-server.ts';

export type McpHttpServer = { readonly url: string; close(): Promise<void> };

/** The largest request; files come as addresses, so these are words. */
const mostBytes = 262_144;

/**
 * Streamable HTTP at `/mcp`, on this machine only: requests under another host name or from a web page elsewhere are refused.
 * Errors: CONFIG_INVALID where the port is taken.
 */
export async function serveMcpHttp(desk: Desk, port: number): Promise<McpHttpServer> {
  const handler = createMcpHandler(() => createMcpServer(desk), { maxRequestBodySize: mostBytes });
  const listener = getRequestListener((request) => {
    const refused =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins());
    if (refused !== undefined) return refused;
    return new URL(request.url).pathname === '/mcp' ? handler.fetch(request) : new Response('Not found', { status: 404 });
  });
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(fail('CONFIG_INVALID', { name: '--port', reason: `it cannot be listened on (${error.message})` }, { cause: error })),
    );
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      await handler.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
