/** Makes one function of a WebAssembly module call one of the module's imports instead of running its own code. */
import { fail } from '#core/errors';

const headerBytes = 8;
const codeSection = 10;
const [getLocal, call, end] = [0x20, 0x10, 0x0b];

/**
 * Gives the module's bytes with `redirect.body` (its place among the functions that the module defines) handing its
 * `parameters` on to import `redirect.to`. Both must be of one type without a result; compiling the bytes checks it.
 *
 * Errors: INTERNAL where the module has no such function or its code is not `redirect.bytes` long.
 */
export function redirectFunction(
  module: Uint8Array,
  redirect: { readonly body: number; readonly bytes: number; readonly parameters: number; readonly to: number },
): Uint8Array<ArrayBuffer> {
  const reader = createReader(module, headerBytes);
  while (reader.position() < module.length) {
    const sectionStart = reader.position();
    const id = reader.number();
    const size = reader.number();
    const contentStart = reader.position();
    if (id !== codeSection) {
      reader.skip(size);
      continue;
    }
    const count = reader.number();
    for (let index = 0; index < count; index++) {
      const start = reader.position();
      const length = reader.number();
      if (index !== redirect.body) {
        reader.skip(length);
        continue;
      }
      if (length !== redirect.bytes) break;
      const code = bodyCalling(redirect.to, redirect.parameters);
      const content = [
        ...module.subarray(contentStart, start),
        ...code,
        ...module.subarray(reader.position() + length, contentStart + size),
      ];
      const before = module.subarray(0, sectionStart);
      const after = module.subarray(contentStart + size);
      return Uint8Array.from([...before, codeSection, ...unsigned(content.length), ...content, ...after]);
    }
    break;
  }
  throw fail('INTERNAL', { reason: 'this is not the known build of the noise model' });
}

function bodyCalling(target: number, parameters: number): number[] {
  const noLocals = 0;
  const values = Array.from({ length: parameters }, (_, index) => [getLocal, index]).flat();
  const body = [noLocals, ...values, call, ...unsigned(target), end];
  return [...unsigned(body.length), ...body];
}

function createReader(bytes: Uint8Array, start: number) {
  let at = start;
  return {
    position: () => at,
    skip(count: number): void {
      at += count;
    },
    /** Unsigned LEB128. */
    number(): number {
      let [value, shift] = [0, 0];
      while (true) {
        const byte = bytes[at++] ?? 0;
        value |= (byte & 127) << shift;
        if (byte < 128) return value >>> 0;
        shift += 7;
      }
    },
  };
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
