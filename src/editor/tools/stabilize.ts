import { z } from 'zod';
import { isStill, type Edit, type StabilizeEffect } from '#core/timeline';
import { overlaps } from '#core/time';
import { receipt, unchanged } from './receipt.ts';
import { effectEdits, effectOf, resolveTarget, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';
import { plural } from './words.ts';

/** Unrest that nobody sees, in per cent of the width; somebody who talks before a tripod comes to 0.08. */
const steadyPercent = 0.1;

/** Takes the shaking of the camera out; pans stay. */
export const stabilize = defineTool({
  name: 'stabilize_video',
  description:
    'Holds a shaky camera still: measures its movement, keeps pans, enlarges the picture by at most 15 % so that no edge is seen. Footage that is steady is left alone. remove: true takes it away.',
  input: z
    .object({
      strength: z.number().min(0).max(1).default(1).describe('0 … 1, how much of the shaking to take; default 1'),
      max_zoom: z.number().min(1.01).max(1.5).default(1.15).describe('Most that the picture may be enlarged; default 1.15'),
      remove: z.boolean().optional(),
      ...targetFields,
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, asked);
    if ('why' in target) return unchanged('stabilize_video', asked, target.why);
    const wanted: StabilizeEffect | undefined =
      asked.remove === true || asked.strength === 0
        ? undefined
        : { name: 'stabilize', strength: asked.strength, maxZoom: asked.max_zoom };
    const edits: Edit[] = [];
    const steady: string[] = [];
    let worst = 0;
    for (const { clip } of target.pictures) {
      if (wanted === undefined) {
        edits.push(...effectEdits(clip, 'stabilize', undefined));
        continue;
      }
      const asset = workspace.assets().find(({ id }) => id === clip.assetId);
      if (asset === undefined || isStill(asset)) continue;
      // Its motion is asked for too: one pass finds both, and the export does not wait for it.
      const { shake } = await workspace.pictureFacts(asset, ['motion', 'shake']);
      const used = (shake?.ranges ?? []).filter((range) => overlaps(range, clip.sourceRange));
      const percent = Math.sqrt(used.reduce((sum, { shakePercent }) => sum + shakePercent ** 2, 0) / Math.max(1, used.length));
      if (percent < steadyPercent && effectOf(clip, 'stabilize') === undefined) {
        if (!steady.includes(asset.name)) steady.push(asset.name);
        continue;
      }
      worst = Math.max(worst, percent);
      edits.push(...effectEdits(clip, 'stabilize', wanted));
    }
    const skipped = steady.map((name) => ({
      what: name,
      reason: words.say(`${name} is steady already, there is nothing to take`, `${name} 画面已经稳定，无需防抖`),
    }));
    if (edits.length === 0) {
      if (skipped.length > 0) return receipt('stabilize_video', 'unchanged', asked, { skipped });
      return unchanged(
        'stabilize_video',
        asked,
        wanted === undefined
          ? words.say('nothing is stabilised', '没有应用防抖')
          : words.say('it is stabilised like that already', '已经是这样的防抖'),
      );
    }
    const off = words.say(`Took the stabilisation away${target.place}`, `已取消防抖${target.place}`);
    const on = words.say(
      `Stabilised ${plural(edits.length, 'clip')}${target.place}: shaking of ${worst.toFixed(2)} % of the picture's width is taken out, pans stay, the picture is enlarged by at most ${Math.round((asked.max_zoom - 1) * 100)} %`,
      `已为 ${edits.length} 个片段防抖${target.place}：去除幅度为画面宽度 ${worst.toFixed(2)}% 的抖动，保留摇镜，最多放大 ${Math.round((asked.max_zoom - 1) * 100)}%`,
    );
    const draft = receipt('stabilize_video', skipped.length > 0 ? 'partial' : 'done', asked, {
      done: [wanted === undefined ? off : on],
      skipped,
      facts: { clips: edits.length, shakePercent: Number(worst.toFixed(3)) },
    });
    const { revision } = await workspace.commit([...target.splits, ...edits], { tool: 'stabilize_video', receipt: draft });
    return { ...draft, revision };
  },
});
