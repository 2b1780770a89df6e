/**
 * What noise removal gives, without a model that must be fetched and with it: SI-SDR in dB on made noises at four levels and on real
 * pairs where there are any, against RNNoise alone and FFmpeg's `afftdn` where its command is installed; then speed.
 */
import { spawnSync } from 'node:child_process';
import { siSdrDb, stoi } from '#core/dsp';
import { noiseKinds } from '#engine/sample';
import { createDenoiser, measureProfile } from '#engine/sound';
import { clean, readPair, realPairs, type Pair } from '../test/fixtures/noise-table.ts';
import { hasRealMedia } from '../test/fixtures/real-media.ts';
import { atLeast, type QualityRow } from './quality/row.ts';
import { speechWithNoise } from '../test/fixtures/sounds.ts';

/** Not among those that anything was tuned on. */
const seeds = [101, 102];
const levelsDb = [20, 10, 5, 0];
/** The delay of FFmpeg's `afftdn` at 48 kHz: 25 ms. */
const afftdnDelay = 1200;

/** SI-SDR of the input, then what each way adds to it; `stoi` is what it adds to intelligibility. */
type Row = {
  readonly input: number;
  readonly rnnoise: number;
  readonly afftdn: number | undefined;
  readonly ours: number;
  readonly stoi: number;
  /** With the model, where it is there. */
  readonly neural: number | undefined;
  readonly neuralStoi: number | undefined;
};

/** Real pairs first: they are the shorter part. */
export function noiseBench(): void {
  noiseTables(levelsDb);
  time();
}

/** The figures that have goals. */
export function noiseQuality(): QualityRow[] {
  const { real, made } = noiseTables([20, 5]);
  const [at20, at5] = [made.get(20)!, made.get(5)!];
  const least = (rows: readonly Row[], of: (row: Row) => number) => Math.min(...rows.map(of));
  const set = `${noiseKinds.length} made kinds`;
  const all = [...at20, ...at5, ...real];
  const rows = [
    atLeast(7, { what: 'noise: mean gain, no model', set: `${set}, 5 dB`, figure: mean(at5).ours, unit: 'dB', digits: 1 }),
    atLeast(0, {
      what: 'noise: least gain, no model',
      set: `${set}, 20 dB`,
      figure: least(at20, ({ ours }) => ours),
      unit: 'dB',
      digits: 2,
    }),
    atLeast(0, { what: 'noise: least change of STOI', set: `${set} and real pairs`, figure: least(all, (row) => row.stoi) }),
  ];
  if (real.length === 0) return rows;
  const pairs = `${real.length} real pairs`;
  const overRnnoise = least(real, ({ ours, rnnoise }) => ours - rnnoise);
  rows.push(atLeast(0, { what: 'noise: least lead over RNNoise', set: pairs, figure: overRnnoise, unit: 'dB', digits: 2 }));
  if (real.every(({ afftdn }) => afftdn !== undefined)) {
    const overAfftdn = least(real, ({ ours, afftdn }) => ours - afftdn!);
    rows.push(atLeast(0, { what: 'noise: least lead over afftdn', set: pairs, figure: overAfftdn, unit: 'dB', digits: 2 }));
  }
  const { neural } = mean(real);
  if (neural !== undefined)
    rows.push(atLeast(6.5, { what: 'noise: mean gain, neural', set: pairs, figure: neural, unit: 'dB', digits: 1 }));
  return rows;
}

function noiseTables(levels: readonly number[]) {
  console.log(`gain in SI-SDR, dB; 12 s of speech each, mean of seeds ${seeds.join(', ')}; speech over noise while it sounds`);
  console.log('noise             input  RNNoise   afftdn     ours   STOI   neural   STOI');
  const real = (hasRealMedia ? realPairs : []).map((paths) => {
    const row = measure(readPair(paths));
    print(paths[0].replace(/^.*\/|_noisy.*$/g, ''), row);
    return row;
  });
  if (real.length > 0) print('mean, real pairs', mean(real));
  const made = new Map<number, readonly Row[]>();
  for (const levelDb of levels) {
    const rows = noiseKinds.map((kind) => {
      const row = mean(seeds.map((seed) => measure(madePair(kind, levelDb, seed))));
      print(`${kind} ${levelDb} dB`, row);
      return row;
    });
    print(`mean at ${levelDb} dB`, mean(rows));
    made.set(levelDb, rows);
  }
  return { real, made };
}

