/** Sound moved by an amount that the user named or that was measured, whatever cuts the timeline has. */
import { mainAudioStream } from '#core/asset';
import { milliseconds, zero, type Ticks, type TimeRange } from '#core/time';
import { timelineDuration, type Clip, type Edit } from '#core/timeline';
import { factsIfKnown } from './facts-if-known.ts';
import { receipt, unchanged } from './receipt.ts';
import { losesWords, slipTrack } from './slip-track.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import type { ToolContext } from './tool.ts';
import { plural } from './words.ts';

/** All sound of the story by `laterMs`, words at cuts left whole. */
export async function moveSound(context: ToolContext, asked: object, laterMs: number) {
  const { workspace, words } = context;
  const clips = soundClips(workspace.timeline()).filter(({ track }) => track.follows === 'ripple' && !isMusic(track));
  if (clips.length === 0)
    return unchanged('sync_audio', asked, words.say('there is no sound on the timeline', '时间线上没有声音'));
  if (laterMs === 0) return unchanged('sync_audio', asked, words.say('0 ms is where it is already', '0 毫秒即为当前位置'));
  const moved = await slipClips(context, new Set(clips.map(({ clip }) => clip.id)), milliseconds(laterMs));
  const amount = Math.abs(laterMs);
  const draft = receipt('sync_audio', 'done', asked, {
    done: [
      laterMs > 0
        ? words.say(`Moved the sound ${amount} ms later against the picture`, `已将声音相对画面推后 ${amount} 毫秒`)
        : words.say(`Moved the sound ${amount} ms earlier against the picture`, `已将声音相对画面提前 ${amount} 毫秒`),
      ...moved.done,
    ],
    facts: { soundLaterMs: laterMs, cuts: moved.cuts, cutsMovedWithSound: moved.moved },
    warnings: moved.warnings,
  });
  return { ...draft, revision: (await workspace.commit(moved.edits, { tool: 'sync_audio', receipt: draft })).revision };
}

export type MovedSound = {
  readonly edits: readonly Edit[];
  readonly cuts: number;
  readonly moved: number;
  /** What to say of cuts, and of words that are gone. */
  readonly done: readonly string[];
  readonly warnings: readonly string[];
};

/** The named clips `by` later. Looks for words only where there are cuts. */
export async function slipClips(context: ToolContext, ids: ReadonlySet<string>, by: Ticks): Promise<MovedSound> {
  const { workspace, words } = context;
  const timeline = workspace.timeline();
  const assets = new Map(workspace.assets().map((asset) => [asset.id, asset]));
  const chosen = soundClips(timeline).filter(({ clip }) => ids.has(clip.id));
  const speech = chosen.length > 1 ? await speechOf(context, new Set(chosen.map(({ clip }) => clip.assetId))) : new Map();
  const end = timelineDuration(timeline);
  const tracks = timeline.tracks.filter((track) => chosen.some((placed) => placed.track.id === track.id));
  const slipped = tracks.map((track) =>
    slipTrack(track, { by: (clip: Clip) => (ids.has(clip.id) ? by : zero), assets, speech, end }),
  );
  const cuts = slipped.reduce((sum, one) => sum + one.cuts, 0);
  const moved = slipped.reduce((sum, one) => sum + one.moved, 0);
  const lost = chosen.some(({ clip, range }) => losesWords(clip, range, { by, speech: speech.get(clip.assetId) ?? [] }));
  return {
    edits: slipped.flatMap(({ edits }) => edits),
    cuts,
    moved,
    done:
      moved === 0
        ? []
        : [
            words.say(
              `At ${plural(moved, 'cut')} of ${cuts} the sound now changes ${Math.round(Math.abs(toMs(by)))} ms ${by < 0 ? 'before' : 'after'} the picture, so that no word is cut`,
              `${cuts} 处剪切中有 ${moved} 处声音比画面${by < 0 ? '早' : '晚'} ${Math.round(Math.abs(toMs(by)))} 毫秒切换，以免切断话语`,
            ),
          ],
    warnings: lost
      ? [
          words.say(
            'someone speaks in the first moment of the sound, which now lies before the picture and is left out',
            '声音开头有人说话，这一段现在位于画面之前，已略去',
          ),
        ]
      : [],
  };
}

/** An asset that is missing here keeps the words at its cuts unlooked. */
async function speechOf(context: ToolContext, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly TimeRange[]>> {
  const found = new Map<string, readonly TimeRange[]>();
  for (const asset of context.workspace.assets()) {
    if (!ids.has(asset.id) || mainAudioStream(asset) === undefined) continue;
    const { speech } = await factsIfKnown(context, asset, ['speech']);
    if (speech !== undefined) found.set(asset.id, speech.speech);
  }
  return found;
}

function toMs(time: number): number {
  return time / milliseconds(1);
}
