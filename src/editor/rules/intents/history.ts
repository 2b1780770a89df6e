/** Wishes about what was done: undo, redo, earlier versions, what changed, what is there, and the finished file. */
import { call, type Intent } from '../intent.ts';
import { chineseNumber, englishNumber, readNumber } from '../numbers.ts';

export const history: Intent = {
  name: 'history',
  read: ({ words }) => {
    if (
      /^(?:what|which|show|list|tell|explain|summari[sz]e|describe)\b.*\b(?:chang|did you do|have you done|edits?\b|history|were made)|改了(?:什么|哪些)|做了(?:什么|哪些)|(?:修改|编辑|变更)(?:记录|历史|内容)|有什么变化|哪些改动/.test(
        words,
      )
    )
      return call('describe_changes');
    if (/^why (?:did|have) you\b|^(?:did|have) you (?:cut|remove|delete|change|mute|trim)/.test(words))
      return call('describe_changes');
    if (/\bredo\b|重做|恢复撤销|取消撤销/.test(words)) return call('redo', steps(words));
    const version =
      /(?:go back|return|revert|restore|roll ?back|switch)\b.*\b(?:version|revision)\s*#?(\d+)|(?:回到|恢复到?|还原到)(?:第)?\s*(?:版本)?\s*(\d+)\s*(?:版|个版本)?/.exec(
        words,
      );
    if (version !== null) return call('restore_version', { revision: Number(version[1] ?? version[2]) });
    if (
      /\b(?:start over|start again|undo (?:everything|all)|revert (?:everything|all)|reset(?: everything| all)?$|back to the original|restore the original|original version)\b|全部撤销|撤销(?:所有|全部)|恢复原(?:样|状|始)|还原到?(?:最初|原始)|重新开始|从头再来/.test(
        words,
      )
    )
      return call('restore_version', { revision: 'original' });
    if (
      /^(?:undo|revert|roll ?back|take (?:that|it|this) back|go back(?: one| a)?(?: step)?|put (?:it|that) back|never ?mind that|cancel (?:that|the last))\b|\bundo\b|撤销|撤回|回退|退回(?:上)?一步|取消(?:上|刚才|刚刚|这)/.test(
        words,
      )
    )
      return call('undo', steps(words));
    return undefined;
  },
};

function steps(words: string): { readonly steps?: number } {
  const found = new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:times|steps?|changes?|edits?|步|次|个)`).exec(words);
  const count = found === null ? undefined : readNumber(found[1]!);
  return count === undefined || count <= 1 ? {} : { steps: Math.min(100, Math.round(count)) };
}

export const showTimeline: Intent = {
  name: 'show-timeline',
  read: ({ words }) =>
    /^(?:show|list|display|see|what(?:'s| is| are)?)\b.*\b(?:timeline|tracks?|state|status|clips)\b|^(?:status|state|timeline|tracks)$|\bhow long\b|\b(?:what|total|current)\b.*\b(?:length|duration)\b|时间线|轨道|状态|多长|时长/.test(
      words,
    )
      ? call('show_timeline')
      : undefined,
};

export const analyze: Intent = {
  name: 'analyze',
  read: ({ words }) =>
    /\b(?:analy[sz]e|analysis|inspect|diagnose|what(?:'s| is) wrong|check (?:the|my|this) (?:video|audio|recording|sound|quality|file)|how (?:noisy|loud)|find (?:the )?problems)\b|分析|检查|诊断|有什么问题|哪里有问题/.test(
      words,
    )
      ? call('analyze')
      : undefined,
};

const formatsSpoken: readonly (readonly [RegExp, string])[] = [
  [/\bm4a\b|\baac\b/, 'm4a'],
  [/\bmp3\b/, 'mp3'],
  [/\bwave?\b/, 'wav'],
  [/\bmov\b|quicktime/, 'mov'],
  [/\bmp4\b/, 'mp4'],
  [/\b(?:audio|sound)[- ]only\b|just the (?:audio|sound)|只(?:要|导出)(?:音频|声音)|导出音频/, 'm4a'],
];

export const exportVideo: Intent = {
  name: 'export',
  read: ({ words }) => {
    const asks =
      /\b(?:export(?:ing)?|render|download|send me the|save (?:it|as|the)|deliver|produce|output|give me (?:the|a|an) (?:mp4|mp3|wav|m4a|mov|video|file|final))\b|导出|下载|输出|渲染|生成(?:视频|成片|文件)|(?:发|给)我(?:视频|成片)|保存/.test(
        words,
      );
    const shape =
      /^(?:(?:into|as|to|in)\s+)?(?:an?\s+)?(?:\d{3,4}p\s+)?(?:mp4|mov|mp3|wav|m4a)(?:\s+(?:file|video|format))?$/.test(words);
    if (!asks && !shape) return undefined;
    const format = formatsSpoken.find(([pattern]) => pattern.test(words))?.[1];
    const resolution = /\b(2160|1440|1080|720|480|360)p?\b|\b(4k)\b/.exec(words);
    const preset = /youtube|油管/.test(words)
      ? 'youtube'
      : /podcasts?|播客/.test(words)
        ? 'podcast'
        : /tiktok|抖音/.test(words)
          ? 'tiktok'
          : /shorts/.test(words)
            ? 'shorts'
            : /reels|instagram/.test(words)
              ? 'reels'
              : undefined;
    const quality = /\b(?:high|best|highest|max(?:imum)?) (?:quality|res)|高质量|高画质|最高/.test(words)
      ? 'high'
      : /\b(?:low|small|draft)(?: quality| size)?\b|低质量|小文件/.test(words)
        ? 'low'
        : undefined;
    return call('export', {
      ...(format === undefined ? {} : { format }),
      ...(resolution === null ? {} : { resolution: resolution[2] === undefined ? `${resolution[1]}p` : '2160p' }),
      ...(preset === undefined ? {} : { preset }),
      ...(quality === undefined ? {} : { quality }),
    });
  },
};
