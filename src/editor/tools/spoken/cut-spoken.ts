/** Takes words out of picture and sound, and says what went. */
import type { Receipt } from '#core/facts';
import { rangeEnd, subtractTicks, totalDuration, type TimeRange } from '#core/time';
import { timelineDuration, type Edit } from '#core/timeline';
import { cutsForWords, snapCut, type CutAir } from '#core/words';
import { receipt, unchanged } from '../receipt.ts';
import type { ToolContext } from '../tool.ts';
import type { Heard } from './heard-words.ts';

export type SpokenCut = {
  readonly tool: string;
  readonly asked: { readonly confirmed?: boolean | undefined };
  readonly heard: Heard;
  /** Indices into the words that are heard. */
  readonly indices: readonly number[];
  readonly air: CutAir;
  /** Sentence of the receipt, without what became of the length. */
  readonly done: string;
  readonly facts?: Receipt['facts'];
};

/** More than this is asked about first. */
const most = 0.6;

export async function cutSpoken(context: ToolContext, cut: SpokenCut): Promise<Receipt> {
  const { workspace, words } = context;
  const { tool, asked, heard, indices, air } = cut;
  const timeline = workspace.timeline();
  const before = timelineDuration(timeline);
  const pictured = timeline.tracks.some(({ kind, items }) => kind === 'video' && items.length > 0);
  const ranges = cutsForWords(heard.words, indices, air, before).flatMap((wanted): TimeRange[] => {
    if (!pictured) return [{ start: wanted.start, duration: wanted.duration }];
    const snapped = snapCut(wanted, timeline.frameRate);
    return snapped === undefined ? [] : [snapped];
  });
  const removed = totalDuration(ranges);
  if (removed === 0) return unchanged(tool, asked, words.say('what would go is shorter than a frame', '要删除的内容不足一帧'));
  if (removed >= before)
    return unchanged(
      tool,
      asked,
      words.say('that would remove the whole video, so nothing was done', '这会删除整个视频，因此没有执行'),
    );
  const guessed = [...heard.transcripts.values()].some(({ source }) => source === 'pocketsphinx');
  if (guessed && asked.confirmed !== true)
    return receipt(tool, 'needs-answer', asked, {
      question: words.say(
        `The words are a rough guess of PocketSphinx. ${cut.done} would take ${(removed / 705_600_000).toFixed(1)} s away. Shall I do it? Answer yes or no.`,
        `文字只是 PocketSphinx 的粗略识别。${cut.done}，将剪去 ${(removed / 705_600_000).toFixed(1)} 秒。要继续吗？请回答“是”或“否”。`,
      ),
    });
  if (removed > most * before && asked.confirmed !== true) {
    const share = Math.round((removed / before) * 100);
    return receipt(tool, 'needs-answer', asked, {
      question: words.say(
        `This would remove ${share} % of the video. Shall I do it? Answer yes or no.`,
        `这会删除视频的 ${share}%。要继续吗？请回答“是”或“否”。`,
      ),
    });
  }
  const after = subtractTicks(before, removed);
  const seconds = (removed / 705_600_000).toFixed(1);
  const places = ranges.slice(0, 4).map((range) => `${words.clock(range.start)}–${words.clock(rangeEnd(range))}`).join(', ') + (ranges.length > 4 ? ', …' : ''); // prettier-ignore
  const draft = receipt(tool, 'done', asked, {
    done: [
      words.say(
        `${cut.done} (${places}): ${words.clock(before)} → ${words.clock(after)}, ${seconds} s shorter`,
        `${cut.done}（${places}）：${words.clock(before)} → ${words.clock(after)}，缩短 ${seconds} 秒`,
      ),
    ],
    warnings: heard.warnings,
    facts: { ...cut.facts, removedMs: Math.round(removed / 705_600), lengthAfterMs: Math.round(after / 705_600) },
  });
  const edits = ranges.toReversed().map((range): Edit => ({ kind: 'ripple-delete', range }));
  return { ...draft, revision: (await workspace.commit(edits, { tool, receipt: draft })).revision };
}

/** A sentence as it is named in a receipt: its beginning, in quotes. */
export function shortly(text: string): string {
  const plain = text.replace(/\s+/g, ' ');
  const characters = Array.from(plain);
  return `"${characters.length > 60 ? `${characters.slice(0, 57).join('').trimEnd()}…` : plain}"`;
}
