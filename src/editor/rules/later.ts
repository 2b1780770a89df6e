/** Wishes that are understood and that nothing here can fulfil yet. Naming them is kinder than a blank look. */
import type { Clause } from './clause.ts';

const topics: readonly (readonly [RegExp, string, string])[] = [
  [
    /\bfiller|\bums?\b|\buhs?\b|\bahs?\b|语气词|口头禅|嗯/,
    'removing filler words (it needs a transcript)',
    '删除语气词（需要文字稿）',
  ],
  [/\btranscri|transcript|转写|文字稿|听写/, 'transcripts', '语音转文字'],
  [/\bsubtitles?\b|\bcaptions\b|字幕/, 'captions', '字幕'],
  [/\bsync(?:hroni[sz]e|ing)?\b|lip[- ]?sync|out of sync|同步|音画|对齐|对口型/, 'synchronising sound and picture', '音画同步'],
  [/\btransitions?\b|cross ?fade|dissolve|wipe|转场|叠化/, 'transitions', '转场'],
  [/\b(?:background )?music\b|\bbgm\b|\bsoundtrack\b|\bsong\b|音乐|配乐/, 'adding music', '添加音乐'],
  [/stabili[sz]|shaky|shake|防抖|抖动|稳定/, 'stabilising the picture', '画面防抖'],
  [/jump ?cuts?|跳切/, 'smoothing jump cuts', '平滑跳切'],
  [/colou?r|bright|contrast|saturat|exposure|warm|lut\b|blackandwhite|调色|亮度|对比度|饱和|色温|黑白/, 'colour changes', '调色'],
  [
    /\bcrop|aspect|ratio|vertical|portrait|landscape|square|resize|9:16|16:9|1:1|画幅|比例|竖屏|竖版|横屏|方形|裁剪画面/,
    'changing the picture format',
    '更改画幅',
  ],
  [/\bzoom|ken burns|punch[- ]in|缩放|放大画面|推近/, 'zooms', '画面缩放'],
  [/\brotate|flip|mirror|旋转|翻转|镜像/, 'turning the picture', '旋转画面'],
  [/\bblur|模糊|打码|马赛克/, 'blurring', '模糊'],
  [/green ?screen|chroma|绿幕|抠像/, 'keying', '绿幕抠像'],
  [/\bscript\b|narrat|voice-?over|脚本|旁白|配音|解说/, 'scripts and narration', '脚本与旁白'],
  [/\btranslat|dub|翻译|译/, 'translation', '翻译'],
  [/\bwatermark|logo|水印/, 'watermarks', '水印'],
  [/\breverse|backwards?|倒放|倒序/, 'playing backwards', '倒放'],
];

/** The topic a clause speaks of, in both languages. */
export function laterTopic(clause: Clause): { readonly en: string; readonly zh: string } | undefined {
  const found = topics.find(([pattern]) => pattern.test(clause.words));
  return found === undefined ? undefined : { en: found[1], zh: found[2] };
}
