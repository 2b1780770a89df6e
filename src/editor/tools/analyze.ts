import { z } from 'zod';
import { mainAudioStream } from '#core/asset';
import { milliseconds } from '#core/time';
import { receipt, unchanged } from './receipt.ts';
import { defineTool } from './tool.ts';

/** Measures the footage and says what it found. */
export const analyze = defineTool({
  name: 'analyze',
  description: 'Measures the uploaded recordings: length, noise floor, loudness, pauses. Changes nothing.',
  input: z.object({}).strict(),
  changes: false,
  run: async ({ workspace, words }, asked) => {
    const assets = workspace.assets();
    if (assets.length === 0)
      return unchanged('analyze', asked, words.say('there is no footage yet; upload a file first', '还没有素材，请先上传文件'));
    const done: string[] = [];
    for (const asset of assets) {
      const length = words.clock(asset.duration);
      if (mainAudioStream(asset) === undefined) {
        done.push(words.say(`${asset.name}: ${length}, no sound`, `${asset.name}：${length}，无声音`));
        continue;
      }
      const { speech, noise, loudness } = await workspace.soundFacts(asset, ['speech', 'noise', 'loudness']);
      const long = speech?.pauses.filter((pause) => pause.duration >= milliseconds(700)).length ?? 0;
      const [floor, level, snr] = [noise?.floorDbfs ?? -120, noise?.speechDbfs ?? -120, noise?.snrDb ?? 0].map((value) =>
        value.toFixed(1).replace('-', '−'),
      );
      const lufs = (loudness?.integratedLufs ?? -120).toFixed(1).replace('-', '−');
      done.push(
        words.say(
          `${asset.name}: ${length}, loudness ${lufs} LUFS, noise floor ${floor} dBFS, speech ${level} dBFS (${snr} dB apart), ${long} pauses over 0.7 s`,
          `${asset.name}：${length}，响度 ${lufs} LUFS，底噪 ${floor} dBFS，人声 ${level} dBFS（相差 ${snr} dB），超过 0.7 秒的停顿 ${long} 处`,
        ),
      );
    }
    return receipt('analyze', 'done', asked, { done });
  },
});
