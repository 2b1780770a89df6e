import { z } from 'zod';
import { timelineDuration, type Edit } from '#core/timeline';
import { presetNames, presets } from '#editor/jobs';
import { receipt, unchanged } from './receipt.ts';
import { exportParts } from './export-parts.ts';
import { soundClips } from './sound-clips.ts';
import { targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

/** Starts the export of the video as it is; the file follows when it is proved. */
export const exportVideo = defineTool({
  name: 'export',
  description:
    "Renders the finished file in the background and proves it. Use it only when the user asks for the file. A preset also sets the platform's loudness.",
  input: z
    .object({
      format: z
        .enum(['mp4', 'mov', 'webm', 'gif', 'webp', 'm4a', 'mp3', 'wav', 'flac'])
        .optional()
        .describe('Default mp4; gif and webp are short silent animations'),
      codec: z
        .enum(['h264', 'h265', 'prores', 'vp9', 'av1'])
        .optional()
        .describe('Default h264, vp9 in webm; prores only in mov'),
      quality: z.enum(['low', 'medium', 'high', 'lossless']).optional().describe('Default high'),
      resolution: z
        .string()
        .regex(/^(?:\d{3,4}p|\d{2,4}x\d{2,4})$/)
        .optional()
        .describe('Height limit such as 1080p, or a size such as 1920x1080; never enlarged'),
      fps: z.number().min(1).max(240).optional(),
      aspect: z
        .string()
        .regex(/^\d{1,2}:\d{1,2}$/)
        .optional()
        .describe('Another shape for this file alone, such as 9:16'),
      fit: z.enum(['contain', 'cover', 'blur-fill']).optional().describe('How pictures meet another shape; default blur-fill'),
      max_bitrate_kbps: z.number().int().min(32).max(400_000).optional(),
      preset: z.enum(presetNames).optional(),
      file: targetFields.file,
      each: z.boolean().optional().describe('Every uploaded video as a file of its own, instead of the whole story'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    if (timelineDuration(timeline) === 0)
      return unchanged(
        'export',
        asked,
        words.say('there is nothing to export yet; upload a file first', '还没有可导出的内容，请先上传文件'),
      );
    const done: string[] = [];
    const target = asked.preset === undefined ? undefined : presets[asked.preset].loudness;
    if (target !== undefined && timeline.master.loudness === undefined && soundClips(timeline).length > 0) {
      const edit: Edit = {
        kind: 'set-master',
        master: { ...timeline.master, loudness: target },
      };
      const sentence = words.say(
        `Loudness target for ${asked.preset}: ${target.targetLufs} LUFS`,
        `${asked.preset} 的目标响度：${target.targetLufs} LUFS`,
      );
      await workspace.commit([edit], { tool: 'export', receipt: receipt('export', 'done', asked, { done: [sentence] }) });
      done.push(sentence);
    }
    const { file, each, ...output } = asked;
    if (each === true || file !== undefined) return exportParts(context, asked, { output, file, done });
    const { renderId, held } = await workspace.requestExport(output);
    if (held === true) {
      const sentence = words.say('The export would start; in a plan nothing is rendered', '将会开始导出；这只是计划，没有渲染');
      return receipt('export', 'done', asked, { done: [...done, sentence] });
    }
    done.push(
      words.say(
        `Started the export ${renderId}; it runs on its own and is proved before it is handed over`,
        `已开始导出 ${renderId}，它会在后台完成并在交付前通过验证`,
      ),
    );
    return receipt('export', 'done', asked, { done, jobId: renderId });
  },
});
