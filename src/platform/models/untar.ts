/** tar archives, read as they come: plain files into one folder and nowhere else. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '#core/errors';

const record = 512;

export type UntarOptions = {
  /** Made where it is not there. */
  readonly folder: string;
  /** Most bytes of all files together. */
  readonly limitBytes: number;
};

/**
 * Writes the files of an archive, without the folder that all of them are in. Links, devices and names that lead out of the folder are not
 * followed: links are left out, such names refused. Give it the archive piece by piece; `finish` says how many files there were.
 *
 * Errors: DOCUMENT_INVALID.
 */
export function createUntar({ folder, limitBytes }: UntarOptions): {
  push(bytes: Uint8Array): void;
  finish(): number;
  close(): void;
} {
  let rest: Uint8Array = new Uint8Array(0);
  let [left, padding, files, written] = [0, 0, 0, 0];
  let open: number | undefined;
  let text: { kind: 'name' | 'fields' | 'ignored'; bytes: number[] } | undefined;
  let longName: string | undefined;
  let ended = false;

  function close(): void {
    if (open !== undefined) closeSync(open);
    open = undefined;
  }

  function begin(header: Uint8Array): void {
    if (header.every((byte) => byte === 0)) {
      ended = true;
      return;
    }
    checkSum(header);
    const size = octal(header, 124, 12);
    const type = String.fromCharCode(header[156]!);
    const prefix = string(header, 257, 5) === 'ustar' ? string(header, 345, 155) : '';
    const name = longName ?? (prefix === '' ? string(header, 0, 100) : `${prefix}/${string(header, 0, 100)}`);
    [left, padding] = [size, (record - (size % record)) % record];
    if (type === 'L' || type === 'x') {
      if (size > 65_536) throw damaged('a name in it is too long');
      text = { kind: type === 'L' ? 'name' : 'fields', bytes: [] };
    } else if (type === '0' || type === '\0') {
      longName = undefined;
      const path = safePath(name);
      written += size;
      if (written > limitBytes) throw damaged(`it unpacks to more than ${limitBytes} bytes`);
      if (path === undefined) text = { kind: 'ignored', bytes: [] };
      else {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        open = openSync(join(folder, path), 'w', 0o644);
        files++;
      }
    } else {
      longName = undefined;
      text = { kind: 'ignored', bytes: [] };
    }
    if (left === 0) end();
  }

  function take(bytes: Uint8Array): void {
    if (open !== undefined) for (let at = 0; at < bytes.length;) at += writeSync(open, bytes, at);
    else if (text !== undefined && text.kind !== 'ignored') for (const byte of bytes) text.bytes.push(byte);
    left -= bytes.length;
    if (left === 0) end();
  }

  function end(): void {
    close();
    if (text?.kind === 'name') longName = new TextDecoder().decode(Uint8Array.from(text.bytes)).replace(/\0.*$/s, '');
    if (text?.kind === 'fields')
      longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(new TextDecoder().decode(Uint8Array.from(text.bytes)))?.[1] ?? longName;
    text = undefined;
  }

  return {
    close,
    push(bytes) {
      let all = bytes;
      if (rest.length > 0) {
        all = new Uint8Array(rest.length + bytes.length);
        all.set(rest);
        all.set(bytes, rest.length);
      }
      let at = 0;
      for (;;) {
        if (left > 0) {
          const part = all.subarray(at, at + left);
          if (part.length === 0) break;
          take(part);
          at += part.length;
        } else if (padding > 0) {
          const skipped = Math.min(padding, all.length - at);
          if (skipped === 0) break;
          padding -= skipped;
          at += skipped;
        } else {
          if (ended || all.length - at < record) break;
          begin(all.subarray(at, at + record));
          at += record;
        }
      }
      rest = ended ? new Uint8Array(0) : all.slice(at);
    },
    finish() {
      close();
      if (!ended && (left > 0 || rest.length > 0)) throw damaged('it ends early');
      if (files === 0) throw damaged('there are no files in it');
      return files;
    },
  };
}

function damaged(reason: string): Error {
  return fail('DOCUMENT_INVALID', { format: 'tar archive', reason });
}

/** Without the outer folder; undefined for what is not needed. */
function safePath(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || /[\0\\]/.test(name)) throw damaged('a name in it leads out of its folder');
  const inner = parts.length > 1 ? parts.slice(1) : parts;
  // Recordings to try a model with.
  return inner[0] === 'test_wavs' ? undefined : inner.join('/');
}

function checkSum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (sum !== octal(header, 148, 8)) throw damaged('a header has the wrong sum');
}

function string(bytes: Uint8Array, at: number, length: number): string {
  const part = bytes.subarray(at, at + length);
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  const text = string(bytes, at, length).trim();
  if (!/^[0-7]{1,12}$/.test(text)) throw damaged('a number in a header is none');
  return Number.parseInt(text, 8);
}
