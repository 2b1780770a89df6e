import { z } from 'zod';
import { mainAudioStream, type Asset } from '#core/asset';
import { contains, ticks, timeRange, type Ticks, type TimeRange } from '#core/time';
import { getItem, primaryTrack, sourceToRecord, timelineDuration, type Edit } from '#core/timeline';
import { beatsNear, cutsOf, montageMove, rollTo, type Beats, type CutMove } from './beat-cuts.ts';
import { addMusic, musicTracks } from './music.ts';
import { receipt, unchanged } from './receipt.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import { storyPictures } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

/** Under this it is no pulse that a cut could be heard to follow. */
const leastConfidence = 0.3;

/** Moves the cuts of the story onto the beats of its music. */
export const cutToBeats = defineTool({
  name: 'cut_to_beats',
  description:
    'Moves cuts (and the transitions on them) onto the beats of the music on the timeline. Where people talk a cut moves by at most 200 ms, to downbeats first, never into a word, and the length stays. Photos and clips without speech get lengths that end on beats. Needs music on the timeline, or with_music.',
  input: z
    .object({ with_music: z.boolean().optional().describe('Lay music under the video first, where there is none') })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const story = primaryTrack(timeline);
    if (story === undefined || story.kind !== 'video' || cutsOf(story).length === 0)
      return unchanged('cut_to_beats', asked, words.say('there are no cuts to move', '没有可移动的剪切点'));
    const bed =
      asked.with_music === true && musicTracks(timeline).length === 0 ? await addMusic.run(context, {} as never) : undefined;
    if (bed !== undefined && bed.status !== 'done') return bed;
    const beats = await musicBeats(context);
    if (beats === undefined)
      return unchanged(
        'cut_to_beats',
        asked,
        words.say('there is no music with a clear beat on the timeline', '时间线上没有节拍明确的音乐'),
      );
    const speech = await spokenRanges(context);
    const moves = [...speech.values()].some((ranges) => ranges.length > 0)
      ? rollCuts(context, beats, speech)
      : fitMontage(context, beats, speech);
    const edits = moves.moves.flatMap(({ edits: own }) => own);
    const facts = {
      cuts: moves.total,
      onBeat: moves.moves.length,
      moved: moves.moves.filter(({ edits: own }) => own.length > 0).length,
    };
    const skipped =
      moves.total > moves.moves.length
        ? [
            {
              what: words.say(plural(moves.total - moves.moves.length, 'cut'), `${moves.total - moves.moves.length} 处剪切`),
              reason: words.say('no beat within reach that would not cut a word', '附近没有不切断话语的节拍'),
            },
          ]
        : [];
    if (edits.length === 0) {
      if (bed !== undefined) return { ...bed, tool: 'cut_to_beats', asked, skipped, facts };
      if (skipped.length > 0) return receipt('cut_to_beats', 'unchanged', asked, { skipped, facts });
      return unchanged('cut_to_beats', asked, words.say('every cut is on a beat already', '所有剪切点都已在节拍上'));
    }
    const draft = receipt('cut_to_beats', skipped.length > 0 ? 'partial' : 'done', asked, {
      done: [
        ...(bed?.done ?? []),
        words.say(
          `Moved ${plural(facts.moved, 'cut')} onto beats; ${facts.onBeat} of ${facts.cuts} lie on one now`,
          `已将 ${facts.moved} 处剪切移到节拍上；现在 ${facts.cuts} 处中有 ${facts.onBeat} 处在节拍上`,
        ),
      ],
      skipped,
      facts,
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'cut_to_beats', receipt: draft })).revision };
  },
});

/** Beats in record time, of music by its track's name, else of any sound that pulses without a word in it. */
async function musicBeats({ workspace }: ToolContext): Promise<Beats | undefined> {
  const clips = soundClips(workspace.timeline()).filter(
    ({ track }) => !track.muted && (isMusic(track) || track.follows === 'fixed'),
  );
  const all: { beats: Ticks[]; downbeats: Ticks[] } = { beats: [], downbeats: [] };
  const length = timelineDuration(workspace.timeline());
  for (const { clip, range } of clips) {
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    const facts = asset === undefined ? undefined : await beatsOf(workspace, asset);
    if (facts === undefined) continue;
    const place = (beat: Ticks) =>
      contains(clip.sourceRange, beat) ? (sourceToRecord(clip, range.start, timeRange(beat, ticks(1)))?.start ?? []) : [];
    all.beats.push(...facts.beats.flatMap(place).filter((beat) => beat < length));
    all.downbeats.push(...facts.downbeats.flatMap(place).filter((beat) => beat < length));
  }
  return all.beats.length < 4 ? undefined : all;
}

async function beatsOf(workspace: ToolContext['workspace'], asset: Asset): Promise<Beats | undefined> {
  const own = await workspace.musicFacts(asset);
  if (own !== undefined) return own;
  const { beats } = await workspace.soundFacts(asset, ['beats']);
  return beats !== undefined && beats.confidence >= leastConfidence ? beats : undefined;
}

async function spokenRanges({ workspace }: ToolContext): Promise<Map<string, readonly TimeRange[]>> {
  const found = new Map<string, readonly TimeRange[]>();
  for (const { clip } of storyPictures(workspace.timeline())) {
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    if (asset === undefined || found.has(asset.id)) continue;
    const heard = asset.kind === 'video' && mainAudioStream(asset) !== undefined;
    found.set(asset.id, heard ? ((await workspace.soundFacts(asset, ['speech'])).speech?.speech ?? []) : []);
  }
  return found;
}

type Moved = { readonly moves: readonly CutMove[]; readonly total: number };

function rollCuts({ workspace }: ToolContext, beats: Beats, speech: ReadonlyMap<string, readonly TimeRange[]>): Moved {
  const moves: CutMove[] = [];
  const total = cutsOf(primaryTrack(workspace.timeline())!).length;
  for (const { at } of cutsOf(primaryTrack(workspace.timeline())!)) {
    const timeline = workspace.preview(moves.flatMap(({ edits }) => edits));
    const around = {
      timeline,
      story: primaryTrack(timeline)!,
      assets: byId(workspace.assets()),
      speech,
      frameRate: timeline.frameRate,
    };
    for (const beat of beatsNear(at, beats)) {
      const move = rollTo(at, beat, around);
      if (move === undefined) continue;
      moves.push(move);
      break;
    }
  }
  return { moves, total };
}

function fitMontage({ workspace }: ToolContext, beats: Beats, speech: ReadonlyMap<string, readonly TimeRange[]>): Moved {
  const moves: CutMove[] = [];
  const clips = storyPictures(workspace.timeline());
  // The last clip's end is the end of the video, not a cut.
  for (const { clip } of clips.slice(0, -1)) {
    const edits: readonly Edit[] = moves.flatMap((move) => move.edits);
    const timeline = workspace.preview(edits);
    const { item, range } = getItem(timeline, clip.id);
    if (item.kind !== 'clip') continue;
    const around = {
      timeline,
      story: primaryTrack(timeline)!,
      assets: byId(workspace.assets()),
      speech,
      frameRate: timeline.frameRate,
    };
    const move = montageMove(item, range, beats, around);
    if (move !== undefined) moves.push(move);
  }
  return { moves, total: Math.max(0, clips.length - 1) };
}

function byId(assets: readonly Asset[]): ReadonlyMap<string, Asset> {
  return new Map(assets.map((asset) => [asset.id, asset]));
}
