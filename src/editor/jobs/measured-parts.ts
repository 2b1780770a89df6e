/** What the last proof of a project measured, kept for the next one: most of a video stays as it is when a little of it changes. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { EditorContext } from '#editor/context';
import type { MeasuredParts } from '#engine/tasks';
import { drawingBuild } from './drawing-build.ts';
import type { Work } from './render-streams.ts';

/** Undefined where nothing is kept, or nothing that can be read: then everything is measured. */
export async function knownParts(
  { ctx, taken }: Pick<Work, 'ctx' | 'taken'>,
  sessionId: string,
): Promise<MeasuredParts | undefined> {
  const key = keyOf(sessionId);
  await using file = ctx.blobs.temporaryFile('measured');
  if (!(await ctx.cache.take(key, file.path))) return undefined;
  try {
    // Written by keepParts of the same build.
    const parts = JSON.parse(await readFile(file.path, 'utf8')) as MeasuredParts;
    taken.add(key);
    return parts;
  } catch (error) {
    ctx.log.debug('render.measured', { error });
    return undefined;
  }
}

/** Takes the place of what was kept; where it cannot be written, the next proof measures everything. */
export async function keepParts(ctx: EditorContext, sessionId: string, parts: MeasuredParts): Promise<void> {
  const key = keyOf(sessionId);
  await using file = ctx.blobs.temporaryFile('measured');
  try {
    await writeFile(file.path, JSON.stringify(parts), { mode: 0o600 });
    await ctx.cache.forget(key);
    await ctx.cache.keep(key, file.path);
  } catch (error) {
    ctx.log.debug('render.measured', { error });
  }
}

/** Another build may measure otherwise. */
function keyOf(sessionId: string): string {
  return createHash('sha256').update(`measured ${drawingBuild()} ${sessionId}`).digest('hex');
}
