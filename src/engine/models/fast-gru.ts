/**
 * The recurrent layers of RNNoise with the dense kernel: its own build converts every 8-bit weight anew for every
 * product, and that is more than half of all it does.
 *
 * Equations and the approximation of tanh are those of `compute_gru` in rnn.c (Valin 2018, BSD-3).
 */
import { createDenseKernel, packPanels, rowPanel, type DenseCall, type DenseKernel } from './dense-kernel.ts';

/** Weights are stored as 8-bit numbers of this. */
const weightScale = 1 / 256;
/** Values of `activation` in a layer. */
const [tanhActivation, sigmoidActivation] = [0, 1];

/** One layer, its weights unpacked into the module's memory: gates first, then the new value. */
type Layer = {
  readonly inputs: number;
  readonly neurons: number;
  readonly activation: number;
  /** Index of the first float of the kernel's input, and of both outputs. */
  readonly x: number;
  readonly gates: number;
  readonly fresh: number;
  readonly gateCall: DenseCall;
  readonly freshCall: DenseCall;
};

export type FastGru = {
  /** Whether an address is a layer's: they lie among the module's constants, where nothing is ever copied to. */
  isLayer(address: number): boolean;
  /** `compute_gru`: addresses of layer, state (changed in place) and input. */
  compute(layer: number, state: number, input: number): void;
};

/** `constantsEnd`: the module's constants lie below it. `allocate` gives memory that is never freed. */
export function createFastGru(memory: WebAssembly.Memory, constantsEnd: number, allocate: (bytes: number) => number): FastGru {
  const kernel: DenseKernel = createDenseKernel(memory);
  const layers = new Map<number, Layer>();

  function compute(address: number, stateAddress: number, inputAddress: number): void {
    const layer = layers.get(address) ?? readLayer(memory, address, allocate);
    layers.set(address, layer);
    const { inputs, neurons, x, gates, fresh } = layer;
    const floats = new Float32Array(memory.buffer);
    const state = stateAddress >> 2;
    floats.copyWithin(x, inputAddress >> 2, (inputAddress >> 2) + inputs);
    floats.copyWithin(x + inputs, state, state + neurons);
    kernel.row(layer.gateCall);
    for (let index = 0; index < neurons; index++) {
      floats[x + inputs + index] = floats[state + index]! * sigmoid(floats[gates + neurons + index]!);
    }
    kernel.row(layer.freshCall);
    for (let index = 0; index < neurons; index++) {
      const update = sigmoid(floats[gates + index]!);
      const value = activate(floats[fresh + index]!, layer.activation);
      floats[state + index] = update * floats[state + index]! + (1 - update) * value;
    }
  }

  return { isLayer: (address) => address < constantsEnd, compute };
}

/** `GRULayer` of rnn.h: addresses of bias, input and recurrent weights, then inputs, neurons and activation. */
function readLayer(memory: WebAssembly.Memory, address: number, allocate: (bytes: number) => number): Layer {
  const [bias, input, recurrent, inputs, neurons, activation] = new Int32Array(memory.buffer, address, 6) as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // The kernel takes its sums four by four.
  const k = Math.ceil((inputs + neurons) / 4) * 4;
  const stride = 3 * neurons;
  const bytes = new Int8Array(memory.buffer);
  const weight = (row: number, column: number): number => {
    if (row < inputs) return bytes[input + row * stride + column]! * weightScale;
    return row < inputs + neurons ? bytes[recurrent + (row - inputs) * stride + column]! * weightScale : 0;
  };
  const place = (values: Float32Array): number => {
    // Vectors are loaded from multiples of 16.
    const at = (allocate(values.byteLength + 16) + 15) & ~15;
    new Float32Array(memory.buffer, at, values.length).set(values);
    return at;
  };
  const x = place(new Float32Array(k));
  const part = (firstColumn: number, columns: number): DenseCall => {
    const panels = Math.ceil(columns / rowPanel);
    const biases = new Float32Array(panels * rowPanel);
    for (let column = 0; column < columns; column++) biases[column] = bytes[bias + firstColumn + column]! * weightScale;
    const packed = packPanels((row, column) => weight(row, firstColumn + column), { k, columns, width: rowPanel });
    const [w, biasAt, y] = [place(packed), place(biases), place(new Float32Array(panels * rowPanel))];
    const panelStride = k * rowPanel * 4;
    return { x, xStride: 0, w, panelStride, bias: biasAt, y, yStride: 0, k, panels, groups: 1, floor: -Infinity };
  };
  const gateCall = part(0, 2 * neurons);
  const freshCall = part(2 * neurons, neurons);
  return { inputs, neurons, activation, x: x >> 2, gates: gateCall.y >> 2, fresh: freshCall.y >> 2, gateCall, freshCall };
}

function activate(value: number, activation: number): number {
  if (activation === sigmoidActivation) return sigmoid(value);
  return activation === tanhActivation ? tanh(value) : Math.max(0, value);
}

function sigmoid(value: number): number {
  return 0.5 + 0.5 * tanh(0.5 * value);
}

const tanhStep = 0.04;
const tanhTable = Float64Array.from({ length: 201 }, (_, index) => Math.tanh(index * tanhStep));

/** A table and one step of Taylor's series: what the network was built with, and faster than the exact one. */
function tanh(value: number): number {
  const size = Math.abs(value);
  if (!(size < 8)) return value < 0 ? -1 : 1;
  const index = Math.floor(0.5 + size / tanhStep);
  const rest = size - tanhStep * index;
  const near = tanhTable[index]!;
  const result = near + rest * (1 - near * near) * (1 - near * rest);
  return value < 0 ? -result : result;
}
