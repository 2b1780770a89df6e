import type { Clause } from './clause.ts';
import type { ToolCallRequest } from './request.ts';

/** What one clause may mean. `read` gives calls where it fits, undefined where it means something else. */
export type Intent = { readonly name: string; readonly read: (clause: Clause) => readonly ToolCallRequest[] | undefined };

export function call(tool: string, input: Readonly<Record<string, unknown>> = {}): readonly ToolCallRequest[] {
  return [{ tool, input }];
}

/** Verbs that take something away, English and Chinese. */
export const removing =
  'lop off|lop|snip off|snip|slice off|remove|removing|delete|deleting|cut out|cut off|cutting|cut|take out|take off|taking out|get rid of|getting rid of|eliminate|drop|strip out|strip|chop off|chop|kill|clear|erase|discard|skip|trim out|trim off|trim|trimming|crop out|clip off|lose|去掉|去除|除去|删掉|删除|删去|剪掉|剪去|剪切|裁掉|裁剪|切掉|移除|消除|清除|剔除|砍掉|拿掉|剪|删|去';
/** Verbs that make something smaller. */
export const lessening =
  'reduce|reducing|lower|decrease|less|lessen|clean up|cleanup|cleaning up|clean|cleaning|filter out|filter|suppress|soften|minimi[sz]e|fix|降低|减少|减弱|减小|清理|处理|抑制|过滤|压低|修复';

export function has(words: string, pattern: string): boolean {
  return new RegExp(`(?<![a-z])(?:${pattern})(?![a-z])`, 'i').test(words);
}
