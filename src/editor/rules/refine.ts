/** Clauses that only say more about the wish before them, and wishes that another clause takes back. */
import { cornerIn, percentOf } from './amounts.ts';
import { pointText } from './times.ts';
import type { Clause } from './clause.ts';
import { marginsIn } from './intents/pauses.ts';
import { bareFiller } from './intents/spoken.ts';
import { toneIn } from './intents/writer.ts';
import type { ToolCallRequest } from './request.ts';

const lasting =
  /^(?:显示|持续|停留|展示|(?:show|keep|leave|hold|display)(?:n)?(?: (?:it|that|this))?(?: up| there| on screen)? for|for|lasting)\s*⟦\d+⟧$/;
const inCorner =
  /^(?:(?:put|place) (?:it|that) )?(?:(?:in|at|on|to) )?(?:the )?(?:top|bottom|upper|lower)?[- ]?(?:left|right)(?: (?:hand )?(?:corner|side))?$|^(?:放)?(?:在|到)?[左右](?:上|下)?角?$/;
const atLevel =
  /^(?:(?:set )?(?:at|with|to) )?(?:its |the |a )?(?:volume|level|loudness)?(?: (?:of|at|to))?\s*\d+\s*(?:%|percent)(?: volume)?$|^音量(?:为|是|设为|调到|调成)?\s*(?:\d+\s*%|百分之)/;

const transitionLength =
  /^(?:(?:for|over|lasting|of|each|with a (?:length|duration) of)\s*)*⟦\d+⟧(?: (?:long|each))*$|^(?:时长|持续|每个|各)*⟦\d+⟧$/;

const quietly =
  /^(?:(?:but |and )?(?:keep it |make it )?(?:very |really |nice and )?(?:quiet(?:ly)?|soft(?:ly)?|subtle|low|discreet)|(?:too|that|so|very) loud|音量(?:调|放)?[小低](?:一?点|些)?|轻轻的?|小声(?:一?点)?|(?:太|那么)(?:大声|响))$/;

/** Where each tool keeps how long something is shown. */
const lengthKeys: Readonly<Record<string, string>> = {
  add_title: 'duration_seconds',
  insert_clip: 'seconds',
  freeze_frame: 'seconds',
};

