import { z } from 'zod';
import { isStill, sourceToRecord, type Edit } from '#core/timeline';
import { rangeEnd, snapToFrame, timeRange, toMilliseconds, type Ticks } from '#core/time';
import { receipt, unchanged } from './receipt.ts';
import { storyPictures } from './targets.ts';
import { defineTool } from './tool.ts';
import { plural } from './words.ts';

/** Finds where shots change, and cuts there where asked. */
export const findScenes = defineTool({
  name: 'find_scenes',
  description:
    'Finds the shots (scenes) of the video: hard cuts, dissolves and fades, with their times. With split: true the timeline is cut there, so that every shot is a clip of its own. Else nothing changes.',
  input: z.object({ split: z.boolean().optional().describe('Also cut the timeline at each change of shot') }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const clips = storyPictures(timeline);
    const found: { readonly at: Ticks; readonly kind: string }[] = [];
    for (const { clip, range } of clips) {
      const asset = workspace.assets().find(({ id }) => id === clip.assetId);
      if (asset === undefined || isStill(asset)) continue;
      const { shots } = await workspace.pictureFacts(asset, ['shots']);
      for (const change of shots?.changes ?? []) {
        const middle = Math.round(change.range.start + change.range.duration / 2) as Ticks;
        const mapped = sourceToRecord(clip, range.start, timeRange(middle, 1 as Ticks));
        if (mapped === undefined) continue;
        const at = snapToFrame(mapped.start, timeline.frameRate, 'round');
        if (at > range.start && at < rangeEnd(range)) found.push({ at, kind: change.kind });
      }
    }
    if (clips.length === 0) return unchanged('find_scenes', asked, words.say('there is no picture yet', '还没有画面'));
    const shots = found.length + clips.length;
    const names: Readonly<Record<string, readonly [string, string]>> = {
      cut: ['', ''],
      dissolve: [' (dissolve)', '（叠化）'],
      fade: [' (fade)', '（淡变）'],
    };
    const list = found
      .slice(0, 30)
      .map(({ at, kind }) => `${words.clock(at)}${words.say(...(names[kind] ?? ['', '']))}`)
      .join(', ');
    const told =
      found.length === 0
        ? words.say(
            `${plural(shots, 'shot')}; nothing changes within ${shots === 1 ? 'it' : 'them'}`,
            `共 ${shots} 个镜头，其中没有镜头切换`,
          )
        : words.say(
            `${plural(shots, 'shot')}; shots change at ${list}${found.length > 30 ? ', …' : ''}`,
            `共 ${shots} 个镜头，切换处：${list}${found.length > 30 ? '，…' : ''}`,
          );
    const facts = {
      shots,
      changesMs: found
        .map(({ at }) => Math.round(toMilliseconds(at)))
        .slice(0, 500)
        .join(','),
    };
    if (asked.split !== true || found.length === 0)
      return receipt('find_scenes', found.length === 0 && asked.split === true ? 'unchanged' : 'done', asked, {
        done: [told],
        facts,
      });
    const edits = found.map(({ at }): Edit => ({ kind: 'split', at }));
    const draft = receipt('find_scenes', 'done', asked, {
      done: [
        told,
        words.say(`Cut the timeline at ${plural(found.length, 'change')} of shot`, `已在 ${found.length} 处镜头切换切开`),
      ],
      facts,
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'find_scenes', receipt: draft })).revision };
  },
});
