import { z } from 'zod';
import { fail, isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import { followLength } from './music-bed.ts';
import { receipt, unchanged } from './receipt.ts';
import { tools } from './registry.ts';
import type { ToolContext, Workspace } from './tool.ts';

/**
 * Parses the input once and runs the named tool.
 *
 * A failure that the user can do something about becomes a receipt with status `refused`, so that the other wishes of
 * the same sentence are still fulfilled and the answer can say what happened. Errors: `bug` and `canceled` kinds only.
 */
export async function runTool(context: ToolContext, name: string, rawInput: unknown): Promise<Receipt> {
  const tool = tools.find((candidate) => candidate.name === name);
  const asked = typeof rawInput === 'object' && rawInput !== null ? rawInput : {};
  if (tool === undefined) return refused(name, asked, `there is no tool ${name}`);
  const parsed = tool.input.safeParse(rawInput ?? {});
  if (!parsed.success) return refused(name, asked, z.prettifyError(parsed.error).replaceAll('\n', ' '));
  if (context.signal.aborted) throw fail('JOB_CANCELED');
  try {
    if (!tool.changes) return await tool.run(context, parsed.data as never);
    return await onCurrent(asked, async () => {
      const watched = watchCommits(keepingLength(context.workspace));
      const told = await tool.run({ ...context, workspace: watched.workspace }, parsed.data as never);
      if (!watched.inVain()) return told;
      // What a tool says it did is true only where there is something to see of it.
      return unchanged(name, asked, context.words.say('it is that way already', '已经是这样了'));
    });
  } catch (error) {
    if (
      isEditorError(error) &&
      error.kind !== 'bug' &&
      error.kind !== 'canceled' &&
      error.code !== 'LEASE_LOST' &&
      error.code !== 'SHUTTING_DOWN'
    )
      return refused(name, asked, `${error.message}. ${error.hint}`);
    throw error;
  }
}

/** What says which part of the video a wish is about: it may mean another part after somebody else's change. */
const places = ['start', 'end', 'at', 'clip', 'ranges', 'to', 'from', 'position', 'between', 'revision', 'steps'];
const retries = 3;

/**
 * Runs again where somebody else changed the timeline between looking and writing, as long as the wish means the same on the
 * new one: "trim the pauses" does, "cut from 0:10" does not and is refused with what stands in its way.
 */
async function onCurrent(asked: object, run: () => Promise<Receipt>): Promise<Receipt> {
  const isPlaced = places.some((name) => (asked as Readonly<Record<string, unknown>>)[name] !== undefined);
  for (let tries = 0; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!isEditorError(error, 'TIMELINE_CONFLICT') || isPlaced || tries >= retries) throw error;
    }
  }
}

/** `inVain`: commits were made, and none of them changed anything. */
function watchCommits(workspace: Workspace): { readonly workspace: Workspace; readonly inVain: () => boolean } {
  let [made, useful] = [0, 0];
  return {
    inVain: () => made > 0 && useful === 0,
    workspace: {
      ...workspace,
      commit: async (edits, change) => {
        const committed = await workspace.commit(edits, change);
        made++;
        if (committed.changed !== false) useful++;
        return committed;
      },
    },
  };
}

/** Whatever makes the video longer: music and logos that reached its end reach the new one, in the same commit. */
function keepingLength(workspace: Workspace): Workspace {
  return {
    ...workspace,
    commit: (edits, change) => {
      const follow = followLength(workspace.timeline(), workspace.preview(edits), workspace.assets());
      return workspace.commit([...edits, ...follow], change);
    },
  };
}

function refused(name: string, asked: object, reason: string): Receipt {
  return receipt(name, 'refused', asked, { skipped: [{ what: name, reason }] });
}
