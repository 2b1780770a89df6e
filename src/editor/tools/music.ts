import { z } from 'zod';
import type { Asset } from '#core/asset';
import { musicMoods, type MusicMood } from '#core/facts';
import { toSeconds, type Ticks } from '#core/time';
import { timelineDuration, type Ducking, type Edit, type Timeline, type Track } from '#core/timeline';
import { factsIfKnown } from './facts-if-known.ts';
import { layBed, loopAtBars } from './music-bed.ts';
import { receipt, unchanged } from './receipt.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import { defineTool, type ToolContext } from './tool.ts';
import type { Words } from './words.ts';

/** A bed sits at 35 % unless told. Source: CRAFT of sound. */
const bedPercent = 35;
const duckings: Readonly<Record<'gentle' | 'standard' | 'aggressive', Ducking>> = {
  gentle: { amountDb: -4, attackMs: 300, releaseMs: 600 },
  standard: { amountDb: -8, attackMs: 300, releaseMs: 600 },
  aggressive: { amountDb: -14, attackMs: 300, releaseMs: 600 },
};
const ducking = z.enum(['off', 'gentle', 'standard', 'aggressive']);
/** More than this is looped: making it would only take longer. */
const longestMadeSeconds = 180;

/** Lays a bed of music under the video. */
export const addMusic = defineTool({
  name: 'add_music',
  description:
    'Lays music under the whole video, quietly (35 %) and lower while someone speaks, faded out with the end; replaces music that is there. It uses a sound file that the user uploaded for it, else it makes a royalty-free bed in the asked mood, tempo and key.',
  input: z
    .object({
      mood: z.enum(musicMoods).optional().describe('Default lo-fi; a mood always makes new music'),
      bpm: z.number().int().min(60).max(180).optional(),
      key: z
        .string()
        .regex(/^[A-Ga-g][#b♯♭]?m?$/)
        .optional()
        .describe('Such as C, F#, Am'),
      percent: z.number().min(1).max(200).optional().describe('Level; default 35'),
      ducking: ducking.optional().describe('How much it gives way to speech; default standard'),
      asset: z.string().max(300).optional().describe('Name of the uploaded sound to use'),
      another: z.boolean().optional().describe('Another piece than the one there is'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const before = workspace.timeline();
    const length = timelineDuration(before);
    if (length === 0)
      return unchanged('add_music', asked, words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'));
    const old = musicTracks(before);
    const found = await musicFor(context, asked, { timeline: before, seconds: toSeconds(length) });
    if ('why' in found) return unchanged('add_music', asked, found.why);
    const { asset, loop, made } = found;
    const edits: Edit[] = old.map(({ id }) => ({ kind: 'remove-track', trackId: id }));
    const gainDb = asked.percent === undefined ? (old[0]?.gainDb ?? toDb(bedPercent)) : toDb(asked.percent);
    const duck =
      asked.ducking === 'off'
        ? undefined
        : asked.ducking === undefined
          ? old[0] === undefined
            ? duckings.standard
            : old[0].ducking
          : duckings[asked.ducking];
    edits.push({ kind: 'add-track', track: { kind: 'audio', name: 'Music', follows: 'fixed' } });
    const trackId = workspace.preview(edits).tracks.at(-1)!.id;
    const bars = asset.kind === 'audio' ? await barsOf(context, asset) : undefined;
    const ownLoop = loop === undefined && bars !== undefined && length > asset.duration ? loopAtBars(asset, bars) : undefined;
    edits.push(...layBed(asset, { trackId, length, loop: loop ?? ownLoop, bars, blended: ownLoop !== undefined }));
    edits.push({ kind: 'set-gain', target: { trackId }, gainDb });
    if (duck !== undefined) edits.push({ kind: 'set-track', trackId, ducking: duck });
    const level = Math.round(10 ** (gainDb / 20) * 100);
    const what = made === undefined ? `"${asset.name}"` : madeName(made, words);
    const lower =
      duck === undefined ? '' : words.say(`, ${-duck.amountDb} dB lower under speech`, `，有人说话时再降低 ${-duck.amountDb} dB`);
    const draft = receipt('add_music', 'done', asked, {
      done: [
        old.length === 0
          ? words.say(
              `Added music ${what} at ${level} %${lower}, faded out at the end`,
              `已添加音乐 ${what}，音量 ${level}%${lower}，结尾淡出`,
            )
          : words.say(
              `Replaced the music with ${what} at ${level} %${lower}, faded out at the end`,
              `已将音乐换成 ${what}，音量 ${level}%${lower}，结尾淡出`,
            ),
      ],
      facts: { levelPercent: level, ...(made === undefined ? {} : { mood: made.mood, bpm: made.bpm, key: made.key }) },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'add_music', receipt: draft })).revision };
  },
});

/** Takes the music out; the level of everything else stays. */
export const removeMusic = defineTool({
  name: 'remove_music',
  description: 'Takes the music away, whole. To turn it down use set_volume with target music.',
  input: z.object({}).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const tracks = musicTracks(workspace.timeline());
    if (tracks.length === 0)
      return unchanged('remove_music', asked, words.say('there is no music on the timeline', '时间线上没有音乐'));
    const draft = receipt('remove_music', 'done', asked, { done: [words.say('Removed the music', '已移除音乐')] });
    const edits = tracks.map(({ id }): Edit => ({ kind: 'remove-track', trackId: id }));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'remove_music', receipt: draft })).revision };
  },
});

