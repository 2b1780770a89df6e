import { z } from 'zod';
import { mainAudioStream, type Asset } from '#core/asset';
import type { SoundFaults } from '#core/facts';
import { addTicks, contains, milliseconds, subtractTicks, ticks, timeRange, type Ticks } from '#core/time';
import { itemDuration, sourceToRecord, type Edit, type EnvelopeEffect, type RepairEffect } from '#core/timeline';
import { isMusical } from '#editor/assets';
import { receipt, unchanged } from './receipt.ts';
import { soundClips, type PlacedClip } from './sound-clips.ts';
import { defineTool } from './tool.ts';
import type { Words } from './words.ts';

const kinds = ['hum', 'clicks', 'clipping', 'rumble', 'levels', 'echo', 'sibilance'] as const;
type Kind = (typeof kinds)[number];
/** What is mended without being named. How sharp an s may be is a matter of taste. */
const faultKinds: readonly Kind[] = kinds.filter((kind) => kind !== 'sibilance');
/** Of the sharper s-sounds over the voice, dB: up to the first they are usual, and to the second they are brought down. */
const [sharpDb, softDb] = [-8, -11];

/** Half of the time in which the level goes over from one part to the next. */
const ramp = milliseconds(20);

/** Mends what is measured to be damaged in the sound, and nothing else. */
export const repairSound = defineTool({
  name: 'repair_sound',
  description:
    'Mends damage in the sound, each measured first and left alone where it is not found: hum (mains and harmonics), clicks (crackles, pops), clipping (peaks that were cut off), rumble (wind, handling), levels (parts that are suddenly louder or quieter), echo (the room ringing on after words: de-reverb), sibilance (sharp s-sounds: de-ess). Without kinds: all but sibilance. strength: how much of echo and sibilance to take, 0 to 1. For background noise use remove_noise. remove: true takes the repairs back.',
  input: z
    .object({
      kinds: z.array(z.enum(kinds)).min(1).optional(),
      strength: z.number().min(0.05).max(1).optional(),
      remove: z.boolean().optional(),
    })
    .strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const clips = soundClips(workspace.timeline()).filter(({ track }) => !track.muted);
    if (clips.length === 0)
      return unchanged('repair_sound', asked, words.say('there is no sound on the timeline', '时间线上没有声音'));
    const done: string[] = [];
    const skipped: { what: string; reason: string }[] = [];
    const edits: Edit[] = [];
    if (asked.remove === true) {
      for (const { clip } of clips)
        if (clip.effects.some(({ name }) => name === 'repair'))
          edits.push({ kind: 'remove-effect', itemId: clip.id, name: 'repair' });
      if (edits.length === 0)
        return unchanged('repair_sound', asked, words.say('there is no repair to take back', '没有可取消的修复'));
      done.push(words.say('Took the sound repairs back', '已取消声音修复'));
    } else {
      const wanted = asked.kinds ?? faultKinds;
      const { strength } = asked;
      for (const asset of workspace.assets()) {
        const own = clips.filter(({ clip }) => clip.assetId === asset.id);
        if (own.length === 0 || mainAudioStream(asset) === undefined) continue;
        const { faults, speech } = await workspace.soundFacts(asset, ['faults', 'speech']);
        const isTalk = (speech?.speech.length ?? 0) > 0;
        // What lies low may be a bass; only where it would be taken without having been named is that asked.
        const mayBeBass = faults?.rumble !== undefined && asked.kinds === undefined;
        const isMusic = mayBeBass && isMusical(await workspace.soundFacts(asset, ['beats']));
        const mended = mend(own, faults ?? { clicks: [], steps: [] }, {
          asset,
          // Rooms and cymbals of music stay as they are.
          wanted: wanted.filter(
            (kind) => (isTalk || (kind !== 'echo' && kind !== 'sibilance')) && !(isMusic && kind === 'rumble'),
          ),
          strength,
          words,
        });
        if (mended.edits.length === 0)
          skipped.push({
            what: asset.name,
            reason: whyNothing(faults, wanted, words),
          });
        edits.push(...mended.edits);
        done.push(...mended.done);
      }
    }
    if (edits.length === 0) return receipt('repair_sound', 'unchanged', asked, { skipped });
    const draft = receipt('repair_sound', skipped.length > 0 ? 'partial' : 'done', asked, { done, skipped });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'repair_sound', receipt: draft })).revision };
  },
});

type Mending = {
  readonly asset: Asset;
  readonly wanted: readonly Kind[];
  readonly strength: number | undefined;
  readonly words: Words;
};

function whyNothing(faults: SoundFaults | undefined, wanted: readonly Kind[], words: Words): string {
  const [only] = wanted;
  if (wanted.length === 1 && only === 'echo')
    return words.say('the room does not ring on long enough to be taken out without harm', '房间余音不长，处理反而会损伤人声');
  if (wanted.length === 1 && only === 'sibilance') {
    const over = faults?.sibilance?.overDb;
    return over === undefined
      ? words.say('no s-sounds were found in it', '未发现齿音')
      : words.say(
          `its s-sounds are not sharp: ${Math.abs(over)} dB ${over < 0 ? 'under' : 'over'} the voice`,
          `齿音不刺耳：比人声${over < 0 ? '低' : '高'} ${Math.abs(over)} dB`,
        );
  }
  return words.say('nothing to repair was found in its sound', '未发现需要修复的声音问题');
}

