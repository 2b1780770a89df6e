/** What a person sees: plain lines in a pipe, a moving line on a terminal, nothing but JSON where JSON is asked for. */
import { asEditorError, kinds, type EditorError } from '#core/errors';

export type Terminal = {
  /** A line for people, on standard error where standard output carries JSON. */
  readonly line: (text: string) => void;
  /** Replaces itself on a terminal; in a pipe it is printed when a tenth more is done. */
  readonly progress: (label: string, fraction: number, etaSeconds?: number) => void;
  /** Ends the moving line. */
  readonly settle: () => void;
  /** The one object of `--json`. */
  readonly json: (value: unknown) => void;
  readonly isJson: boolean;
};

const barWidth = 24;

/** `aside`: standard output carries a document, people read standard error. */
export function createTerminal(options: { readonly json: boolean; readonly aside?: boolean }): Terminal {
  const stream = options.json || options.aside === true ? process.stderr : process.stdout;
  const live = stream.isTTY === true;
  let moving = false;
  let shown = '';
  const settle = () => {
    if (moving) stream.write('\n');
    moving = false;
    shown = '';
  };
  return {
    isJson: options.json,
    settle,
    line: (text) => {
      settle();
      stream.write(`${text}\n`);
    },
    progress: (label, fraction, etaSeconds) => {
      const percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
      const left = etaSeconds === undefined || !Number.isFinite(etaSeconds) ? '' : `, ${formatLeft(etaSeconds)} left`;
      if (live) {
        const full = Math.round((percent / 100) * barWidth);
        stream.write(`\r\u001b[K${label} ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent} %${left}`);
        moving = true;
        return;
      }
      const step = `${label} ${Math.floor(percent / 10) * 10} %`;
      if (step !== shown) stream.write(`${step}${left}\n`);
      shown = step;
    },
    json: (value) => process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
  };
}

function formatLeft(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Says what went wrong and what to do; gives the exit code of its kind. */
export function reportError(error: unknown, terminal: Terminal): number {
  const failure: EditorError = asEditorError(error);
  terminal.settle();
  if (terminal.isJson) terminal.json({ error: { code: failure.code, message: failure.message, hint: failure.hint } });
  process.stderr.write(`${failure.message}.\n${failure.hint}.\n`);
  if (failure.kind === 'bug' && process.env.DEBUG !== undefined)
    process.stderr.write(`${String((failure.cause as Error | undefined)?.stack ?? failure.stack)}\n`);
  return kinds[failure.kind].exitCode;
}

/** `1:02.5` style clock from milliseconds, for reports. */
export function clock(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = ((milliseconds % 60_000) / 1000).toFixed(1).padStart(4, '0');
  return `${minutes}:${seconds}`;
}
