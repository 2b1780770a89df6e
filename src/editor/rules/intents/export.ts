/** Wishes for the finished file. */
import { call, type Intent } from '../intent.ts';
import { shapeIn } from './frame.ts';

const formats: readonly (readonly [RegExp, string])[] = [
  [/\bm4a\b|\baac\b/, 'm4a'],
  [/\bmp3\b/, 'mp3'],
  [/\bwave?\b/, 'wav'],
  [/\bflac\b/, 'flac'],
  [/\bgif\b|动图/, 'gif'],
  [/\b(?:animated )?webp\b/, 'webp'],
  [/\bwebm\b|\bvp9\b/, 'webm'],
  [/\bmov\b|quicktime|\bprores\b/, 'mov'],
  [/\bmp4\b/, 'mp4'],
  [/\b(?:audio|sound)[- ]only\b|just the (?:audio|sound)|只(?:要|导出)(?:音频|声音)|导出音频/, 'm4a'],
];

const codecs: readonly (readonly [RegExp, string])[] = [
  [/\bprores\b/, 'prores'],
  [/\b(?:h\.?265|hevc|x265)\b/, 'h265'],
  [/\bav1\b/, 'av1'],
  [/\bvp9\b/, 'vp9'],
  [/\b(?:h\.?264|avc|x264)\b/, 'h264'],
];

const presets: readonly (readonly [RegExp, string])[] = [
  [/\bshorts?\b(?! clip)/, 'shorts'],
  [/\byou ?tube\b|油管/, 'youtube'],
  [/\bpodcasts?\b|播客/, 'podcast'],
  [/\btik ?tok\b|抖音|快手/, 'tiktok'],
  [/\breels?\b|\binstagram\b|\binsta\b|小红书/, 'reels'],
  [/\bsquare\b|方形/, 'square'],
  [/\b(?:twitter|x\.com)\b|\bfor x\b|推特/, 'x'],
  [/\barchiv(?:e|al|ing)\b|\bmaster(?:ing)?(?: (?:copy|file))?\b|存档|归档/, 'archive'],
  [/\b(?:draft|preview|rough)\b|草稿|预览版|小样/, 'draft'],
];

export const exportVideo: Intent = {
  name: 'export',
  read: ({ words }) => {
    const asks =
      /\b(?:export(?:ing)?|render|download|send me the|save (?:it|as|the)|deliver|produce|output|give me (?:the|a|an) (?:mp4|mp3|wav|m4a|mov|webm|gif|flac|video|file|final|draft))\b|导出|下载|输出|渲染|生成(?:视频|成片|文件)|(?:发|给)我(?:视频|成片)|保存/.test(
        words,
      );
    const shape =
      /^(?:(?:into|as|to|in)\s+)?(?:an?\s+)?(?:\d{3,4}p\s+|\d{2,3} ?fps\s+)*(?:mp4|mov|mp3|wav|m4a|webm|flac|gif|webp)(?:\s+(?:file|video|format))?$/.test(
        words,
      );
    const made =
      /\b(?:make|create|turn|convert)\b.*\b(?:an?|into|to|as) (?:animated )?(?:gif|webp|mp3|wav)\b|(?:做成|转成|变成)(?:一个)?(?:gif|动图|mp3)/.test(
        words,
      );
    if (!asks && !shape && !made) return undefined;
    const format = formats.find(([pattern]) => pattern.test(words))?.[1];
    const codec = codecs.find(([pattern]) => pattern.test(words))?.[1];
    const named = presets.find(([pattern]) => pattern.test(words))?.[1];
    // A codec by name says more than "a master".
    const preset = named === 'archive' && codec !== undefined ? undefined : named;
    const aspect = preset === undefined ? shapeIn(words) : undefined;
    const resolution = resolutionIn(words);
    const fps = /\b(\d{2,3}(?:\.\d+)?)\s*(?:fps|frames? (?:per|a) second|帧)/.exec(words)?.[1];
    const quality = qualityIn(words);
    return call('export', {
      ...(format === undefined ? {} : { format }),
      ...(codec === undefined ? {} : { codec }),
      ...(resolution === undefined ? {} : { resolution }),
      ...(preset === undefined ? {} : { preset }),
      ...(aspect === undefined ? {} : { aspect }),
      ...(quality === undefined ? {} : { quality }),
      ...(fps === undefined ? {} : { fps: Number(fps) }),
    });
  },
};

function resolutionIn(words: string): string | undefined {
  const pixels = /\b(\d{3,4})\s*[x×]\s*(\d{3,4})\b/.exec(words);
  if (pixels !== null) return `${pixels[1]}x${pixels[2]}`;
  const named = /\b(2160|1440|1080|720|480|360)p?\b|\b(4k)\b/.exec(words);
  if (named === null) return undefined;
  return named[2] === undefined ? `${named[1]}p` : '2160p';
}

function qualityIn(words: string): string | undefined {
  if (/\blossless(?:ly)?\b|无损/.test(words)) return 'lossless';
  if (/\b(?:high|best|highest|max(?:imum)?|top) (?:quality|res)|高质量|高画质|高清|最高/.test(words)) return 'high';
  if (/\b(?:medium|standard|normal) quality\b|中等?(?:质量|画质)/.test(words)) return 'medium';
  return /\b(?:low|small(?:er)?)(?: quality| size| file)?\b|低质量|小文件|低画质/.test(words) ? 'low' : undefined;
}
