/** Which recording a transcript is about. */
import { mainAudioStream, type Asset } from '#core/asset';
import type { Timeline } from '#core/timeline';

const stem = (name: string) =>
  name
    .replace(/\.[^.]*$/, '')
    .normalize('NFKC')
    .toLowerCase();

/** Endings that people add to the name of a recording: `talk.en.srt`, `talk-transcript.txt`. */
const added =
  /(?:[-_. ](?:[a-z]{2}(?:-[a-z]{2,4})?|transcript|transcription|script|words|subtitles?|captions?|字幕|文字稿|脚本))+$/i;

/**
 * The recording of the same name, else the only one that is heard on the timeline besides music, else the only one there is; undefined
 * where that does not decide it.
 */
export function spokenAsset(timeline: Timeline, assets: readonly Asset[], name: string): Asset | undefined {
  const heard = assets.filter((asset) => mainAudioStream(asset) !== undefined);
  const named = heard.filter((asset) => stem(asset.name) === stem(name) || stem(asset.name) === stem(name).replace(added, ''));
  if (named.length === 1) return named[0];
  const placed = heard.filter((asset) =>
    timeline.tracks.some(
      (track) =>
        track.kind === 'audio' &&
        !/music|bgm|音乐/i.test(track.name) &&
        track.items.some((item) => item.kind === 'clip' && item.assetId === asset.id),
    ),
  );
  if (placed.length === 1) return placed[0];
  return heard.length === 1 ? heard[0] : undefined;
}
