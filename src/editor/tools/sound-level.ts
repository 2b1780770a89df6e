import { z } from 'zod';
import type { Edit, Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { levelEdits, levelStretch, stretchOf } from './level-stretch.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import { targetFields } from './targets.ts';
import { timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

const target = z.enum(['all', 'music', 'voice']).default('all').describe('Which sound: all, music tracks, or everything else');

/** Silence as a level: below what 24 bits can hold. */
const silentDb = -144;

/** Turns sound off or on, for whole tracks or a stretch of time. */
export const mute = defineTool({
  name: 'mute',
  description:
    'Mutes or unmutes sound; with start and end only that stretch of time, with clip only that clip of the story. The picture stays.',
  input: z
    .object({
      muted: z.boolean().default(true),
      target,
      start: timePoint.optional(),
      end: timePoint.optional(),
      clip: targetFields.clip,
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const tracks = soundTracks(timeline, asked.target);
    if (tracks.length === 0) return unchanged('mute', asked, noSuchSound(words.say, asked.target));
    if (asked.clip === undefined && (asked.start === undefined || asked.end === undefined)) {
      const edits = tracks
        .filter((track) => track.muted !== asked.muted)
        .map((track): Edit => ({ kind: 'set-track', trackId: track.id, muted: asked.muted }));
      if (edits.length === 0)
        return unchanged(
          'mute',
          asked,
          asked.muted
            ? words.say('the sound is muted already', '声音已经静音')
            : words.say('the sound is on already', '声音已经打开'),
        );
      const draft = receipt('mute', 'done', asked, {
        done: [
          asked.muted
            ? words.say(`Muted the ${named(asked.target)}`, `已将${namedChinese(asked.target)}静音`)
            : words.say(`Turned the ${named(asked.target)} on again`, `已恢复${namedChinese(asked.target)}`),
        ],
      });
      return { ...draft, revision: (await workspace.commit(edits, { tool: 'mute', receipt: draft })).revision };
    }
    const range = stretchOf(context, asked);
    if ('why' in range) return unchanged('mute', asked, range.why);
    const end = range.start + range.duration;
    const draft = receipt('mute', 'done', asked, {
      done: [
        asked.muted
          ? words.say(
              `Muted ${words.clock(range.start)}–${words.clock(end as typeof range.start)}`,
              `已将 ${words.clock(range.start)}–${words.clock(end as typeof range.start)} 静音`,
            )
          : words.say(
              `Turned the sound on at ${words.clock(range.start)}–${words.clock(end as typeof range.start)}`,
              `已恢复 ${words.clock(range.start)}–${words.clock(end as typeof range.start)} 的声音`,
            ),
      ],
    });
    const edits = levelEdits(timeline, { range, tracks, level: { percent: asked.muted ? 0 : 100 } });
    if (edits.length === 0) return unchanged('mute', asked, words.say('there is no sound in that stretch', '该范围内没有声音'));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'mute', receipt: draft })).revision };
  },
});

