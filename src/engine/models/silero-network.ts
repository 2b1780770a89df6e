/**
 * The network of Silero VAD at 16 kHz, layer by layer: a spectrum of four frames by convolution, four small convolutions,
 * one LSTM, one output. The graph is written out here; its weights come from the model file.
 *
 * All layers before the LSTM know only their own window, so they run for many windows at once.
 */
import { fail } from '#core/errors';
import { createDenseKernel, packPanels, rowPanel, rowsPanel, type DenseKernel } from './dense-kernel.ts';
import type { Tensor } from './onnx-weights.ts';

/** Samples in a window, and samples before it that the network hears too. */
export const windowSamples = 512;
export const contextSamples = 64;
/** Windows at once: so few that what lies between the layers stays in the second-level cache. */
export const maximumWindows = 32;

export type Network = {
  /** Judges up to 32 windows whose contexts begin at `start`, `start + 512` … of `samples`, and remembers what it heard. */
  run(samples: Float32Array, job: { readonly start: number; readonly windows: number; readonly result: Float32Array }): void;
};

const frames = 4;
const frameSamples = 256;
const hop = 128;
/** The window with its context, and 64 samples of its end mirrored. */
const inputSamples = 5 * hop;
const bins = 129;
/** `bins` rounded up to what the kernel's sums run over. */
const binsPadded = 132;
/** Channels after the convolutions. */
const [width1, width2, width3, hidden] = [128, 64, 64, 128];
const gates = 4 * hidden;
const float = Float32Array.BYTES_PER_ELEMENT;

/** A network in its first state. Errors: INTERNAL where a weight is missing or has another shape. */
export function createNetwork(weights: ReadonlyMap<string, Tensor>): Network {
  const arena = createArena();
  const layers = placeLayers(arena, weights);
  const places = placeActivations(arena);
  const kernel = createDenseKernel(arena.memory);
  const view = new Float32Array(arena.memory.buffer);
  const cell = new Float32Array(hidden);
  return {
    run(samples, { start, windows, result }) {
      for (let window = 0; window < windows; window++) {
        layInput(view, places.input / float + window * inputSamples, samples.subarray(start + window * windowSamples));
      }
      encode(kernel, { view, layers, places, groups: Math.ceil(windows / 4) });
      for (let window = 0; window < windows; window++) {
        kernel.row({
          x: places.state,
          xStride: 0,
          w: layers.gateState,
          panelStride: hidden * rowPanel * float,
          bias: places.gateInput + window * gates * float,
          y: places.gateSums,
          yStride: 0,
          k: hidden,
          panels: gates / rowPanel,
          groups: 1,
          floor: -Infinity,
        });
        const state = view.subarray(places.state / float, places.state / float + hidden);
        stepCell(view.subarray(places.gateSums / float, places.gateSums / float + gates), cell, state);
        result[window] = judge(state, layers.output);
      }
    },
  };
}

type Layer = {
  readonly w: number;
  readonly bias: number;
  readonly tapRows: number;
  readonly taps: number;
  readonly panels: number;
};
type Layers = ReturnType<typeof placeLayers>;
type Places = ReturnType<typeof placeActivations>;
type Arena = { readonly memory: WebAssembly.Memory; reserve(floats: number): number; place(values: Float32Array): number };

type Encoding = { readonly view: Float32Array; readonly layers: Layers; readonly places: Places; readonly groups: number };

