import { fail } from '#core/errors';
import type { CommandContext } from '../command-context.ts';

export type McpFlags = { readonly http?: boolean; readonly port: string };

/** `rushes mcp`: the editor as tools of an assistant. Standard output belongs to the protocol; words go to standard error. */
export async function mcpCommand(context: CommandContext, { http = false, port }: McpFlags): Promise<void> {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw fail('REQUEST_INVALID', { reason: `--port must be 0 to 65535, not ${port}` });
  const host = await context.openHost();
  try {
    await context.serveMcp({
      connection: host.connection,
      signal: context.signal,
      ...(http ? { port: number } : {}),
      announce: (line) => process.stderr.write(`${line}\n`),
    });
  } finally {
    await host.close();
  }
}