/** Changes the level of tracks. */
export const setVolume = defineTool({
  name: 'set_volume',
  description:
    'Makes sound louder or quieter: change_db relative to now, or percent of the original level (100 is unchanged); with start and end only that stretch. target music is the music alone. For an even, standard loudness use set_loudness.',
  input: z
    .object({
      change_db: z.number().min(-60).max(30).optional().describe('Change in dB'),
      percent: z.number().min(0).max(1000).optional().describe('Level in percent of the original amplitude'),
      target,
      start: timePoint.optional(),
      end: timePoint.optional(),
      clip: targetFields.clip,
    })
    .strict()
    .refine((value) => (value.change_db === undefined) !== (value.percent === undefined), 'give change_db or percent'),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const tracks = soundTracks(workspace.timeline(), asked.target);
    if (tracks.length === 0) return unchanged('set_volume', asked, noSuchSound(words.say, asked.target));
    if (asked.start !== undefined || asked.end !== undefined || asked.clip !== undefined)
      return levelStretch(context, asked, tracks);
    const next = (gainDb: number) =>
      Math.round(
        Math.max(
          silentDb,
          Math.min(
            30,
            asked.percent === undefined
              ? gainDb + (asked.change_db ?? 0)
              : asked.percent === 0
                ? silentDb
                : 20 * Math.log10(asked.percent / 100),
          ),
        ) * 100,
      ) / 100;
    const edits = tracks
      .filter((track) => next(track.gainDb) !== track.gainDb)
      .map((track): Edit => ({ kind: 'set-gain', target: { trackId: track.id }, gainDb: next(track.gainDb) }));
    if (edits.length === 0) return unchanged('set_volume', asked, words.say('the level is that already', '音量已经是这样'));
    const [before, after] = [tracks[0]!.gainDb, next(tracks[0]!.gainDb)];
    const draft = receipt('set_volume', 'done', asked, {
      done: [
        words.say(
          `${asked.target === 'music' ? 'Music' : asked.target === 'voice' ? 'Voice' : 'Volume'}: ${signed(before)} → ${signed(after)} dB`,
          `${asked.target === 'music' ? '音乐音量' : asked.target === 'voice' ? '人声音量' : '音量'}：${signed(before)} → ${signed(after)} dB`,
        ),
      ],
      facts: { beforeDb: before, afterDb: after },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'set_volume', receipt: draft })).revision };
  },
});

/** Brings the whole mix to a loudness target. */
export const setLoudness = defineTool({
  name: 'set_loudness',
  description:
    'Brings the whole mix to a standard loudness in two passes with a true-peak ceiling of −1 dBTP: −14 LUFS for YouTube and social (default), −16 for podcasts, −23 for broadcast.',
  input: z.object({ target_lufs: z.number().min(-40).max(-6).default(-14).describe('Integrated loudness in LUFS') }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    if (soundClips(timeline).length === 0) return unchanged('set_loudness', asked, noSuchSound(words.say, 'all'));
    if (timeline.master.loudness?.targetLufs === asked.target_lufs)
      return unchanged(
        'set_loudness',
        asked,
        words.say(`the target is ${asked.target_lufs} LUFS already`, `目标响度已经是 ${asked.target_lufs} LUFS`),
      );
    const was = timeline.master.loudness?.targetLufs;
    const draft = receipt('set_loudness', 'done', asked, {
      done: [
        words.say(
          `Loudness target: ${was === undefined ? 'as recorded' : `${was} LUFS`} → ${asked.target_lufs} LUFS, true peak at most −1 dBTP`,
          `目标响度：${was === undefined ? '原始' : `${was} LUFS`} → ${asked.target_lufs} LUFS，真峰值不超过 −1 dBTP`,
        ),
      ],
      facts: { targetLufs: asked.target_lufs },
    });
    const edit: Edit = {
      kind: 'set-master',
      master: { ...timeline.master, loudness: { targetLufs: asked.target_lufs, ceilingDbtp: -1 } },
    };
    return { ...draft, revision: (await workspace.commit([edit], { tool: 'set_loudness', receipt: draft })).revision };
  },
});

function soundTracks(timeline: Timeline, which: 'all' | 'music' | 'voice') {
  return timeline.tracks.filter(
    (track) =>
      track.kind === 'audio' &&
      track.items.some((item) => item.kind === 'clip') &&
      (which === 'all' || isMusic(track) === (which === 'music')),
  );
}

function noSuchSound(say: (english: string, chinese: string) => string, which: 'all' | 'music' | 'voice'): string {
  return which === 'music'
    ? say('there is no music on the timeline', '时间线上没有音乐')
    : say('there is no sound on the timeline', '时间线上没有声音');
}

function named(which: 'all' | 'music' | 'voice'): string {
  return which === 'all' ? 'sound' : which;
}

function namedChinese(which: 'all' | 'music' | 'voice'): string {
  return { all: '声音', music: '音乐', voice: '人声' }[which];
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value}`.replace('-', '−');
}
