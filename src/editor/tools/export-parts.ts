/** Exports of the uploaded files of one session, each as a file of its own. */
import type { Receipt } from '#core/facts';
import { rangeEnd, subtractRanges, zero } from '#core/time';
import { timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { resolveTarget, storyPictures } from './targets.ts';
import type { ExportRequest, ToolContext } from './tool.ts';

/** One render for the named file, or one for each; one line for every one of them. */
export async function exportParts(
  context: ToolContext,
  asked: object,
  request: { readonly output: ExportRequest; readonly file: number | undefined; readonly done: readonly string[] },
): Promise<Receipt> {
  const { workspace, words } = context;
  const story = storyPictures(workspace.timeline());
  const names = [...new Set(story.map(({ clip }) => clip.assetId))].map(
    (id) => workspace.assets().find((asset) => asset.id === id)?.name ?? id,
  );
  const files = request.file === undefined ? names.map((_, index) => index + 1) : [request.file];
  if (files.length === 0) return unchanged('export', asked, words.say('there is no video to export', '没有可导出的视频'));
  const [done, skipped, ids]: [string[], { what: string; reason: string }[], string[]] = [[...request.done], [], []];
  for (const file of files) {
    const target = resolveTarget(context, { file });
    const name = names.at(file === -1 ? -1 : file - 1) ?? `${file}`;
    if ('why' in target) {
      skipped.push({ what: name, reason: target.why });
      continue;
    }
    const timeline = workspace.timeline();
    const only = without(context, timeline, target.range);
    const { renderId, held } = await workspace.requestExport(request.output, only);
    const length = words.clock(timelineDuration(only));
    ids.push(renderId);
    done.push(
      held === true
        ? words.say(`${name}: would be exported by itself, ${length} long`, `${name}：将单独导出，时长 ${length}`)
        : words.say(`${name}: started the export ${renderId}, ${length} long`, `${name}：已开始导出 ${renderId}，时长 ${length}`),
    );
  }
  const status = skipped.length === 0 ? 'done' : ids.length === 0 ? 'unchanged' : 'partial';
  const [first] = ids;
  return receipt('export', status, asked, {
    done,
    skipped,
    facts: { count: ids.length, renders: ids.join(' ') },
    ...(first === undefined || first === 'planned' ? {} : { jobId: first }),
  });
}

/** The timeline with nothing but one stretch of the story. */
function without({ workspace }: ToolContext, timeline: Timeline, range: { start: typeof zero; duration: typeof zero }): Timeline {
  const others = subtractRanges({ start: zero, duration: timelineDuration(timeline) }, [range]);
  const edits = others
    .toSorted((a, b) => rangeEnd(b) - rangeEnd(a))
    .map((other): Edit => ({ kind: 'ripple-delete', range: other }));
  return edits.length === 0 ? timeline : workspace.preview(edits);
}
