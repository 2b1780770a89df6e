/** FFmpeg's return codes become our errors here and nowhere else. EAGAIN and EOF are flow, not failures. */
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, PosixError } from 'node-av/lib';
import { fail, type EditorError } from '#core/errors';

const noSuchFile: number = FFmpegError.AVERROR(PosixError.ENOENT);
const noAccess: number = FFmpegError.AVERROR(PosixError.EACCES);
const noMemory: number = FFmpegError.AVERROR(PosixError.ENOMEM);
const noSpace: number = FFmpegError.AVERROR(PosixError.ENOSPC);

/** Whether a call has nothing to give now: it wants more input, or there is no more. */
export function isFlow(code: number): boolean {
  return code === AVERROR_EAGAIN || code === AVERROR_EOF;
}

/** FFmpeg's own words for a code. */
export function describeCode(code: number): string {
  return FFmpegError.strerror(code);
}

/** Returns `code` where it tells success, throws what `operation` on our input or output failed with otherwise. */
export function check(code: number, operation: string): number {
  if (code < 0) throw failWithCode(code, operation);
  return code;
}

/** Errors: FILE_MISSING, DISK_FULL, WORKER_MEMORY, and MEDIA_UNREADABLE for everything that the bytes are to blame for. */
export function failWithCode(code: number, operation: string): EditorError {
  const reason = `${operation} failed (${describeCode(code)})`;
  if (code === noSuchFile || code === noAccess) return fail('FILE_MISSING', { operation });
  if (code === noSpace) return fail('DISK_FULL', { operation });
  if (code === noMemory) return fail('WORKER_MEMORY', { operation });
  return fail('MEDIA_UNREADABLE', { reason });
}

/** For calls whose input is ours (encoders, muxers, filters): a refusal is a fault of this program. */
export function checkOurs(code: number, operation: string): number {
  if (code >= 0) return code;
  if (code === noSpace) throw fail('DISK_FULL', { operation });
  if (code === noMemory) throw fail('WORKER_MEMORY', { operation });
  throw fail('INTERNAL', { operation, reason: describeCode(code) }, { cause: new FFmpegError(code) });
}
