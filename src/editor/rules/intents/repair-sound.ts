/** Wishes about what is wrong: to be told, to have it mended, and damage in the sound by its name. */
import type { Clause } from '../clause.ts';
import { call, has, lessening, removing, type Intent } from '../intent.ts';
import { strengthIn } from './sound.ts';

const damage: readonly (readonly [string, RegExp])[] = [
  [
    'clicks',
    /\b(?:clicks?|(?<!make (?:it|this|that) )pops?|crackl(?:e|es|ing)|clicking|popping|de-?click)\b(?! (?:here|on))|爆音|咔嗒声|噼啪声|爆裂声/,
  ],
  ['clipping', /\b(?:clipp(?:ing|ed)|de-?clip|distort(?:ion|ed)|overdriven|overmodulated)\b|削波|爆麦|破音|失真|过载/],
  ['hum', /\b(?:mains|electric(?:al)?|power(?: line)?|5[0o] ?hz|60 ?hz|de-?)[- ]?hum\b|\b(?:50|60) ?hz\b|工频|交流声/],
  [
    'echo',
    /\b(?:echo(?:es|ing|ey|y)?|reverb(?:eration|s|y|erant)?|de-?(?:reverb(?:erate)?|echo))\b(?! effect)|\broom sound\b|\bsounds? (?:like|as if) (?:it(?:'s| is| was)? )?(?:in )?an? (?:cave|bathroom|tunnel|tin can|empty room|hall)\b|混响|回声|回音|空旷感|去混响/,
  ],
  [
    'sibilance',
    /\bde-?ess(?:er|ing)?\b|\bsibilan(?:ce|t|ts|cy)\b|\b(?:harsh|sharp|hissy|piercing|loud|whistling) (?:s|ess|esses|s'?s|s-?sounds?|ss)\b|\bs[- ](?:sounds?|es)\b.*\b(?:harsh|sharp|loud|hissy|piercing)\b|齿音|嘶音|丝音|咝/,
  ],
  ['rumble', /\brumbl(?:e|ing)\b|\bhandling noise\b|低频噪|隆隆/],
  [
    'levels',
    /\b(?:volume|level|loudness|sound|audio) (?:jumps?|steps?|changes? suddenly|goes? up and down)\b|\beven out the (?:jumps|parts)\b|音量(?:忽大忽小|突变|跳变)|忽大忽小/,
  ],
];

export const repairSound: Intent = {
  name: 'repair-sound',
  read: (clause) => {
    const { words } = clause;
    const kinds = damage.flatMap(([kind, pattern]) => (pattern.test(words) ? [kind] : []));
    if (kinds.length > 0) {
      const wants =
        has(words, `${removing}|${lessening}|repair|restore|mend|de-?\\w+|no|even`) ||
        /[去消除修降清复]|有|there(?:'s| is| are)|\b(?:is|are|sounds?|was|were)\b|\bin (?:the|my) (?:audio|sound|recording)\b/.test(
          words,
        );
      const adding =
        /\b(?:add|put|apply|give|create|make)\b.*\b(?:echo|reverb)|[加添](?:上|点|个|一)*.{0,4}(?:混响|回声|回音)/.test(words);
      if (adding || !(wants || words.split(' ').length <= 3 || /忽大忽小|爆|破音|混响|回声|回音|齿音/.test(words)))
        return undefined;
      const takesStrength = kinds.some((kind) => kind === 'echo' || kind === 'sibilance');
      const strength = takesStrength ? strengthIn(words) : undefined;
      return call('repair_sound', { kinds, ...(strength === undefined ? {} : { strength }) });
    }
    return /\b(?:repair|restore|fix|mend)\b (?:the |my |this |its )*(?:audio|sound|recording)\b(?! (?:sync|noise|level|volume))|(?:修复|修一下)(?:一下)?(?:声音|音频|录音)/.test(
      words,
    )
      ? call('repair_sound')
      : undefined;
  },
};

export const diagnose: Intent = {
  name: 'diagnose',
  read: ({ words }) =>
    /\bwhat(?:'s| is| are)? (?:wrong|the problems?|the issues?)\b|\bdiagnos|\b(?:find|list|show|any|check(?: \w+){0,3} for) (?:me )?(?:all )?(?:the |any )?(?:problems|issues|faults|flaws|mistakes)\b|\banything wrong\b|有什么问题|哪里有问题|有没有问题|诊断|找(?:出)?问题|什么毛病|\bwhat (?:would|should|could|can) (?:you|i|we) (?:improve|fix|do better|change)\b|\bhow (?:can|could|do) (?:i|we) improve (?:it|this|the video)\b|检查一下|^edit (?:my|this|the) (?:raw )?(?:video|footage|clip|recording)(?: footage)?(?: with (?:audio|sound))?$|^(?:帮我)?剪(?:辑)?(?:一下)?(?:我的|这个)?(?:视频|素材)$/.test(
      words,
    )
      ? call('diagnose')
      : undefined,
};

export const fix: Intent = {
  name: 'fix',
  read: (clause) => {
    const { words } = clause;
    const except = exceptIn(words);
    if (except !== undefined) return call('fix_problems', { except });
    const numbers = numbersIn(clause);
    if (numbers !== undefined) return call('fix_problems', { numbers });
    return /^(?:fix(?:ing)?|correct(?:ing)?) (?:the |any |all )?(?:common )?(?:editing )?(?:mistakes|errors)\b|^(?:fix|repair|mend|correct|solve)(?: (?:it|them|this|that))?(?: all)?$|^(?:fix|repair|correct|solve) (?:everything|all(?: of (?:it|them|that))?|(?:all )?(?:the|these|those|its|your)? ?(?:problems|issues|faults))$|^fix (?:it|them) all$|^(?:全部|都|全都)?(?:修复|修好|修正|解决)(?:全部|所有|一切|它们?|这些问题|问题|所有问题|全部问题)?$|^(?:把)?(?:这些|所有|全部)?问题(?:全|都|全部)(?:修复|修好|解决)$/.test(
      words,
    )
      ? call('fix_problems')
      : undefined;
  },
};

const ordinals: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 };

/** "fix everything except 2", 除了第2个都修复. */
function exceptIn(words: string): readonly number[] | undefined {
  const found =
    /^(?:fix|repair|correct) everythingexcept (?:for )?(?:the )?(?:numbers? |no\.? ?|problems? )?((?:\d{1,2}|first|second|third|fourth|fifth)(?: one)?)$/.exec(
      words,
    ) ?? /everythingexcept ?第?(\d{1,2})(?:个|项)?.*修/.exec(words);
  if (found === null) return undefined;
  const word = found[1]!.replace(' one', '');
  return [ordinals[word] ?? Number(word)];
}

/** "fix 1 and 3", "fix number 2", 修复第1和第3个. Splitting at "and" leaves the rest to `joined`. */
function numbersIn({ words }: Clause): readonly number[] | undefined {
  const found =
    /^(?:fix|repair|修复|修|(?:do|apply)(?= numbers?))(?: (?:numbers?|no\.?|problems?|issues?|item))?\s*#?((?:第?\s*\d{1,2}\s*(?:个|项|号)?\s*(?:[,、+和及&]|and|plus)?\s*)+)(?:个|项|号)?(?:问题)?$/.exec(
      words,
    );
  const one = /^(?:fix|repair|correct)(?: just| only)? the (first|second|third|fourth|fifth)(?: one| problem| issue)?$/.exec(
    words,
  );
  if (one !== null) return [ordinals[one[1]!]!];
  if (found === null) return undefined;
  const numbers = [...found[1]!.matchAll(/\d{1,2}/g)].map(([digits]) => Number(digits)).filter((number) => number >= 1);
  return numbers.length > 0 ? numbers : undefined;
}
