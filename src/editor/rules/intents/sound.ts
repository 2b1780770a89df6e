/** Wishes about sound: noise, loudness, volume, mute, fades. */
import { clipsIn, fileIn, percentOf } from '../amounts.ts';
import { pointText } from '../times.ts';
import type { Clause } from '../clause.ts';
import { call, has, lessening, removing, type Intent } from '../intent.ts';
import { chineseNumber, englishNumber, readNumber } from '../numbers.ts';
import { rangeOf } from './cutting.ts';

const noises =
  '(?:(?:background|ambient|room|white|wind|traffic|fan|keyboard|static|electrical|mic(?:rophone)?|annoying|any|all|the) )*(?:noises?|hiss(?:ing|es)?|hum(?:ming|s)?|buzz(?:ing|es)?|static|rumble|room tone|crackle|air ?con(?:ditioner|ditioning)?)|background sounds?';
const chineseNoises = '杂音|噪音|噪声|底噪|背景音(?!乐)|背景声(?!音乐)|电流声|风声|嗡嗡声?|嘶嘶声?|环境音|环境声|风扇声|空调声';

const tooLoud = /\b(?:fan|traffic|wind|air ?con\w*|keyboard|hum|hiss|buzz\w*)\b.*\btoo loud\b/;

export const removeNoise: Intent = {
  name: 'remove-noise',
  read: (clause) => {
    const { words } = clause;
    const named = /\bde-?noise|noise[- ](?:reduction|removal|cancell?ation|suppression|cleanup|gate)|降噪|去噪|消噪|除噪/.test(
      words,
    );
    const noise = has(words, noises) || new RegExp(chineseNoises).test(words);
    const verb = has(words, `${removing}|${lessening}|no|without|free of`) || /去|降|消|除|减|清|没有/.test(words);
    const spoilt = noise && /\b(?:edit|fix|process|repair|improve)\b.*\bwith\b/.test(words);
    const complained =
      (noise && /\b(?:there(?:'s| is| are)|too much|so much|a lot of|lots of|too loud|hisses|hums|buzzes)\b/.test(words)) ||
      tooLoud.test(words) ||
      /太吵|很吵|嘈杂/.test(words);
    const clearer =
      /\b(?:voice|speech|audio|sound|dialogue|narration)\b.*\b(?:clear(?:er)?|crisp(?:er)?|intelligible)\b|\b(?:clearer|crisper)\b.*\b(?:voice|speech|audio|sound)\b|(?:声音|人声).*(?:更|变)?(?:清楚|清晰)/.test(
        words,
      );
    const cleaning =
      clearer ||
      spoilt ||
      complained ||
      /\bclean(?:ing|er)?(?: up)?\b.*\b(?:audio|sound|voice|speech|recording|track)\b|\b(?:audio|sound|voice) clean-?up|(?:声音|音频|人声|录音).*(?:清理|干净|清晰|净化)|(?:清理|净化).*(?:声音|音频|人声|录音)/.test(
        words,
      );
    if (!named && !(noise && (verb || words.split(' ').length <= 3)) && !cleaning) return undefined;
    const strength = strengthIn(words);
    const file = fileIn(words);
    const [clip] = file === undefined ? clipsIn(words) : [];
    return call('remove_noise', {
      ...(strength === undefined ? {} : { strength }),
      ...(file === undefined ? {} : { file }),
      ...(clip === undefined ? {} : { clip }),
    });
  },
};

export const mute: Intent = {
  name: 'mute',
  read: (clause) => {
    const { words } = clause;
    const unmute = /\bunmute\b|turn (?:the )?(?:sound|audio) (?:back )?on|取消静音|恢复声音|打开声音/.test(words);
    const muting =
      /\bmute\b|\bsilence (?:the|all|it|everything|my)\b|turn (?:the )?(?:sound|audio|volume) off|turn off (?:the )?(?:sound|audio)|make it silent|^silence (?:from |between )?⟪|静音(?!部分|片段|段)|消音|关掉声音|关闭声音/.test(
        words,
      ) ||
      ((has(words, removing) || /去掉|去除|删|关/.test(words)) &&
        /\b(?:the |all |original )*(?:audio|sound(?:track)?)\b(?! noise)|(?:原声|声音|音频|音轨)(?!的?(?:噪|杂))/.test(words) &&
        !/\b(?:noise|hiss|hum)\b|噪|杂/.test(words));
    if (!unmute && !muting) return undefined;
    const target = targetIn(words);
    if (unmute) return call('mute', { muted: false, ...target });
    const [clip] = clipsIn(words);
    if (clip !== undefined && clause.stretches.length === 0) return call('mute', { muted: true, ...target, clip });
    const [at] = clause.times;
    // "The cough at 4:33" is a moment; the whole sound would be far too much.
    if (clause.stretches.length === 0 && at !== undefined && clause.times.length === 1 && /\bat ⟦|在?⟦\d+⟧(?:处|的)/.test(words))
      return call('mute', { muted: true, ...target, start: pointText(at), end: pointText(at + 1) });
    return clause.stretches.length === 0
      ? call('mute', { muted: true, ...target })
      : clause.stretches.flatMap((stretch) => call('mute', { muted: true, ...target, ...rangeOf(stretch) }));
  },
};

const presets: readonly (readonly [RegExp, number])[] = [
  [/youtube|you tube|油管|spotify|tiktok|抖音|instagram|reels|shorts|social|b站|bilibili|web|线上/, -14],
  [/podcasts?|播客|apple/, -16],
  [/broadcast|tv\b|television|ebu|r ?128|广播|电视/, -23],
];

export const setLoudness: Intent = {
  name: 'set-loudness',
  read: (clause) => {
    const { words } = clause;
    const explicit = /(-?\s?\d+(?:\.\d+)?)\s*(?:lufs|lkfs)/.exec(words);
    const named =
      /\bnormali[sz]e|\bloudness\b|\blevel(?:l?ing)? (?:out |up )?(?:the )?(?:audio|sound|volume|levels)|\b(?:even|consistent|balance[ds]?|balancing)\b.*\b(?:audio|sound|volume|levels?|out)\b|\b(?:audio|sound|volume|levels?)\b.*\b(?:even|consistent|balanced)\b|响度|音量(?:标准化|均衡|统一|平衡|一致)|(?:标准化|均衡|统一|平衡)音量|声音(?:均衡|统一|一致)/.test(
        words,
      );
    if (explicit === null && !named) return undefined;
    const preset = presets.find(([pattern]) => pattern.test(words));
    const target = explicit === null ? preset?.[1] : -Math.abs(Number(explicit[1]!.replace(/\s/g, '')));
    return call('set_loudness', target === undefined ? {} : { target_lufs: target });
  },
};

export const setVolume: Intent = {
  name: 'set-volume',
  read: (clause) => {
    const { words } = clause;
    const tooLoudNow = /\btoo loud\b|太大声|太响|声音太大/.test(words);
    const up =
      !tooLoudNow &&
      /\b(?:louder|turn (?:\w+ ){0,3}up|boost|amplify|crank|raise|increase|bump up|bring up|volume up|too quiet)\b|大声|调大|调高|提高|增大|加大|放大|响一?点|更响|大一?点|太小/.test(
        words,
      );
    const down =
      tooLoudNow ||
      /\b(?:quieter|softer|(?:turn|bring) (?:\w+ ){0,3}down|lower|decrease|reduce|halve|volume down|(?:drop|cut)(?:s|ting)? (?:\w+ ){0,3}(?:volume|level|gain|sound|audio|music)(?: \w+){0,2} (?:by|to|in half|down))\b|小声|调小|调低|降低|减小|轻一?点|小一?点/.test(
        words,
      );
    const about =
      /\b(?:volume|audio|sound|voice|music|level|gain|louder|quieter|quiet|softer|it|track|loud)\b|音量|声音|人声|音乐|大声|小声|响/.test(
        words,
      );
    const db = new RegExp(`([+-]?)\\s*(${englishNumber}|${chineseNumber})\\s*(?:db|decibels?|分贝)`).exec(words);
    const percent = new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:%|percent|per cent)|百分之(${chineseNumber})`).exec(
      words,
    );
    if (
      !about ||
      !(up || down || db !== null || (percent !== null && /volume|音量|gain|level|\bmusic\b|\bbgm\b|音乐/.test(words)))
    )
      return undefined;
    if (/\b(?:speed|fast|slow|loudness|noise|pause)|速|噪/.test(words)) return undefined;
    // Which part "the end" is nobody knows, and all of it is too much.
    if (
      clause.stretches.length === 0 &&
      /\bthe (?:end|start|beginning|intro|outro|ending)\b/.test(words) &&
      !/\b(?:to|until) the end\b/.test(words)
    )
      return undefined;
    const target = targetIn(words);
    const each = (input: Readonly<Record<string, unknown>>) =>
      clause.stretches.length === 0
        ? call('set_volume', { ...input, ...target, ...(clipsIn(words)[0] === undefined ? {} : { clip: clipsIn(words)[0] }) })
        : clause.stretches.flatMap((stretch) => call('set_volume', { ...input, ...target, ...rangeOf(stretch) }));
    if (db !== null) {
      const amount = readNumber(db[2]!) ?? 0;
      return each({ change_db: db[1] === '-' || (down && db[1] !== '+') ? -amount : amount });
    }
    if (percent !== null) {
      const value = readNumber(percent[1] ?? percent[2]!) ?? 100;
      const relative = /\bby\b/.test(words) || /(?:提高|增大|加大|降低|减小|调高|调低)(?:了)?\s*(?:百分之|\d)/.test(words);
      return each({ percent: relative ? (down ? Math.max(0, 100 - value) : 100 + value) : value });
    }
    const half = /\b(?:half|halve)\b|一半|减半/.test(words);
    const little = /\b(?:a (?:bit|little|tad|touch)|slightly)\b|一点|稍微|略/.test(words);
    const much = /\b(?:much|a lot|way)\b|很多|大幅/.test(words);
    const size = half ? 6 : little ? 3 : much ? 9 : 5;
    return each({ change_db: up ? size : -size });
  },
};

export const fade: Intent = {
  name: 'fade',
  read: (clause) => {
    const { words } = clause;
    if (!/\bfad(?:e|es|ing)\b|淡入|淡出|渐入|渐出|渐显|渐隐/.test(words) || /\bwhite\b|白/.test(words)) return undefined;
    const both = /inandout|淡入淡出|\bfades? (?:at|on) both/.test(words);
    const fadesIn = both || /\bin\b|淡入|渐入|渐显|(?:at|from) the (?:start|beginning)|from black/.test(words);
    const fadesOut = both || /\bout\b|淡出|渐出|渐隐|at the end|to black/.test(words) || !fadesIn;
    const length = clause.times[0] ?? lengthOfStretch(clause) ?? 1;
    const sound = /\b(?:audio|sound|music|voice|volume)\b|声音|音频|音乐|音量/.test(words);
    const music = /\b(?:music|bgm|song|soundtrack)\b|音乐|配乐/.test(words) && !/\b(?:audio|voice|sound)\b|声音|人声/.test(words);
    const picture = /\b(?:video|picture|image|black|screen)\b|画面|视频|黑/.test(words);
    return call('fade', {
      ...(fadesIn ? { in_seconds: length } : {}),
      ...(fadesOut ? { out_seconds: length } : {}),
      kind: music && !picture ? 'music' : sound && !picture ? 'sound' : picture && !sound ? 'picture' : 'both',
    });
  },
};

/** "fade out the last 3 seconds" names a stretch, whose length is the fade's. */
function lengthOfStretch(clause: Clause): number | undefined {
  const stretch = clause.stretches[0];
  if (stretch === undefined) return undefined;
  if (typeof stretch.start === 'number' && stretch.start < 0) return -stretch.start;
  return stretch.start === 'start' && typeof stretch.end === 'number' ? stretch.end : undefined;
}

/** How much of what is asked away should go, 0 to 1, where the words say so: "gently", "aggressively", "by 60 %". */
export function strengthIn(words: string): number | undefined {
  const percent = percentOf(words);
  if (percent !== undefined && percent >= 5 && percent <= 100) return percent / 100;
  if (
    /\b(?:a (?:bit|little|tad)|slight(?:ly)?|light(?:ly)?|gent(?:le|ly)|subtl[ey]|mild(?:ly)?|some of)\b|稍微|轻微|轻度|一点|略微/.test(
      words,
    )
  )
    return 0.5;
  if (
    /\b(?:aggressive(?:ly)?|strong(?:ly)?|heav(?:y|ily)|complete(?:ly)?|all|total(?:ly)?|maximum|entire(?:ly)?|as much as)\b|彻底|完全|强力|最大|全部/.test(
      words,
    )
  )
    return 1;
  return undefined;
}

function targetIn(words: string): { readonly target?: 'music' | 'voice' } {
  if (/\bmusic\b|\bbgm\b|音乐/.test(words)) return { target: 'music' };
  if (/\b(?:voice|speech|narration|voice-?over|original)\b|人声|旁白|原声|配音/.test(words)) return { target: 'voice' };
  return {};
}
