/** Which sound a wish is about where it names one clip of the story or one of the uploaded files. */
import { z } from 'zod';
import { rangeEnd } from '#core/time';
import { primaryTrack, type Timeline } from '#core/timeline';
import { placedClips, type PlacedClip } from './sound-clips.ts';
import type { ToolContext } from './tool.ts';

/** Fields of tools that work on recordings; spread them into a schema. */
export const soundFields = {
  clip: z.number().int().min(-1).max(10_000).optional().describe('Only this clip of the story, from 1; -1 is the last'),
  file: z
    .number()
    .int()
    .min(-1)
    .max(1000)
    .optional()
    .describe('Only this one of the uploaded recordings, from 1 in the order of the story, all its clips; -1 is the last'),
};

/** Those of `clips` that are meant, or a sentence where there is no such one. */
export function chosenSound<Chosen extends PlacedClip>(
  { workspace, words }: ToolContext,
  clips: readonly Chosen[],
  { clip, file }: { readonly clip?: number | undefined; readonly file?: number | undefined },
): readonly Chosen[] | { readonly why: string } {
  const timeline = workspace.timeline();
  const story = storyOf(timeline);
  if (clip !== undefined) {
    const place = story.at(clip === -1 ? -1 : clip - 1);
    if (place === undefined) return { why: words.say(`there are ${story.length} clips`, `共有 ${story.length} 个片段`) };
    return clips.filter(({ range }) => range.start >= place.range.start && rangeEnd(range) <= rangeEnd(place.range));
  }
  if (file === undefined) return clips;
  const files = [...new Set(story.map((placed) => placed.clip.assetId))];
  const asset = files.at(file === -1 ? -1 : file - 1);
  if (asset === undefined)
    return {
      why: words.say(
        files.length === 1 ? 'there is only one recording' : `there are ${files.length} recordings`,
        `只有 ${files.length} 个素材`,
      ),
    };
  return clips.filter((placed) => placed.clip.assetId === asset);
}

function storyOf(timeline: Timeline): PlacedClip[] {
  const track = primaryTrack(timeline);
  if (track === undefined || track.kind === 'text') return [];
  return placedClips(timeline, track.kind).filter((placed) => placed.track.id === track.id);
}
