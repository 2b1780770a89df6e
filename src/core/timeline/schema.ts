/** The saved form as a schema, for documents that come from outside this process. */
import { z } from 'zod';
import { fail } from '#core/errors';
import { limits } from './edit-limits.ts';
import { migrate } from './migrations.ts';
import type { Timeline } from './timeline.ts';

const ticks = z.int().describe('Ticks of 1/705 600 000 s');
const length = ticks.min(0);
const id = z.string().min(1).max(64);
const name = z.string().min(1).max(limits.nameLength);
const ratio = z.strictObject({ num: z.int().min(1), den: z.int().min(1) });
const range = z.strictObject({ start: length, duration: ticks.min(1) });
const gainDb = z.number().min(limits.lowestGainDb).max(limits.highestGainDb);
const side = z.int().min(2).max(limits.canvas).multipleOf(2);

export const effectSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('denoise'),
    strength: z.number().min(0).max(1),
    engine: z.enum(['auto', 'rnnoise', 'spectral', 'neural']),
  }),
  z.strictObject({ name: z.literal('fade'), in: length, out: length }),
]);

export const textStyleSchema = z.strictObject({
  preset: z.enum(['title', 'lower-third', 'caption']),
  position: z.enum(['top', 'center', 'bottom', 'lower-third']),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  size: z.number().min(0.02).max(0.3),
  fadeIn: length,
  fadeOut: length,
});

export const masterSchema = z.strictObject({
  loudness: z.strictObject({ targetLufs: z.number().min(-70).max(0), ceilingDbtp: z.number().min(-30).max(0) }).exactOptional(),
});

export const itemSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('clip'),
    id,
    assetId: id,
    streamIndex: z.int().min(0).max(1000),
    sourceRange: range,
    speed: ratio,
    gainDb,
    effects: z.array(effectSchema).max(16),
    linkId: id.exactOptional(),
    recordDuration: ticks.min(1).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('text'),
    id,
    duration: ticks.min(1),
    text: z.string().min(1).max(limits.textLength),
    style: textStyleSchema,
  }),
  z.strictObject({ kind: z.literal('gap'), id, duration: ticks.min(1) }),
  z.strictObject({ kind: z.literal('transition'), id, name, inOffset: length, outOffset: length }),
]);

const trackSchema = z.strictObject({
  id,
  kind: z.enum(['video', 'audio', 'text']),
  name,
  follows: z.enum(['ripple', 'fixed']),
  muted: z.boolean(),
  hidden: z.boolean(),
  locked: z.boolean(),
  gainDb,
  items: z.array(itemSchema).max(limits.items),
});

export const timelineSchema = z.strictObject({
  schema: z.literal('timeline/1'),
  id,
  revision: z.int().min(0),
  frameRate: ratio,
  size: z.strictObject({ width: side, height: side }),
  sampleRateHz: z.int().min(8000).max(192_000),
  tracks: z.array(trackSchema).max(limits.tracks),
  master: masterSchema,
  nextId: z.int().min(1),
});

/**
 * A timeline from JSON of any saved version. Checks its form; what depends on assets is up to `checkTimeline`.
 * Errors: TIMELINE_INVALID with the path of the first fault.
 */
export function parseTimeline(json: unknown): Timeline {
  const migrated = migrate(json);
  const result = timelineSchema.safeParse(migrated);
  if (!result.success) throw timelineFault(result.error);
  const count = result.data.tracks.reduce((sum, track) => sum + track.items.length, 0);
  if (count > limits.items) {
    throw fail('TIMELINE_INVALID', { path: 'tracks', reason: `there are ${count} items, permitted are ${limits.items}` });
  }
  // The schema has checked every number that the type calls ticks.
  return result.data as unknown as Timeline;
}

/** TIMELINE_INVALID for the first fault that a schema found, below `root`. */
export function timelineFault(error: z.ZodError, root: readonly PropertyKey[] = []): Error {
  const issue = error.issues[0];
  const path = formatPath([...root, ...(issue?.path ?? [])]);
  return fail('TIMELINE_INVALID', {
    path: path === '' ? 'its root' : path,
    reason: issue?.message ?? 'it does not match the schema',
  });
}

/** `t[0].sg[3].d` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}
