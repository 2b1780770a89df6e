import { fail } from '#core/errors';
import type { TaskImplementation } from '#engine/tasks';

/** Errors: MODEL_MISSING until the generator is here. */
export const makeMusicTask: TaskImplementation<'make-music'> = () => {
  throw fail('MODEL_MISSING', { what: 'The music generator' });
};
