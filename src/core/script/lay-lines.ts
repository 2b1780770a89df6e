/**
 * Where each spoken line goes: into its shot, one after another, never over each other and never over the end. What does not fit is
 * sped up by at most 8 %, then runs into the next shot, and is said.
 */
import { seconds, toSeconds, type Ticks, type TimeRange } from '#core/time';

/** The most by which a line is sped up so that it fits. Source: CRAFT of writing. */
export const mostSpeed = 1.08;
/** Before the first words of a shot, after its last, and between two lines; less where there is no room. */
const lead = 0.3;
const breath = 0.6;
const leastBreath = 0.25;
/** Words may end this much after their shot before that is called too long. */
const slack = 0.15;

export type LineToLay = {
  /** How long it takes to say. */
  readonly duration: Ticks;
  readonly shot?: number;
  readonly at?: Ticks;
};

export type LaidLine = {
  /** Which of the given lines. */
  readonly line: number;
  readonly start: Ticks;
  /** 1 … 1.08 times as fast as it was said. */
  readonly speed: number;
  /** On the timeline. */
  readonly duration: Ticks;
  /** How long it goes on after its shot or the start of the next line; 0 where it fits. */
  readonly over: Ticks;
};

export type Laying = {
  readonly lines: readonly LaidLine[];
  /** Lines that there is no room for before the end, by index. */
  readonly leftOut: readonly number[];
};

type Window = { readonly start: number; readonly end: number; readonly isFixed: boolean };

/**
 * Shots are numbered from 1 by their order; a line without a shot and a time is given a place by how much is said before it. Gives the
 * same for estimated lengths and for measured ones.
 */
export function layLines(lines: readonly LineToLay[], shots: readonly TimeRange[], length: Ticks): Laying {
  const whole = toSeconds(length);
  const windows = windowsOf(lines, shots, whole);
  const laid: LaidLine[] = [];
  const leftOut: number[] = [];
  let free = 0;
  for (const [index, { duration }] of lines.entries()) {
    const window = windows[index]!;
    const said = toSeconds(duration);
    const isFirst = laid.length === 0;
    const earliest = isFirst ? 0 : free + leastBreath;
    const wished = Math.max(
      window.start + (window.isFixed ? 0 : Math.min(lead, Math.max(0, window.end - window.start - said))),
      earliest,
    );
    const room = window.end - wished;
    const speed = said <= room + slack ? 1 : Math.min(mostSpeed, Math.max(1, said / Math.max(room, 0.01)));
    const shown = said / rounded(speed);
    // The last line may begin before its shot: words that are cut off by the end are worse.
    const start = wished + shown > whole ? Math.max(earliest, whole - shown) : wished;
    if (start + shown > whole + 1e-6) {
      leftOut.push(index);
      continue;
    }
    free = start + shown;
    const over = Math.max(0, start + shown - window.end);
    laid.push({
      line: index,
      start: seconds(start),
      speed: rounded(speed),
      duration: seconds(shown),
      over: seconds(over > slack ? over : 0),
    });
  }
  return { lines: laid, leftOut };
}

/** Hundredths: a ratio of small numbers on the timeline. */
function rounded(speed: number): number {
  return Math.min(mostSpeed, Math.ceil(speed * 100 - 1e-9) / 100);
}

