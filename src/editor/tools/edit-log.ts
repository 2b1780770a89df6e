/** The edit log: changes taken back one by one, cut material put back, versions compared. */
import { z } from 'zod';
import { isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import { addTicks, milliseconds, subtractTicks, type Ticks, type TimeRange } from '#core/time';
import { describeChanges, diffTimelines, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { cutStretches, cutsIn, putBackEdit, takeBack, type Cut, type TakeBackConflict } from '#editor/commit';
import { changesInEffect, editKinds, isOfKind, kindName, type EditKind } from './edit-kinds.ts';
import { fasterPauseAt, type FasterPause } from './pause-speed.ts';
import { receipt, unchanged } from './receipt.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool, type HistoryEntry, type ToolContext, type Workspace } from './tool.ts';
import type { Words } from './words.ts';

const undoInput = z
  .object({
    what: z.enum(editKinds).optional().describe('The kind of change; absent: any'),
    which: z
      .union([z.number().int().min(-100).max(500), z.literal('all')])
      .optional()
      .describe(
        '1 the first that is in effect, 2 the second, -1 the last; "all": every one of the kind; absent: the last, whole where it was several cuts',
      ),
    all_but: z.enum(editKinds).optional().describe('Takes back everything except changes of this kind'),
    revision: z.number().int().min(1).optional().describe('By the number that describe_changes gives, instead of what and which'),
  })
  .strict()
  .refine(
    (asked) => [asked.what, asked.all_but, asked.revision].filter((given) => given !== undefined).length === 1,
    'give one of what, all_but and revision',
  );

/** Takes one earlier change back and leaves the later ones. */
export const undoEdit = defineTool({
  name: 'undo_edit',
  description:
    'Takes back one particular earlier change and keeps everything after it: "undo the second cut", "keep everything but the music", "reject change 4". Where later changes build on it, it says which clips and changes nothing. To take back the last message whole use undo.',
  input: undoInput,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const targets = await findTargets(workspace, asked);
    if (targets.length === 0) return unchanged('undo_edit', asked, nothingFound(words, asked));
    const edits: Edit[] = [];
    const [start, assets] = [workspace.timeline(), workspace.assets()];
    let now: Timeline = start;
    // The newest first: what an older one left is then seen as it was.
    for (const { entry, piece } of targets.toReversed()) {
      const [before, after] = await Promise.all([workspace.version(entry.parent ?? 0), workspace.version(entry.revision)]);
      const taken = takeBack({ before, after, now, assets, ...(piece === undefined ? {} : { piece }) });
      if (taken.conflicts.length > 0) return refused(context, asked, entry, taken.conflicts);
      if (!('edits' in taken)) continue;
      edits.push(...taken.edits);
      now = taken.timeline;
    }
    const named = targets.map(({ entry }) => nameOf(entry));
    const back = changesOf(words, workspace, start, now);
    if (edits.length === 0)
      return unchanged(
        'undo_edit',
        asked,
        words.say(`nothing of it is left in the video: ${named.join('; ')}`, `视频里已没有这项修改：${named.join('；')}`),
      );
    const whole = targets.filter(({ piece }) => piece === undefined).map(({ entry }) => entry.revision);
    const draft = receipt('undo_edit', 'done', asked, {
      done: [...named.map((name) => words.say(`Took back: ${name}`, `已撤回：${name}`)), ...back],
      facts: { count: targets.length, ...(whole.length === 0 ? {} : { reverted: whole.join(',') }) },
    });
    const { revision } = await workspace.commit(edits, { tool: 'undo_edit', receipt: draft });
    return { ...draft, revision };
  },
});

type Target = { readonly entry: HistoryEntry; readonly piece?: number };

async function findTargets(workspace: Workspace, asked: z.infer<typeof undoInput>): Promise<readonly Target[]> {
  const entries = changesInEffect(await workspace.history());
  if (asked.revision !== undefined)
    return entries.filter(({ revision }) => revision === asked.revision).map((entry) => ({ entry }));
  if (asked.all_but !== undefined) return entries.filter((entry) => !isOfKind(entry, asked.all_but!)).map((entry) => ({ entry }));
  const found = asked.what === undefined ? entries : ofKind(entries, asked.what);
  if (asked.which === 'all') return found.map((entry) => ({ entry }));
  if (asked.which === undefined) return found.slice(-1).map((entry) => ({ entry }));
  const single =
    asked.what === 'cut' || asked.what === 'pauses' ? await inPieces(workspace, found) : found.map((entry) => ({ entry }));
  const target = asked.which < 0 ? single.at(asked.which) : single[asked.which - 1];
  return target === undefined ? [] : [target];
}

/** Pauses count as cuts where nothing else was cut. */
function ofKind(entries: readonly HistoryEntry[], kind: EditKind): readonly HistoryEntry[] {
  const found = entries.filter((entry) => isOfKind(entry, kind));
  const others = found.filter((entry) => !isOfKind(entry, 'pauses'));
  return kind === 'cut' && others.length > 0 ? others : found;
}

/** A change that cut several stretches is several cuts. */
async function inPieces(workspace: Workspace, entries: readonly HistoryEntry[]): Promise<readonly Target[]> {
  const all = await Promise.all(
    entries.map(async (entry): Promise<readonly Target[]> => {
      const [before, after] = await Promise.all([workspace.version(entry.parent ?? 0), workspace.version(entry.revision)]);
      const count = cutStretches(before, after).length;
      return count < 2 ? [{ entry }] : Array.from({ length: count }, (_, piece) => ({ entry, piece }));
    }),
  );
  return all.flat();
}

function nothingFound({ say, language }: Words, { what, which, revision }: z.infer<typeof undoInput>): string {
  if (revision !== undefined)
    return say(`there is no change ${revision} in the video to take back`, `视频里没有可撤回的第 ${revision} 项修改`);
  if (what === undefined) return say('there is nothing else to take back', '没有其他可撤回的修改');
  const kind = kindName(what, language);
  return which === undefined || which === 'all' || which < 0
    ? say(`nothing was done to the ${kind} that could be taken back`, `没有可撤回的${kind}修改`)
    : say(`there is no change number ${which} of that kind (${kind})`, `没有第 ${which} 个${kind}修改`);
}

function refused({ words }: ToolContext, asked: object, entry: HistoryEntry, conflicts: readonly TakeBackConflict[]): Receipt {
  const reasons: Readonly<Record<TakeBackConflict['why'], string>> = {
    'cut-since': words.say('what was around it has been cut since', '它周围的内容后来被剪掉了'),
    apart: words.say('other clips lie there now', '那里现在是别的片段'),
    'set-since': words.say('it was changed again later', '后来又被修改过'),
    order: words.say('later changes build on it', '后面的修改以它为基础'),
  };
  return receipt('undo_edit', 'refused', asked, {
    skipped: conflicts.map(({ what, why }) => ({
      what: what === '' ? nameOf(entry) : what,
      reason: words.say(
        `"${nameOf(entry)}" cannot be taken back alone: ${reasons[why]}; nothing was changed`,
        `“${nameOf(entry)}”无法单独撤回：${reasons[why]}；没有做任何修改`,
      ),
    })),
  });
}

const putBackInput = z
  .object({
    at: timePoint.optional().describe('Where it was cut out, in the video as it is now (or as it was before the cut)'),
    which: z
      .number()
      .int()
      .min(-100)
      .max(500)
      .optional()
      .describe('1 the first cut of the video, -1 the last, instead of a time'),
  })
  .strict()
  .refine(({ at, which }) => at !== undefined || which !== undefined, 'give at or which');

/** How far from the named time a cut may lie. */
const reach = milliseconds(2000);

/** Puts one cut-out stretch back, such as a pause. */
export const putBack = defineTool({
  name: 'put_back',
  description:
    'Puts one stretch that was cut out, such as a trimmed pause, back where it was: "put back the pause at 1:12". Everything else stays cut.',
  input: putBackInput,
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    const cuts = cutsIn(timeline);
    const at = asked.at === undefined ? undefined : resolvePoint(asked.at, length);
    const faster = at === undefined ? undefined : fasterPauseAt(timeline, at, reach);
    const near = at === undefined ? undefined : nearest(cuts, at);
    if (at !== undefined && faster !== undefined && (near === undefined || Math.abs(near.at - at) > farFrom(faster.range, at)))
      return playAsRecorded({ workspace, words }, asked, faster);
    const cut = at === undefined ? pick(cuts, asked.which ?? -1) : (nearest(cuts, at) ?? (await formerly(workspace, cuts, at)));
    if (cut === undefined)
      return unchanged(
        'put_back',
        asked,
        at === undefined
          ? words.say('there is no such cut in the video', '视频里没有这样的剪切点')
          : words.say(`nothing was cut out near ${words.clock(at)}`, `${words.clock(at)} 附近没有被剪掉的内容`),
      );
    const edit = putBackEdit(timeline, cut);
    const after = timelineDuration(workspace.preview([edit]));
    const back = subtractTicks(after, length);
    const draft = receipt('put_back', 'done', asked, {
      done: [
        words.say(
          `Put back ${(back / milliseconds(1000)).toFixed(1)} s at ${words.clock(cut.at)}: ${words.clock(length)} → ${words.clock(after)}`,
          `已在 ${words.clock(cut.at)} 处恢复 ${(back / milliseconds(1000)).toFixed(1)} 秒：${words.clock(length)} → ${words.clock(after)}`,
        ),
      ],
      facts: {
        atMs: toMs(cut.at),
        sourceStartMs: toMs(cut.missing.start),
        sourceEndMs: toMs(addTicks(cut.missing.start, cut.missing.duration)),
        lengthBeforeMs: toMs(length),
        lengthAfterMs: toMs(after),
      },
    });
    const { revision } = await workspace.commit([edit], { tool: 'put_back', receipt: draft });
    return { ...draft, revision };
  },
});

