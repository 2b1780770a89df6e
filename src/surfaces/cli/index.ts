/** The command line. */
export { runCli, type CliServices } from './cli.ts';
export type { DoctorFact } from './command-context.ts';
export type { EmbeddedServer, StartEmbedded } from './host.ts';
