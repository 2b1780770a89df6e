import { z } from 'zod';
import { timelineDuration, type Edit } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { soundClips } from './sound-clips.ts';
import { defineTool } from './tool.ts';

/** Loudness that platforms play at, LUFS. Source: CRAFT of delivery: YouTube and social −14, podcasts −16. */
const presetLoudness = { youtube: -14, shorts: -14, reels: -14, tiktok: -14, podcast: -16 } as const;

/** Starts the export of the video as it is; the file follows when it is proved. */
export const exportVideo = defineTool({
  name: 'export',
  description:
    "Renders the finished file in the background and proves it. Use it only when the user asks for the file. A preset also sets the platform's loudness.",
  input: z
    .object({
      format: z.enum(['mp4', 'mov', 'm4a', 'mp3', 'wav']).optional().describe('Default mp4'),
      quality: z.enum(['low', 'medium', 'high']).optional().describe('Default high'),
      resolution: z
        .string()
        .regex(/^\d{3,4}p$/)
        .optional()
        .describe('Height limit such as 1080p; never enlarged'),
      preset: z.enum(['youtube', 'shorts', 'reels', 'tiktok', 'podcast']).optional(),
    })
    .strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    if (timelineDuration(timeline) === 0)
      return unchanged(
        'export',
        asked,
        words.say('there is nothing to export yet; upload a file first', '还没有可导出的内容，请先上传文件'),
      );
    const done: string[] = [];
    const target = asked.preset === undefined ? undefined : presetLoudness[asked.preset];
    if (target !== undefined && timeline.master.loudness === undefined && soundClips(timeline).length > 0) {
      const edit: Edit = {
        kind: 'set-master',
        master: { ...timeline.master, loudness: { targetLufs: target, ceilingDbtp: -1 } },
      };
      const sentence = words.say(
        `Loudness target for ${asked.preset}: ${target} LUFS`,
        `${asked.preset} 的目标响度：${target} LUFS`,
      );
      await workspace.commit([edit], { tool: 'export', receipt: receipt('export', 'done', asked, { done: [sentence] }) });
      done.push(sentence);
    }
    const { preset: _preset, ...request } = asked;
    const { renderId } = await workspace.requestExport(request);
    done.push(
      words.say(
        `Started the export ${renderId}; it runs on its own and is proved before it is handed over`,
        `已开始导出 ${renderId}，它会在后台完成并在交付前通过验证`,
      ),
    );
    return receipt('export', 'done', asked, { done, jobId: renderId });
  },
});
