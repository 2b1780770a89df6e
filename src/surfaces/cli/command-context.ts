/** What every command is given. */
import type { Connection } from '#client';
import type { Config } from '#platform/config';
import type { Host } from './host.ts';
import type { Terminal } from './terminal.ts';

export type DoctorFact = { readonly name: string; readonly ok: boolean; readonly note: string };

/** Serves MCP over this connection until the signal comes: on `port`, or without one over standard input and output. */
export type ServeMcp = (request: {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly port?: number;
  readonly announce: (line: string) => void;
}) => Promise<void>;

export type CommandContext = {
  readonly config: Config;
  readonly terminal: Terminal;
  /** Aborted by Ctrl+C and SIGTERM. */
  readonly signal: AbortSignal;
  openHost(): Promise<Host>;
  /** A server of its own on this folder, for plans: it exports nothing. */
  openPlanning(folder: string): Promise<Host>;
  serve(): Promise<{ readonly url: string; close(): Promise<void> }>;
  inspect(): Promise<readonly DoctorFact[]>;
  readonly serveMcp: ServeMcp;
};
