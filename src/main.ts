/** The entry: joins the app to the command line. */
import { startEmbedded, inspectMachine, serve } from '#app';
import { runCli } from '#surfaces/cli';

process.exitCode = await runCli(process.argv.slice(2), { startEmbedded, serve, inspect: inspectMachine });