/** How far the music gives way to speech. */
export const setDucking = defineTool({
  name: 'set_ducking',
  description:
    'Lowers the music while someone speaks: gentle (4 dB), standard (8 dB), aggressive (14 dB), off, or an amount in dB.',
  input: z
    .object({ ducking: ducking.optional(), amount_db: z.number().min(0).max(30).optional() })
    .strict()
    .refine((value) => value.ducking !== undefined || value.amount_db !== undefined, 'give ducking or amount_db'),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const tracks = musicTracks(workspace.timeline());
    if (tracks.length === 0)
      return unchanged('set_ducking', asked, words.say('there is no music on the timeline', '时间线上没有音乐'));
    const next: Ducking | null =
      asked.amount_db !== undefined
        ? asked.amount_db === 0
          ? null
          : { ...duckings.standard, amountDb: 0 - asked.amount_db }
        : asked.ducking === 'off' || asked.ducking === undefined
          ? null
          : duckings[asked.ducking];
    const changing = tracks.filter((track) => (track.ducking?.amountDb ?? 0) !== (next?.amountDb ?? 0));
    if (changing.length === 0) return unchanged('set_ducking', asked, words.say('it is set like that already', '已经是这样设置'));
    const shown = (db: number) => (db === 0 ? words.say('not at all', '不降低') : `${-db} dB`);
    const draft = receipt('set_ducking', 'done', asked, {
      done: [
        words.say(
          `Music under speech: lowered by ${shown(changing[0]!.ducking?.amountDb ?? 0)} → ${shown(next?.amountDb ?? 0)}`,
          `说话时音乐降低：${shown(changing[0]!.ducking?.amountDb ?? 0)} → ${shown(next?.amountDb ?? 0)}`,
        ),
      ],
    });
    const edits = changing.map((track): Edit => ({ kind: 'set-track', trackId: track.id, ducking: next }));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'set_ducking', receipt: draft })).revision };
  },
});

export function musicTracks(timeline: Timeline): Track[] {
  return timeline.tracks.filter(
    (track) => track.kind === 'audio' && isMusic(track) && track.items.some(({ kind }) => kind === 'clip'),
  );
}

/** Under this it is no pulse that bars could be told by. */
const leastConfidence = 0.3;

