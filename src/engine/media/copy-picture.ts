/** A picture's own copy, to be changed. */
import { Frame } from 'node-av/lib';
import type { Size } from '#core/asset';
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

/** A picture of another size with the same format and colours, not yet painted; the caller frees it. Errors: WORKER_MEMORY. */
export function roomForPicture(like: Frame, { width, height }: Size): Frame {
  const room = new Frame();
  room.alloc();
  try {
    checkOurs(room.copyProps(like), 'making room for a picture');
    room.width = width;
    room.height = height;
    room.format = like.format;
    checkOurs(room.getBuffer(), 'making room for a picture');
    return room;
  } catch (error) {
    room.free();
    throw error;
  }
}
