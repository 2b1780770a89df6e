/** One JSON line per event for operators: `{"time","level","name",…fields}`. Events for users are something else. */
import { createWriteStream } from 'node:fs';
import { redact } from './redact.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
/** Units in the names: `durationMs`, `bytes`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** `name` is constant, `<noun>.<verb>`; what varies goes into fields. Tokens and addresses with secrets are taken out. */
export type Log = {
  error(name: string, fields?: LogFields): void;
  warn(name: string, fields?: LogFields): void;
  info(name: string, fields?: LogFields): void;
  debug(name: string, fields?: LogFields): void;
  /** A log that adds these fields to each line. */
  with(fields: LogFields): Log;
  /** Writes out what is buffered and closes a file. */
  close(): Promise<void>;
};

export type LogOptions = {
  readonly level: LogLevel;
  /** Appended to; absent: standard error. */
  readonly file?: string;
  /** Takes whole lines; for tests and embedding. */
  readonly write?: (line: string) => void;
};

const order: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

export function createLog(options: LogOptions): Log {
  const file = options.file === undefined ? undefined : createWriteStream(options.file, { flags: 'a', mode: 0o600 });
  // A log that cannot be written must not end the server; the operator sees it once, on standard error.
  file?.once('error', (error) =>
    process.stderr.write(`${JSON.stringify({ level: 'error', name: 'log.failed', message: error.message })}\n`),
  );
  const write = options.write ?? ((line: string): void => void (file ?? process.stderr).write(`${line}\n`));
  const limit = order.indexOf(options.level);
  const make = (bound: LogFields): Log => {
    const at = (level: LogLevel) => (name: string, fields?: LogFields) => {
      if (order.indexOf(level) > limit) return;
      write(JSON.stringify(redact({ time: new Date().toISOString(), level, name, ...bound, ...fields })));
    };
    return {
      error: at('error'),
      warn: at('warn'),
      info: at('info'),
      debug: at('debug'),
      with: (fields) => make({ ...bound, ...fields }),
      close: () => (file === undefined ? Promise.resolve() : new Promise((resolve) => file.end(() => resolve()))),
    };
  };
  return make({});
}
