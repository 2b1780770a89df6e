/** Wishes about what was done: undo, redo, earlier versions, what changed, what is there, and the finished file. */
import { call, type Intent } from '../intent.ts';
import { readEditLog } from './edit-log.ts';
import { chineseNumber, englishNumber, readNumber } from '../numbers.ts';

export const history: Intent = {
  name: 'history',
  read: (clause) => {
    const { words } = clause;
    const single = readEditLog(clause);
    if (single !== undefined) return single;
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
      /\b(?:start over|start again|undo (?:everything|all)|revert (?:everything|all)|reset(?: everything| all)?$|back to the original|restore the original|original version)\b|全部撤销|撤销(?:所有|全部)|恢复原(?:样|状|始)|还原(?:到|成|为|回)?(?:最初|原始|最开始|一开始)|重新开始|从头再来/.test(
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
    // Uploads follow one another already: what there is answers it.
    /\b(?:combine|merge|join|stitch|concatenate)\b.*\b(?:videos?|clips?|files?|footage|them|everything|recordings?)\b|合并|拼(?:接|在)一?起|合成一个/.test(
      words,
    ) ||
    /^(?:show|list|display|see|what(?:'s| is| are)?)\b.*\b(?:timeline|tracks?|state|status|clips)\b|^(?:status|state|timeline|tracks)$|\bhow long\b|\b(?:what|total|current)\b.*\b(?:length|duration)\b|时间线|轨道|状态|多长|时长/.test(
      words,
    )
      ? call('show_timeline')
      : undefined,
};

export const analyze: Intent = {
  name: 'analyze',
  read: ({ words }) =>
    /\b(?:analy[sz]e|analysis|inspect|diagnose|what(?:'s| is) wrong|check (?:the|my|this) (?:video|audio|recording|sound|quality|file)|how (?:noisy|loud)|^(?:is|are) (?:it|the (?:sound|audio|volume|recording)) (?:too )?(?:loud|quiet|noisy)|find (?:the )?problems|(?:which|what) (?:take|clip|video|one|shot|file)s? (?:is|are|looks?) (?:the )?(?:sharpest|crispest|best lit|brightest|most in focus|in focus)|how sharp)\b|哪(?:个|段|条).*(?:最清晰|最清楚|清晰度)|分析|检查|诊断|有什么问题|哪里有问题/.test(
      words,
    )
      ? call('analyze')
      : undefined,
};
