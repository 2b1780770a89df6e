import { fail, isEditorError } from '#core/errors';

type Task = (signal: AbortSignal) => Promise<unknown>;

/** Runs tasks at the same time, all or none: when one fails the others are stopped and waited for, then its error is thrown. */
export async function together<const Tasks extends readonly Task[]>(
  signal: AbortSignal,
  tasks: Tasks,
): Promise<{ -readonly [Key in keyof Tasks]: Awaited<ReturnType<Tasks[Key]>> }> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const results = await Promise.allSettled(
    tasks.map(async (task) => {
      try {
        return await task(both);
      } catch (error) {
        stop.abort(fail('JOB_CANCELED'));
        throw error;
      }
    }),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // What was stopped only echoes the stop.
  if (failures.length > 0) throw failures.find((reason) => !isEditorError(reason, 'JOB_CANCELED')) ?? failures[0];
  // One value per task, in order: nothing was rejected.
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as Awaited<
    ReturnType<typeof together<Tasks>>
  >;
}
