/** LosslessCut's CSV: the parts of one file that are kept, in seconds of that file. */
import type { Asset } from '#core/asset';
import { isUnity, rangeEnd, ticksPerSecond, type Ticks } from '#core/time';
import { primaryTrack, type Clip, type Timeline } from '#core/timeline';
import { oneLine } from './edl.ts';
import { tally, type Exported } from './exported.ts';
import { effectLosses } from './losses.ts';

/** Rows of `start,end,label` for the file that most of the story is made of. */
export function writeLosslessCut(timeline: Timeline, assets: readonly Asset[]): Exported {
  const track = primaryTrack(timeline);
  const clips = (track?.items ?? []).filter((item): item is Clip => item.kind === 'clip');
  const lengths = new Map<string, number>();
  for (const { assetId, sourceRange } of clips) lengths.set(assetId, (lengths.get(assetId) ?? 0) + sourceRange.duration);
  const [assetId] = [...lengths].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const kept = clips.filter((clip) => clip.assetId === assetId);
  const name = assets.find(({ id }) => id === assetId)?.name ?? 'video';
  const others = timeline.tracks.filter((one) => one.id !== track?.id && one.items.length > 0).length;
  const blends = (track?.items ?? []).filter(({ kind }) => kind === 'transition').length;
  return {
    text: kept
      .map(
        ({ sourceRange }, index) =>
          `${decimal(sourceRange.start)},${decimal(rangeEnd(sourceRange))},${field(`${oneLine(name)} ${index + 1}`)}\n`,
      )
      .join(''),
    extension: 'csv',
    mimeType: 'text/csv; charset=utf-8',
    dropped: [
      ...(kept.length === 0 ? ['There are no clips'] : []),
      ...tally(
        clips.length - kept.length,
        `1 clip is of another file than ${name} and was left out`,
        `{n} clips are of other files than ${name} and were left out`,
      ),
      ...tally(others, '1 other track was left out', '{n} other tracks were left out'),
      ...tally(blends, '1 transition was left out', '{n} transitions were left out'),
      ...tally(
        kept.filter(({ speed }) => !isUnity(speed)).length,
        'The speed of 1 clip was left out',
        'The speeds of {n} clips were left out',
      ),
      ...effectLosses(track === undefined ? [] : [{ ...track, items: kept }], []),
    ],
  };
}

function decimal(time: Ticks): string {
  return (time / ticksPerSecond).toFixed(6);
}

/** Quoted, and never the begin of a formula where a spreadsheet opens it. */
function field(text: string): string {
  return `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
