/** What auto-editor would keep of a recording, where it is installed, at the threshold that suits the recording best. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Frames of 10 ms, as speech is scored. */
const framesPerSecond = 100;
/** Its own default is 4 %; shorter gaps than 100 ms are speech for all who are compared. */
const thresholds = [1, 2, 3, 4, 6, 8, 12, 16, 24];

const settings = [
  '--margin',
  '0sec',
  '--min-cut',
  '10',
  '--min-clip',
  '3',
  '--frame-rate',
  String(framesPerSecond),
  '--no-open',
  '-q',
];

export type KeptRange = { readonly start: number; readonly end: number };

/** Kept ranges in frames of 10 ms for every threshold; nothing where the program is not installed. */
export function autoEditorKeeps(path: string, folder: string): KeptRange[][] {
  return thresholds.flatMap((percent) => {
    const output = join(folder, 'kept.json');
    rmSync(output, { force: true });
    const { status } = spawnSync(
      'auto-editor',
      [path, '--edit', `audio:threshold=${percent}%`, ...settings, '--export', 'json', '-o', output],
      { stdio: 'ignore', timeout: 60_000 },
    );
    if (status !== 0) return [];
    const kept = JSON.parse(readFileSync(output, 'utf8')) as Timeline;
    const track = kept.timeline.a[0] ?? [];
    return [track.map(({ offset, dur }) => ({ start: offset, end: offset + dur }))];
  });
}

/** The part that is read of the timeline that it exports. */
type Timeline = { readonly timeline: { readonly a: readonly (readonly { readonly offset: number; readonly dur: number }[])[] } };
