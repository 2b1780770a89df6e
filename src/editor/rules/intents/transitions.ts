/** Wishes about how one clip becomes the next. */
import { clipsIn } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { pointText } from '../times.ts';

/** What people call them, the most particular first. */
const names: readonly (readonly [RegExp, string])[] = [
  [/\b(?:fad(?:e|es|ing)|dip(?:s|ping)?)\b.*\bwhite\b|white (?:flash|fade)|flash(?:es)?\b|闪白|白场|渐白/, 'fade-white'],
  [/\b(?:fad(?:e|es|ing)|dip(?:s|ping)?)\b.*\bblack\b|black fade|黑场|闪黑|渐黑/, 'fade-black'],
  [/\bdip\b.*\bgr[ae]y\b|灰场/, 'dip-grey'],
  [/\bclock\b|时钟/, 'clock'],
  [/\bradial\b|径向/, 'radial'],
  [/\bwip(?:e|es|ing)\b.*\bdiagonal|\bdiagonal\b|对角/, 'wipe-diagonal'],
  [/\bwip(?:e|es|ing)\b.*\bright\b|向右(?:擦除|划像)|右(?:擦|划)/, 'wipe-right'],
  [/\bwip(?:e|es|ing)\b.*\bup|向上(?:擦除|划像)/, 'wipe-up'],
  [/\bwip(?:e|es|ing)\b.*\bdown|向下(?:擦除|划像)/, 'wipe-down'],
  [/\bwip(?:e|es|ing)\b|擦除|划像/, 'wipe-left'],
  [/\bpush(?:es|ing)?\b.*\bright\b|向右推/, 'push-right'],
  [/\bpush(?:es|ing)?\b|推移|推入|向左推/, 'push-left'],
  [/\bslid(?:e|es|ing)\b.*\bright\b|向右滑/, 'slide-right'],
  [/\bslid(?:e|es|ing)\b.*\bup|向上滑/, 'slide-up'],
  [/\bslid(?:e|es|ing)\b.*\bdown|向下滑/, 'slide-down'],
  [/\bslid(?:e|es|ing)\b|滑动|滑入|向左滑/, 'slide-left'],
  [/\bzoom(?:s|ing)?\b|缩放|推近/, 'zoom'],
  [/\bblur(?:s|ring|ry)?\b|模糊/, 'blur'],
  [/\b(?:circle|iris)\b.*\b(?:close|closing|out)\b|圆形(?:收缩|关闭)/, 'circle-close'],
  [/\bcircle crop|圆形裁/, 'circle-crop'],
  [/\b(?:circle|iris|circular)\b|圆形/, 'circle-open'],
  [/\brectang(?:le|ular)|矩形/, 'rectangle-crop'],
  [/\b(?:barn )?doors?\b.*\bclos|关门/, 'barn-doors-close'],
  [/\bbarn[- ]?doors?\b|\bdoors?\b|开门|百叶/, 'barn-doors-open'],
  [/\bslices?\b|切片/, 'slices'],
  [/\bpixel(?:i[sz]e|ate|ated|s)?\b|像素|马赛克/, 'pixelize'],
  [/\bsqueez(?:e|ing)\b|挤压/, 'squeeze'],
  [/\bmorph(?:s|ing)?\b|变形/, 'morph'],
  [/\b(?:cross[- ]?)?(?:dissolv(?:e|es|ing))\b|\bcross[- ]?fad(?:e|es|ing)\b|叠化|溶解|交叉淡化|淡入淡出|渐变/, 'dissolve'],
];

const between =
  /\bbetween\b.*\b(?:clips?|scenes?|shots?|cuts?|segments?|parts?|videos?|them)\b|betweenclips|\b(?:at|on|to|for) (?:all (?:of )?|every |each )?(?:the )?cuts?\b|片段之间|镜头之间|剪切点|剪辑点|段落之间|每个剪/;
