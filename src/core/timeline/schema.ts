/** The saved form as a schema, for documents that come from outside this process. */
import { z } from 'zod';
import { fail } from '#core/errors';
import { limits } from './edit-limits.ts';
import { looks, textAnimations, textPresets } from './effects.ts';
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

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/);
const fraction = z.number().min(0).max(1);
const edge = z.number().min(0).max(0.95);
const fit = z.enum(['contain', 'cover', 'blur-fill']);

export const effectSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('denoise'),
    strength: z.number().min(0).max(1),
    engine: z.enum(['auto', 'rnnoise', 'spectral', 'neural']),
  }),
  z.strictObject({
    name: z.literal('repair'),
    hum: z.number().min(20).max(1000).exactOptional(),
    clicks: z.literal(true).exactOptional(),
    clipping: z.number().min(0.05).max(2).exactOptional(),
    rumble: z.literal(true).exactOptional(),
    echo: z.number().min(0.1).max(5).exactOptional(),
    sibilance: z.number().min(-80).max(0).exactOptional(),
    strength: fraction.exactOptional(),
  }),
  z.strictObject({ name: z.literal('reverse') }),
  z.strictObject({ name: z.literal('freeze'), at: length }),
  z.strictObject({ name: z.literal('stabilize'), strength: fraction, maxZoom: z.number().min(1.01).max(1.5) }),
  z.strictObject({
    name: z.literal('follow'),
    points: z
      .array(z.strictObject({ at: length, x: fraction, y: fraction }))
      .min(1)
      .max(limits.followPoints),
  }),
  z.strictObject({ name: z.literal('crop'), left: edge, top: edge, right: edge, bottom: edge }),
  z.strictObject({
    name: z.literal('chroma-key'),
    color,
    similarity: z.number().min(0.01).max(1),
    blend: fraction,
  }),
  z.strictObject({
    name: z.literal('color'),
    exposure: z.number().min(-3).max(3).exactOptional(),
    contrast: z.number().min(0).max(2).exactOptional(),
    saturation: z.number().min(0).max(3).exactOptional(),
    temperature: z.number().min(-1).max(1).exactOptional(),
    look: z.enum(looks).exactOptional(),
    lutAssetId: id.exactOptional(),
  }),
  z.strictObject({
    name: z.literal('blur'),
    radius: z.number().min(0.001).max(0.2),
    region: z.strictObject({ x: fraction, y: fraction, width: fraction, height: fraction }).exactOptional(),
  }),
  z.strictObject({
    name: z.literal('place'),
    fit: fit.exactOptional(),
    scale: z.number().min(0.01).max(10),
    x: z.number().min(-2).max(3),
    y: z.number().min(-2).max(3),
    focusX: fraction.exactOptional(),
    focusY: fraction.exactOptional(),
    rotation: z.number().min(-360).max(360),
    flip: z.enum(['horizontal', 'vertical', 'both']).exactOptional(),
    opacity: fraction,
  }),
  z.strictObject({
    name: z.literal('zoom'),
    from: z.number().min(1).max(8),
    to: z.number().min(1).max(8),
    anchorX: fraction,
    anchorY: fraction,
    easing: z.enum(['linear', 'ease-in', 'ease-out', 'ease-in-out']),
  }),
  z.strictObject({
    name: z.literal('envelope'),
    points: z
      .array(z.strictObject({ at: length, gainDb }))
      .min(1)
      .max(limits.envelopePoints),
  }),
  z.strictObject({ name: z.literal('fade'), in: length, out: length }),
]);

export const textStyleSchema = z.strictObject({
  preset: z.enum(textPresets),
  position: z.enum(['top', 'center', 'bottom', 'lower-third']),
  color,
  accent: color.exactOptional(),
  size: z.number().min(0.02).max(0.3),
  fadeIn: length,
  fadeOut: length,
  animation: z.enum(textAnimations).exactOptional(),
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
    words: z
      .array(z.strictObject({ text: z.string().min(1).max(limits.textLength), start: length, end: length }))
      .max(limits.textLength)
      .exactOptional(),
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
  ducking: z
    .strictObject({
      amountDb: z.number().min(-30).max(0),
      attackMs: z.number().min(0).max(5000),
      releaseMs: z.number().min(0).max(10_000),
    })
    .exactOptional(),
  items: z.array(itemSchema).max(limits.items),
});

export const timelineSchema = z.strictObject({
  schema: z.literal('timeline/1'),
  id,
  revision: z.int().min(0),
  frameRate: ratio,
  size: z.strictObject({ width: side, height: side }),
  sampleRateHz: z.int().min(8000).max(192_000),
  background: color.exactOptional(),
  fit: fit.exactOptional(),
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
