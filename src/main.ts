/** The entry: joins the app to the command line. */
import { enableCompileCache } from 'node:module';

// Compiled code is kept between commands; without it a third of a short command's time is compiling.
enableCompileCache();
const [{ inspectMachine, serve, startEmbedded }, { runCli }] = await Promise.all([import('#app'), import('#surfaces/cli')]);

process.exitCode = await runCli(process.argv.slice(2), { startEmbedded, serve, inspect: inspectMachine });
