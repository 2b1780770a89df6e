/** Exports by the name of where they go: one table, read by the request's parser, the export tool and the reference page. */
import type { Size } from '#core/asset';
import type { MasterSettings } from '#core/timeline';
import type { Container, OutputRequest, PictureCodec, Quality } from '#engine/plan';

export type ExportPreset = {
  /** Completes "For …". */
  readonly describe: string;
  readonly format: Container;
  readonly codec?: PictureCodec;
  readonly quality: Quality;
  /** The canvas that the place asks for; a timeline of the same shape keeps its own. */
  readonly canvas?: Size;
  /** The file is never larger than this box, upright for upright timelines. */
  readonly size?: Size;
  readonly mostFramesPerSecond?: number;
  readonly maxBitrateKbps?: number;
  readonly soundKbps?: number;
  /** Where the timeline asks for no loudness of its own. */
  readonly loudness?: NonNullable<MasterSettings['loudness']>;
  readonly effort?: OutputRequest['effort'];
};

const social = { targetLufs: -14, ceilingDbtp: -1 } as const;
const upright: Size = { width: 1080, height: 1920 };
const largest: Size = { width: 7680, height: 7680 };
const uprightVideo = {
  format: 'mp4',
  quality: 'high',
  canvas: upright,
  size: upright,
  mostFramesPerSecond: 60,
  maxBitrateKbps: 12_000,
  loudness: social,
} as const;

export const presetNames = ['youtube', 'shorts', 'reels', 'tiktok', 'square', 'x', 'podcast', 'archive', 'draft'] as const;
export type PresetName = (typeof presetNames)[number];

/** Loudness and rates: what the places play at and take (CRAFT of delivery: −14 LUFS for social and video, −16 for podcasts). */
export const presets: Readonly<Record<PresetName, ExportPreset>> = {
  youtube: {
    describe: 'YouTube, in the shape it has, up to 4K; untouched pictures go in as they are',
    format: 'mp4',
    quality: 'high',
    size: { width: 3840, height: 2160 },
    mostFramesPerSecond: 60,
    soundKbps: 256,
    loudness: social,
  },
  shorts: { describe: 'YouTube Shorts, upright', ...uprightVideo },
  reels: { describe: 'Instagram Reels, upright', ...uprightVideo, mostFramesPerSecond: 30 },
  tiktok: { describe: 'TikTok, upright', ...uprightVideo },
  square: {
    describe: 'square posts',
    format: 'mp4',
    quality: 'high',
    canvas: { width: 1080, height: 1080 },
    size: { width: 1080, height: 1080 },
    mostFramesPerSecond: 60,
    maxBitrateKbps: 10_000,
    loudness: social,
  },
  x: {
    describe: 'X, in the shape it has, up to 1080p',
    format: 'mp4',
    quality: 'high',
    size: { width: 1920, height: 1080 },
    mostFramesPerSecond: 60,
    maxBitrateKbps: 10_000,
    soundKbps: 128,
    loudness: social,
  },
  podcast: {
    describe: 'podcasts: sound alone; mp3 where that is asked',
    format: 'm4a',
    quality: 'high',
    soundKbps: 128,
    loudness: { targetLufs: -16, ceilingDbtp: -1 },
  },
  archive: {
    describe: 'keeping and further work: ProRes 422 HQ with 24-bit sound, size and rate as they are, loudness untouched',
    format: 'mov',
    codec: 'prores',
    quality: 'high',
    size: largest,
  },
  draft: {
    describe: 'a quick look: 480p, small and fast to make',
    format: 'mp4',
    quality: 'low',
    size: { width: 854, height: 480 },
    mostFramesPerSecond: 30,
    maxBitrateKbps: 2000,
    soundKbps: 96,
    effort: 'draft',
  },
};
