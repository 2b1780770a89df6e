import { z } from 'zod';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { minTicks, rangeEnd, seconds, snapToFrame, subtractTicks, ticks, zero, type Ticks } from '#core/time';
import { isStill, primaryTrack, timelineDuration, type Edit, type NewItem, type Timeline } from '#core/timeline';
import { findMedia, takeOffStory } from './media-list.ts';
import { receipt, unchanged } from './receipt.ts';
import { storyPictures } from './targets.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

const number = z.number().int().min(-1).max(10_000).describe('Number of the clip in the story, from 1; -1 is the last');
const stillSeconds = 5;

/** Puts uploaded media into the story. */
export const insertClip = defineTool({
  name: 'insert_clip',
  description:
    'Puts an uploaded video or picture into the story at a time or after a clip; what follows moves. Media that the upload put at the end is moved, not doubled. Pictures are shown for `seconds`.',
  input: z
    .object({
      asset: z.string().max(300).optional().describe('Name of the media; default the newest'),
      kind: z.enum(['image', 'video']).optional(),
      at: timePoint.optional().describe('Default the end'),
      after_clip: number.optional(),
      seconds: z.number().min(0.1).max(3600).optional().describe('How much of it; default all, pictures 5 s'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const media = findMedia(context, { name: asked.asset, kinds: asked.kind === undefined ? ['video', 'image'] : [asked.kind] });
    if ('why' in media) return unchanged('insert_clip', asked, media.why);
    const edits: Edit[] = takeOffStory(workspace.timeline(), media);
    const timeline = workspace.preview(edits);
    const at = insertionPoint(timeline, asked);
    if (at === undefined) return unchanged('insert_clip', asked, noClip(context, timeline, asked.after_clip));
    edits.push(...insertion(timeline, media, { at, seconds: asked.seconds }));
    const [before, after] = [timelineDuration(workspace.timeline()), timelineDuration(workspace.preview(edits))];
    const draft = receipt('insert_clip', 'done', asked, {
      done: [
        words.say(
          `Put "${media.name}" at ${words.clock(at)}: ${words.clock(before)} → ${words.clock(after)}`,
          `已在 ${words.clock(at)} 插入“${media.name}”：${words.clock(before)} → ${words.clock(after)}`,
        ),
      ],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'insert_clip', receipt: draft })).revision };
  },
});

/** Changes the order. */
export const moveClip = defineTool({
  name: 'move_clip',
  description:
    'Moves a clip of the story, with its sound, to another place among the clips: to: 1 makes it the first, -1 the last. swap: both change places.',
  input: z.object({ clip: number, to: number, swap: z.boolean().optional() }).strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const clips = storyPictures(timeline);
    const [from, to] = [indexOf(asked.clip, clips.length), indexOf(asked.to, clips.length)];
    if (from === undefined || to === undefined)
      return unchanged('move_clip', asked, noClip(context, timeline, from === undefined ? asked.clip : asked.to));
    if (from === to) return unchanged('move_clip', asked, words.say('it is there already', '它已经在那个位置'));
    const place = (clip: { readonly range: { readonly start: Ticks; readonly duration: Ticks } }, later: boolean) =>
      later ? ((clip.range.start + clip.range.duration) as Ticks) : clip.range.start;
    const edits: Edit[] = [{ kind: 'move', itemId: clips[from]!.clip.id, to: place(clips[to]!, to > from) }];
    if (asked.swap === true && Math.abs(from - to) > 1) {
      const after = storyPictures(workspace.preview(edits));
      const other = clips[to]!.clip.id;
      edits.push({ kind: 'move', itemId: other, to: place(after[from]!, to < from) });
    }
    const draft = receipt('move_clip', 'done', asked, {
      done: [
        asked.swap === true
          ? words.say(`Clips ${from + 1} and ${to + 1} changed places`, `已交换第 ${from + 1} 和第 ${to + 1} 个片段`)
          : words.say(`Clip ${from + 1} is now number ${to + 1}`, `第 ${from + 1} 个片段已移到第 ${to + 1} 位`),
      ],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'move_clip', receipt: draft })).revision };
  },
});

/** Takes a whole clip out. */
export const removeClip = defineTool({
  name: 'remove_clip',
  description: 'Removes a whole clip of the story, picture and sound; what follows moves up.',
  input: z.object({ clip: number }).strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const clips = storyPictures(timeline);
    const index = indexOf(asked.clip, clips.length);
    if (index === undefined) return unchanged('remove_clip', asked, noClip(context, timeline, asked.clip));
    if (clips.length === 1)
      return unchanged(
        'remove_clip',
        asked,
        words.say('that would remove the whole video, so nothing was done', '这会删除整个视频，因此没有执行'),
      );
    const edits: Edit[] = [{ kind: 'remove-item', itemId: clips[index]!.clip.id, close: 'close' }];
    const [before, after] = [timelineDuration(timeline), timelineDuration(workspace.preview(edits))];
    const draft = receipt('remove_clip', 'done', asked, {
      done: [
        words.say(
          `Removed clip ${index + 1}: ${words.clock(before)} → ${words.clock(after)}`,
          `已删除第 ${index + 1} 个片段：${words.clock(before)} → ${words.clock(after)}`,
        ),
      ],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'remove_clip', receipt: draft })).revision };
  },
});

