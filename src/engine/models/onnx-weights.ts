/**
 * Named float tensors out of an ONNX file: the few fields of the format that hold weights, nothing that runs them.
 *
 * Source: onnx.proto (ModelProto.graph = 7; GraphProto.node = 1, initializer = 5; NodeProto.attribute = 5;
 * AttributeProto.t = 5, .g = 6; TensorProto.dims = 1, data_type = 2, name = 8, raw_data = 9).
 */
import { fail } from '#core/errors';

export type Tensor = { readonly dims: readonly number[]; readonly values: Float32Array };

/** `name` is what the exporter called the tensor; `branch` the attribute (`then_branch` …) it lies under, outermost first. */
type Found = { readonly name: string; readonly branches: readonly string[]; readonly tensor: Tensor };

const floatType = 1;
const varint = 0;
const bytes = 2;

/**
 * All float tensors with a name that lie below the outermost branch `branch` of the graph.
 * Errors: INTERNAL where the file is not ONNX or weights are stored in a way that Silero's files do not use.
 */
export function readWeights(file: Uint8Array, branch: string): ReadonlyMap<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const [field, value] of fieldsOf(file)) {
    if (field !== 7 || typeof value === 'number') continue;
    for (const found of tensorsOfGraph(value, [])) {
      if (found.branches[0] === branch) weights.set(found.name, found.tensor);
    }
  }
  return weights;
}

function* tensorsOfGraph(graph: Uint8Array, branches: readonly string[]): Generator<Found> {
  for (const [field, value] of fieldsOf(graph)) {
    if (typeof value === 'number') continue;
    if (field === 5) yield* namedTensor(value, branches);
    if (field !== 1) continue;
    for (const [nodeField, attribute] of fieldsOf(value)) {
      if (nodeField === 5 && typeof attribute !== 'number') yield* tensorsOfAttribute(attribute, branches);
    }
  }
}

function* tensorsOfAttribute(attribute: Uint8Array, branches: readonly string[]): Generator<Found> {
  let name = '';
  for (const [field, value] of fieldsOf(attribute)) {
    if (typeof value === 'number') continue;
    if (field === 1) name = text(value);
    if (field === 5) yield* namedTensor(value, branches);
    if (field === 6) yield* tensorsOfGraph(value, [...branches, name]);
  }
}

function* namedTensor(tensor: Uint8Array, branches: readonly string[]): Generator<Found> {
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  const dims: number[] = [];
  for (const [field, value] of fieldsOf(tensor)) {
    if (typeof value === 'number') {
      if (field === 1) dims.push(value);
      if (field === 2) type = value;
    } else {
      if (field === 1) dims.push(...packed(value));
      if (field === 8) name = text(value);
      if (field === 9) raw = value;
    }
  }
  if (type !== floatType || name === '' || raw === undefined) return;
  // Copied, since the bytes of a file need not begin at a multiple of four.
  const values = new Float32Array(new Uint8Array(raw).buffer);
  if (values.length !== dims.reduce((product, size) => product * size, 1))
    throw broken(`tensor ${name} has ${values.length} values`);
  yield { name, branches, tensor: { dims, values } };
}

function* packed(value: Uint8Array): Generator<number> {
  for (let at = 0; at < value.length;) {
    const read = readVarint(value, at);
    at = read.next;
    yield read.value;
  }
}

/** Fields of one message: numbers for varints, bytes for the rest that has a length; fixed-size fields are passed over. */
function* fieldsOf(message: Uint8Array): Generator<readonly [number, number | Uint8Array]> {
  for (let at = 0; at < message.length;) {
    const key = readVarint(message, at);
    const [field, wire] = [Math.floor(key.value / 8), key.value % 8];
    at = key.next;
    if (wire === varint) {
      const read = readVarint(message, at);
      at = read.next;
      yield [field, read.value];
    } else if (wire === bytes) {
      const read = readVarint(message, at);
      at = read.next + read.value;
      if (at > message.length) throw broken('it ends inside a field');
      yield [field, message.subarray(read.next, at)];
    } else if (wire === 5 || wire === 1) at += wire === 5 ? 4 : 8;
    else throw broken(`wire type ${wire} is not known`);
  }
}

/** Values over 2^53 lose bits; none of the fields that are read has such a value. */
function readVarint(message: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start, scale = 1; at < message.length; at++, scale *= 128) {
    value += (message[at]! & 127) * scale;
    if (message[at]! < 128) return { value, next: at + 1 };
  }
  throw broken('it ends inside a number');
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

function broken(reason: string): Error {
  return fail('INTERNAL', { reason: `model file cannot be read: ${reason}` });
}