/** Where bars begin, of music that was made here or that has a clear pulse. */
async function barsOf(context: ToolContext, asset: Asset): Promise<readonly Ticks[] | undefined> {
  const own = await context.workspace.musicFacts(asset);
  if (own !== undefined) return own.downbeats;
  const { beats } = await factsIfKnown(context, asset, ['beats']);
  return beats !== undefined && beats.confidence >= leastConfidence ? beats.downbeats : undefined;
}

type MusicAsked = {
  readonly mood?: MusicMood | undefined;
  readonly bpm?: number | undefined;
  readonly key?: string | undefined;
  readonly asset?: string | undefined;
  readonly another?: boolean | undefined;
};
type Found = {
  readonly asset: Asset;
  readonly loop?: { readonly start: number; readonly end: number } | undefined;
  readonly made?: { readonly mood: MusicMood; readonly bpm: number; readonly key: string } | undefined;
};

/** What the user brought for it, else music that is made now. */
async function musicFor(
  { workspace, words }: ToolContext,
  asked: MusicAsked,
  { timeline, seconds }: { readonly timeline: Timeline; readonly seconds: number },
): Promise<Found | { readonly why: string }> {
  const sounds: Asset[] = [];
  const made: Asset[] = [];
  for (const asset of workspace.assets()) {
    // What was spoken here is no music.
    if (asset.kind !== 'audio' || workspace.writer.notes().takes.some(({ assetId }) => assetId === asset.id)) continue;
    ((await workspace.musicFacts(asset)) === undefined ? sounds : made).push(asset);
  }
  const story = new Set(
    soundClips(timeline)
      .filter(({ track }) => !isMusic(track))
      .map(({ clip }) => clip.assetId),
  );
  const now = soundClips(timeline).find(({ track }) => isMusic(track))?.clip.assetId;
  if (asked.asset !== undefined) {
    const named = sounds.find(({ name }) => name.toLowerCase().includes(asked.asset!.toLowerCase()));
    if (named === undefined)
      return { why: words.say(`there is no uploaded sound called "${asked.asset}"`, `没有名为“${asked.asset}”的音频`) };
    return { asset: named };
  }
  const wantsMade = asked.mood !== undefined || asked.bpm !== undefined || asked.key !== undefined;
  const own = sounds.filter(({ id }) => !story.has(id) && (asked.another !== true || id !== now)).at(-1);
  if (own !== undefined && !wantsMade) return { asset: own };
  const last = asked.another === true ? made.find(({ id }) => id === now) : undefined;
  const known = last === undefined ? undefined : await workspace.musicFacts(last);
  const { assetId, facts } = await workspace.makeMusic({
    mood: asked.mood ?? known?.mood ?? 'lo-fi',
    seconds: Math.max(8, Math.min(longestMadeSeconds, Math.ceil(seconds))),
    ...(asked.bpm === undefined ? {} : { bpm: asked.bpm }),
    ...(asked.key === undefined ? {} : { key: keyName(asked.key) }),
    ...(asked.another === true ? { seed: made.length + 1 } : {}),
  });
  const asset = workspace.assets().find(({ id }) => id === assetId)!;
  return { asset, loop: facts.loop, made: facts };
}

function keyName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1).replace('♯', '#').replace('♭', 'b');
}

const chineseMoods: Readonly<Record<MusicMood, string>> = {
  'lo-fi': 'Lo-fi',
  upbeat: '欢快',
  calm: '舒缓',
  cinematic: '电影感',
  corporate: '商务',
  suspense: '悬疑',
};

function madeName(
  { mood, bpm, key }: { readonly mood: MusicMood; readonly bpm: number; readonly key: string },
  words: Words,
): string {
  return words.say(`"${mood}, ${bpm} bpm, ${key}"`, `“${chineseMoods[mood]}，${bpm} bpm，${key}”`);
}

function toDb(percent: number): number {
  return Math.round(20 * Math.log10(percent / 100) * 100) / 100;
}