/** Puts other media in the place of a clip. */
export const replaceClip = defineTool({
  name: 'replace_clip',
  description:
    'Shows another uploaded video or picture in the place of a clip, for as long as the clip was (or as long as the media lasts). The sound of the clip stays.',
  input: z.object({ clip: number, asset: z.string().max(300).optional() }).strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const media = findMedia(context, { name: asked.asset, kinds: ['video', 'image'] });
    if ('why' in media) return unchanged('replace_clip', asked, media.why);
    const edits: Edit[] = takeOffStory(workspace.timeline(), media);
    const timeline = workspace.preview(edits);
    const clips = storyPictures(timeline);
    const index = indexOf(asked.clip, clips.length);
    if (index === undefined) return unchanged('replace_clip', asked, noClip(context, timeline, asked.clip));
    const { track, range, clip } = clips[index]!;
    if (clip.assetId === media.id) return unchanged('replace_clip', asked, words.say('it is that media already', '已经是该素材'));
    const duration = isStill(media) ? range.duration : minTicks(range.duration, media.duration);
    edits.push({
      kind: 'overwrite',
      trackId: track.id,
      at: range.start,
      item: {
        kind: 'clip',
        assetId: media.id,
        streamIndex: mainVideoStream(media)!.index,
        sourceRange: { start: zero, duration },
      },
    });
    const draft = receipt('replace_clip', 'done', asked, {
      done: [
        words.say(
          `Clip ${index + 1} now shows "${media.name}"; its sound stays`,
          `第 ${index + 1} 个片段已换成“${media.name}”，原声保留`,
        ),
      ],
      warnings:
        duration < range.duration
          ? [
              words.say(
                `It is ${words.clock(duration)} long, so the end of the old clip is still seen`,
                `它只有 ${words.clock(duration)}，旧片段的结尾仍会显示`,
              ),
            ]
          : [],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'replace_clip', receipt: draft })).revision };
  },
});

function indexOf(clip: number, count: number): number | undefined {
  const index = clip === -1 ? count - 1 : clip - 1;
  return index >= 0 && index < count ? index : undefined;
}

function noClip({ words }: ToolContext, timeline: Timeline, clip: number | undefined): string {
  const count = storyPictures(timeline).length;
  return words.say(
    `there is no clip ${clip ?? 0}; the story has ${plural(count, 'clip')}`,
    `没有第 ${clip ?? 0} 个片段，共有 ${count} 个片段`,
  );
}

function insertionPoint(
  timeline: Timeline,
  asked: { readonly at?: string | undefined; readonly after_clip?: number | undefined },
): Ticks | undefined {
  const length = timelineDuration(timeline);
  if (asked.after_clip !== undefined) {
    const clips = storyPictures(timeline);
    const index = indexOf(asked.after_clip, clips.length);
    return index === undefined ? undefined : rangeEnd(clips[index]!.range);
  }
  const wanted = minTicks(resolvePoint(asked.at ?? 'end', length), length);
  return wanted === length ? length : snapToFrame(wanted, timeline.frameRate);
}

function insertion(
  timeline: Timeline,
  media: Asset,
  { at, seconds: asked }: { readonly at: Ticks; readonly seconds: number | undefined },
): Edit[] {
  const still = isStill(media);
  const picture = mainVideoStream(media)!;
  const start = still ? zero : picture.start;
  const whole = still ? seconds(stillSeconds) : subtractTicks(media.duration, start);
  const wanted = asked === undefined ? whole : snapToFrame(seconds(asked), timeline.frameRate, 'ceil');
  const duration = still ? wanted : minTicks(wanted, whole);
  const clip = (streamIndex: number): NewItem => ({
    kind: 'clip',
    assetId: media.id,
    streamIndex,
    sourceRange: { start, duration: ticks(duration) },
  });
  const track = primaryTrack(timeline);
  const sound = still ? undefined : mainAudioStream(media);
  const edits: Edit[] = [];
  let { nextId } = timeline;
  const trackFor = (kind: 'video' | 'audio', name: string, known: string | undefined): string => {
    if (known !== undefined) return known;
    edits.push({ kind: 'add-track', track: { kind, name } });
    return `trk_${nextId++}`;
  };
  const trackId = trackFor('video', 'Video', track?.kind === 'video' ? track.id : undefined);
  if (sound === undefined) return [...edits, { kind: 'insert', trackId, at, item: clip(picture.index) }];
  const soundTrack = timeline.tracks.find(({ kind, follows, locked }) => kind === 'audio' && follows === 'ripple' && !locked)?.id;
  const linked = [{ trackId: trackFor('audio', 'Sound', soundTrack), item: clip(sound.index) }];
  return [...edits, { kind: 'insert', trackId, at, item: clip(picture.index), linked }];
}
