/**
 * One matrix product in WebAssembly SIMD, assembled here: the only part of a small network that needs to be fast.
 *
 * Why not a runtime: docs/decisions/2026-11-21-voice-activity-runtime.md. Weights lie in panels of a few columns
 * (all rows of the first columns, then all rows of the next), so that the inner loop reads them front to back.
 *
 *     for each panel, for each group of rows:  y[row][column] = max(floor, bias[column] + Σ x[row][k] · w[k][column])
 */

/** Byte offsets in the shared memory; strides in bytes. Sums run in the order of `k`, so results do not depend on the machine. */
export type DenseCall = {
  readonly x: number;
  readonly xStride: number;
  readonly w: number;
  /** From one panel to the next. */
  readonly panelStride: number;
  readonly bias: number;
  readonly y: number;
  readonly yStride: number;
  /** Length of the sums, a multiple of 4. */
  readonly k: number;
  readonly panels: number;
  /** Groups of 4 rows for `rows`, of 1 row for `row`. */
  readonly groups: number;
  /** 0 for a rectifier, −Infinity for none. */
  readonly floor: number;
};

export type DenseKernel = {
  /** Groups of four rows, panels of `rowsPanel` columns. */
  readonly rows: (call: DenseCall) => void;
  /** Single rows, panels of `rowPanel` columns. */
  readonly row: (call: DenseCall) => void;
};

/** Columns in a panel: two vectors for four rows at once, eight for one row; both keep eight sums in registers. */
export const rowsPanel = 8;
export const rowPanel = 32;

type Compiled = (...values: number[]) => void;

const unroll = 4;
const i32 = 0x7f;
const f32 = 0x7d;
const v128 = 0x7b;

/** Parameters by index, in the order in which `DenseCall` lists them; then the counters and pointers, then the vectors. */
const [x, xStride, w, panelStride, bias, y, yStride, k, panels, groups, floor] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const parameterTypes = [i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, f32];
const [group, weightAt, left, xGroup, yGroup, yAt, firstRow] = [11, 12, 13, 14, 15, 16, 17];

let module: WebAssembly.Module | undefined;

/** Compiles once per process (under a millisecond); every call binds it to a memory of its own. */
export function createDenseKernel(memory: WebAssembly.Memory): DenseKernel {
  module ??= new WebAssembly.Module(assemble());
  const { rows, row } = new WebAssembly.Instance(module, { m: { m: memory } }).exports as Record<'rows' | 'row', Compiled>;
  const run = (compiled: Compiled) => (call: DenseCall) =>
    compiled(
      call.x,
      call.xStride,
      call.w,
      call.panelStride,
      call.bias,
      call.y,
      call.yStride,
      call.k / unroll,
      call.panels,
      call.groups,
      call.floor,
    );
  return { rows: run(rows), row: run(row) };
}

/** Lays `w[k][column]` out in panels of `width` columns, missing columns as zeros. */
export function packPanels(
  weights: (k: number, column: number) => number,
  size: { readonly k: number; readonly columns: number; readonly width: number },
): Float32Array {
  const count = Math.ceil(size.columns / size.width);
  const packed = new Float32Array(count * size.k * size.width);
  for (let column = 0; column < size.columns; column++) {
    const panel = Math.floor(column / size.width);
    for (let row = 0; row < size.k; row++) {
      packed[(panel * size.k + row) * size.width + (column % size.width)] = weights(row, column);
    }
  }
  return packed;
}

function assemble(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...magic,
    ...section(1, [1, 0x60, ...vector(parameterTypes.map((type) => [type])), 0]),
    ...section(2, [1, ...name('m'), ...name('m'), 0x02, 0x00, 1]),
    ...section(3, [2, 0, 0]),
    ...section(7, [2, ...name('rows'), 0x00, 0, ...name('row'), 0x00, 1]),
    ...section(10, [2, ...sized(body(4, rowsPanel / 4)), ...sized(body(1, rowPanel / 4))]),
  ]);
}

