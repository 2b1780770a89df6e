import { z } from 'zod';
import { isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import { fromFrame, milliseconds, rangeEnd, seconds, subtractTicks, toFrame, toMilliseconds, type Ticks } from '#core/time';
import { primaryTrack, transitionNames, type Clip, type Edit, type Timeline, type TransitionName } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { storyPictures } from './targets.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { transitionTitle } from './transition-names.ts';
import { plural } from './words.ts';

const defaultMs = 500;
/** A blend shorter than this is not seen as one. */
const shortest = milliseconds(100);
/** A dissolve over less removed time than this looks like a stutter. Source: CRAFT of jump cuts. */
const stutter = seconds(1);

const input = z
  .object({
    kind: z.enum(transitionNames).default('dissolve'),
    duration_ms: z.number().min(40).max(10_000).optional().describe('Default 500'),
    at: timePoint.optional().describe('Only the cut nearest to this time'),
    after_clip: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Only the cut after this clip of the story, counted from 1'),
  })
  .strict();

type Asked = z.infer<typeof input>;
type Cut = { readonly at: Ticks; readonly before: Clip; readonly after: Clip; readonly number: number };

/** Blends clips into each other where they meet; the length stays. */
export const addTransition = defineTool({
  name: 'add_transition',
  description:
    'Puts a transition at one cut (at, after_clip) or at every cut of the story, replacing one that is there. It uses unused material around the cut and never changes the length; where there is too little it is shorter or the cut stays, and the receipt says so.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const track = primaryTrack(timeline);
    const cuts = cutsOf(timeline);
    if (track === undefined || cuts.length === 0)
      return unchanged('add_transition', asked, words.say('there is no cut between two clips yet', '还没有两个片段之间的剪切点'));
    const wanted = chosen(cuts, asked, timeline);
    if (wanted.length === 0)
      return unchanged(
        'add_transition',
        asked,
        words.say(
          `there is no such cut; the story has ${plural(cuts.length, 'cut')}`,
          `没有这样的剪切点，共有 ${cuts.length} 个`,
        ),
      );
    const isNamed = asked.at !== undefined || asked.after_clip !== undefined;
    const outcome = placeAll(context, wanted, { trackId: track.id, asked, isNamed });
    const { edits } = outcome;
    const skipped = reasons(context, outcome);
    const count = edits.length;
    if (count === 0) return receipt('add_transition', 'unchanged', asked, { skipped });
    const name = transitionTitle(asked.kind, words);
    const places = [...outcome.full, ...outcome.shorter].toSorted((a, b) => a.at - b.at);
    const draft = receipt('add_transition', skipped.length > 0 ? 'partial' : 'done', asked, {
      done: [
        count === 1
          ? words.say(`Added a ${name} at ${words.clock(places[0]!.at)}`, `已在 ${words.clock(places[0]!.at)} 添加${name}`)
          : words.say(`Added a ${name} at ${count} cuts`, `已在 ${count} 个剪切点添加${name}`),
      ],
      skipped,
      warnings: outcome.shorter
        .map(({ at, ms }) =>
          words.say(
            `At ${words.clock(at)} it is ${ms} ms long: there is no more unused material`,
            `${words.clock(at)} 处可用素材不足，转场为 ${ms} 毫秒`,
          ),
        )
        .slice(0, 5),
      facts: { count },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'add_transition', receipt: draft })).revision };
  },
});

/** Makes plain cuts again. */
export const removeTransitions = defineTool({
  name: 'remove_transitions',
  description: 'Takes transitions away, all or the one nearest to a time; the cuts stay.',
  input: z.object({ at: timePoint.optional() }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const found = timeline.tracks.flatMap((track) =>
      track.items.flatMap((item, index) =>
        item.kind === 'transition' ? [{ item, at: startOf(timeline, track.items[index + 1]?.id) }] : [],
      ),
    );
    const point = asked.at === undefined ? undefined : resolvePoint(asked.at, lengthOf(timeline));
    const gone =
      point === undefined ? found : found.toSorted((a, b) => Math.abs(a.at - point) - Math.abs(b.at - point)).slice(0, 1);
    if (gone.length === 0) return unchanged('remove_transitions', asked, words.say('there are no transitions', '没有转场'));
    const draft = receipt('remove_transitions', 'done', asked, {
      done: [
        words.say(
          `Removed ${plural(gone.length, 'transition')}; plain cuts are left`,
          `已移除 ${gone.length} 个转场，恢复为直接剪切`,
        ),
      ],
      facts: { count: gone.length },
    });
    const edits = gone.map(({ item }): Edit => ({ kind: 'remove-transition', itemId: item.id }));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'remove_transitions', receipt: draft })).revision };
  },
});

function cutsOf(timeline: Timeline): Cut[] {
  const clips = storyPictures(timeline);
  return clips.slice(1).flatMap(({ clip, range }, index) => {
    const before = clips[index]!;
    return rangeEnd(before.range) === range.start
      ? [{ at: range.start, before: before.clip, after: clip, number: index + 1 }]
      : [];
  });
}

function chosen(cuts: readonly Cut[], asked: Asked, timeline: Timeline): readonly Cut[] {
  if (asked.after_clip !== undefined) return cuts.filter(({ number }) => number === asked.after_clip);
  if (asked.at === undefined) return cuts.filter((cut) => !isSeam(cut));
  const point = resolvePoint(asked.at, lengthOf(timeline));
  return cuts.toSorted((a, b) => Math.abs(a.at - point) - Math.abs(b.at - point)).slice(0, 1);
}

