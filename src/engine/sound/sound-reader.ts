/**
 * One asset's sound as if it lay in memory: samples by position, decoded and processed only where they are asked for.
 *
 * Clips of one recording mostly follow each other with small holes. Reading on through a short hole keeps a process
 * with a memory (noise removal) settled and is cheaper than a fresh start; after a long hole it starts again early
 * enough to be settled when the first asked sample comes.
 */

/** Planar blocks, one array per channel. */
export type SoundBlocks = Iterable<Float32Array[]>;

/** A process with a memory over planar blocks: no net delay, same total length, may hold samples back until `flush`. */
export type SoundProcess = {
  process(block: readonly Float32Array[]): Float32Array[];
  flush(): Float32Array[];
};

export type SoundReaderOptions = {
  readonly channels: number;
  /** Samples of the asset. */
  readonly length: number;
  /** Opens the asset from one sample position to another. */
  readonly open: (first: number, end: number) => Iterator<Float32Array[]>;
  /**
   * How far it is worth opening when `first` is asked for: where reading is known to stop. A process that looks ahead
   * is ended there instead of being fed what nobody hears. Reading further opens anew. The asset's end by default.
   */
  readonly endOf?: (first: number) => number;
  /** Made anew at each start. */
  readonly createProcess?: () => SoundProcess;
  /** How long the process has to run before its output counts, in samples. */
  readonly settleSamples: number;
  /** The longest hole that is read through, in samples. */
  readonly bridgeSamples: number;
  /** How far back behind the newest asked position samples stay, in samples. */
  readonly historySamples: number;
};

export type SoundReader = {
  /** `count` samples from `first`; silence before the asset's start and after its end. Shape: new arrays, one per channel. */
  read(first: number, count: number): Float32Array[];
  close(): void;
};

export function createSoundReader(options: SoundReaderOptions): SoundReader {
  const { channels } = options;
  let source: Iterator<Float32Array[]> | undefined;
  let process: SoundProcess | undefined;
  let ended = false;
  const kept = createSampleQueue(channels);

  function start(first: number): void {
    close();
    const from = options.createProcess === undefined ? first : Math.max(0, first - options.settleSamples);
    const end = Math.min(options.length, Math.max(first + 1, options.endOf?.(first) ?? options.length));
    source = options.open(from, end);
    process = options.createProcess?.();
    kept.reset(from);
    ended = false;
  }

  function pull(): void {
    const next = source?.next();
    if (next === undefined || next.done === true) {
      ended = true;
      if (process !== undefined) kept.push(process.flush());
    } else kept.push(process === undefined ? next.value : process.process(next.value));
  }

  /** Whether reading on from what is held is the way to `position`. */
  function leadsTo(position: number): boolean {
    if (source === undefined || position < kept.start()) return false;
    return ended ? position < kept.end() : position <= kept.end() + options.bridgeSamples;
  }

  function read(first: number, count: number): Float32Array[] {
    const result = Array.from({ length: channels }, () => new Float32Array(count));
    const end = Math.min(first + count, options.length);
    for (let position = Math.max(0, first); position < end;) {
      if (!leadsTo(position)) start(position);
      while (!ended && kept.end() < end) {
        pull();
        kept.dropBefore(position - options.historySamples);
      }
      kept.copyTo(result, first);
      // A source that ends before its length leaves silence.
      if (kept.end() <= position) break;
      position = kept.end();
    }
    return result;
  }

  function close(): void {
    source?.return?.();
    source = undefined;
  }

  return { read, close };
}

/** Planar samples between two positions, growing at the end and dropped at the start. */
function createSampleQueue(channels: number) {
  let blocks: Float32Array[][] = [];
  let first = 0;
  let last = 0;

  return {
    start: () => first,
    end: () => last,
    reset(position: number): void {
      blocks = [];
      first = position;
      last = position;
    },
    push(block: Float32Array[]): void {
      const length = block[0]?.length ?? 0;
      if (length === 0) return;
      blocks.push(block);
      last += length;
    },
    dropBefore(position: number): void {
      while (blocks.length > 1 && first + blocks[0]![0]!.length <= position) first += blocks.shift()![0]!.length;
    },
    copyTo(target: Float32Array[], position: number): void {
      let blockStart = first;
      for (const block of blocks) {
        const length = block[0]!.length;
        const from = Math.max(position, blockStart);
        const to = Math.min(position + target[0]!.length, blockStart + length);
        if (to > from) {
          for (let channel = 0; channel < channels; channel++) {
            target[channel]!.set(block[channel]!.subarray(from - blockStart, to - blockStart), from - position);
          }
        }
        blockStart += length;
      }
    },
  };
}
