import { z } from 'zod';
import type { Edit } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { effectEdits, effectOf, resolveTarget, storyPictures, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

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
    const clips = [...target.pictures, ...target.sounds];
    const wanted = asked.remove !== true;
    const edits: Edit[] = clips.flatMap(({ clip }) => effectEdits(clip, 'reverse', wanted ? { name: 'reverse' } : undefined));
    if (edits.length === 0)
      return unchanged(
        'reverse',
        asked,
        wanted ? words.say('it plays backwards already', '已经是倒放') : words.say('nothing plays backwards', '没有倒放'),
      );
    const all =
      target.pictures.length === edits.length ||
      target.pictures.every(({ clip }) => (effectOf(clip, 'reverse') === undefined) === wanted);
    if (all && target.pictures.length > 1)
      edits.push(
        ...turnedOrder(
          workspace.preview([...target.splits, ...edits]),
          target.range.start,
          target.pictures.length,
          workspace.preview,
          [...target.splits, ...edits],
        ),
      );
    const draft = receipt('reverse', 'done', asked, {
      done: [
        wanted
          ? words.say(`Plays backwards${target.place}`, `已倒放${target.place}`)
          : words.say(`Plays forwards again${target.place}`, `已恢复正放${target.place}`),
      ],
    });
    const { revision } = await workspace.commit([...target.splits, ...edits], { tool: 'reverse', receipt: draft });
    return { ...draft, revision };
  },
});

type Preview = (edits: readonly Edit[]) => Parameters<typeof storyPictures>[0];

/** Moves that turn the order of the clips in a stretch round: the last goes to its start, then the one before it behind that … */
function turnedOrder(
  timeline: Parameters<typeof storyPictures>[0],
  from: number,
  count: number,
  preview: Preview,
  before: readonly Edit[],
): Edit[] {
  const moves: Edit[] = [];
  let now = timeline;
  const order = storyPictures(timeline)
    .filter(({ range }) => range.start >= from)
    .slice(0, count);
  for (const [index, { clip }] of order.toReversed().entries()) {
    if (index === count - 1) break;
    const placed = storyPictures(now).filter(({ range }) => range.start >= from);
    const to = placed[index]?.range.start;
    if (to === undefined || placed[index]?.clip.id === clip.id) continue;
    moves.push({ kind: 'move', itemId: clip.id, to });
    now = preview([...before, ...moves]);
  }
  return moves;
}
