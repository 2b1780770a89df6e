/** One file whose sound may lie beside its picture: measured on events that are seen and heard, moved only where that is sure. */
import { mainAudioStream, type Asset } from '#core/asset';
import { milliseconds } from '#core/time';
import { receipt, unchanged } from './receipt.ts';
import { slipClips } from './move-sound.ts';
import { placedClips, soundClips } from './sound-clips.ts';
import type { ToolContext } from './tool.ts';

/** Less than this nobody sees, and the measurement is no finer. */
const leastMs = 40;

/** Moves nothing where the offset is not found or too small to see; then the user may name it. */
export async function syncWithItself(context: ToolContext, asked: object, asset: Asset) {
  const { workspace, words } = context;
  if (mainAudioStream(asset) === undefined)
    return unchanged(
      'sync_audio',
      asked,
      words.say('the video has no sound, and there is no separate sound file', '视频没有声音，也没有单独的声音文件'),
    );
  const facts = await workspace.selfSyncFacts(asset);
  if (!facts.found)
    // Refused, not waiting: what else was asked for does not depend on it, and the answer is a wish of its own.
    return receipt('sync_audio', 'refused', asked, {
      question: words.say(
        'Sound and picture have too few clear events in common to measure by. How many milliseconds is the sound late or early? For example "the audio is 200 ms late"',
        '声音和画面没有足够的共同事件可供测量。声音晚了或早了多少毫秒？例如“声音晚了200毫秒”',
      ),
      facts: { confidence: facts.confidence },
    });
  const { soundLateMs, confidence, matched, events } = facts;
  const evidence =
    facts.by === 'mouth'
      ? words.say('the mouth goes with the voice there', '口型与声音在该处吻合')
      : words.say(`${matched} of ${events} events are seen too`, `${events} 个事件中 ${matched} 个与画面吻合`);
  const figures = { soundLateMs, confidence };
  const clips = soundClips(workspace.timeline()).filter(({ clip }) => clip.assetId === asset.id);
  // Clips whose sound was moved already no longer lie where the file has them.
  const pictures = placedClips(workspace.timeline(), 'video');
  const untouched = clips.filter(({ clip }) =>
    pictures.some(
      (picture) =>
        clip.linkId !== undefined &&
        picture.clip.linkId === clip.linkId &&
        picture.clip.sourceRange.start === clip.sourceRange.start,
    ),
  );
  if (Math.abs(soundLateMs) < leastMs || untouched.length === 0)
    return receipt('sync_audio', 'unchanged', asked, {
      skipped: [
        {
          what: asset.name,
          reason: words.say(
            `sound and picture lie together: ${soundLateMs} ms, confidence ${confidence}`,
            `声音与画面同步：${soundLateMs} 毫秒，置信度 ${confidence}`,
          ),
        },
      ],
      facts: figures,
    });
  const moved = await slipClips(context, new Set(untouched.map(({ clip }) => clip.id)), milliseconds(-soundLateMs));
  const amount = Math.abs(soundLateMs);
  const draft = receipt('sync_audio', 'done', asked, {
    done: [
      words.say(
        `The sound was ${amount} ms ${soundLateMs > 0 ? 'late' : 'early'} (${evidence}, confidence ${confidence}); moved it into place`,
        `声音${soundLateMs > 0 ? '晚' : '早'}了 ${amount} 毫秒（${evidence}，置信度 ${confidence}），已对齐`,
      ),
      ...moved.done,
    ],
    facts: figures,
    warnings: moved.warnings,
  });
  return { ...draft, revision: (await workspace.commit(moved.edits, { tool: 'sync_audio', receipt: draft })).revision };
}