function farFrom({ start, duration }: TimeRange, at: Ticks): number {
  return Math.max(0, start - at, at - start - duration);
}

/** A pause that was sped up instead of cut out. */
async function playAsRecorded(
  { workspace, words }: Pick<ToolContext, 'workspace' | 'words'>,
  asked: object,
  { edits, range }: FasterPause,
): Promise<Receipt> {
  const before = timelineDuration(workspace.timeline());
  const after = timelineDuration(workspace.preview(edits));
  const draft = receipt('put_back', 'done', asked, {
    done: [
      words.say(
        `The pause at ${words.clock(range.start)} plays as it was recorded: ${words.clock(before)} → ${words.clock(after)}`,
        `${words.clock(range.start)} 处的停顿恢复原速：${words.clock(before)} → ${words.clock(after)}`,
      ),
    ],
    facts: { atMs: toMs(range.start), lengthBeforeMs: toMs(before), lengthAfterMs: toMs(after) },
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'put_back', receipt: draft })).revision };
}

function pick(cuts: readonly Cut[], which: number): Cut | undefined {
  return which < 0 ? cuts.at(which) : cuts[which - 1];
}

function nearest(cuts: readonly Cut[], at: Ticks): Cut | undefined {
  const near = cuts.filter((cut) => Math.abs(cut.at - at) <= reach);
  return near.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}

