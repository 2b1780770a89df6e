/** Clauses that only say more about the wish before them, and wishes that another clause takes back. */
import { cornerIn, percentOf } from './amounts.ts';
import type { Clause } from './clause.ts';
import type { ToolCallRequest } from './request.ts';

const lasting =
  /^(?:显示|持续|停留|展示|(?:show|keep|leave|hold|display)(?:n)?(?: (?:it|that|this))?(?: up| there| on screen)? for|for|lasting)\s*⟦\d+⟧$/;
const inCorner =
  /^(?:(?:put|place) (?:it|that) )?(?:(?:in|at|on|to) )?(?:the )?(?:top|bottom|upper|lower)?[- ]?(?:left|right)(?: (?:hand )?(?:corner|side))?$|^(?:放)?(?:在|到)?[左右](?:上|下)?角?$/;
const atLevel =
  /^(?:(?:set )?(?:at|with|to) )?(?:its |the |a )?(?:volume|level|loudness)?(?: (?:of|at|to))?\s*\d+\s*(?:%|percent)(?: volume)?$|^音量(?:为|是|设为|调到|调成)?\s*(?:\d+\s*%|百分之)/;

const transitionLength =
  /^(?:(?:for|over|lasting|of|each|with a (?:length|duration) of)\s*)*⟦\d+⟧(?: (?:long|each))*$|^(?:时长|持续|每个|各)*⟦\d+⟧$/;

/** Where each tool keeps how long something is shown. */
const lengthKeys: Readonly<Record<string, string>> = {
  add_title: 'duration_seconds',
  insert_clip: 'seconds',
  freeze_frame: 'seconds',
};

/** Joins the clause to the last call where it is about nothing else: "… for 3 seconds" is how long a title stays, never what is kept of the film. */
export function refine(calls: ToolCallRequest[], clause: Clause): boolean {
  const last = calls.at(-1);
  if (last === undefined || clause.negated) return false;
  const more = (input: Readonly<Record<string, unknown>>): boolean => {
    calls[calls.length - 1] = { tool: last.tool, input: { ...last.input, ...input } };
    return true;
  };
  const key = lengthKeys[last.tool];
  const [length] = clause.times;
  if (key !== undefined && last.input[key] === undefined && length !== undefined && lasting.test(clause.words))
    return more({ [key]: length });
  if (
    last.tool === 'add_transition' &&
    last.input.duration_ms === undefined &&
    length !== undefined &&
    transitionLength.test(clause.words)
  )
    return more({ duration_ms: Math.round(length * 1000) });
  const isOverlay = last.tool === 'picture_in_picture' || last.tool === 'watermark';
  if (isOverlay && last.input.corner === undefined && inCorner.test(clause.words))
    return more({ corner: cornerIn(clause.words) });
  const percent = percentOf(clause.words);
  if (last.tool === 'add_music' && percent !== undefined && atLevel.test(clause.words)) return more({ percent });
  return false;
}

/** What is left of the wishes after those that were declined; of a colour change only what was named. */
export function withoutDeclined(calls: readonly ToolCallRequest[], refused: readonly ToolCallRequest[]): ToolCallRequest[] {
  return calls.flatMap((wish) => {
    const against = refused.filter(({ tool }) => tool === wish.tool);
    if (against.length === 0) return [wish];
    if (wish.tool !== 'adjust_color') return [];
    const named = new Set(against.flatMap(({ input }) => Object.keys(input)));
    const input = Object.fromEntries(Object.entries(wish.input).filter(([key]) => !named.has(key)));
    return Object.keys(input).some((key) => !['start', 'end', 'clip'].includes(key)) ? [{ tool: wish.tool, input }] : [];
  });
}
