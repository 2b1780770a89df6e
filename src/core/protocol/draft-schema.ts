/** The draft: the timeline with short keys, as clients read it and send it back. */
import { z } from 'zod';
import { itemSchema, limits, masterSchema, transitionNames } from '#core/timeline';

/** A week in ms: longer timelines are typing errors, and every sum of times stays a safe integer of ticks. */
export const longestMs = 604_800_000;

const ms = z.int().min(0).max(longestMs);
const gain = z.number().min(limits.lowestGainDb).max(limits.highestGainDb).exactOptional();
const exact = z.unknown().optional();
const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'it must be a colour like #rrggbb');
const fit = z.enum(['contain', 'cover', 'blur-fill']);

export const segmentSchema = z.object({
  id: z.string().max(64).exactOptional().describe('Output only: what the segment is called in the timeline'),
  media: z
    .string()
    .min(1)
    .max(64)
    .exactOptional()
    .describe('Id of the media, never a path or URL; needed unless the track holds text'),
  name: z.string().max(300).exactOptional().describe('Output only: name of the media'),
  s: ms
    .exactOptional()
    .describe('Start on the timeline in ms; absent: where the segment before it ends. Segments of a track must not overlap'),
  d: ms.min(1).describe('Length on the timeline in ms'),
  in: ms.exactOptional().describe('Where in the media it begins, in ms; default 0, always 0 for stills'),
  speed: z
    .number()
    .min(limits.slowest)
    .max(limits.fastest)
    .exactOptional()
    .describe('2 plays twice as fast, the pitch stays; default 1. It uses d × speed of the media'),
  gain: gain.describe('Level in dB; default 0'),
  text: z.string().min(1).max(limits.textLength).exactOptional().describe('The words, literally; needed on text tracks'),
  fx: z
    .array(z.looseObject({ name: z.string().min(1).max(40) }))
    .max(16)
    .exactOptional()
    .describe(
      'Effects of a clip: denoise, repair, reverse, freeze, stabilize, follow, crop, chroma-key, color, blur, place, zoom, envelope, fade, each with its own numbers, times in ms; [] is none, absent: as m says',
    ),
  tr: z
    .object({ name: z.string().min(1).max(limits.nameLength), d: ms.min(1) })
    .nullable()
    .exactOptional()
    .describe(
      `Transition to the next segment, d ms long, over unused media on both sides of the cut; null is none, absent: as m says. Names: ${transitionNames.join(', ')}`,
    ),
  style: z
    .looseObject({})
    .exactOptional()
    .describe(
      'Look of a text: preset, position, color, accent, size, fadeIn and fadeOut in ms, animation; what is not named stays as it was',
    ),
  words: z
    .array(z.object({ text: z.string().min(1).max(limits.textLength), s: ms, d: ms }))
    .max(limits.textLength)
    .exactOptional()
    .describe('When each word of the text is spoken, s in ms from the start of the segment, d ms long; for karaoke captions'),
  m: exact.describe(
    'What has no short key: exact times, effects, style, links. Opaque; where it disagrees with the short keys, they win',
  ),
});

export const draftTrackSchema = z.object({
  tt: z
    .literal([0, 1, 7], { error: 'it must be 0 (picture), 1 (sound) or 7 (text)' })
    .describe('Kind of track: 0 picture, 1 sound, 7 text'),
  name: z.string().min(1).max(limits.nameLength).exactOptional().describe('What people call it: Video, Sound, BGM, Title'),
  sg: z.array(segmentSchema).max(limits.items).describe('Segments, by their start'),
  gain: gain.describe('Level of the whole track in dB; default 0'),
  muted: z.boolean().exactOptional().describe('Not heard; default false'),
  hidden: z.boolean().exactOptional().describe('Not seen; default false'),
  duck: z
    .object({ db: z.number().min(-30).max(0), attack: z.number().min(0).max(5000), release: z.number().min(0).max(10_000) })
    .nullable()
    .exactOptional()
    .describe(
      'Music: lowered by db while the other tracks are spoken on, over attack and release in ms; null is not, absent: as m says',
    ),
  m: exact,
});

export const draftSchema = z
  .object({
    d: ms.exactOptional().describe('Output only: length of the timeline in ms'),
    t: z.array(draftTrackSchema).max(limits.tracks).describe('Tracks, bottom first: later ones lie on top'),
    bg: color.exactOptional().describe('Colour where nothing covers the picture; default #000000'),
    fit: fit.exactOptional().describe('How pictures of another shape meet the frame; default contain, whole with bars'),
    m: exact.describe(
      'Settings without a short key. Without it the settings of the session stay, and picture segments bring their sound where there is no sound track',
    ),
  })
  .meta({
    id: 'Draft',
    description:
      'The timeline. All times are whole milliseconds, every segment names its media by id. A draft that comes back unchanged is the same timeline; ' +
      'one that was changed or written by hand is read from its short keys. Example: ' +
      '{"t":[{"tt":0,"sg":[{"media":"ast_1","d":5000},{"media":"ast_1","d":3000,"in":9000}]},{"tt":7,"sg":[{"s":0,"d":3000,"text":"Urban Dreams"}]}]}',
  });

export type Draft = z.infer<typeof draftSchema>;
export type DraftTrack = z.infer<typeof draftTrackSchema>;
export type DraftSegment = z.infer<typeof segmentSchema>;

const ticks = z.int();
const id = z.string().min(1).max(64);
const ratio = z.strictObject({ num: z.int().min(1), den: z.int().min(1) });
const side = z.int().min(2).max(limits.canvas).multipleOf(2);

/** `m` of a draft of ours; a draft whose `m` has another `schema` is foreign, and every `m` in it is left unread. */
export const ourMark = 'timeline/1';
export const draftMetaSchema = z.strictObject({
  schema: z.literal(ourMark),
  id,
  revision: z.int().min(0),
  frameRate: ratio,
  size: z.strictObject({ width: side, height: side }),
  sampleRateHz: z.int().min(8000).max(192_000),
  background: color.exactOptional(),
  fit: fit.exactOptional(),
  master: masterSchema,
  nextId: z.int().min(1),
});

export const trackMetaSchema = z.strictObject({
  id,
  follows: z.enum(['ripple', 'fixed']),
  locked: z.boolean(),
  ducking: z
    .strictObject({
      amountDb: z.number().min(-30).max(0),
      attackMs: z.number().min(0).max(5000),
      releaseMs: z.number().min(0).max(10_000),
    })
    .exactOptional(),
});

export const segmentMetaSchema = z.strictObject({
  /** The item as it is in the timeline. */
  item: itemSchema,
  /** Exact start in record time. */
  start: ticks.min(0),
  /** Id of the gap before it. */
  gap: id.exactOptional(),
  /** The transition to the next segment. */
  blend: itemSchema.exactOptional(),
});