/** The cut whose material lay at that time in an earlier version, the newest one first. */
async function formerly(workspace: Workspace, cuts: readonly Cut[], at: Ticks): Promise<Cut | undefined> {
  const entries = changesInEffect(await workspace.history()).filter((entry) => isOfKind(entry, 'cut'));
  for (const { parent, revision } of entries.toReversed()) {
    const [before, after] = await Promise.all([workspace.version(parent ?? 0), workspace.version(revision)]);
    const piece = cutStretches(before, after)
      .flat()
      .find(({ record }) => record.start <= at && at < record.start + record.duration);
    if (piece === undefined) continue;
    const found = cuts.find(
      ({ missing, before: clip }) =>
        clip.assetId === piece.clip.assetId &&
        missing.start < piece.source.start + piece.source.duration &&
        piece.source.start < missing.start + missing.duration,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Says in words what differs between two versions. */
export const compareVersions = defineTool({
  name: 'compare_versions',
  description: 'Says what differs between two versions, by their numbers; to absent: the video as it is now. Changes nothing.',
  input: z.object({ from: z.number().int().min(0), to: z.number().int().min(0).optional() }).strict(),
  changes: false,
  run: async ({ workspace, words }, asked) => {
    const to = asked.to ?? workspace.timeline().revision;
    const versions: Timeline[] = [];
    for (const revision of [asked.from, to]) {
      const found = await workspace.version(revision).catch((error: unknown) => {
        if (isEditorError(error, 'RESOURCE_NOT_FOUND')) return undefined;
        throw error;
      });
      if (found === undefined)
        return unchanged('compare_versions', asked, words.say(`there is no version ${revision}`, `没有第 ${revision} 版`));
      versions.push(found);
    }
    const [before, after] = versions as [Timeline, Timeline];
    const changes = changesOf(words, workspace, before, after);
    return receipt('compare_versions', 'done', asked, {
      done:
        changes.length === 0
          ? [words.say(`Versions ${asked.from} and ${to} are the same`, `第 ${asked.from} 版和第 ${to} 版没有区别`)]
          : [words.say(`From version ${asked.from} to version ${to}:`, `从第 ${asked.from} 版到第 ${to} 版：`), ...changes],
      facts: { changes: changes.length },
    });
  },
});

function changesOf({ language }: Words, workspace: Workspace, before: Timeline, after: Timeline): string[] {
  const names = new Map(workspace.assets().map(({ id, name }) => [id, name]));
  return describeChanges(diffTimelines(before, after), language, names);
}

function nameOf(entry: HistoryEntry): string {
  return entry.done[0] ?? entry.reason;
}

function toMs(time: Ticks): number {
  return Math.round(time / 705_600);
}
