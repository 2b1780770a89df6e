/** Music that Rushes makes itself: what may be asked, and what is known of it exactly. */
import type { AssetId } from '#core/asset';
import type { Ticks } from '#core/time';

export const musicMoods = ['lo-fi', 'upbeat', 'calm', 'cinematic', 'corporate', 'suspense'] as const;
export type MusicMood = (typeof musicMoods)[number];

export type MusicRequest = {
  readonly mood: MusicMood;
  /** The bed is at least this long and ends on a bar; 1 … 7200. */
  readonly seconds: number;
  /** Beats per minute, 60 … 180; absent: what suits the mood. */
  readonly bpm?: number;
  /** `C`, `F#`, `Bb`, with `m` for minor; absent: what suits the mood. */
  readonly key?: string;
  /** Another number, another piece; the same request gives the same sound. Absent: 1. */
  readonly seed?: number;
};

export type MusicFacts = {
  readonly mood: MusicMood;
  readonly bpm: number;
  readonly key: string;
  readonly beatsPerBar: number;
  /** In the asset's time, exact. */
  readonly beats: readonly Ticks[];
  readonly downbeats: readonly Ticks[];
  /** A range that can be repeated without a seam; both ends on a bar. */
  readonly loop: { readonly start: Ticks; readonly end: Ticks };
};

export type MusicBed = { readonly assetId: AssetId; readonly facts: MusicFacts };
