import { z } from 'zod';
import { mainAudioStream, mainVideoStream } from '#core/asset';
import { milliseconds, seconds } from '#core/time';
import { receipt, unchanged } from './receipt.ts';
import { defineTool } from './tool.ts';

/** Measures the footage and says what it found. */
export const analyze = defineTool({
  name: 'analyze',
  description:
    'Measures the uploaded recordings: length, noise floor, loudness, pauses; sharpness and light, for choosing among takes. Changes nothing. For what is wrong use diagnose.',
  input: z.object({}).strict(),
  changes: false,
  run: async ({ workspace, words }, asked) => {
    const assets = workspace.assets();
    if (assets.length === 0)
      return unchanged('analyze', asked, words.say('there is no footage yet; upload a file first', '还没有素材，请先上传文件'));
    const done: string[] = [];
    const takes: { readonly name: string; readonly sharpness: number }[] = [];
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
    for (const asset of assets) {
      if (asset.kind !== 'video' || mainVideoStream(asset) === undefined) continue;
      const { quality } = await workspace.pictureFacts(asset, ['quality']);
      if (quality === undefined || quality.sharpness.length === 0) continue;
      const sharpness = middleOf(quality.sharpness);
      takes.push({ name: asset.name, sharpness });
      const best = Math.max(...quality.sharpness);
      const [at, light] = [words.clock(seconds(quality.sharpness.indexOf(best))), Math.round(middleOf(quality.exposure) * 100)];
      const [judged, chinese] = sharpness < 2 ? ['soft', '偏软'] : sharpness > 5 ? ['crisp', '清晰'] : ['ordinary', '一般'];
      done.push(
        words.say(
          `${asset.name}: sharpness ${sharpness.toFixed(1)} (${judged}), sharpest at ${at} (${best.toFixed(1)}), light ${light} %`,
          `${asset.name}：清晰度 ${sharpness.toFixed(1)}（${chinese}），最清晰处 ${at}（${best.toFixed(1)}），亮度 ${light}%`,
        ),
      );
    }
    if (takes.length > 1) {
      const sorted = takes.toSorted((a, b) => b.sharpness - a.sharpness);
      const list = sorted.map(({ name, sharpness }) => `${name} (${sharpness.toFixed(1)})`);
      done.push(words.say(`Sharpest first: ${list.join(', ')}`, `按清晰度排序：${list.join('、')}`));
    }
    return receipt('analyze', 'done', asked, {
      done,
      ...(takes.length === 0 ? {} : { facts: { sharpest: takes.toSorted((a, b) => b.sharpness - a.sharpness)[0]!.name } }),
    });
  },
});

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
