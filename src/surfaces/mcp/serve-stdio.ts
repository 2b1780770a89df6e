import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Desk } from './desk.ts';
import { createMcpServer } from './mcp-server.ts';

/** Speaks over standard input and output until the client closes them or the desk's signal comes. */
export async function serveMcpStdio(desk: Desk): Promise<void> {
  const handle = serveStdio(() => createMcpServer(desk));
  await new Promise<void>((resolve) => {
    const { signal } = desk;
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
    // A client that died leaves a pipe that nobody reads.
    process.stdout.once('error', () => resolve());
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await handle.close();
}