function madePair(kind: (typeof noiseKinds)[number], snrDb: number, seed: number): Pair {
  const { clean: truth, noisy } = speechWithNoise({ kind, snrDb, seed, seconds: 12 });
  return { name: kind, noisy, truth };
}

function measure({ noisy, truth }: Pair): Row {
  const input = siSdrDb(truth, noisy);
  const ours = clean(noisy);
  const filtered = afftdn(noisy);
  const withModel = hasRealMedia ? clean(noisy, { engine: 'neural' }) : undefined;
  return {
    input,
    rnnoise: siSdrDb(truth, clean(noisy, { engine: 'rnnoise' })) - input,
    afftdn: filtered && siSdrDb(truth, filtered) - input,
    ours: siSdrDb(truth, ours) - input,
    stoi: stoi(truth, ours, 48_000) - stoi(truth, noisy, 48_000),
    neural: withModel && siSdrDb(truth, withModel) - input,
    neuralStoi: withModel && stoi(truth, withModel, 48_000) - stoi(truth, noisy, 48_000),
  };
}

/** `afftdn nr=20`, its delay taken out; nothing without the command. */
function afftdn(noisy: Float32Array): Float32Array | undefined {
  const sound = ['-f', 'f32le', '-ar', '48000', '-ac', '1'];
  const padded = new Float32Array(noisy.length + afftdnDelay);
  padded.set(noisy);
  const { status, stdout } = spawnSync('ffmpeg', ['-v', 'error', ...sound, '-i', '-', '-af', 'afftdn=nr=20', ...sound, '-'], {
    input: Buffer.from(padded.buffer),
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) return undefined;
  const out = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
  return out.slice(afftdnDelay, afftdnDelay + noisy.length);
}

function mean(rows: readonly Row[]): Row {
  const of = (pick: (row: Row) => number) => rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
  const maybe = (pick: (row: Row) => number | undefined) =>
    rows.every((row) => pick(row) !== undefined) ? of((row) => pick(row)!) : undefined;
  return {
    input: of((row) => row.input),
    rnnoise: of((row) => row.rnnoise),
    afftdn: maybe((row) => row.afftdn),
    ours: of((row) => row.ours),
    stoi: of((row) => row.stoi),
    neural: maybe((row) => row.neural),
    neuralStoi: maybe((row) => row.neuralStoi),
  };
}

function print(name: string, row: Row): void {
  const signed = (value: number | undefined, digits = 1) =>
    value === undefined ? '–' : `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
  const cells = [
    row.input.toFixed(1),
    signed(row.rnnoise),
    signed(row.afftdn),
    signed(row.ours),
    signed(row.stoi, 2),
    signed(row.neural),
    signed(row.neuralStoi, 2),
  ];
  console.log(`${name.padEnd(17)}${cells.map((cell, index) => cell.padStart([6, 9, 9, 9, 7, 9, 7][index]!)).join('')}`);
}

/** CPU time of one core on three minutes of mono. */
function time(): void {
  const { noisy } = speechWithNoise({ kind: 'fan', snrDb: 10, seed: 101, seconds: 180 });
  const spent = (work: () => void) => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) / 1e6).toFixed(2);
  };
  const profile = measureProfile(noisy);
  const profiling = spent(() => measureProfile(noisy));
  const [auto, rnnoise, spectral] = (['auto', 'rnnoise', 'spectral'] as const).map((engine) =>
    spent(() => {
      const denoiser = createDenoiser({ sampleRateHz: 48_000, strength: 1, engine, profile });
      for (let at = 0; at < noisy.length; at += 24_000) denoiser.process(noisy.subarray(at, at + 24_000));
      denoiser.flush();
    }),
  );
  console.log(
    `3 minutes of mono, CPU: profile ${profiling} s, then ${auto} s (RNNoise alone ${rnnoise} s, spectral alone ${spectral} s)`,
  );
}
