/** Look-up tables of colours in the .cube format: recognised and counted before anything is drawn with one. */
import { readFileSync, statSync } from 'node:fs';
import type { AssetProbe } from '#core/asset';
import { fail } from '#core/errors';
import { zero } from '#core/time';

/** FFmpeg has no container of that name; nothing opens it but the reader of tables. */
export const tableContainer = 'cube';

/** A table of 65³ colours in long numbers is about 8 MB. */
const mostBytes = 32 * 2 ** 20;
const mostSize = { LUT_1D_SIZE: 65_536, LUT_3D_SIZE: 129 } as const;

/** Whether the first bytes of a text file are those of a table. */
export function isColorTable(head: Buffer): boolean {
  return /^\s*LUT_[13]D_SIZE\s+\d+/m.test(head.subarray(0, 8192).toString('latin1'));
}

/** Errors: MEDIA_LIMIT, MEDIA_UNREADABLE where it does not hold as many colours as its head says. */
export function probeColorTable(path: string): AssetProbe {
  const { size: bytes } = statSync(path);
  if (bytes > mostBytes) {
    const value = `${Math.ceil(bytes / 2 ** 20)} MB`;
    throw fail('MEDIA_LIMIT', { what: 'size of a look-up table', value, limit: `${mostBytes / 2 ** 20} MB` });
  }
  let size = 0;
  let count = -1;
  let colors = 0;
  for (const line of readFileSync(path, 'latin1').split(/\r\n|\r|\n/)) {
    const head = /^\s*(LUT_[13]D_SIZE)\s+(\d+)\s*$/.exec(line);
    if (head !== null) {
      size = Number(head[2]);
      const kind = head[1] as keyof typeof mostSize;
      if (size < 2 || size > mostSize[kind]) throw fail('MEDIA_UNREADABLE', { reason: `a look-up table of size ${size}` });
      count = kind === 'LUT_3D_SIZE' ? size ** 3 : size;
    } else if (/^\s*[-+.\d]/.test(line)) colors++;
  }
  if (colors !== count) {
    throw fail('MEDIA_UNREADABLE', { reason: `the look-up table holds ${colors} colours where its head says ${count}` });
  }
  return { kind: 'table', container: tableContainer, duration: zero, streams: [], warnings: [] };
}