function windowsOf(lines: readonly LineToLay[], shots: readonly TimeRange[], whole: number): Window[] {
  const ranges = shots.map(({ start, duration }) => ({ start: toSeconds(start), end: toSeconds(start) + toSeconds(duration) }));
  // Numbers that no shot has count something else than shots.
  const isNumbered = lines.every(({ shot }) => shot === undefined || (shot >= 1 && shot <= ranges.length));
  const isLoose = (line: LineToLay): boolean => line.at === undefined && (line.shot === undefined || !isNumbered);
  const windows: Window[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index]!;
    if (isLoose(line)) {
      const end = lines.findIndex((other, at) => at > index && !isLoose(other));
      const stop = end === -1 ? lines.length : end;
      const from = windows.at(-1)?.end ?? 0;
      const until = end === -1 ? whole : startOf(lines[end]!, ranges);
      windows.push(...flow(lines.slice(index, stop), ranges, { start: index === 0 ? 0 : from, end: Math.max(until, from) }));
      index = stop;
    } else if (line.at === undefined) {
      const end = lines.findIndex((other, at) => at > index && (other.shot !== line.shot || other.at !== undefined));
      const stop = end === -1 ? lines.length : end;
      windows.push(...share(lines.slice(index, stop), ranges[line.shot! - 1]!));
      index = stop;
    } else {
      const start = toSeconds(line.at);
      const shot = ranges.find((range) => start >= range.start - 1e-6 && start < range.end);
      const next = lines[index + 1];
      const nextStart = next === undefined || isLoose(next) ? whole : startOf(next, ranges);
      windows.push({
        start,
        end: Math.max(start, Math.min(shot?.end ?? whole, nextStart > start ? nextStart : whole)),
        isFixed: true,
      });
      index++;
    }
  }
  return windows;
}

function startOf(line: LineToLay, ranges: readonly { readonly start: number }[]): number {
  return line.at === undefined ? (ranges[(line.shot ?? 1) - 1]?.start ?? 0) : toSeconds(line.at);
}

/** Several lines in one shot, one after another, the room that is left spread between them. */
function share(lines: readonly LineToLay[], range: { readonly start: number; readonly end: number }): Window[] {
  const said = lines.map(({ duration }) => toSeconds(duration));
  const total = said.reduce((sum, one) => sum + one, 0);
  const gaps = lines.length - 1;
  const gap = gaps === 0 ? 0 : Math.max(leastBreath, Math.min(breath, (range.end - range.start - total - lead) / gaps));
  const isTight = total + gap * gaps > range.end - range.start;
  const scale = isTight ? Math.max(0.01, range.end - range.start - gap * gaps) / total : 1;
  let at = range.start;
  return said.map((one, index) => {
    const first = index === 0 && !isTight ? Math.min(lead, Math.max(0, range.end - range.start - total - gap * gaps)) : 0;
    const start = at + first;
    const end = index === lines.length - 1 ? range.end : start + one * scale;
    at = start + one * scale + gap;
    return { start, end, isFixed: index > 0 || first > 0 };
  });
}

/** Lines that belong nowhere: one for each shot where the numbers agree, else spread over the time by how much is said. */
function flow(
  lines: readonly LineToLay[],
  ranges: readonly { readonly start: number; readonly end: number }[],
  within: { readonly start: number; readonly end: number },
): Window[] {
  const inside = ranges.filter(({ start, end }) => start >= within.start - 1e-6 && end <= within.end + 1e-6);
  const said = lines.map(({ duration }) => toSeconds(duration));
  if (inside.length === lines.length && inside.every(({ start, end }, index) => said[index]! <= (end - start) * mostSpeed))
    return inside.map(({ start, end }) => ({ start, end, isFixed: false }));
  const starts = inside.map(({ start }) => start);
  let at = within.start;
  return said.map((one, index) => {
    const rest = said.slice(index).reduce((sum, other) => sum + other, 0);
    const left = said.length - index;
    // What time is left is shared by the pauses before, between and after the lines.
    const gap = Math.max(0, Math.min(4 * breath, (within.end - at - rest) / (left + 1)));
    const wished = at + (index === 0 ? Math.min(gap, lead) : gap);
    // On the first picture of a shot where one begins soon and there is time left for the others.
    const next = starts.find(
      (start) =>
        start + lead >= wished - gap / 2 &&
        start + lead - wished < 2 * gap &&
        start + lead + rest + leastBreath * (left - 1) <= within.end,
    );
    const start = next === undefined ? wished : next + lead;
    at = start + one;
    return { start, end: index === said.length - 1 ? within.end : at, isFixed: true };
  });
}