/** Joins the clause to the last call where it is about nothing else: "… for 3 seconds" is how long a title stays, never what is kept of the film. */
export function refine(calls: ToolCallRequest[], clause: Clause): boolean {
  const last = calls.at(-1);
  if (last === undefined) return false;
  const more = (input: Readonly<Record<string, unknown>>): boolean => {
    calls[calls.length - 1] = { tool: last.tool, input: { ...last.input, ...input } };
    return true;
  };
  if (
    last.tool === 'add_music' &&
    last.input.percent === undefined &&
    quietly.test(clause.words) &&
    clause.negated === /loud|大声|响/.test(clause.words)
  )
    return more({ percent: 20 });
  if (clause.negated) return false;
  const written = last.tool === 'write_script' || last.tool === 'speak_script' ? refineWriting(last, clause) : undefined;
  if (written !== undefined) return more(written);
  if (
    last.tool === 'remove_retakes' &&
    /^(?:only |just )?(?:keep|use|leave)(?: only| just)? (?:the )?(?:last|final|best|latest)(?: ones?| takes?| versions?)?$|^(?:只)?保留最后/.test(
      clause.words,
    )
  )
    return more({});
  const air = last.tool === 'trim_pauses' ? marginsIn(clause) : undefined;
  if (air !== undefined) return more(air);
  const filler = last.tool === 'remove_fillers' ? bareFiller(clause) : undefined;
  if (filler !== undefined) {
    const before = (last.input.words as readonly string[] | undefined) ?? ['um', 'uh'];
    return more({ words: [...new Set([...before, filler])] });
  }
  const bpm = /^(?:at )?(\d{2,3}) ?(?:bpm|拍)$/.exec(clause.words)?.[1];
  if (last.tool === 'add_music' && bpm !== undefined) return more({ bpm: Math.min(180, Math.max(60, Number(bpm))) });
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
  if (
    isOverlay &&
    last.input.size === undefined &&
    /^(?:(?:make it |keep it |really |very |quite )*(?:small|tiny|big|large)|小一?点|大一?点)$/.test(clause.words)
  )
    return more({
      size: Number(((last.tool === 'watermark' ? 0.15 : 0.3) * (/small|tiny|小/.test(clause.words) ? 2 / 3 : 1.5)).toFixed(3)),
    });
  // Colours that pop are saturated ones, whatever else pops.
  if (last.tool === 'adjust_color' && /^(?:make|let) (?:it|them|the colou?rs) (?:really )?pop(?: more)?$/.test(clause.words))
    return more(last.input.saturation === undefined ? { saturation: 0.25 } : {});
  if (
    last.tool === 'watermark' &&
    last.input.opacity === undefined &&
    /^(?:make it )?(?:half|semi)[- ]?(?:transparent|opaque)$|^see[- ]through$|^半透明$/.test(clause.words)
  )
    return more({ opacity: 0.5 });
  if (
    last.tool === 'remove_noise' &&
    last.input.strength === undefined &&
    /^keep (?:it|the (?:voice|sound)|my voice) (?:sounding )?natural(?:ly)?$|^(?:保持)?自然(?:一?点)?$/.test(clause.words)
  )
    return more({ strength: 0.5 });
  const [place] = clause.stretches;
  if (
    last.tool === 'add_title' &&
    last.input.start === undefined &&
    place !== undefined &&
    /^(?:放|显示)?(?:在|到)?⟪\d+⟫$|^(?:show(?: it)? )?(?:for |in |during )?(?:the )?⟪\d+⟫$/.test(clause.words)
  ) {
    const length = place.start === 'start' && typeof place.end === 'number' ? place.end : undefined;
    if (length !== undefined) return more({ start: 'start', duration_seconds: length });
    if (typeof place.start === 'number' && typeof place.end === 'number' && place.start >= 0)
      return more({ start: pointText(place.start), duration_seconds: place.end - place.start });
  }
  const percent = percentOf(clause.words);
  if (
    last.tool === 'watermark' &&
    percent !== undefined &&
    /^(?:with |at )?(?:an? )?(?:\S+ )?(?:opacity|transparency)|opacity$|^不?透明度/.test(clause.words)
  )
    return more({
      opacity: Math.max(0.05, Math.min(1, (/transparency|^透明/.test(clause.words) ? 100 - percent : percent) / 100)),
    });
  if (last.tool === 'add_music' && percent !== undefined && atLevel.test(clause.words)) return more({ percent });
  return false;
}

const scriptLength =
  /^(?:(?:for|about|around|roughly|of|at|in|with|a|length|it|make|keep|should|be|long|to|under|max(?:imum)?|up|words?|narration|is|lasting) ?|⟦\d+⟧ ?)+$|^(?:时长|长度|大概|大约|约|左右|不超过|为|是|，)*[⟦⟪]\d+[⟧⟫](?:左右|以内|长|的)*$/;
const scriptTone =
  /^(?:(?:in|with|make|keep|it|a|an|the|be|should|very|more|really|quite|and|tone|style|voice|sound|sounding|is|of) ?)*(?:[a-z-]+)(?: (?:tone|style|voice|sounding|and [a-z]+))*$|^(?:语气|口吻|风格|语调)?(?:要|是|为|更|再|比较|，)*\p{Script=Han}{2,5}(?:一?[点些]|的)?(?:语气|口吻|风格)?$/u;

/** Tone and length of a script, pace of a narration, said after the wish itself. */
function refineWriting(
  last: ToolCallRequest,
  { words, times, stretches }: Clause,
): Readonly<Record<string, unknown>> | undefined {
  if (last.tool === 'speak_script')
    return last.input.pace === undefined &&
      /^(?:(?:a (?:bit|little)|but|much|and|speak|read|it|make|more) ?)*(?:slower|slowly|faster|quicker)(?: please)?$|^(?:更|再)?[慢快](?:一?[点些])?$/.test(
        words,
      )
      ? { pace: /slow|慢/.test(words) ? 'slower' : 'faster' }
      : undefined;
  const [stretch] = stretches;
  const length = times[0] ?? (stretch?.start === 'start' && typeof stretch.end === 'number' ? stretch.end : undefined);
  if (last.input.length_seconds === undefined && length !== undefined && length >= 3 && scriptLength.test(words))
    return { length_seconds: length };
  const tone = last.input.tone === undefined && scriptTone.test(words) ? toneIn(words) : undefined;
  return tone === undefined ? undefined : { tone };
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
