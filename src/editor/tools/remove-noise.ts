import { z } from 'zod';
import { mainAudioStream, type Asset } from '#core/asset';
import type { Clip, Edit } from '#core/timeline';
import type { DenoiseFacts } from '#engine/tasks';
import { chosenSound, soundFields } from './chosen-sound.ts';
import { receipt, unchanged } from './receipt.ts';
import { soundClips } from './sound-clips.ts';
import { defineTool, type ToolContext } from './tool.ts';
import type { Words } from './words.ts';

const input = z
  .object({
    strength: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('How much of the noise to take, 0 to 1; default 1: as much as speech allows'),
    ...soundFields,
  })
  .strict();

/** Takes background noise away from every recording on the timeline that has some; measures first, and leaves clean ones alone. */
export const removeNoise = defineTool({
  name: 'remove_noise',
  description:
    'Removes background noise (hiss, hum, fans, traffic) from the sound, guarded by measurement so that words are not hurt. Leaves clean recordings alone. Does not change the length.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const strength = asked.strength ?? 1;
    const audible = soundClips(workspace.timeline()).filter(({ track }) => !track.muted);
    const clips = chosenSound(context, audible, asked);
    if ('why' in clips) return unchanged('remove_noise', asked, clips.why);
    if (clips.length === 0)
      return unchanged('remove_noise', asked, words.say('there is no sound on the timeline', '时间线上没有声音'));
    if (strength === 0)
      return removeEffect(
        context,
        asked,
        clips.map(({ clip }) => clip),
      );
    const outcome = { done: [] as string[], skipped: [] as { what: string; reason: string }[], warnings: [] as string[] };
    const facts: Record<string, number | string | boolean> = {};
    const edits: Edit[] = [];
    for (const asset of usedAssets(
      workspace.assets(),
      clips.map(({ clip }) => clip),
    )) {
      const found = await workspace.measureDenoise(asset, strength);
      if (found.skipped) {
        outcome.skipped.push({
          what: asset.name,
          reason: whySkipped(found, words),
        });
        continue;
      }
      outcome.done.push(
        words.say(
          `Removed background noise from ${asset.name}: floor ${db(found.floorBeforeDbfs)} → ${db(found.floorAfterDbfs)} dBFS, speech ${db(found.speechBeforeDbfs)} → ${db(found.speechAfterDbfs)} dBFS${howMuch(strength, words)}${engineName(found, words)}`,
          `已去除 ${asset.name} 的背景噪音：底噪 ${db(found.floorBeforeDbfs)} → ${db(found.floorAfterDbfs)} dBFS，人声 ${db(found.speechBeforeDbfs)} → ${db(found.speechAfterDbfs)} dBFS${howMuch(strength, words)}${engineName(found, words)}`,
        ),
      );
      facts.floorBeforeDbfs = round(found.floorBeforeDbfs);
      facts.floorAfterDbfs = round(found.floorAfterDbfs);
      facts.speechBeforeDbfs = round(found.speechBeforeDbfs);
      facts.speechAfterDbfs = round(found.speechAfterDbfs);
      facts.engine = found.engine;
      const engine = found.engine === 'neural' ? 'neural' : 'auto';
      for (const { clip } of clips)
        if (clip.assetId === asset.id)
          edits.push({ kind: 'set-effect', itemId: clip.id, effect: { name: 'denoise', strength, engine } });
    }
    if (edits.length === 0) return receipt('remove_noise', 'unchanged', asked, { ...outcome, facts });
    const draft = receipt('remove_noise', outcome.skipped.length > 0 ? 'partial' : 'done', asked, { ...outcome, facts });
    const { revision } = await workspace.commit(edits, { tool: 'remove_noise', receipt: draft });
    return { ...draft, revision };
  },
});

function whySkipped({ skippedFor, floorBeforeDbfs }: DenoiseFacts, words: Words): string {
  if (skippedFor === 'music')
    return words.say('music plays between the words and would go with the noise', '语句之间有音乐，降噪会把音乐一起去掉');
  if (skippedFor === 'speechless')
    return words.say(
      'nobody speaks in it: what is noise and what is to stay cannot be told apart there',
      '其中没有人声，无法区分噪音和需要保留的声音',
    );
  return words.say(
    `already clean: its noise floor is ${db(floorBeforeDbfs)} dBFS`,
    `已经很干净：底噪为 ${db(floorBeforeDbfs)} dBFS`,
  );
}

function howMuch(strength: number, words: Words): string {
  const percent = Math.round(strength * 100);
  return percent === 100 ? '' : words.say(`, at ${percent} % strength`, `，强度 ${percent}%`);
}

function engineName({ engine }: DenoiseFacts, words: Words): string {
  return engine === 'neural' ? words.say(', with the neural model', '，使用神经网络模型') : '';
}

async function removeEffect({ workspace, words }: ToolContext, asked: object, clips: readonly Clip[]) {
  const affected = clips.filter((clip) => clip.effects.some((effect) => effect.name === 'denoise'));
  if (affected.length === 0)
    return unchanged('remove_noise', asked, words.say('there is no noise removal to take back', '没有可取消的降噪'));
  const draft = receipt('remove_noise', 'done', asked, { done: [words.say('Took the noise removal back', '已取消降噪')] });
  const { revision } = await workspace.commit(
    affected.map((clip): Edit => ({ kind: 'remove-effect', itemId: clip.id, name: 'denoise' })),
    { tool: 'remove_noise', receipt: draft },
  );
  return { ...draft, revision };
}

/** The assets behind clips that have sound to clean, each once. */
export function usedAssets(assets: readonly Asset[], clips: readonly Clip[]): Asset[] {
  return assets.filter((asset) => mainAudioStream(asset) !== undefined && clips.some((clip) => clip.assetId === asset.id));
}

function db(value: number): string {
  return value.toFixed(1).replace('-', '−');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
