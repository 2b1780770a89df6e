/** The entry: joins the app to the command line. */
import { enableCompileCache } from 'node:module';
import type { CliServices } from '#surfaces/cli';

// Compiled code is kept between commands; without it a third of a short command's time is compiling.
enableCompileCache();
const [{ inspectMachine, serve, startEmbedded }, { runCli }] = await Promise.all([import('#app'), import('#surfaces/cli')]);

const serveMcp: CliServices['serveMcp'] = async ({ connection, signal, port, announce }) => {
  // Loaded by this command only: the protocol's library would cost every other one a tenth of a second.
  const { createDesk, serveMcpHttp, serveMcpStdio } = await import('#surfaces/mcp');
  const desk = createDesk({ connection, usesFiles: port === undefined, signal });
  if (port === undefined) return serveMcpStdio(desk);
  const server = await serveMcpHttp(desk, port);
  announce(`Rushes serves MCP on ${server.url}. Ctrl+C ends it.`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await server.close();
};

process.exitCode = await runCli(process.argv.slice(2), { startEmbedded, serve, inspect: inspectMachine, serveMcp });
