import { z } from 'zod';
import { addTicks, rangeEnd } from '#core/time';
import type { Edit } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import type { PlacedClip } from './sound-clips.ts';
import { effectEdits, effectOf, resolveTarget, targetFields, type Target } from './targets.ts';
import { defineTool } from './tool.ts';
import { plural } from './words.ts';

/** Plays backwards, picture and sound; for the whole video the order of its clips turns round too. */
export const reverse = defineTool({
  name: 'reverse',
  description: 'Plays the video, or a stretch or clip of it, backwards, picture and sound. remove: true plays forwards again.',
  input: z.object({ remove: z.boolean().optional(), ...targetFields }).strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, asked);
    if ('why' in target) return unchanged('reverse', asked, target.why);
    const wanted = asked.remove !== true;
    const turned = [...target.pictures, ...target.sounds].flatMap(({ clip }) =>
      effectEdits(clip, 'reverse', wanted ? { name: 'reverse' } : undefined),
    );
    if (turned.length === 0)
      return unchanged(
        'reverse',
        asked,
        wanted ? words.say('it plays backwards already', '已经是倒放') : words.say('nothing plays backwards', '没有倒放'),
      );
    const all = target.pictures.every(({ clip }) => (effectOf(clip, 'reverse') === undefined) === wanted);
    const blends = all ? transitionsAmong(target) : [];
    const edits: Edit[] = [
      ...target.splits,
      ...blends.map((itemId): Edit => ({ kind: 'remove-transition', itemId })),
      ...turned,
      ...(all ? turnedOrder(target.pictures) : []),
    ];
    const draft = receipt('reverse', 'done', asked, {
      done: [
        wanted
          ? words.say(`Plays backwards${target.place}`, `已倒放${target.place}`)
          : words.say(`Plays forwards again${target.place}`, `已恢复正放${target.place}`),
      ],
      warnings:
        blends.length === 0
          ? []
          : [
              words.say(
                `Took ${plural(blends.length, 'transition')} there away; add them again if you like`,
                `已移除那里的 ${blends.length} 个转场，需要时请重新添加`,
              ),
            ],
    });
    const { revision } = await workspace.commit(edits, { tool: 'reverse', receipt: draft });
    return { ...draft, revision };
  },
});

/** Transitions between clips that turn round: their material lies on the other side then. */
function transitionsAmong({ timeline, pictures }: Target): string[] {
  const inside = new Set(pictures.map(({ clip }) => clip.id));
  return timeline.tracks.flatMap(({ items }) =>
    items.flatMap((item, index) => {
      const beside = [items[index - 1], items[index + 1]];
      return item.kind === 'transition' && beside.some((clip) => clip !== undefined && inside.has(clip.id)) ? [item.id] : [];
    }),
  );
}

/**
 * Moves that turn the order of clips that lie end to end round: the last goes to their start, then the one before it behind that … None
 * where there are gaps between them.
 */
function turnedOrder(clips: readonly PlacedClip[]): Edit[] {
  const touch = clips.every(({ range }, index) => index === 0 || rangeEnd(clips[index - 1]!.range) === range.start);
  if (!touch || clips.length < 2) return [];
  let to = clips[0]!.range.start;
  return clips
    .toReversed()
    .slice(0, -1)
    .map(({ clip, range }): Edit => {
      const move: Edit = { kind: 'move', itemId: clip.id, to };
      to = addTicks(to, range.duration);
      return move;
    });
}
