/** Faults of sound that are left on the timeline. */
import type { Asset } from '#core/asset';
import type { Problem, SoundFacts } from '#core/facts';
import { formatClock, seconds, toSeconds } from '#core/time';
import type { ClipEffect, Timeline } from '#core/timeline';
import { listed, momentsOf, placesOf, problem, type PlacedUse } from './problem-places.ts';

export type SoundCase = {
  readonly asset: Asset;
  readonly facts: SoundFacts;
  readonly clips: readonly PlacedUse[];
  readonly timeline: Timeline;
};

/** Speech less far over its noise than this is heard as noisy; a floor under the second is not heard at all. */
const [cleanSnrDb, quietFloorDbfs] = [26, -63];
const [quietLufs, loudLufs] = [-27, -9];
/** A pause that viewers take for a fault. */
const longPause = seconds(2.5);

export function soundProblems(heard: SoundCase): Problem[] {
  return [...noiseProblems(heard), ...faultProblems(heard), ...levelProblems(heard), ...pauseProblems(heard)];
}

function noiseProblems(heard: SoundCase): Problem[] {
  const { noise, speech, faults } = heard.facts;
  const open = without(heard.clips, 'denoise');
  if (noise === undefined || speech === undefined || speech.speech.length === 0 || open.length === 0) return [];
  const { snrDb, floorDbfs } = noise;
  // What is known by its own name is not called noise as well.
  const named = [faults?.hum?.levelDbfs, faults?.rumble?.levelDbfs].some((level) => level !== undefined && level > floorDbfs - 6);
  if (snrDb >= cleanSnrDb || floorDbfs < quietFloorDbfs || named) return [];
  const [snr, floor] = [db(snrDb), db(floorDbfs)];
  return [
    problem(heard, 'noise', {
      severity: (cleanSnrDb + 4 - snrDb) / 28,
      places: [],
      en: `background noise at ${floor} dBFS, only ${snr} dB under the voice`,
      zh: `背景噪音 ${floor} dBFS，仅比人声低 ${snr} dB`,
      repair: { tool: 'remove_noise', input: {} },
    }),
  ];
}

function faultProblems(heard: SoundCase): Problem[] {
  const { faults } = heard.facts;
  if (faults === undefined) return [];
  const mends = (kind: string) => ({ tool: 'repair_sound', input: { kinds: [kind] } });
  const { hum, clipping, rumble } = faults;
  const clicks = momentsOf(
    lacking(heard.clips, (repair) => repair?.clicks === true),
    faults.clicks,
  );
  const cut = momentsOf(
    lacking(heard.clips, (repair) => repair?.clipping !== undefined),
    clipping?.at ?? [],
  );
  const steps = momentsOf(
    without(heard.clips, 'envelope'),
    faults.steps.map(({ at }) => at),
  );
  const most = Math.max(0, ...faults.steps.map(({ byDb }) => Math.abs(byDb)));
  return [
    ...(hum !== undefined && lacking(heard.clips, (repair) => repair?.hum !== undefined).length > 0
      ? [
          problem(heard, 'hum', {
            severity: (hum.levelDbfs + 70) / 45,
            places: [],
            en: `hum at ${Math.round(hum.hz)} Hz and its multiples, ${db(hum.levelDbfs)} dBFS`,
            zh: `${Math.round(hum.hz)} Hz 交流声及其谐波，${db(hum.levelDbfs)} dBFS`,
            repair: mends('hum'),
          }),
        ]
      : []),
    ...(rumble !== undefined && lacking(heard.clips, (repair) => repair?.rumble === true).length > 0
      ? [
          problem(heard, 'rumble', {
            severity: (rumble.levelDbfs + 60) / 50,
            places: [],
            en: `rumble or wind below the voice, ${db(rumble.levelDbfs)} dBFS`,
            zh: `人声以下的低频噪声或风声，${db(rumble.levelDbfs)} dBFS`,
            repair: mends('rumble'),
          }),
        ]
      : []),
    ...(clicks.length > 0
      ? [
          problem(heard, 'clicks', {
            severity: 0.4 + clicks.length / 200,
            places: clicks,
            en: `${clicks.length} clicks: ${listed(clicks, formatClock)}`,
            zh: `${clicks.length} 处爆音：${listed(clicks, formatClock)}`,
            repair: mends('clicks'),
          }),
        ]
      : []),
    ...(cut.length > 0
      ? [
          problem(heard, 'clipping', {
            severity: 0.5 + cut.length / toSeconds(heard.asset.duration) / 80,
            places: cut,
            en: `recorded too loud: ${clipping!.count} peaks are cut off`,
            zh: `录音过载：${clipping!.count} 处波峰被削平`,
            repair: mends('clipping'),
          }),
        ]
      : []),
    ...(steps.length > 0
      ? [
          problem(heard, 'level-step', {
            severity: most / 22,
            places: steps,
            en: `the level jumps by up to ${db(most)} dB: ${listed(steps, formatClock)}`,
            zh: `音量突变最多 ${db(most)} dB：${listed(steps, formatClock)}`,
            repair: mends('levels'),
          }),
        ]
      : []),
  ];
}

