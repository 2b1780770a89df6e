import { isEditorError } from '#core/errors';
import type { EditorContext } from '#editor/context';
import type { RunOptions } from '#engine/pool';
import type { TaskInput, TaskName, TaskOutput } from '#engine/tasks';

/** How often a step is begun before a dying worker counts as the media's fault. */
const tries = 3;

/**
 * Runs a step of a job that may be repeated without harm: a worker that dies (killed, out of the system's memory) costs
 * time, not the job.
 *
 * Errors: those of the task; WORKER_CRASHED after the third time.
 */
export async function runSteadily<Name extends TaskName>(
  ctx: EditorContext,
  name: Name,
  input: TaskInput<Name>,
  options: RunOptions,
): Promise<TaskOutput<Name>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.pool.run(name, input, options);
    } catch (error) {
      if (attempt === tries || !isEditorError(error, 'WORKER_CRASHED') || options.signal?.aborted === true) throw error;
      ctx.log.warn('task.again', { task: name, attempt, error });
    }
  }
}
