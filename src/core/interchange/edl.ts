/** CMX3600 edit lists out: one picture track, up to four of sound, cuts, dissolves and constant speeds. */
import type { Asset } from '#core/asset';
import { isUnity, scaleTicks, ticks, type FrameRate } from '#core/time';
import { primaryTrack, type Timeline, type Track } from '#core/timeline';
import { blends, toFrameTrack, type FrameClip, type FrameTrack } from './frame-track.ts';
import { hasDropFrame, timecodeBase, writeTimecode } from './frame-timecode.ts';
import { tally, type Exported, type ExportOptions } from './exported.ts';
import { clipsOf, effectLosses, settingLosses, shortLosses, transitionLosses } from './losses.ts';

/** Record timecode of the first frame, as editors expect it: 01:00:00:00. */
export const recordStartHours = 1;

const mimeType = 'text/plain; charset=utf-8';
const channels = ['A', 'A2', 'A3', 'A4'] as const;
/** More events have numbers of four digits, which some programs refuse. */
const eventLimit = 999;

type Half = {
  readonly type: 'C' | 'D';
  readonly reel: string;
  readonly source: readonly [number, number];
  readonly record: readonly [number, number];
  readonly frames?: number;
};
type Event = {
  readonly channel: string;
  readonly halves: readonly Half[];
  readonly comments: readonly string[];
  readonly at: number;
};

/** A timeline as a CMX3600 list. Source timecode counts from the start of each file. */
export function writeEdl(timeline: Timeline, assets: readonly Asset[], options: ExportOptions = {}): Exported {
  const { frameRate: rate } = timeline;
  const form = options.dropFrame === true && hasDropFrame(rate) ? 'drop' : 'non-drop';
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const { picture, sounds, dropped } = chooseTracks(timeline);
  const reels = nameReels(
    clipsOf([...(picture === undefined ? [] : [picture]), ...sounds]).map(({ assetId }) => byId.get(assetId)),
  );
  const frames = (track: Track) => toFrameTrack(track, rate, byId);
  const tracks = [
    ...(picture === undefined ? [] : [{ channel: 'V', frames: frames(picture) }]),
    ...sounds.map((track, index) => ({ channel: channels[index]!, frames: frames(track) })),
  ];
  const events = joinChannels(tracks.flatMap(({ channel, frames: list }) => eventsOf(list, channel, { rate, reels, form })));
  const timecode = (frame: number) => writeTimecode(frame, { rate, form });
  const start = recordStartHours * 3600 * timecodeBase(rate) - (form === 'drop' ? dropAtStart(rate) : 0);
  const lines = events.flatMap(({ channel, halves, comments }, index) => [
    ...halves.map(({ type, reel, source, record, frames: length }) =>
      [
        String(index + 1).padStart(3, '0'),
        ` ${reel.padEnd(8)}`,
        channel.padEnd(5),
        length === undefined ? `${type}       ` : `${type}    ${String(length).padStart(3, '0')}`,
        ...source.map(timecode),
        ...record.map((frame) => timecode(frame + start)),
      ].join(' '),
    ),
    ...comments,
  ]);
  return {
    text: [
      `TITLE: ${oneLine(options.title ?? 'Timeline')}`,
      `FCM: ${form === 'drop' ? 'DROP FRAME' : 'NON-DROP FRAME'}`,
      `* FRAME RATE: ${rate.num}/${rate.den}`,
      ...lines,
      '',
    ].join('\r\n'),
    extension: 'edl',
    mimeType,
    dropped: [
      ...dropped,
      ...(options.dropFrame === true && form === 'non-drop'
        ? [`There is no drop-frame timecode at ${rate.num}/${rate.den} frames a second; the list is non-drop`]
        : []),
      ...tally(
        Math.max(0, events.length - eventLimit),
        `1 event is over the ${eventLimit} that CMX3600 permits; it is there with a number of four digits`,
        `{n} events are over the ${eventLimit} that CMX3600 permits; they are there with numbers of four digits`,
      ),
      ...shortLosses(tracks.reduce((sum, { frames: list }) => sum + list.lost, 0)),
    ],
  };
}

/** Timecode 01:00:00;00 is fewer frames into the day than 01:00:00:00. */
function dropAtStart(rate: FrameRate): number {
  return (timecodeBase(rate) / 15) * 54 * recordStartHours;
}

function chooseTracks(timeline: Timeline): {
  readonly picture: Track | undefined;
  readonly sounds: readonly Track[];
  readonly dropped: readonly string[];
} {
  const filled = timeline.tracks.filter((track) => clipsOf([track]).length > 0);
  const shown = filled.filter((track) => (track.kind === 'video' ? !track.hidden : !track.muted));
  const primary = primaryTrack(timeline);
  const pictures = shown.filter(({ kind }) => kind === 'video');
  const picture = pictures.find(({ id }) => id === primary?.id) ?? pictures[0];
  const allSounds = shown.filter(({ kind }) => kind === 'audio');
  const sounds = allSounds.slice(0, channels.length);
  const texts = timeline.tracks.flatMap((track) => track.items.filter(({ kind }) => kind === 'text'));
  const taken = [...(picture === undefined ? [] : [picture]), ...sounds];
  const levels = clipsOf(sounds).filter(({ gainDb }) => gainDb !== 0).length + sounds.filter(({ gainDb }) => gainDb !== 0).length;
  return {
    picture,
    sounds,
    dropped: [
      ...tally(
        pictures.length - (picture === undefined ? 0 : 1),
        '1 picture track above the first was left out: the format has one',
        '{n} picture tracks above the first were left out: the format has one',
      ),
      ...tally(
        allSounds.length - sounds.length,
        '1 sound track was left out: the format has four',
        '{n} sound tracks were left out: the format has four',
      ),
      ...tally(filled.length - shown.length, '1 hidden or muted track was left out', '{n} hidden or muted tracks were left out'),
      ...tally(texts.length, '1 text was left out', '{n} texts were left out'),
      ...(levels > 0 ? ['Volume levels were left out'] : []),
      ...effectLosses(taken, ['reverse']),
      ...transitionLosses(taken),
      ...settingLosses(timeline),
    ],
  };
}

