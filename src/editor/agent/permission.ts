/**
 * What a language model may do without being asked. It reads file names, transcripts and titles that anybody may have written,
 * so what takes something away needs the user's own words, and what leaves little of the video needs a yes.
 */
import type { Receipt } from '#core/facts';
import { formatClock } from '#core/time';
import { timelineDuration } from '#core/timeline';
import { parseRequest, type Language } from '#editor/rules';
import type { Workspace } from '#editor/tools';

type Family = 'cutting' | 'history' | 'removing' | 'export';

const families: Readonly<Record<string, Family>> = {
  remove_ranges: 'cutting',
  keep_ranges: 'cutting',
  remove_clip: 'cutting',
  replace_clip: 'cutting',
  trim_pauses: 'cutting',
  cut_words: 'cutting',
  remove_fillers: 'cutting',
  remove_retakes: 'cutting',
  cut_to_beats: 'cutting',
  undo: 'history',
  redo: 'history',
  undo_edit: 'history',
  put_back: 'history',
  restore_version: 'history',
  mute: 'removing',
  remove_music: 'removing',
  remove_narration: 'removing',
  remove_title: 'removing',
  remove_captions: 'removing',
  remove_transitions: 'removing',
  export: 'export',
};

/** Less than this share of the video left needs a yes, whatever was asked. */
const leastShare = 0.5;
/** The same call with the same input may be worth a second try, not a third. */
const sameCalls = 2;
/** All calls of one turn; the longest honest one of the corpus needs nine. */
export const callLimit = 40;

export type Permission = {
  /** A receipt that refuses the call; undefined where it may run. */
  refusal(tool: string, input: object, before: readonly Receipt[]): Receipt | undefined;
  /** The workspace with a question before commits that leave little. */
  guard(workspace: Workspace, tool: string, input: object): Workspace;
  /** How often calls were refused for being made again and again. */
  readonly repeated: () => number;
};

/** Thrown by a guarded commit; carries the receipt that asks. */
export class NeedsYes extends Error {
  readonly receipt: Receipt;
  constructor(receipt: Receipt) {
    super('needs a yes');
    this.receipt = receipt;
  }
}

/** `text`: the user's sentence; `earlier`: those before it, oldest first. */
export function permissionFor(turn: {
  readonly text: string;
  readonly earlier: readonly string[];
  readonly workspace: Workspace;
  readonly language: Language;
}): Permission {
  const { text, earlier, language } = turn;
  const asked = askedFamilies(text, earlier);
  const lengthBefore = timelineDuration(turn.workspace.timeline());
  const made = new Map<string, number>();
  let [count, repeated] = [0, 0];
  return {
    repeated: () => repeated,
    refusal: (tool, input, before) => {
      if (before.some(({ status }) => status === 'needs-answer'))
        return refuse(tool, input, language === 'zh' ? '正在等待用户回答' : 'the question has to be answered first');
      const key = `${tool} ${JSON.stringify(input)}`;
      const times = made.get(key) ?? 0;
      made.set(key, times + 1);
      if (++count > callLimit || times >= sameCalls) {
        repeated++;
        return refuse(tool, input, language === 'zh' ? '本轮已做过同样的操作' : 'this was done already in this turn');
      }
      const family = families[tool];
      if (asked === undefined || family === undefined || asked.has(family)) return undefined;
      return refuse(tool, input, language === 'zh' ? '用户没有要求这样做' : 'you did not ask for it');
    },
    guard: (workspace, tool, input) => ({
      ...workspace,
      commit: (edits, change) => {
        const left = timelineDuration(workspace.preview(edits));
        if (lengthBefore > 0 && left < lengthBefore * leastShare) {
          const [after, before] = [formatClock(left), formatClock(lengthBefore)];
          throw new NeedsYes({
            ...refuse(tool, input, ''),
            status: 'needs-answer',
            skipped: [],
            facts: { guarded: true },
            question:
              language === 'zh'
                ? `这样做之后视频只剩 ${after}（原来 ${before}）。确定要这样做吗？`
                : `This would leave ${after} of ${before}. Shall I do it?`,
          });
        }
        return workspace.commit(edits, change);
      },
    }),
  };
}

/**
 * The kinds of taking away that the user's words ask for; undefined where the words are not wholly understood, because then
 * nobody but the model knows what was asked.
 */
function askedFamilies(text: string, earlier: readonly string[]): ReadonlySet<Family> | undefined {
  const { calls, misunderstood, unavailable } = parseRequest(text, earlier);
  if (calls.length === 0 || misunderstood.length > 0 || unavailable.length > 0) return undefined;
  const asked = new Set(calls.flatMap(({ tool }) => (families[tool] === undefined ? [] : [families[tool]])));
  if (calls.some(({ tool }) => tool === 'fix_problems')) asked.add('cutting');
  return asked;
}

function refuse(tool: string, input: object, reason: string): Receipt {
  return {
    tool,
    status: 'refused',
    asked: { ...input },
    done: [],
    skipped: [{ what: tool, reason }],
    facts: {},
    warnings: [],
  };
}
