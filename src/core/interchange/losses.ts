/** What a format cannot carry, as sentences. */
import type { Clip, ClipEffect, Timeline, Track } from '#core/timeline';
import { tally } from './exported.ts';

const words: Readonly<Record<ClipEffect['name'], string>> = {
  denoise: 'Noise removal',
  repair: 'Sound repair',
  reverse: 'Reverse play',
  freeze: 'A frozen picture',
  stabilize: 'Stabilisation',
  follow: 'A crop that follows',
  crop: 'Cropping',
  'chroma-key': 'Chroma key',
  color: 'Colour correction',
  blur: 'Blur',
  place: 'Position, size and opacity',
  zoom: 'Zoom',
  envelope: 'A volume envelope',
  fade: 'Fades',
};

/** One sentence for each kind of effect on these tracks that the format does not carry. */
export function effectLosses(tracks: readonly Track[], carried: readonly ClipEffect['name'][]): string[] {
  const counts = new Map<ClipEffect['name'], number>();
  for (const { effects } of clipsOf(tracks)) {
    for (const { name } of effects) if (!carried.includes(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${words[name]} of ${count === 1 ? '1 clip' : `${count} clips`} was left out`);
}

/** One sentence for each transition that is written as a dissolve. */
export function transitionLosses(tracks: readonly Track[]): string[] {
  const others = tracks.flatMap(({ items }) => items.filter((item) => item.kind === 'transition' && item.name !== 'dissolve'));
  return tally(
    others.length,
    '1 transition is another than a dissolve and is written as one',
    '{n} transitions are others than dissolves and are written as such',
  );
}

/** Settings of the whole that no interchange format has. */
export function settingLosses(timeline: Timeline): string[] {
  return [
    ...(timeline.master.loudness === undefined
      ? []
      : [`The loudness target of ${timeline.master.loudness.targetLufs} LUFS was left out`]),
    ...tally(
      timeline.tracks.filter(({ ducking }) => ducking !== undefined).length,
      'The ducking of 1 track was left out',
      'The ducking of {n} tracks was left out',
    ),
    ...(timeline.background === undefined ? [] : ['The background colour was left out']),
  ];
}

export function clipsOf(tracks: readonly Track[]): Clip[] {
  return tracks.flatMap(({ items }) => items.filter((item): item is Clip => item.kind === 'clip'));
}

/** Items that no frame shows. */
export function shortLosses(lost: number): string[] {
  return tally(
    lost,
    '1 item is shorter than half a frame and was left out',
    '{n} items are shorter than half a frame and were left out',
  );
}
