/** Narration on the timeline: one track of its own, the original sound lower under it. */
import { mainAudioStream, type Asset } from '#core/asset';
import type { LaidLine, NarrationTake, ScriptLine } from '#core/script';
import { ratio } from '#core/time';
import { itemsWithRanges, type Ducking, type Edit, type Timeline, type Track } from '#core/timeline';
import { isMusic } from '../sound-clips.ts';

export const narrationTrackName = 'Narration';

/** What is under a narration goes down by this much. Source: CRAFT of sound. */
export const narrationDucking: Ducking = { amountDb: -12, attackMs: 300, releaseMs: 600 };

/** Narration by its track's name. */
export function isNarration(track: Pick<Track, 'kind' | 'name'>): boolean {
  return track.kind === 'audio' && /^(?:narration|旁白)(?: \d+)?$/i.test(track.name);
}

export function narrationTracks(timeline: Timeline): Track[] {
  return timeline.tracks.filter((track) => isNarration(track) && track.items.some(({ kind }) => kind === 'clip'));
}

type Laid = { readonly take: Pick<NarrationTake, 'lines'>; readonly asset: Asset; readonly laid: readonly LaidLine[] };

/** Edits that put the lines of a take in place of the narration there is; `preview` gives the timeline after edits. */
export function layNarration(
  timeline: Timeline,
  { take, asset, laid }: Laid,
  preview: (edits: readonly Edit[]) => Timeline,
): Edit[] {
  const old = timeline.tracks.filter(isNarration);
  const edits: Edit[] = old.map(({ id }) => ({ kind: 'remove-track', trackId: id }));
  edits.push({ kind: 'add-track', track: { kind: 'audio', name: narrationTrackName } });
  const trackId = preview(edits).tracks.at(-1)!.id;
  const streamIndex = mainAudioStream(asset)!.index;
  for (const { line, start, speed } of laid)
    edits.push({
      kind: 'overwrite',
      trackId,
      at: start,
      item: {
        kind: 'clip',
        assetId: asset.id,
        streamIndex,
        sourceRange: take.lines[line]!.source,
        ...(speed === 1 ? {} : { speed: ratio(Math.round(speed * 100), 100) }),
      },
    });
  const gainDb = old[0]?.gainDb ?? 0;
  if (gainDb !== 0) edits.push({ kind: 'set-gain', target: { trackId }, gainDb });
  return [...edits, ...duckingEdits(timeline)];
}

/** The original sound goes down under narration; music does what it was told when it was added. */
function duckingEdits(timeline: Timeline): Edit[] {
  return originalTracks(timeline)
    .filter(({ ducking }) => ducking === undefined)
    .map(({ id }): Edit => ({ kind: 'set-track', trackId: id, ducking: narrationDucking }));
}

/** Lines of a take that are on the timeline, each pinned to where it begins; those that were cut away are not among them. */
export function heardLines(timeline: Timeline, take: NarrationTake): ScriptLine[] {
  const placed = timeline.tracks.filter(isNarration).flatMap(itemsWithRanges);
  return take.lines.flatMap(({ source, text, shot }) => {
    const found = placed.find(
      ({ item }) => item.kind === 'clip' && item.assetId === take.assetId && item.sourceRange.start === source.start,
    );
    return found === undefined ? [] : [{ text, at: found.range.start, ...(shot === undefined ? {} : { shot }) }];
  });
}

/** Edits that take the narration away and let the original sound come back. */
export function takeOffNarration(timeline: Timeline): Edit[] {
  return [
    ...timeline.tracks.filter(isNarration).map(({ id }): Edit => ({ kind: 'remove-track', trackId: id })),
    ...originalTracks(timeline)
      .filter(({ ducking }) => ducking !== undefined)
      .map(({ id }): Edit => ({ kind: 'set-track', trackId: id, ducking: null })),
  ];
}

function originalTracks(timeline: Timeline): Track[] {
  return timeline.tracks.filter(
    (track) =>
      track.kind === 'audio' && !isMusic(track) && !isNarration(track) && track.items.some(({ kind }) => kind === 'clip'),
  );
}
