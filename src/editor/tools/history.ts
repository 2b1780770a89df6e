import { z } from 'zod';
import { isEditorError } from '#core/errors';
import { summarizeTimeline } from '#core/protocol';
import { timelineDuration } from '#core/timeline';
import { changesInEffect, editKinds, isOfKind, kindName } from './edit-kinds.ts';
import { receipt, unchanged } from './receipt.ts';
import { defineTool, type HistoryEntry } from './tool.ts';

const steps = z.number().int().min(1).max(100).default(1).describe('How many; all that one message of the user led to is one');

/** Takes changes back. */
export const undo = defineTool({
  name: 'undo',
  description: 'Takes back what the last message led to, whole, or the last few.',
  input: z.object({ steps }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    try {
      const { revision, undone } = await workspace.undo(asked.steps);
      return receipt('undo', 'done', asked, {
        done: undone.map((entry) => words.say(`Undid: ${nameOf(entry)}`, `已撤销：${nameOf(entry)}`)),
        revision,
        facts: { count: undone.length },
      });
    } catch (error) {
      if (isEditorError(error, 'HISTORY_END'))
        return unchanged('undo', asked, words.say('there is nothing to undo', '没有可撤销的操作'));
      throw error;
    }
  },
});

/** Does undone changes again. */
export const redo = defineTool({
  name: 'redo',
  description: 'Does the last undone change again, or the last few.',
  input: z.object({ steps }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    try {
      const { revision, redone } = await workspace.redo(asked.steps);
      return receipt('redo', 'done', asked, {
        done: redone.map((entry) => words.say(`Did again: ${nameOf(entry)}`, `已重做：${nameOf(entry)}`)),
        revision,
        facts: { count: redone.length },
      });
    } catch (error) {
      if (isEditorError(error, 'HISTORY_END'))
        return unchanged('redo', asked, words.say('there is nothing to redo', '没有可重做的操作'));
      throw error;
    }
  },
});

/** Brings any earlier version back. */
export const restoreVersion = defineTool({
  name: 'restore_version',
  description:
    'Makes an earlier version current again, by its number, "original" for the footage as it was uploaded, or as it was before the first change of a kind. Everything after it goes; to take back only that change use undo_edit. It can be undone.',
  input: z
    .object({
      revision: z.union([z.number().int().min(0), z.literal('original')]).optional(),
      before: z.enum(editKinds).optional().describe('Instead of revision: the kind of change to go back before'),
    })
    .strict()
    .refine(({ revision, before }) => (revision === undefined) !== (before === undefined), 'give either revision or before'),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const first =
      asked.before === undefined
        ? undefined
        : changesInEffect(await workspace.history()).find((entry) => isOfKind(entry, asked.before!));
    const wanted = asked.revision ?? (first === undefined ? undefined : (first.parent ?? 0));
    if (wanted === undefined) {
      const kind = kindName(asked.before!, words.language);
      return unchanged('restore_version', asked, words.say(`nothing was done to the ${kind} yet`, `还没有做过${kind}修改`));
    }
    try {
      const { revision, restored } = await workspace.restore(wanted);
      const what =
        asked.revision === 'original'
          ? words.say('the footage as it was uploaded', '上传时的原始素材')
          : words.say(`version ${restored}`, `第 ${restored} 版`);
      return receipt('restore_version', 'done', asked, {
        done: [
          first === undefined
            ? words.say(`Went back to ${what}`, `已恢复到${what}`)
            : words.say(`Went back to ${what}, before: ${nameOf(first)}`, `已恢复到${what}，在此之前：${nameOf(first)}`),
        ],
        revision,
      });
    } catch (error) {
      if (isEditorError(error, 'RESOURCE_NOT_FOUND'))
        return unchanged('restore_version', asked, words.say(`there is no version ${wanted}`, `没有第 ${wanted} 版`));
      throw error;
    }
  },
});

/** Says what was changed since the upload. */
export const describeChanges = defineTool({
  name: 'describe_changes',
  description:
    'Lists what was changed so far and is in effect, oldest first, with the words that asked for it and numbers for restore_version and undo_edit.',
  input: z.object({}).strict(),
  changes: false,
  run: async ({ workspace, words }, asked) => {
    const entries = changesInEffect(await workspace.history());
    if (entries.length === 0)
      return unchanged('describe_changes', asked, words.say('nothing was changed yet', '还没有做过任何修改'));
    return receipt('describe_changes', 'done', asked, {
      done: entries.map((entry) =>
        words.say(
          `Version ${entry.revision}: ${nameOf(entry)}${askedFor(entry, ' (asked: "', '")')}`,
          `第 ${entry.revision} 版：${nameOf(entry)}${askedFor(entry, '（要求：“', '”）')}`,
        ),
      ),
      facts: { count: entries.length },
    });
  },
});

/** Shows the tracks. */
export const showTimeline = defineTool({
  name: 'show_timeline',
  description: 'Shows the tracks, their content and the length of the video.',
  input: z.object({}).strict(),
  changes: false,
  run: ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    const summary = summarizeTimeline(timeline, workspace.assets(), words.language);
    return Promise.resolve(
      receipt('show_timeline', 'done', asked, {
        done: [
          summary,
          words.say(
            `Length ${words.clock(length)}, ${timeline.size.width}×${timeline.size.height}, version ${timeline.revision}`,
            `时长 ${words.clock(length)}，${timeline.size.width}×${timeline.size.height}，第 ${timeline.revision} 版`,
          ),
        ],
      }),
    );
  },
});

function nameOf(entry: HistoryEntry): string {
  return entry.done[0] ?? entry.reason;
}

/** What the user said, where it is known and short enough to be read. */
function askedFor(entry: HistoryEntry, before: string, after: string): string {
  const reason = entry.reason.replace(/\s+/g, ' ').trim();
  if (reason === '' || entry.done.length === 0 || reason === nameOf(entry)) return '';
  return `${before}${reason.length > 60 ? `${reason.slice(0, 59)}…` : reason}${after}`;
}
