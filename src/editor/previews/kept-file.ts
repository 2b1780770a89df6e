/** Files that are made once and kept by what they show: whoever asks for what somebody else is already making waits for that. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { EditorContext } from '#editor/context';
import { drawingBuild } from '#editor/jobs';
import { canonicalJson } from '#engine/plan';

/** Gone at the end of the block; a reader that has opened it by then reads on. */
export type PreviewFile = AsyncDisposable & {
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
  /** For Content-Disposition; never used as a path. */
  readonly fileName: string;
  /** Of what it shows, 64 hex digits: the same for the same picture. */
  readonly hash: string;
};

export type FileKind = { readonly name: string; readonly extension: string; readonly mimeType: string };

/** What is being made, per pool: nothing of it outlives the work. */
const running = new WeakMap<EditorContext['pool'], Map<string, Promise<void>>>();

/** A key for what `parts` (plain JSON) say, made by this build. */
export function keyOf(kind: string, parts: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(['preview', kind, drawingBuild(), parts]))
    .digest('hex');
}

/** The kept file of a key, or what `make` writes to the path it is given. Errors: those of `make`. */
export async function keptFile(
  ctx: EditorContext,
  key: string,
  kind: FileKind,
  make: (path: string) => Promise<unknown>,
): Promise<PreviewFile> {
  const table = running.get(ctx.pool) ?? new Map<string, Promise<void>>();
  running.set(ctx.pool, table);
  await table.get(key)?.catch(() => undefined);
  const file = ctx.blobs.temporaryFile(kind.extension);
  try {
    if (!(await ctx.cache.take(key, file.path))) {
      const work = make(file.path).then(() => ctx.cache.keep(key, file.path));
      table.set(key, work);
      const forget = (): void => void (table.get(key) === work && table.delete(key));
      work.then(forget, forget);
      await work;
    }
    return await describe(file, key, kind);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** The kept file of a key, undefined where there is none. */
export async function findFile(ctx: EditorContext, key: string, kind: FileKind): Promise<PreviewFile | undefined> {
  const file = ctx.blobs.temporaryFile(kind.extension);
  return (await ctx.cache.take(key, file.path)) ? describe(file, key, kind) : undefined;
}

async function describe(
  file: ReturnType<EditorContext['blobs']['temporaryFile']>,
  key: string,
  { name, extension, mimeType }: FileKind,
): Promise<PreviewFile> {
  const { size } = await stat(file.path);
  return {
    path: file.path,
    bytes: size,
    mimeType,
    fileName: `${name}.${extension}`,
    hash: key,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
