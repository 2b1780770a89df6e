/** One file whose sound may lie beside its picture: measured on events that are seen and heard, moved only where that is sure. */
import type { Asset } from '#core/asset';
import { receipt, unchanged } from './receipt.ts';
import type { ToolContext } from './tool.ts';
import { mainAudioStream } from '#core/asset';

/** Moves nothing where the offset is not found or too small to see. */
export async function syncWithItself({ words }: ToolContext, asked: object, asset: Asset) {
  if (mainAudioStream(asset) === undefined)
    return unchanged(
      'sync_audio',
      asked,
      words.say('the video has no sound, and there is no separate sound file', '视频没有声音，也没有单独的声音文件'),
    );
  return receipt('sync_audio', 'needs-answer', asked, {
    question: words.say(
      'How many milliseconds is the sound late or early? For example "the audio is 200 ms late"',
      '声音晚了或早了多少毫秒？例如“声音晚了200毫秒”',
    ),
  });
}