/** The function for groups of `rowCount` rows and panels of `vectors` times four columns. */
function body(rowCount: number, vectors: number): number[] {
  const rowIndexes = Array.from({ length: rowCount }, (_, index) => index);
  const vectorIndexes = Array.from({ length: vectors }, (_, index) => index);
  const firstSum = firstRow + rowCount;
  const sum = (row: number, column: number) => firstSum + row * vectors + column;
  const weight = (column: number) => firstSum + rowCount * vectors + column;
  const input = weight(vectors);
  const panelBytes = 16 * vectors;

  const multiply = (step: number) => [
    ...vectorIndexes.flatMap((column) => set(weight(column), loadVector(weightAt, step * panelBytes + 16 * column))),
    ...rowIndexes.flatMap((row) => [
      ...set(input, loadSplat(firstRow + row, 4 * step)),
      ...vectorIndexes.flatMap((column) =>
        set(sum(row, column), [
          ...get(sum(row, column)),
          ...get(input),
          ...get(weight(column)),
          ...multiplyVectors,
          ...addVectors,
        ]),
      ),
    ]),
  ];
  const inner = [
    ...Array.from({ length: unroll }, (_, step) => multiply(step)).flat(),
    ...rowIndexes.flatMap((row) => advance(firstRow + row, 4 * unroll)),
    ...advance(weightAt, unroll * panelBytes),
  ];
  const store = rowIndexes.flatMap((row) => [
    ...vectorIndexes.flatMap((column) => [
      ...get(yAt),
      ...get(sum(row, column)),
      ...get(floor),
      ...splat,
      ...maximum,
      ...storeVector(16 * column),
    ]),
    ...set(yAt, [...get(yAt), ...get(yStride), ...add]),
  ]);
  const oneGroup = [
    ...rowIndexes.flatMap((row) => vectorIndexes.flatMap((column) => set(sum(row, column), loadVector(bias, 16 * column)))),
    ...set(weightAt, get(w)),
    ...rowIndexes.flatMap((row) => [
      ...set(firstRow + row, get(xGroup)),
      ...set(xGroup, [...get(xGroup), ...get(xStride), ...add]),
    ]),
    ...repeat(left, get(k), inner),
    ...set(yAt, get(yGroup)),
    ...store,
    ...set(yGroup, get(yAt)),
  ];
  const onePanel = [
    ...set(xGroup, get(x)),
    ...set(yGroup, get(y)),
    ...repeat(group, get(groups), oneGroup),
    ...set(w, [...get(w), ...get(panelStride), ...add]),
    ...advance(bias, panelBytes),
    ...advance(y, panelBytes),
  ];
  const pointers = firstRow + rowCount - group;
  const locals = [2, ...number(pointers), i32, ...number(rowCount * vectors + vectors + 1), v128];
  return [...locals, ...repeat(panels, get(panels), onePanel), 0x0b];
}

/** `\\0asm`, version 1. */
const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const add = [0x6a];
const splat = [0xfd, 0x13];
const addVectors = [0xfd, 0xe4, 0x01];
const multiplyVectors = [0xfd, 0xe6, 0x01];
/** `f32x4.pmax`: one instruction on x86, unlike `max` with its rules for NaN and −0. */
const maximum = [0xfd, 0xeb, 0x01];

function get(local: number): number[] {
  return [0x20, ...number(local)];
}

function set(local: number, value: readonly number[]): number[] {
  return [...value, 0x21, ...number(local)];
}

function advance(local: number, count: number): number[] {
  return set(local, [...get(local), 0x41, ...signed(count), ...add]);
}

function loadVector(pointer: number, offset: number): number[] {
  return [...get(pointer), 0xfd, 0x00, 2, ...number(offset)];
}

function loadSplat(pointer: number, offset: number): number[] {
  return [...get(pointer), 0xfd, 0x09, 2, ...number(offset)];
}

function storeVector(offset: number): number[] {
  return [0xfd, 0x0b, 2, ...number(offset)];
}

/** Runs `code` as often as `count` says, at least once, counting `counter` down. */
function repeat(counter: number, count: readonly number[], code: readonly number[]): number[] {
  const step = [...get(counter), 0x41, 1, 0x6b, 0x22, ...number(counter), 0x0d, 0];
  return [...set(counter, count), 0x03, 0x40, ...code, ...step, 0x0b];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): number[] {
  return [...number(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...number(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}

/** Unsigned LEB128. */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

/** Signed LEB128 of a value that is not negative: bit 6 of the last byte must be clear. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}
