/** Where music comes from: the door that every generator of music goes through, and the one that is always there. */
import type { MusicFacts, MusicRequest } from '#core/facts';
import type { EditorContext } from '#editor/context';

export type MusicProvider = {
  readonly name: string;
  /** What its files are: the extension without a dot. */
  readonly extension: string;
  /** Writes a file of at least the asked length to `outputPath` and says where its beats are. */
  readonly make: (
    ctx: EditorContext,
    request: MusicRequest,
    options: {
      readonly outputPath: string;
      readonly signal?: AbortSignal;
      readonly onProgress?: (fraction: number) => void;
    },
  ) => Promise<MusicFacts>;
};

/** Synthesis in a worker of ours: no network, no recordings, nobody's rights. */
export const builtInMusic: MusicProvider = {
  name: 'built-in',
  extension: 'flac',
  make: (ctx, request, { outputPath, signal, onProgress }) =>
    ctx.pool.run(
      'make-music',
      { request, outputPath },
      { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) },
    ),
};
