/** Wishes that are understood and that nothing here can fulfil yet. Naming them is kinder than a blank look. */
import type { Clause } from './clause.ts';

const topics: readonly (readonly [RegExp, string, string])[] = [
  [
    /\b(?:parts?|bits?|sections?|sentences?|passages?) (?:about|where (?:i|we|you|he|she|they))\b|(?:关于|说到|提到|讲到).*的(?:部分|那?句话?|地方)/,
    'changing only the part where something is said (cutting it works, and "where do I say …" gives its time)',
    '只修改说到某内容的部分（可以剪掉它，也可以询问它的时间）',
  ],
  [/\btranslat|\bdub(?:s|bed|bing)?\b|翻译|译/, 'translation', '翻译'],
  [
    /\bsync(?:hroni[sz]e|ing)?\b|lip[- ]?sync|out of sync|to the beat|同步|音画|对齐|对口型|卡点|节拍/,
    'synchronising sound and picture',
    '音画同步',
  ],
  [
    /\b(?:faces?|licen[cs]e|plates?)\b|\btrack(?:ing)? (?:the|a|my)\b|人脸|车牌|跟踪/,
    'finding faces and following what moves',
    '识别人脸与跟踪',
  ],
  [
    /\bbackground\b.*\b(?:remove|replace|blur)|\b(?:remove|replace|blur)\b.*\bbackground\b(?! (?:noise|music|sound|colou?r))|去背景|抠人|背景虚化/,
    'cutting people out of their background (a green screen works)',
    '智能抠除背景（绿幕可以）',
  ],
  [/\bupscal|\bsuper[- ]?resolution\b|\bsharpen|超分|锐化/, 'sharpening and upscaling', '锐化与超分辨率'],
  [/\bfad(?:e|es|ing)\b.*\bwhite\b|渐白|白场/, 'fading the ends to white', '首尾渐变到白色'],
  [/\bsplit[- ]?screens?\b|\bside[- ]by[- ]side\b|分屏|并排/, 'split screens (a picture in picture works)', '分屏（可用画中画）'],
  [/\bsound effects?\b|\bsfx\b|音效/, 'sound effects', '音效'],
  [/\bspeed ramp|\bramp\b|变速曲线/, 'speed ramps', '曲线变速'],
  [/\bavatar|\bgenerate (?:a |an )?(?:video|image|picture|clip)\b|生成(?:视频|图片|画面)/, 'generating pictures', '生成画面'],
];

/** The topic a clause speaks of, in both languages. */
export function laterTopic(clause: Clause): { readonly en: string; readonly zh: string } | undefined {
  const found = topics.find(([pattern]) => pattern.test(clause.words));
  return found === undefined ? undefined : { en: found[1], zh: found[2] };
}
