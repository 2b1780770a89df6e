/** A timeline in one line, as clients show it. */
import type { Asset, AssetId } from '#core/asset';
import { rangeEnd, toMilliseconds, type Ticks, type TimeRange } from '#core/time';
import { itemsWithRanges, trackDuration, type Clip, type Timeline, type Track } from '#core/timeline';

/** More than this many things on a track are counted, not listed. */
const listed = 6;
const longestText = 60;

/**
 * `Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)`
 *
 * A percentage is the level as amplitude where it is not 100 %; clips of one asset in a row count as one.
 * Source: the example that every client of this API quotes.
 */
export function summarizeTimeline(timeline: Timeline, assets: readonly Asset[], language: 'en' | 'zh' = 'en'): string {
  const names = new Map(assets.map((asset) => [asset.id, asset.name.replace(/\.[A-Za-z0-9]{1,5}$/, '')]));
  const count = timeline.tracks.length;
  const head = language === 'zh' ? `时间线（${count} 条轨道）` : `Timeline (${count} ${count === 1 ? 'track' : 'tracks'})`;
  const tracks = timeline.tracks.map((track, index) => `${index + 1}. ${summarizeTrack(track, names, language)}`);
  return `${head}: ${tracks.length === 0 ? (language === 'zh' ? '空' : 'empty') : tracks.join(' ')}`;
}

type Stretch = { readonly label: string; readonly range: TimeRange; readonly clips: number; readonly gainDb: number | undefined };

function summarizeTrack(track: Track, names: ReadonlyMap<AssetId, string>, language: 'en' | 'zh'): string {
  const stretches = stretchesOf(track, names);
  if (stretches.length === 0) return `${track.name}: ${language === 'zh' ? '空' : 'empty'}`;
  const shown = stretches.slice(0, stretches.length > listed ? listed - 1 : listed);
  const more = stretches.length - shown.length;
  const texts = shown.map((stretch) => {
    const facts = [`${seconds(stretch.range.start)}-${seconds(rangeEnd(stretch.range))}s`];
    if (stretch.clips > 1) facts.push(language === 'zh' ? `${stretch.clips} 个片段` : `${stretch.clips} clips`);
    const level = percent(track, stretch.gainDb);
    if (level !== undefined) facts.push(level);
    if (track.muted) facts.push(language === 'zh' ? '静音' : 'muted');
    if (track.hidden) facts.push(language === 'zh' ? '隐藏' : 'hidden');
    return `${stretch.label} (${facts.join(', ')})`;
  });
  if (more > 0)
    texts.push(
      language === 'zh'
        ? `等 ${more} 项，到 ${seconds(trackDuration(track))}s`
        : `and ${more} more (to ${seconds(trackDuration(track))}s)`,
    );
  return `${track.name}: ${texts.join(', ')}`;
}

/** Texts one by one; clips of the same asset joined, whatever was cut out of it. */
function stretchesOf(track: Track, names: ReadonlyMap<AssetId, string>): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { item, range } of itemsWithRanges(track)) {
    if (item.kind === 'text') stretches.push({ label: `"${shorten(item.text)}"`, range, clips: 1, gainDb: undefined });
    if (item.kind !== 'clip') continue;
    const label = names.get(item.assetId) ?? item.assetId;
    const last = stretches.at(-1);
    if (last !== undefined && last.label === label && rangeEnd(last.range) === range.start) {
      const joined = { start: last.range.start, duration: (last.range.duration + range.duration) as Ticks };
      stretches[stretches.length - 1] = { label, range: joined, clips: last.clips + 1, gainDb: sameGain(last, item) };
    } else stretches.push({ label, range, clips: 1, gainDb: item.gainDb });
  }
  return stretches;
}

function sameGain(stretch: Stretch, clip: Clip): number | undefined {
  return stretch.gainDb === clip.gainDb ? clip.gainDb : undefined;
}

/** Level of track and clips together; clips of unlike levels show the track's alone. */
function percent(track: Track, gainDb: number | undefined): string | undefined {
  if (track.kind === 'text') return undefined;
  const level = Math.round(10 ** ((track.gainDb + (gainDb ?? 0)) / 20) * 100);
  return level === 100 ? undefined : `${level}%`;
}

/** Made once: making one takes longer than all that it does here. */
const segmenter = new Intl.Segmenter();

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const letters = Array.from(segmenter.segment(line), ({ segment }) => segment);
  return letters.length > longestText ? `${letters.slice(0, longestText - 1).join('')}…` : line;
}

/** Seconds with at most one decimal. */
function seconds(time: Ticks): string {
  return String(Math.round(toMilliseconds(time) / 100) / 10);
}