function mend(
  clips: readonly PlacedClip[],
  faults: SoundFaults,
  { asset, wanted, strength, words }: Mending,
): { edits: Edit[]; done: string[] } {
  const { hum, clipping, rumble, clicks, steps, echo, sibilance } = faults;
  const sharp = sibilance !== undefined && sibilance.overDb > sharpDb && wanted.includes('sibilance');
  const effect: RepairEffect = {
    name: 'repair',
    ...(hum !== undefined && wanted.includes('hum') ? { hum: hum.hz } : {}),
    ...(clicks.length > 0 && wanted.includes('clicks') ? { clicks: true } : {}),
    ...(clipping !== undefined && wanted.includes('clipping') ? { clipping: clipping.level } : {}),
    ...(rumble !== undefined && wanted.includes('rumble') ? { rumble: true } : {}),
    ...(echo !== undefined && wanted.includes('echo') ? { echo: Math.min(5, echo.decayMs / 1000) } : {}),
    ...(sharp ? { sibilance: Math.max(-80, sibilance.voiceDbfs + softDb) } : {}),
  };
  const parts = partsOf(effect, faults, { strength, words });
  const edits = clips.flatMap(({ clip }): Edit[] => {
    const known = clip.effects.find((own) => own.name === 'repair');
    const scaled = strength !== undefined && (effect.echo ?? effect.sibilance) !== undefined ? { strength } : {};
    const merged = { ...known, ...effect, ...scaled };
    return parts.length === 0 || JSON.stringify(known) === JSON.stringify(merged)
      ? []
      : [{ kind: 'set-effect', itemId: clip.id, effect: merged }];
  });
  const leveled = wanted.includes('levels') && steps.length > 0 ? clips.flatMap((placed) => levelEdits(placed, steps)) : [];
  if (leveled.length > 0)
    parts.push(words.say(`levels of ${steps.length + 1} parts brought together`, `已统一 ${steps.length + 1} 段的音量`));
  const all = [...edits, ...leveled];
  return { edits: all, done: all.length === 0 ? [] : [`${asset.name}: ${parts.join(', ')}`] };
}

/** What each repair did, with what was measured before. */
function partsOf(effect: RepairEffect, faults: SoundFaults, { strength, words }: Pick<Mending, 'strength' | 'words'>): string[] {
  const { hum, clipping, rumble, clicks, sibilance } = faults;
  const parts = [
    ...(effect.hum === undefined
      ? []
      : [
          words.say(
            `hum at ${effect.hum.toFixed(1)} Hz (${hum!.levelDbfs} dBFS) taken out`,
            `已去除 ${effect.hum.toFixed(1)} Hz 交流声（${hum!.levelDbfs} dBFS）`,
          ),
        ]),
    ...(effect.clicks === undefined ? [] : [words.say(`${clicks.length} clicks filled`, `已修复 ${clicks.length} 处爆音`)]),
    ...(effect.clipping === undefined
      ? []
      : [words.say(`${clipping!.count} cut-off peaks restored`, `已恢复 ${clipping!.count} 处被削平的波峰`)]),
    ...(effect.rumble === undefined
      ? []
      : [
          words.say(
            `rumble below 80 Hz (${rumble!.levelDbfs} dBFS) taken out`,
            `已去除 80 Hz 以下低频噪声（${rumble!.levelDbfs} dBFS）`,
          ),
        ]),
  ];
  const much =
    strength === undefined || strength === 1
      ? ''
      : words.say(`, at ${Math.round(100 * strength)} %`, `，强度 ${Math.round(100 * strength)}%`);
  if (effect.echo !== undefined)
    parts.push(
      words.say(
        `echo of a room that rings for ${effect.echo.toFixed(1)} s taken down${much}`,
        `已减弱约 ${effect.echo.toFixed(1)} 秒的房间混响${much}`,
      ),
    );
  if (effect.sibilance !== undefined)
    parts.push(
      words.say(
        `sharp s-sounds (${sibilance!.overDb} dB against the voice) brought down towards ${softDb} dB${much}`,
        `已将刺耳齿音（相对人声 ${sibilance!.overDb} dB）压向 ${softDb} dB${much}`,
      ),
    );
  return parts;
}

/** One level for all parts, that of the longest: a curve that goes over at each step. Clips that have a curve keep it. */
function levelEdits({ clip, range }: PlacedClip, steps: SoundFaults['steps']): Edit[] {
  if (clip.effects.some(({ name }) => name === 'envelope')) return [];
  const inside = steps.filter(({ at }) => contains(clip.sourceRange, at));
  const end = clip.sourceRange.start + clip.sourceRange.duration;
  // Levels over that of the clip's first part.
  let level = 0;
  const parts = [{ from: clip.sourceRange.start as number, level }];
  for (const { at, byDb } of inside) parts.push({ from: at, level: (level += byDb) });
  if (parts.length === 1) return [];
  const lengths = parts.map(({ from }, index) => (parts[index + 1]?.from ?? end) - from);
  const wanted = parts[lengths.indexOf(Math.max(...lengths))]!.level;
  const gain = (index: number) => Math.round((wanted - parts[index]!.level) * 10) / 10;
  const points: { at: Ticks; gainDb: number }[] = [];
  for (const [index, { at }] of inside.entries()) {
    const place = sourceToRecord(clip, range.start, timeRange(at, ticks(1)));
    if (place === undefined) continue;
    const into = subtractTicks(place.start, range.start);
    const [before, after] = [subtractTicks(into, ramp), addTicks(into, ramp)];
    if (before > (points.at(-1)?.at ?? -1) && before >= 0 && after <= itemDuration(clip))
      points.push({ at: before, gainDb: gain(index) }, { at: after, gainDb: gain(index + 1) });
  }
  const effect: EnvelopeEffect = { name: 'envelope', points };
  return points.length === 0 ? [] : [{ kind: 'set-effect', itemId: clip.id, effect }];
}