const itself =
  /\btransitions?\b|\bcross[- ]?(?:fad(?:e|es|ing)|dissolves?)\b|\bdissolv(?:e|es|ing)\b|\bwipes?\b|转场|过渡效果|叠化|划像/;

/** The places where transitions go; no wish to cut. */
const cutsAsPlaces = /\b(?:at|on|to|for|between|every|each|all)(?: (?:the|every|each|all))* cuts?\b|剪切点|剪辑点|每个剪切/g;

export const transitions: Intent = {
  name: 'transitions',
  read: (clause) => {
    const { words } = clause;
    const kind = transitionIn(words);
    const isOne = itself.test(words) || (kind !== undefined && between.test(words));
    const complaint = kindless(words) && /\btoo (?:long|short|slow|fast|quick|much)\b|太[长短慢快多]/.test(words);
    if (!isOne || complaint || /\b(?:sound|audio|music)\b.*\bcross[- ]?fade/.test(words)) return undefined;
    if (
      (has(words.replace(cutsAsPlaces, ' '), removing) ||
        /\b(?:no|without)\b|\btake\b.*\b(?:out|off|away)\b|去掉|删|移除|取消/.test(words.replace(cutsAsPlaces, ' '))) &&
      !/\b(?:replace|change|swap)\b|换成/.test(words)
    )
      return call('remove_transitions', clause.times[0] === undefined ? {} : { at: pointText(clause.times[0]) });
    return call('add_transition', { ...(kind === undefined ? {} : { kind }), ...whereOf(clause), ...lengthOf(clause) });
  },
};

function kindless(words: string): boolean {
  return !/\b(?:add|put|use|make|insert)\b|加|用|换/.test(words);
}

/** The transition that words name; "smooth" and a bare "transition" name none. */
export function transitionIn(words: string): string | undefined {
  const plain = words.replace(/\bfade (?=transitions?\b)/, 'crossfade ');
  const found = names.find(([pattern]) => pattern.test(plain))?.[1];
  return found ?? (/\bfad(?:e|es|ing)\b|淡/.test(plain) ? 'dissolve' : undefined);
}

function whereOf(clause: Clause): { readonly at?: string; readonly after_clip?: number } {
  const { words } = clause;
  const pair = /betweenclips (-?\d+) (-?\d+)/.exec(words);
  if (pair !== null) return { after_clip: Math.min(Number(pair[1]), Number(pair[2])) };
  const after = /\bafter (?:the )?.*/.exec(words)?.[0] ?? /.*(?:之后|后面)/.exec(words)?.[0];
  const [clip] = after === undefined ? [] : clipsIn(after);
  if (clip !== undefined && clip > 0) return { after_clip: clip };
  const at = /(?:\bat|\baround|\bnear|在|第)\s*⟦(\d+)⟧|⟦(\d+)⟧(?:处|的地方|的位置|那里)/.exec(words);
  const index = at === null ? undefined : marksBefore(words, at.index + at[0].indexOf('⟦'));
  return index === undefined || clause.times[index] === undefined ? {} : { at: pointText(clause.times[index]) };
}

function lengthOf(clause: Clause): { readonly duration_ms?: number } {
  const { words, times } = clause;
  for (const [index, match] of [...words.matchAll(/([^\s⟦⟧]*)\s*⟦\d+⟧(?:处|的地方|的位置|那里)?/g)].entries()) {
    const at =
      /^(?:at|around|near|在|第)$/.test(match[1]!) || /(?:处|的地方|的位置|那里)$/.test(match[0]) || match[1]!.endsWith('在');
    if (!at && times[index] !== undefined) return { duration_ms: Math.round(times[index] * 1000) };
  }
  if (/\b(?:long|slow)(?:er)?\b|长一?点|慢一?点/.test(words)) return { duration_ms: 1000 };
  return /\b(?:short|quick|fast)(?:er)?\b|短一?点|快一?点|快速/.test(words) ? { duration_ms: 250 } : {};
}

function marksBefore(words: string, at: number): number {
  return [...words.slice(0, at).matchAll(/⟦\d+⟧/g)].length;
}
