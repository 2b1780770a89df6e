/** A picture's own copy, to be changed. */
import type { Frame } from 'node-av/lib';
import { fail } from '#core/errors';
import { checkOurs } from './averror.ts';

/** Same shape, colours and stamp, pixels of its own; the caller frees it. Errors: WORKER_MEMORY. */
export function copyPicture(frame: Frame): Frame {
  const copy = frame.clone();
  if (copy === null) throw fail('WORKER_MEMORY', { operation: 'copying a picture' });
  try {
    checkOurs(copy.makeWritable(), 'copying a picture');
    return copy;
  } catch (error) {
    copy.free();
    throw error;
  }
}
