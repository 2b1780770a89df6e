/** One line of the table that `npm run bench -- --quality` prints: a figure, measured in one run, against its goal. */
export type QualityRow = {
  /** What is measured. */
  readonly what: string;
  /** On which clips. */
  readonly set: string;
  readonly figure: number;
  /** Unit of figure and goal; empty for shares and ratios. */
  readonly unit: string;
  readonly goal: string;
  readonly met: boolean;
  /** Digits after the point that mean something. */
  readonly digits: number;
};

type Measured = {
  readonly what: string;
  readonly set: string;
  readonly figure: number;
  readonly unit?: string;
  readonly digits?: number;
};

/** A figure that should be at least `goal`. A figure that is not a number misses it. */
export function atLeast(goal: number, measured: Measured): QualityRow {
  return rowOf(measured, `≥ ${goal}`, measured.figure >= goal);
}

/** A figure that should be at most `goal`. */
export function atMost(goal: number, measured: Measured): QualityRow {
  return rowOf(measured, `≤ ${goal}`, measured.figure <= goal);
}

function rowOf({ what, set, figure, unit = '', digits = 3 }: Measured, goal: string, met: boolean): QualityRow {
  return { what, set, figure, unit, goal, met, digits };
}

/** The rows as lines of a table under its head. */
export function tableOf(rows: readonly QualityRow[]): string[] {
  const head = ['what', 'set', 'figure', 'goal', 'met'];
  const cells = rows.map(({ what, set, figure, unit, goal, met, digits }) => [
    what,
    set,
    [figure.toFixed(digits), unit].join(' ').trim(),
    [goal, unit].join(' ').trim(),
    met ? 'yes' : 'NO',
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 2 || column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)];
}
