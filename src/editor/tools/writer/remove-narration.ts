import { z } from 'zod';
import { receipt, unchanged } from '../receipt.ts';
import { defineTool } from '../tool.ts';
import { narrationTracks, takeOffNarration } from './narration-track.ts';

/** Takes narration off the timeline; its takes stay. */
export const removeNarration = defineTool({
  name: 'remove_narration',
  description:
    'Takes the narration of speak_script away and lets the original sound come back. Takes are kept: speak_script with take brings one back. Not for speech that was recorded with the video.',
  input: z.object({}).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    if (narrationTracks(timeline).length === 0)
      return unchanged('remove_narration', asked, words.say('there is no narration on the timeline', '时间线上没有旁白'));
    const draft = receipt('remove_narration', 'done', asked, {
      done: [
        words.say(
          'Removed the narration; what was lowered under it is at its level again',
          '已移除旁白，被压低的声音恢复原有音量',
        ),
      ],
    });
    const { revision } = await workspace.commit(takeOffNarration(timeline), { tool: 'remove_narration', receipt: draft });
    return { ...draft, revision };
  },
});
