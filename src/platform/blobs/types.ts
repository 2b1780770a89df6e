/** Bytes by their hash. */
export type Stored = { readonly hash: string; readonly bytes: number };

/** A file of ours in the temporary folder; gone at the end of the block unless it was moved away. */
export type TemporaryFile = AsyncDisposable & { readonly path: string };

export type Blobs = {
  /** Folder of its own for generated temporary files, on the same disk. */
  readonly temporaryFolder: string;
  /** Where the bytes are on this machine. The blob may be absent: see `has`. */
  pathOf(hash: string): string;
  has(hash: string): Promise<boolean>;
  /** A new path with a generated name; nothing is created. */
  temporaryFile(extension?: string): TemporaryFile;
  /**
   * Streams into a temporary file of ours, hashing on the way; at most `limitBytes` + one chunk are ever written.
   * Errors: UPLOAD_TOO_LARGE, UPLOAD_EMPTY, DISK_FULL; what was written is gone then.
   */
  receive(
    stream: AsyncIterable<Uint8Array>,
    options: { readonly limitBytes: number; readonly name: string; readonly signal?: AbortSignal },
  ): Promise<TemporaryFile & Stored>;
  /** Moves a file of ours into place: hash, fsync, rename, fsync of the folder. The path is gone after it. Errors: DISK_FULL. */
  adopt(path: string, known?: Stored): Promise<Stored>;
  remove(hash: string): Promise<void>;
  /** Errors: DISK_FULL where fewer than the reserve and `neededBytes` are free. */
  ensureSpace(neededBytes: number): Promise<void>;
  /** Deletes temporary folders of processes that are gone and blobs that `isUsed` does not know and nobody just brought. */
  sweep(options: {
    readonly isUsed: (hash: string) => Promise<boolean>;
    /** Younger blobs stay: their rows may be about to be written. Default one hour. */
    readonly graceMs?: number;
  }): Promise<{ readonly temporary: number; readonly blobs: number }>;
  /** Takes this process's temporary folder away. */
  close(): Promise<void>;
};