/** Everything before the LSTM, for four windows per group. */
function encode(kernel: DenseKernel, { view, layers, places, groups }: Encoding): void {
  const { input, spectrum, magnitude, first, second, third, fourth, gateInput } = places;
  const spectrumWidth = layers.stft.panels * rowsPanel;
  for (let frame = 0; frame < frames; frame++) {
    const [x, y] = [at(input, frame * hop), at(spectrum, frame * spectrumWidth)];
    runLayer(kernel, layers.stft, { x, xRow: inputSamples, y, yRow: frames * spectrumWidth, groups, floor: -Infinity });
  }
  takeMagnitudes(view, { from: spectrum / float, width: spectrumWidth, to: magnitude / float, count: 4 * groups * frames });
  for (let frame = 0; frame < frames; frame++) {
    // Taps before the first and after the last frame meet padding, which is zero: they are left out.
    const taps = { from: frame === 0 ? 1 : 0, to: frame === frames - 1 ? 2 : 3 };
    const [x, y] = [at(magnitude, (frame - 1 + taps.from) * binsPadded), at(first, frame * width1)];
    runLayer(kernel, layers.first, { x, xRow: frames * binsPadded, y, yRow: frames * width1, taps, groups });
  }
  for (let frame = 0; frame < 2; frame++) {
    const taps = { from: frame === 0 ? 1 : 0, to: 3 };
    const [x, y] = [at(first, (2 * frame - 1 + taps.from) * width1), at(second, frame * width2)];
    runLayer(kernel, layers.second, { x, xRow: frames * width1, y, yRow: 2 * width2, taps, groups });
  }
  // One frame is left after the third convolution, so that only the middle tap of the fourth meets something.
  runLayer(kernel, layers.third, { x: second, xRow: 2 * width2, y: third, yRow: width3, taps: { from: 1, to: 3 }, groups });
  runLayer(kernel, layers.fourth, { x: third, xRow: width3, y: fourth, yRow: hidden, taps: { from: 1, to: 2 }, groups });
  runLayer(kernel, layers.gateInput, { x: fourth, xRow: hidden, y: gateInput, yRow: gates, groups, floor: -Infinity });
}

type Use = {
  /** Byte offsets; rows are in floats. */
  readonly x: number;
  readonly xRow: number;
  readonly y: number;
  readonly yRow: number;
  /** Which taps of a convolution are used; all by default. */
  readonly taps?: { readonly from: number; readonly to: number };
  readonly groups: number;
  readonly floor?: number;
};

function runLayer(kernel: DenseKernel, layer: Layer, use: Use): void {
  const { from, to } = use.taps ?? { from: 0, to: layer.taps };
  kernel.rows({
    x: use.x,
    xStride: use.xRow * float,
    w: at(layer.w, from * layer.tapRows * rowsPanel),
    panelStride: layer.taps * layer.tapRows * rowsPanel * float,
    bias: layer.bias,
    y: use.y,
    yStride: use.yRow * float,
    k: (to - from) * layer.tapRows,
    panels: layer.panels,
    groups: use.groups,
    floor: use.floor ?? 0,
  });
}

function placeLayers(arena: Arena, weights: ReadonlyMap<string, Tensor>) {
  const take = (name: string, dims: readonly number[]) => takeTensor(weights, name, dims);
  const convolution = (name: string, [columns, channels, taps]: readonly [number, number, number], tapRows = channels): Layer => {
    const values = take(`${name}.weight`, [columns, channels, taps]);
    const weight = (k: number, column: number) => {
      const [tap, channel] = [Math.floor(k / tapRows), k % tapRows];
      return channel < channels ? values[(column * channels + channel) * taps + tap]! : 0;
    };
    const w = arena.place(packPanels(weight, { k: taps * tapRows, columns, width: rowsPanel }));
    return { w, bias: arena.place(take(`${name}.bias`, [columns])), tapRows, taps, panels: Math.ceil(columns / rowsPanel) };
  };
  const basis = take('stft.forward_basis_buffer', [2 * bins, 1, frameSamples]);
  const panels = Math.ceil((2 * bins) / rowsPanel);
  const [fromInput, fromState] = ['ih', 'hh'].map((kind) => take(`decoder.rnn.weight_${kind}`, [gates, hidden]));
  const [inputBias, stateBias] = ['ih', 'hh'].map((kind) => take(`decoder.rnn.bias_${kind}`, [gates]));
  const square = (values: Float32Array) => (k: number, column: number) => values[column * hidden + k]!;
  return {
    stft: {
      w: arena.place(
        packPanels((k, column) => basis[column * frameSamples + k]!, { k: frameSamples, columns: 2 * bins, width: rowsPanel }),
      ),
      bias: arena.reserve(panels * rowsPanel),
      tapRows: frameSamples,
      taps: 1,
      panels,
    } satisfies Layer,
    first: convolution('encoder.0.reparam_conv', [width1, bins, 3], binsPadded),
    second: convolution('encoder.1.reparam_conv', [width2, width1, 3]),
    third: convolution('encoder.2.reparam_conv', [width3, width2, 3]),
    fourth: convolution('encoder.3.reparam_conv', [hidden, width3, 3]),
    gateInput: {
      w: arena.place(packPanels(square(fromInput!), { k: hidden, columns: gates, width: rowsPanel })),
      bias: arena.place(inputBias!.map((value, index) => value + stateBias![index]!)),
      tapRows: hidden,
      taps: 1,
      panels: gates / rowsPanel,
    } satisfies Layer,
    gateState: arena.place(packPanels(square(fromState!), { k: hidden, columns: gates, width: rowPanel })),
    output: { weights: take('decoder.decoder.2.weight', [1, hidden, 1]), bias: take('decoder.decoder.2.bias', [1])[0]! },
  };
}

