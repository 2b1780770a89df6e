import { z } from 'zod';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { milliseconds, rangeEnd, toSeconds, type TimeRange } from '#core/time';
import type { Edit, Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { isMusic, placedClips, soundClips, type PlacedClip } from './sound-clips.ts';
import { layFromStart } from './lay-from-start.ts';
import { moveSound } from './move-sound.ts';
import { layOver, rateOfPpm } from './slip-sound.ts';
import { syncWithItself } from './sync-itself.ts';
import { storyPictures } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { isNarration } from './writer/narration-track.ts';

/** Under this the clocks of two devices stay so near that nothing is retimed: milliseconds over the whole clip. */
const leastDriftMs = 1;

/** Brings sound and picture together: a separate recording, a silent video with its sound, a named offset, or one file. */
export const syncAudio = defineTool({
  name: 'sync_audio',
  description:
    'Brings sound and picture into sync. With sound_later_ms: moves the sound of the video by exactly that (negative: earlier; "audio is 200 ms late" is -200). Without it: lays a separately recorded sound under the picture in place of the camera sound, measured, drift included; puts the one sound file under a silent video; or, with neither, looks for an offset inside the one file. Says its confidence and changes nothing where it is not sure.',
  input: z
    .object({
      sound_later_ms: z
        .number()
        .min(-10_000)
        .max(10_000)
        .optional()
        .describe('Move the sound by this many milliseconds; positive later, negative earlier'),
      or_start_together: z
        .boolean()
        .optional()
        .describe('The sound is to be that of the video: where nothing can be measured both start together, and that is said'),
      recording: z.string().max(200).optional().describe('Words of the name of the separate recording, where there are several'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    if (asked.sound_later_ms !== undefined) return moveSound(context, asked, asked.sound_later_ms);
    const timeline = workspace.timeline();
    const pictures = storyPictures(timeline);
    if (pictures.length === 0)
      return unchanged('sync_audio', asked, words.say('there is no picture on the timeline', '时间线上没有画面'));
    const camera = workspace.assets().find(({ id }) => id === pictures[0]!.clip.assetId)!;
    const recordings = await separateRecordings(context, camera, asked.recording);
    if (recordings.length > 1)
      return receipt('sync_audio', 'needs-answer', asked, {
        question: words.say(
          `Which recording belongs to the picture: ${recordings.map(({ name }) => name).join(', ')}?`,
          `哪个录音与画面对应：${recordings.map(({ name }) => name).join('、')}？`,
        ),
      });
    const [other] = recordings;
    if (asked.recording !== undefined && other === undefined)
      return unchanged(
        'sync_audio',
        asked,
        words.say(`there is no recording called "${asked.recording}"`, `没有名为“${asked.recording}”的录音`),
      );
    if (other === undefined) return syncWithItself(context, asked, camera);
    const together =
      mainAudioStream(camera) === undefined ||
      (asked.or_start_together === true && !(await workspace.syncFacts(camera, other)).found);
    return together ? layFromStart(context, asked, { camera, other }) : layUnderCamera(context, asked, { camera, other });
  },
});

export type Pair = { readonly camera: Asset; readonly other: Asset };

/** Sound files that may be of the same event: not the camera's own, no music that was made or laid as music here, no narration. */
export async function separateRecordings({ workspace }: ToolContext, camera: Asset, name: string | undefined): Promise<Asset[]> {
  const music = new Set(
    soundClips(workspace.timeline()).flatMap(({ track, clip }) => (isMusic(track) || isNarration(track) ? [clip.assetId] : [])),
  );
  const spoken = new Set(workspace.writer.notes().takes.map(({ assetId }) => assetId));
  const sounding = workspace
    .assets()
    .filter((asset) => asset.id !== camera.id && !spoken.has(asset.id) && mainAudioStream(asset) !== undefined);
  if (name !== undefined) return sounding.filter((asset) => asset.name.toLowerCase().includes(name.toLowerCase()));
  const found: Asset[] = [];
  for (const asset of sounding) {
    if (mainVideoStream(asset) !== undefined || music.has(asset.id)) continue;
    if ((await workspace.musicFacts(asset)) === undefined) found.push(asset);
  }
  return found;
}

export async function layUnderCamera({ workspace, words }: ToolContext, asked: object, { camera, other }: Pair) {
  const facts = await workspace.syncFacts(camera, other);
  if (!facts.found) {
    const why = {
      'no-overlap': words.say('the two recordings have nothing in common that stands out', '两段录音没有明显的共同内容'),
      ambiguous: words.say('it repeats, so several places fit alike', '内容重复，有多处同样吻合'),
      unclear: words.say('too few stretches agree', '吻合的片段太少'),
    }[facts.reason];
    return receipt('sync_audio', 'unchanged', asked, {
      skipped: [
        {
          what: other.name,
          reason: words.say(`not moved: ${why} (confidence ${facts.confidence})`, `未移动：${why}（置信度 ${facts.confidence}）`),
        },
      ],
      facts: { confidence: facts.confidence },
    });
  }
  const cleared = takeOff(workspace.timeline(), other);
  const own = soundClips(workspace.preview(cleared)).filter(({ clip }) => clip.assetId === camera.id);
  const driftMs = Math.abs(facts.driftPpm) * 1e-6 * toSeconds(camera.duration) * 1000;
  const rate = rateOfPpm(driftMs < leastDriftMs ? 0 : facts.driftPpm);
  const streamIndex = mainAudioStream(other)!.index;
  const laid = own.flatMap(
    (placed) => layOver(placed, { asset: other, streamIndex }, { offset: milliseconds(facts.offsetMs), rate }) ?? [],
  );
  if (laid.length === 0)
    return unchanged(
      'sync_audio',
      asked,
      words.say('the recording covers none of what is on the timeline', '该录音未覆盖时间线上的内容'),
    );
  const uncovered =
    own.reduce((sum, { range }) => sum + range.duration, 0) - laid.reduce((sum, { range }) => sum + range.duration, 0);
  const draft = receipt('sync_audio', 'done', asked, {
    done: [
      words.say(
        `Laid ${other.name} under the picture in place of the camera sound: it runs ${signed(facts.offsetMs)} ms ahead, drift ${signed(facts.driftPpm)} ppm, confidence ${facts.confidence} (${facts.agreeing} of ${facts.compared} stretches agree)`,
        `已用 ${other.name} 替换相机声音并对齐：领先 ${signed(facts.offsetMs)} 毫秒，漂移 ${signed(facts.driftPpm)} ppm，置信度 ${facts.confidence}（${facts.compared} 段中 ${facts.agreeing} 段吻合）`,
      ),
    ],
    facts: { offsetMs: facts.offsetMs, driftPpm: facts.driftPpm, confidence: facts.confidence },
    warnings:
      uncovered > milliseconds(100)
        ? [
            words.say(
              `the recording is missing for ${(uncovered / milliseconds(1000)).toFixed(1)} s, where the camera sound stays`,
              `有 ${(uncovered / milliseconds(1000)).toFixed(1)} 秒没有该录音，保留相机声音`,
            ),
          ]
        : [],
  });
  const edits = [...cleared, ...laid.map(({ edit }) => edit)];
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'sync_audio', receipt: draft })).revision };
}

/** Clips that an upload placed of the recording by itself come off, last first; time that only they filled closes. */
export function takeOff(timeline: Timeline, other: Asset): Edit[] {
  const pictures = placedClips(timeline, 'video');
  const shares = (range: TimeRange) =>
    pictures.some((placed: PlacedClip) => placed.range.start < rangeEnd(range) && range.start < rangeEnd(placed.range));
  return soundClips(timeline)
    .filter(({ clip }) => clip.assetId === other.id)
    .toReversed()
    .map(({ clip, range, track }): Edit =>
      shares(range) || track.follows === 'fixed'
        ? { kind: 'remove-item', itemId: clip.id, close: 'leave-gap' }
        : { kind: 'ripple-delete', range },
    );
}

export function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${Number(value.toFixed(2))}`.replace('-', '−');
}
