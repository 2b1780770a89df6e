import { fail } from '#core/errors';

/** A full disk or a used-up quota is DISK_FULL, whoever met it; everything else stays as it is. */
export function asDiskError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? fail('DISK_FULL', {}, { cause: error }) : error;
}