function placeActivations(arena: Arena) {
  return {
    input: arena.reserve(maximumWindows * inputSamples),
    spectrum: arena.reserve(maximumWindows * frames * Math.ceil((2 * bins) / rowsPanel) * rowsPanel),
    magnitude: arena.reserve(maximumWindows * frames * binsPadded),
    first: arena.reserve(maximumWindows * frames * width1),
    second: arena.reserve(maximumWindows * 2 * width2),
    third: arena.reserve(maximumWindows * width3),
    fourth: arena.reserve(maximumWindows * hidden),
    gateInput: arena.reserve(maximumWindows * gates),
    gateSums: arena.reserve(gates),
    state: arena.reserve(hidden),
  };
}

/** Places one after another in one memory; all are zero until something is placed. */
function createArena(): Arena {
  const pageBytes = 65_536;
  const memory = new WebAssembly.Memory({ initial: 1 });
  let next = 0;
  const reserve = (floats: number): number => {
    const offset = next;
    next += Math.ceil((floats * float) / 64) * 64;
    const missing = Math.ceil(next / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    return offset;
  };
  return {
    memory,
    reserve,
    place(values) {
      const offset = reserve(values.length);
      new Float32Array(memory.buffer).set(values, offset / float);
      return offset;
    },
  };
}

function takeTensor(weights: ReadonlyMap<string, Tensor>, name: string, dims: readonly number[]): Float32Array {
  const tensor = weights.get(name);
  if (tensor?.dims.join() !== dims.join()) {
    throw fail('INTERNAL', { reason: `voice model has ${name} as [${tensor?.dims.join()}] instead of [${dims.join()}]` });
  }
  return tensor.values;
}

function at(offset: number, floats: number): number {
  return offset + floats * float;
}

/** Context and window, and their end mirrored about the last sample, as the file's `Pad` does. */
function layInput(view: Float32Array, to: number, samples: Float32Array): void {
  const heard = contextSamples + windowSamples;
  view.set(samples.subarray(0, heard), to);
  for (let index = 0; index < inputSamples - heard; index++) view[to + heard + index] = samples[heard - 2 - index]!;
}

function takeMagnitudes(
  view: Float32Array,
  { from, width, to, count }: { readonly from: number; readonly width: number; readonly to: number; readonly count: number },
): void {
  for (let frame = 0; frame < count; frame++) {
    const [source, target] = [from + frame * width, to + frame * binsPadded];
    for (let bin = 0; bin < bins; bin++) {
      const real = view[source + bin]!;
      const imaginary = view[source + bins + bin]!;
      view[target + bin] = Math.sqrt(real * real + imaginary * imaginary);
    }
  }
}

/** One step of the LSTM: gates in PyTorch's order input, forget, cell, output. */
function stepCell(sums: Float32Array, cell: Float32Array, state: Float32Array): void {
  for (let index = 0; index < hidden; index++) {
    const kept = sigmoid(sums[hidden + index]!) * cell[index]!;
    const next = kept + sigmoid(sums[index]!) * tanh(sums[2 * hidden + index]!);
    cell[index] = next;
    state[index] = sigmoid(sums[3 * hidden + index]!) * tanh(next);
  }
}

function judge(state: Float32Array, output: { readonly weights: Float32Array; readonly bias: number }): number {
  let sum = output.bias;
  for (let index = 0; index < hidden; index++) if (state[index]! > 0) sum += state[index]! * output.weights[index]!;
  return sigmoid(sum);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Three times as fast as `Math.tanh`, and as exact as 32-bit numbers need. */
function tanh(value: number): number {
  return 1 - 2 / (1 + Math.exp(2 * value));
}
