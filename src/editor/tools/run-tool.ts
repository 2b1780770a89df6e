import { z } from 'zod';
import { fail, isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import { followLength } from './music-bed.ts';
import { receipt } from './receipt.ts';
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
    return await tool.run(
      tool.changes ? { ...context, workspace: keepingLength(context.workspace) } : context,
      parsed.data as never,
    );
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
