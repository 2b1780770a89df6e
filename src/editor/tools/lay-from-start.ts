/** A sound that is to be that of the video, where nothing tells how they lie: both start together, and that is said. */
import { mainAudioStream, type Asset } from '#core/asset';
import { milliseconds, minTicks, rangeBetween, rangeEnd, ratio, seconds, toSeconds, zero, type Ratio } from '#core/time';
import type { Edit, Timeline } from '#core/timeline';
import { receipt } from './receipt.ts';
import { soundClips } from './sound-clips.ts';
import { takeOff } from './sync-audio.ts';
import { storyPictures } from './targets.ts';
import type { ToolContext } from './tool.ts';
import type { Words } from './words.ts';

/** Speech that would be cut off at the end is said up to this much faster instead. */
const mostSpeed = 1.08;

/** Over all of the story's pictures; the own sound of the camera, where it has one, gives way. */
export async function layFromStart(
  context: ToolContext,
  asked: object,
  { camera, other }: { readonly camera: Asset; readonly other: Asset },
) {
  const { workspace, words } = context;
  const cleared: Edit[] = [
    ...takeOff(workspace.timeline(), other),
    ...soundClips(workspace.timeline())
      .filter(({ clip }) => clip.assetId === camera.id)
      .map(({ clip }): Edit => ({ kind: 'remove-item', itemId: clip.id, close: 'leave-gap' })),
  ];
  const preview = workspace.preview(cleared);
  const pictures = storyPictures(preview);
  const [first, last] = [pictures[0]!, pictures.at(-1)!];
  const room = rangeBetween(first.range.start, rangeEnd(last.range));
  const track = preview.tracks.find(({ kind, follows, items }) => kind === 'audio' && follows === 'ripple' && isFree(items));
  const trackId = track?.id ?? `trk_${preview.nextId}`;
  const over = toSeconds(other.duration) - toSeconds(room.duration);
  const speed = over > 0.02 ? await speedFor(context, other, toSeconds(room.duration)) : undefined;
  const length = speed === undefined ? minTicks(other.duration, room.duration) : other.duration;
  const isWhole = pictures.length === 1 && speed === undefined && length === room.duration;
  const edits: Edit[] = [
    ...cleared,
    ...(track === undefined ? [{ kind: 'add-track', track: { kind: 'audio', name: 'Sound', follows: 'ripple' } } as const] : []),
    {
      kind: 'overwrite',
      trackId,
      at: room.start,
      item: {
        kind: 'clip',
        assetId: other.id,
        streamIndex: mainAudioStream(other)!.index,
        sourceRange: { start: zero, duration: length },
        ...(speed === undefined ? {} : { speed }),
        ...(isWhole ? { linkId: first.clip.linkId ?? 'sound' } : {}),
      },
    },
  ];
  const faster = speed === undefined ? 0 : (speed.num / speed.den - 1) * 100;
  const draft = receipt('sync_audio', 'done', asked, {
    done: [
      mainAudioStream(camera) === undefined
        ? words.say(
            `${camera.name} has no sound of its own to measure by, so ${other.name} starts with the picture`,
            `${camera.name} 没有可供测量的声音，因此 ${other.name} 与画面同时开始`,
          )
        : words.say(
            `${other.name} has nothing in common with the sound of ${camera.name} to measure by, so it starts with the picture and takes the place of that sound`,
            `${other.name} 与 ${camera.name} 的声音没有可供测量的共同内容，因此与画面同时开始并替换原声`,
          ),
      ...(speed === undefined
        ? []
        : [
            words.say(
              `It is ${over.toFixed(1)} s longer than the picture and speaks to its end, so it plays ${faster.toFixed(1)} % faster`,
              `它比画面长 ${over.toFixed(1)} 秒且说到结尾，因此加快 ${faster.toFixed(1)}% 播放`,
            ),
          ]),
    ],
    facts: { offsetMs: 0, measured: false, fasterPercent: Math.round(faster * 10) / 10 },
    warnings: speed === undefined ? lengthWarnings(over, words) : [],
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'sync_audio', receipt: draft })).revision };
}

/** What is left out or missing at the end, where it is worth a word. */
function lengthWarnings(over: number, words: Words): string[] {
  if (Math.abs(over) < 0.1) return [];
  return [
    over > 0
      ? words.say(
          `the sound is ${over.toFixed(1)} s longer than the picture; the rest is left out`,
          `声音比画面长 ${over.toFixed(1)} 秒，多余部分未放入`,
        )
      : words.say(`the sound ends ${(-over).toFixed(1)} s before the picture`, `声音比画面早 ${(-over).toFixed(1)} 秒结束`),
  ];
}

/** How much faster all of a sound fits; nothing where its end is silent or it would have to hurry. */
async function speedFor({ workspace }: ToolContext, sound: Asset, roomSeconds: number): Promise<Ratio | undefined> {
  const factor = Math.ceil((toSeconds(sound.duration) / roomSeconds) * 10_000);
  if (factor > mostSpeed * 10_000) return undefined;
  const { speech } = await workspace.soundFacts(sound, ['speech']);
  const cut = seconds(roomSeconds) - milliseconds(20);
  return speech?.speech.some((one) => rangeEnd(one) > cut) === true ? ratio(factor, 10_000) : undefined;
}

function isFree(items: Timeline['tracks'][number]['items']): boolean {
  return items.every((item) => item.kind === 'gap');
}
