/** Faults of sound that are left on the timeline. */
import type { Asset } from '#core/asset';
import type { Problem, SoundFacts } from '#core/facts';
import { seconds, toSeconds, totalDuration } from '#core/time';
import type { ClipEffect, Timeline } from '#core/timeline';
import { clockOf, listed, momentsOf, placesOf, problem, type PlacedUse } from './problem-places.ts';

export type SoundCase = {
  readonly asset: Asset;
  readonly facts: SoundFacts;
  readonly clips: readonly PlacedUse[];
  readonly timeline: Timeline;
};

/** Speech less far over its noise than this is heard as noisy; a floor under the second is not heard at all. */
const [cleanSnrDb, quietFloorDbfs] = [22, -63];
/** What is louder than this beside the voice is what the recording is about: music, a crowd. */
const contentSnrDb = -3;
/** A pulse as clear as this is music. */
const musicConfidence = 0.4;
/** Words that are less of a recording than this are taken for voices by mistake, or are sung. */
const leastSpoken = 0.15;
/** Sound that quiet, and nobody speaks: there is nothing to raise. */
const nearlySilentLufs = -40;
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
  if (!isTalk(heard) || snrDb < contentSnrDb) return [];
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
  const { hum, clipping, rumble, echo } = faults;
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
    ...(rumble !== undefined && !isMusical(heard.facts) && lacking(heard.clips, (repair) => repair?.rumble === true).length > 0
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
    ...(echo !== undefined && isTalk(heard) && lacking(heard.clips, (repair) => repair?.echo !== undefined).length > 0
      ? [
          problem(heard, 'echo', {
            severity: (echo.decayMs - 300) / 1500,
            places: [],
            en: `echo: the room rings for ${(echo.decayMs / 1000).toFixed(1)} s after each word`,
            zh: `混响：每个词之后房间余音约 ${(echo.decayMs / 1000).toFixed(1)} 秒`,
            repair: mends('echo'),
          }),
        ]
      : []),
    ...(clicks.length > 0
      ? [
          problem(heard, 'clicks', {
            severity: 0.4 + clicks.length / 200,
            places: clicks,
            en: `${clicks.length} clicks: ${listed(clicks).en}`,
            zh: `${clicks.length} 处爆音：${listed(clicks).zh}`,
            repair: mends('clicks'),
          }),
        ]
      : []),
    ...(cut.length > 0
      ? [
          problem(heard, 'clipping', {
            severity: 0.5 + cut.length / toSeconds(heard.asset.duration) / 80,
            places: cut,
            en: `recorded too loud: ${clipping!.count} peaks are cut off, from ${clockOf(cut[0]!.start)}`,
            zh: `录音过载：${clipping!.count} 处波峰被削平，从 ${clockOf(cut[0]!.start)} 起`,
            repair: mends('clipping'),
          }),
        ]
      : []),
    ...(steps.length > 0
      ? [
          problem(heard, 'level-step', {
            severity: most / 22,
            places: steps,
            en: `the level jumps by up to ${db(most)} dB: ${listed(steps).en}`,
            zh: `音量突变最多 ${db(most)} dB：${listed(steps).zh}`,
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
  if (loudness.integratedLufs < nearlySilentLufs && (heard.facts.speech?.speech.length ?? 0) === 0) return [];
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
  if (speech === undefined || !isTalk(heard)) return [];
  const long = speech.pauses.filter(({ duration, audible }) => duration >= longPause && !audible);
  const places = placesOf(heard.clips, long);
  if (places.length === 0) return [];
  const total = places.reduce((sum, { duration }) => sum + duration, 0) / seconds(1);
  return [
    problem(heard, 'long-pause', {
      severity: 0.15 + total / 40,
      places,
      en: `${places.length === 1 ? 'a long pause' : `${places.length} long pauses`}, ${total.toFixed(1)} s: ${listed(places, { ends: true }).en}`,
      zh: `${places.length} 处长停顿，共 ${total.toFixed(1)} 秒：${listed(places, { ends: true }).zh}`,
      repair: { tool: 'trim_pauses', input: { mode: 'trim' } },
    }),
  ];
}

/** Whether somebody talks: not sings, not a word here and there over something else. */
function isTalk(heard: SoundCase): boolean {
  const { asset, facts } = heard;
  const spoken = totalDuration(facts.speech?.speech ?? []);
  return spoken >= leastSpoken * asset.duration && spoken > 0 && !isMusical(heard.facts);
}

/** Whether a beat goes through it; false where nobody listened for one. */
export function isMusical({ beats }: SoundFacts): boolean {
  return (beats?.confidence ?? 0) >= musicConfidence;
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