function levelProblems(heard: SoundCase): Problem[] {
  const { loudness } = heard.facts;
  const { timeline, clips } = heard;
  if (loudness === undefined || timeline.master.loudness !== undefined || loudness.integratedLufs <= -70) return [];
  const gainDb = clips[0]!.clip.gainDb + (timeline.tracks.find(({ items }) => items.includes(clips[0]!.clip))?.gainDb ?? 0);
  const lufs = loudness.integratedLufs + gainDb;
  if (lufs > quietLufs && lufs < loudLufs) return [];
  const quiet = lufs <= quietLufs;
  return [
    problem(heard, quiet ? 'too-quiet' : 'too-loud', {
      severity: quiet ? (quietLufs + 4 - lufs) / 20 : (lufs - loudLufs + 3) / 10,
      places: [],
      en: `${quiet ? 'too quiet' : 'too loud'}: ${db(lufs)} LUFS, where −14 is usual`,
      zh: `${quiet ? '音量过低' : '音量过高'}：${db(lufs)} LUFS，通常为 −14`,
      repair: { tool: 'set_loudness', input: {} },
    }),
  ];
}

function pauseProblems(heard: SoundCase): Problem[] {
  const { speech } = heard.facts;
  if (speech === undefined || speech.speech.length === 0) return [];
  const long = speech.pauses.filter(({ duration, audible }) => duration >= longPause && !audible);
  const places = placesOf(heard.clips, long);
  if (places.length === 0) return [];
  const total = places.reduce((sum, { duration }) => sum + duration, 0) / seconds(1);
  return [
    problem(heard, 'long-pause', {
      severity: 0.15 + total / 40,
      places,
      en: `${places.length === 1 ? 'a long pause' : `${places.length} long pauses`}, ${total.toFixed(1)} s: ${listed(places, formatClock)}`,
      zh: `${places.length} 处长停顿，共 ${total.toFixed(1)} 秒：${listed(places, formatClock)}`,
      repair: { tool: 'trim_pauses', input: { mode: 'trim' } },
    }),
  ];
}

function without(clips: readonly PlacedUse[], name: ClipEffect['name']): PlacedUse[] {
  return clips.filter(({ clip }) => clip.effects.every((effect) => effect.name !== name));
}

type Repair = Extract<ClipEffect, { readonly name: 'repair' }>;

function lacking(clips: readonly PlacedUse[], isDone: (repair: Repair | undefined) => boolean): PlacedUse[] {
  return clips.filter(({ clip }) => !isDone(clip.effects.find((effect) => effect.name === 'repair')));
}

function db(value: number): string {
  return value.toFixed(1).replace('-', '−');
}
