import type { CommandContext } from '../command-context.ts';

/** `rushes serve`: the API until a signal ends it. */
export async function serveCommand(context: CommandContext): Promise<void> {
  const server = await context.serve();
  context.terminal.line(`Rushes listens on ${server.url}`);
  context.terminal.line('Set NEMO_API_URL to that address for clients and skills. Ctrl+C ends it.');
  if (!context.signal.aborted)
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
  context.terminal.line('Shutting down...');
  await server.close();
}
