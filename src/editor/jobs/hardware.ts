/** Encoders on graphics hardware: asked for by a setting, tried once in a worker, given up for one export where they fail. */
import { isEditorError } from '#core/errors';
import type { EditorContext } from '#editor/context';

const tried = new WeakMap<EditorContext['pool'], Promise<readonly string[]>>();

/** Those that work on this machine; none where the setting is off. A trial that takes its process down counts as none. */
export async function hardwareEncoders(ctx: EditorContext): Promise<readonly string[]> {
  if (ctx.config.hardware !== 'auto') return [];
  const known = tried.get(ctx.pool);
  if (known !== undefined) return known;
  const trial = ctx.pool.run('media-versions', {}).then(
    ({ usableHardware }) => usableHardware,
    (error: unknown) => {
      ctx.log.warn('hardware.trial', { error });
      return [];
    },
  );
  tried.set(ctx.pool, trial);
  return trial;
}

/** Whether a failure may be the hardware's, so that the processor is worth a try. */
export function mayBeHardware(error: unknown): boolean {
  return (
    isEditorError(error, 'INTERNAL') ||
    isEditorError(error, 'PROOF_FAILED') ||
    isEditorError(error, 'WORKER_CRASHED') ||
    isEditorError(error, 'WORKER_TIMEOUT')
  );
}
