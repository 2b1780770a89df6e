/**
 * The part of the WebAssembly API that this module uses. Node has it, but its types ship with those of browsers only,
 * which would also make `window` and `document` look real.
 */
declare namespace WebAssembly {
  type Exports = Readonly<Record<string, unknown>>;
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Compiled code; compiling is synchronous. */
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer);
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  /** Pages of 64 KiB. `buffer` is another one after `grow`. */
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
}