type Writing = { readonly rate: FrameRate; readonly reels: ReadonlyMap<string, string>; readonly form: 'drop' | 'non-drop' };

function eventsOf({ items }: FrameTrack, channel: string, writing: Writing): Event[] {
  const timecode = (frame: number) => writeTimecode(frame, writing);
  const start = recordStartHours * 3600 * timecodeBase(writing.rate) - (writing.form === 'drop' ? dropAtStart(writing.rate) : 0);
  return items.flatMap((item, index): Event[] => {
    if (item.kind !== 'clip') return [];
    const { before, after } = blends(items, index);
    const reel = writing.reels.get(item.item.assetId) ?? 'AX';
    const name = item.asset?.name ?? item.item.assetId;
    const [from, to] = [item.start - (before?.before ?? 0), item.start + item.length - (after?.before ?? 0)];
    const begin = sourceAt(item, from - item.start);
    const source = [begin, isUnity(item.item.speed) ? begin + to - from : sourceAt(item, to - item.start)] as const;
    const own: Half = { type: 'C', reel, source, record: [from, to] };
    const speed = speedComment(item, reel, timecode(source[0]), writing.rate);
    const previous = items[index - 2];
    if (before === undefined || previous?.kind !== 'clip') {
      // A clip that is all dissolve is in the first line of the dissolve's event.
      if (to <= from) return [];
      return [{ channel, halves: [own], comments: [...speed, `* FROM CLIP NAME: ${oneLine(name)}`], at: from }];
    }
    const isConsumed = previous.length - before.before + (blends(items, index - 2).before?.before ?? 0) <= 0;
    const leave = sourceAt(previous, from - previous.start);
    const fromReel = writing.reels.get(previous.item.assetId) ?? 'AX';
    return [
      {
        channel,
        at: from,
        halves: [
          { type: 'C', reel: fromReel, source: [leave, leave], record: [from, from] },
          { ...own, type: 'D', frames: before.before + before.after },
        ],
        comments: [
          ...speed,
          // Says that the clip this comes from has no event of its own: all of it is dissolve.
          ...(isConsumed ? [`* FROM SPEED: ${previous.item.speed.num}/${previous.item.speed.den}`] : []),
          `* FROM CLIP NAME: ${oneLine(previous.asset?.name ?? previous.item.assetId)}`,
          `* TO CLIP NAME: ${oneLine(name)}`,
          // Where in the dissolve the cut was, and the source there, which half speed puts between frames; other programs skip it.
          `* CUT AT: ${timecode(before.cut + start)} ${timecode(item.sourceStart)}`,
        ],
      },
    ];
  });
}

/** Source frame that a clip shows `offset` frames after its start; before it and after its end the handles. */
function sourceAt(clip: FrameClip, offset: number): number {
  const { speed } = clip.item;
  if (isUnity(speed)) return Math.max(0, clip.sourceStart + offset);
  if (offset === clip.length) return clip.sourceStart + clip.sourceLength;
  return Math.max(0, clip.sourceStart + scaleTicks(ticks(offset), speed.num, speed.den));
}

/** `M2   REEL     048.0   01:00:00:00`: the frames a second at which the source is played. */
function speedComment(clip: FrameClip, reel: string, at: string, rate: FrameRate): string[] {
  const isReverse = clip.item.effects.some(({ name }) => name === 'reverse');
  const { num, den } = clip.item.speed;
  if (num === den && !isReverse) return [];
  const fps = ((isReverse ? -1 : 1) * num * timecodeBase(rate)) / den;
  const whole = Math.abs(fps).toFixed(1).padStart(5, '0');
  return [
    `M2   ${reel.padEnd(8)}  ${fps < 0 ? '-' : ' '}${whole}                ${at}`,
    `* SPEED: ${isReverse ? '-' : ''}${num}/${den}`,
  ];
}

/** Picture and sound that do the same are one event for both. */
function joinChannels(events: readonly Event[]): Event[] {
  const signature = ({ halves, comments }: Event) => JSON.stringify([halves, comments]);
  const sounds = new Map(events.filter(({ channel }) => channel === 'A').map((event) => [signature(event), event]));
  const joined = new Set<Event>();
  const both = events.map((event): Event => {
    const twin = event.channel === 'V' ? sounds.get(signature(event)) : undefined;
    if (twin === undefined || joined.has(twin)) return event;
    joined.add(twin);
    return { ...event, channel: 'B' };
  });
  return both.filter((_, index) => !joined.has(events[index]!)).toSorted((a, b) => a.at - b.at);
}

/** For each asset a reel of at most eight letters and digits, made of its name; no two alike. */
function nameReels(used: readonly (Asset | undefined)[]): ReadonlyMap<string, string> {
  const reels = new Map<string, string>();
  const taken = new Set<string>(['AX', 'BL']);
  for (const asset of used) {
    if (asset === undefined || reels.has(asset.id)) continue;
    const stem =
      asset.name
        .replace(/\.[^.]*$/, '')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, '')
        .slice(0, 8) || 'CLIP';
    let reel = stem;
    for (let count = 2; taken.has(reel); count++) reel = `${stem.slice(0, 8 - String(count).length)}${count}`;
    taken.add(reel);
    reels.set(asset.id, reel);
  }
  return reels;
}

export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