/** The recording goes on and only its look changes there: a border of ours that nobody sees as a cut. */
function isSeam({ before, after }: Cut): boolean {
  const goesOn = before.assetId === after.assetId && rangeEnd(before.sourceRange) === after.sourceRange.start;
  return goesOn && JSON.stringify([before.effects, before.speed]) !== JSON.stringify([after.effects, after.speed]);
}

/** Both sides show the same recording and little is missing between them. */
function isJump({ before, after }: Cut): boolean {
  if (before.assetId !== after.assetId) return false;
  const missing = subtractTicks(after.sourceRange.start, rangeEnd(before.sourceRange));
  return missing >= 0 && missing < stutter;
}

type Fitting = { readonly trackId: string; readonly cut: Cut; readonly asked: Asked };
type Adding = Extract<Edit, { readonly kind: 'add-transition' }>;

type Outcome = {
  readonly edits: readonly Adding[];
  readonly full: readonly Cut[];
  readonly shorter: readonly (Cut & { readonly ms: number })[];
  readonly bare: readonly Cut[];
  readonly jumps: readonly Cut[];
};

/** What each cut gets. Each is tried alone; only where neighbours are in each other's way they are tried one after another. */
function placeAll(
  context: ToolContext,
  cuts: readonly Cut[],
  { trackId, asked, isNamed }: { readonly trackId: string; readonly asked: Asked; readonly isNamed: boolean },
): Outcome {
  const skipsJumps = !isNamed && asked.kind === 'dissolve';
  const jumps = skipsJumps ? cuts.filter(isJump) : [];
  const open = cuts.filter((cut) => !jumps.includes(cut));
  let fitted = open.map((cut) => fit(context, [], { trackId, cut, asked }));
  if (!fits(context, fitted.filter(isThere))) {
    const before: Adding[] = [];
    fitted = open.map((cut) => {
      const edit = fit(context, before, { trackId, cut, asked });
      if (edit !== undefined) before.push(edit);
      return edit;
    });
  }
  const wantedMs = (asked.duration_ms ?? defaultMs) - 1000 / 24;
  const withMs = open.map((cut, index) => ({
    ...cut,
    ms: fitted[index] === undefined ? 0 : toMilliseconds(fitted[index].duration),
  }));
  return {
    edits: fitted.filter(isThere),
    full: withMs.filter(({ ms }) => ms >= wantedMs),
    shorter: withMs.filter(({ ms }) => ms > 0 && ms < wantedMs),
    bare: withMs.filter(({ ms }) => ms === 0),
    jumps,
  };
}

function isThere(edit: Adding | undefined): edit is Adding {
  return edit !== undefined;
}

function fits({ workspace }: ToolContext, edits: readonly Edit[]): boolean {
  try {
    workspace.preview(edits);
    return true;
  } catch (error) {
    if (isEditorError(error, 'TRANSITION_NO_HANDLE')) return false;
    throw error;
  }
}

/** The longest transition up to the asked one for which there is material, in whole frames; undefined where a cut is all there is. */
function fit({ workspace }: ToolContext, before: readonly Edit[], { trackId, cut, asked }: Fitting): Adding | undefined {
  const { frameRate } = workspace.timeline();
  const edit = (duration: Ticks): Adding => ({
    kind: 'add-transition',
    trackId,
    at: cut.at,
    name: asked.kind satisfies TransitionName,
    duration,
  });
  const wanted = fromFrame(Math.max(2, toFrame(milliseconds(asked.duration_ms ?? defaultMs), frameRate, 'round')), frameRate);
  try {
    workspace.preview([...before, edit(wanted)]);
    return edit(wanted);
  } catch (error) {
    if (!isEditorError(error, 'TRANSITION_NO_HANDLE')) throw error;
    const available = fromFrame(toFrame(seconds(Number(error.details.available ?? 0)), frameRate, 'floor'), frameRate);
    return available >= shortest ? edit(available) : undefined;
  }
}

function reasons(
  { words }: ToolContext,
  { bare, jumps }: { readonly bare: readonly Cut[]; readonly jumps: readonly Cut[] },
): Receipt['skipped'] {
  const list = (cuts: readonly Cut[]) =>
    cuts
      .slice(0, 4)
      .map(({ at }) => words.clock(at))
      .join(', ') + (cuts.length > 4 ? ', …' : '');
  return [
    ...(bare.length === 0
      ? []
      : [
          {
            what: 'add_transition',
            reason: words.say(
              `left a plain cut at ${list(bare)}: the clips there are used to their ends, so there is nothing to blend`,
              `${list(bare)} 处保留直接剪切：那里的片段已用到头，没有多余素材可供过渡`,
            ),
          },
        ]),
    ...(jumps.length === 0
      ? []
      : [
          {
            what: 'add_transition',
            reason: words.say(
              `left ${plural(jumps.length, 'cut')} alone (${list(jumps)}): less than 1 s is missing there and a dissolve would look like a stutter; name the time or another transition to have it anyway`,
              `保留 ${jumps.length} 个剪切点（${list(jumps)}）：那里缺少的不到 1 秒，叠化会像卡顿；如仍需要，请指明时间或其他转场`,
            ),
          },
        ]),
  ];
}

function startOf(timeline: Timeline, itemId: string | undefined): number {
  return storyPictures(timeline).find(({ clip }) => clip.id === itemId)?.range.start ?? 0;
}

function lengthOf(timeline: Timeline): Ticks {
  const last = storyPictures(timeline).at(-1);
  return last === undefined ? (0 as Ticks) : rangeEnd(last.range);
}
