/** The media tasks that are no more than one call. */
import type { TaskImplementation } from '#engine/tasks';
import { probeMedia } from './probe.ts';

export const probeTask: TaskImplementation<'probe'> = ({ path, name }) => probeMedia(path, name);
