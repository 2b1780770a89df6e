/** Chapters of a timeline: YouTube's list, and the metadata file of the ffmpeg command. */
import type { Asset } from '#core/asset';
import { formatClock, maxTicks, seconds, subtractTicks, toMilliseconds, zero, type Ticks } from '#core/time';
import { itemsWithRanges, primaryTrack, timelineDuration, type TextClip, type Timeline } from '#core/timeline';
import { oneLine } from './edl.ts';
import { tally, type Exported, type ExportOptions } from './exported.ts';

export type Chapter = { readonly start: Ticks; readonly end: Ticks; readonly title: string };

/** YouTube shows chapters only from three on, of ten seconds and more, the first at 0:00. */
const fewest = 3;
const shortest = seconds(10);

/** Chapters in order: the texts of the preset `chapter`, else titles, else one for each shot, named by its file. */
export function timelineChapters(
  timeline: Timeline,
  assets: readonly Asset[],
): { readonly chapters: readonly Chapter[]; readonly from: 'chapter texts' | 'titles' | 'shots' } {
  const end = timelineDuration(timeline);
  const marks = textMarks(timeline, (preset) => preset === 'chapter');
  if (marks.length > 0) return { chapters: close(marks, end), from: 'chapter texts' };
  const titles = textMarks(timeline, (preset) => preset.startsWith('title'));
  if (titles.length > 1) return { chapters: close(titles, end), from: 'titles' };
  return { chapters: close(shotMarks(timeline, assets), end), from: 'shots' };
}

type Mark = { readonly start: Ticks; readonly title: string };

function textMarks(timeline: Timeline, wanted: (preset: TextClip['style']['preset']) => boolean): Mark[] {
  return timeline.tracks
    .filter((track) => track.kind === 'text' && !track.hidden)
    .flatMap((track) => itemsWithRanges(track))
    .flatMap(({ item, range }) =>
      item.kind === 'text' && wanted(item.style.preset) ? [{ start: range.start, title: oneLine(item.text) }] : [],
    )
    .toSorted((a, b) => a.start - b.start);
}

/** A new shot is another file, or the same one a while later; shots under ten seconds go with the one before. */
function shotMarks(timeline: Timeline, assets: readonly Asset[]): Mark[] {
  const track = primaryTrack(timeline);
  if (track === undefined) return [];
  const names = new Map(assets.map(({ id, name }) => [id, name.replace(/\.[^.]*$/, '')]));
  const marks: Mark[] = [];
  for (const { item, range } of itemsWithRanges(track)) {
    if (item.kind !== 'clip') continue;
    const last = marks.at(-1);
    if (last !== undefined && subtractTicks(range.start, last.start) < shortest) continue;
    marks.push({ start: last === undefined ? zero : range.start, title: oneLine(names.get(item.assetId) ?? 'Shot') });
  }
  const counts = new Map<string, number>();
  return marks.map(({ start, title }) => {
    const count = (counts.get(title) ?? 0) + 1;
    counts.set(title, count);
    return { start, title: count === 1 ? title : `${title} ${count}` };
  });
}

function close(marks: readonly Mark[], end: Ticks): Chapter[] {
  const distinct = marks.filter(({ start }, index) => start !== marks[index + 1]?.start);
  return distinct.map(({ start, title }, index) => ({ start, title, end: distinct[index + 1]?.start ?? maxTicks(end, start) }));
}

/** Lines for the description of a video: `0:00 Intro`. What YouTube would not show is said in `dropped`. */
export function writeYoutubeChapters(timeline: Timeline, assets: readonly Asset[]): Exported {
  const { chapters, from } = timelineChapters(timeline, assets);
  const whole = chapters.map((chapter) => ({ ...chapter, start: wholeSeconds(chapter.start) }));
  const short = whole.filter(
    ({ start }, index) => subtractTicks(whole[index + 1]?.start ?? timelineDuration(timeline), start) < shortest,
  );
  const first = whole[0];
  return {
    text: whole.map(({ start, title }) => `${formatClock(start)} ${title}\n`).join(''),
    extension: 'txt',
    mimeType: 'text/plain; charset=utf-8',
    dropped: [
      ...(from === 'shots' && chapters.length > 0
        ? ['There are no chapter texts; the chapters are the shots, named by their files']
        : []),
      ...(from === 'titles' ? ['There are no chapter texts; the chapters are the titles'] : []),
      ...(first !== undefined && first.start > 0
        ? [`The first chapter is at ${formatClock(first.start)}; YouTube shows chapters only where the first is at 0:00`]
        : []),
      ...(chapters.length < fewest
        ? [
            `There ${chapters.length === 1 ? 'is 1 chapter' : `are ${chapters.length} chapters`}; YouTube shows them from ${fewest} on`,
          ]
        : []),
      ...tally(
        short.length,
        `1 chapter is shorter than 10 s ("${short[0]?.title}"); YouTube shows none then`,
        `{n} chapters are shorter than 10 s (the first is "${short[0]?.title}"); YouTube shows none then`,
      ),
    ],
  };
}

function wholeSeconds(time: Ticks): Ticks {
  return seconds(Math.floor(toMilliseconds(time, 'floor') / 1000));
}

/** `;FFMETADATA1` with chapters in milliseconds, for `ffmpeg -i video -i chapters.txt -map_metadata 1`. */
export function writeFfmetadata(timeline: Timeline, assets: readonly Asset[], options: ExportOptions = {}): Exported {
  const { chapters, from } = timelineChapters(timeline, assets);
  const escape = (text: string) => text.replaceAll(/[=;#\\]/g, '\\$&');
  const blocks = chapters.map(
    ({ start, end, title }) =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${toMilliseconds(start)}\nEND=${toMilliseconds(end)}\ntitle=${escape(title)}\n`,
  );
  return {
    text: `;FFMETADATA1\n${options.title === undefined ? '' : `title=${escape(oneLine(options.title))}\n`}${blocks.join('')}`,
    extension: 'txt',
    mimeType: 'text/plain; charset=utf-8',
    dropped:
      from === 'chapter texts'
        ? []
        : chapters.length === 0
          ? ['There are no chapters']
          : [`There are no chapter texts; the chapters are the ${from}`],
  };
}
