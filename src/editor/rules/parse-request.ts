/**
 * From a sentence to tool calls, without a model: clause by clause, first intent that fits.
 *
 * It would rather understand nothing than the wrong thing: whatever cuts needs a verb that cuts and a place or a
 * kind of material, and a negated wish becomes no call at all.
 */
import { splitClauses, type Clause } from './clause.ts';
import { readExcept } from './except.ts';
import { followUp } from './follow-up.ts';
import { switchCamera, syncCameras } from './intents/cameras.ts';
import { clips } from './intents/clips.ts';
import { color } from './intents/color.ts';
import { isExcept, keepRange, removeRange, split, trimEdges, trimPauses } from './intents/cutting.ts';
import { exportVideo } from './intents/export.ts';
import { files } from './intents/files.ts';
import { aspect, background, crop } from './intents/frame.ts';
import { analyze, history, showTimeline } from './intents/history.ts';
import { freeze, reverse, turn, zoom } from './intents/motion.ts';
import { ducking, music } from './intents/music.ts';
import { blur, chromaKey, pictureInPicture, watermark } from './intents/overlay.ts';
import { addTitle, quotedTitle, setSpeed } from './intents/picture.ts';
import { jumpCuts, scenes, stabilize } from './intents/repair-picture.ts';
import { fade, mute, removeNoise, setLoudness, setVolume } from './intents/sound.ts';
import { keepPause, speedPauses } from './intents/pauses.ts';
import { diagnose, fix, repairSound } from './intents/repair-sound.ts';
import { cutToBeats } from './intents/beats.ts';
import { cutWords, fillers, findWords, isAboutSpokenPart, notes, retakes } from './intents/spoken.ts';
import { syncAudio } from './intents/sync.ts';
import { transitions } from './intents/transitions.ts';
import { fitVoiceover } from './intents/voiceover.ts';
import { captions, textStyle } from './intents/words.ts';
import { narrate, translate, writeScript } from './intents/writer.ts';
import type { Intent } from './intent.ts';
import { laterTopic } from './later.ts';
import { inOrder } from './order.ts';
import { parseScript, scriptIn } from './narration-text.ts';
import { parseSpokenText, spokenTextIn } from './spoken-text.ts';
import { parseSubtitles, subtitlesIn } from './subtitles.ts';
import { refine, withoutDeclined } from './refine.ts';
import { detectLanguage, type Language, type ParsedRequest, type ToolCallRequest } from './request.ts';

const spokenIntents: ReadonlySet<Intent> = new Set([findWords, fillers, retakes, cutWords, notes]);

/** Order matters: what names its own object comes before what only names a verb. */
const intents: readonly Intent[] = [
  history,
  files,
  findWords,
  fillers,
  retakes,
  cutWords,
  notes,
  translate,
  syncCameras,
  switchCamera,
  fitVoiceover,
  writeScript,
  narrate,
  cutToBeats,
  syncAudio,
  fix,
  diagnose,
  repairSound,
  captions,
  textStyle,
  addTitle,
  watermark,
  stabilize,
  jumpCuts,
  scenes,
  transitions,
  speedPauses,
  trimPauses,
  removeNoise,
  ducking,
  music,
  fade,
  chromaKey,
  pictureInPicture,
  freeze,
  reverse,
  turn,
  zoom,
  blur,
  background,
  crop,
  aspect,
  setSpeed,
  setLoudness,
  mute,
  setVolume,
  color,
  keepRange,
  removeRange,
  clips,
  quotedTitle,
  split,
  trimEdges,
  exportVideo,
  analyze,
  showTimeline,
];

const verbs =
  /^(?:remove|delete|cut out|cut|trim|shorten|take out|get rid of|keep only|only keep|keep|mute|drop|add|put|fade|reduce|clean up|clean|speed up|slow down|lower|raise|increase|decrease|boost|blur|crop|rotate|reverse|freeze|zoom in|zoom|make it|make|apply|change|剪掉|删掉|删除|去掉|去除|裁掉|切掉|保留|只保留|静音|加上|添加|降低|提高|增加|调高|调低|缩短|修剪|移除|剪|删)/;

/**
 * What a sentence asks for. `earlier` are the user's messages before it, oldest first: "a bit less" and "remove it" mean the
 * newest of them.
 */
export function parseRequest(sentence: string, earlier: readonly string[] = []): ParsedRequest {
  const language = detectLanguage(sentence);
  const spoken = spokenTextIn(sentence);
  if (spoken !== undefined)
    return parseSpokenText(spoken, language, spoken.before === '' ? undefined : parseRequest(spoken.before, earlier));
  const sent = scriptIn(sentence);
  if (sent !== undefined) return parseScript(sent, language);
  const subtitles = subtitlesIn(sentence);
  if (subtitles !== undefined) return parseSubtitles(subtitles, language);
  const last = earlier.at(-1);
  const again = last === undefined ? undefined : followUp(sentence, () => parseRequest(last, earlier.slice(0, -1)).calls);
  if (again !== undefined) return { language, calls: again, misunderstood: [], unavailable: [], declined: [] };
  const talk = smallTalk(sentence);
  if (talk !== undefined) return { language, calls: [], misunderstood: [], unavailable: [], declined: [], talk };
  const calls: ToolCallRequest[] = [];
  const misunderstood: string[] = [];
  const unavailable: { what: string; words: string }[] = [];
  const declined: string[] = [];
  const refused: ToolCallRequest[] = [];
  let lastVerb = '';
  let named: Clause | undefined;
  for (const spoken of splitClauses(sentence)) {
    // "The first 12 seconds are just me and the mic, can you chop those off": what is meant was named before.
    const isNamed =
      named !== undefined &&
      spoken.stretches.length === 0 &&
      /^(?:chop|cut|lop|take|remove|delete|drop|trim|snip|get rid of)(?: of)? (?:it|that|those|them|this)(?: (?:off|out|away))?$/.test(
        spoken.words,
      );
    const clause = isNamed
      ? { ...named!, words: `remove ${named!.stretches.map((_, index) => `⟪${index}⟫`).join(' ')}`, negated: spoken.negated }
      : spoken;
    if (isNamed) misunderstood.pop();
    named = undefined;
    if (refine(calls, clause) || keepPause(calls, clause)) continue;
    if (
      clause.negated &&
      /^(?:shorten|cut|trim|remove|delete|change|drop)(?: out| off)? (?:anything|any of (?:it|this)|the length|a thing)(?: else)?$/.test(
        clause.words,
      )
    ) {
      for (const tool of ['trim_pauses', 'remove_ranges', 'keep_ranges', 'remove_clip']) refused.push({ tool, input: {} });
      declined.push('trim_pauses');
      continue;
    }
    const meant = readClause(clause, lastVerb);
    lastVerb = verbs.exec(clause.words)?.[0] ?? lastVerb;
    if (meant?.length === 0) {
      declined.push('trim_pauses');
      refused.push({ tool: 'trim_pauses', input: {} });
      continue;
    }
    if (clause.negated) {
      for (const entry of meant ?? []) {
        refused.push(entry);
        if (!declined.includes(entry.tool)) declined.push(entry.tool);
      }
      continue;
    }
    const topic = laterTopic(clause);
    // "Add music under the pauses" is about music: a topic for later wins over an intent that was only inherited.
    if (meant !== undefined && !(topic !== undefined && isInherited(clause, meant)))
      for (const entry of meant) addCall(calls, entry);
    else if (topic !== undefined) unavailable.push({ what: topic[language], words: clause.said });
    else if (isStatement(clause)) continue;
    else if (!isFiller(clause.words) && !(calls.length > 0 && echo.test(clause.words))) {
      misunderstood.push(clause.said);
      if (clause.stretches.length > 0 && !clause.negated) named = clause;
    }
  }
  // "Generate a two-minute demo recording into an MP4" asks for the file; what it is made of is there.
  if (calls.some(({ tool }) => tool === 'export'))
    for (const words of misunderstood.filter((words) => isMaterial(words))) misunderstood.splice(misunderstood.indexOf(words), 1);
  const wanted = withoutDeclined(calls, refused);
  const nothing = wanted.length === 0 && unavailable.length === 0 && declined.length === 0 && !looksLikeEditing(sentence);
  return {
    language,
    calls: inOrder(wanted),
    misunderstood,
    unavailable,
    declined,
    ...(nothing ? { talk: 'off-topic' as const } : {}),
  };
}

/** Says once more to do what was just named. */
const echo =
  /^(?:get rid of|take out|remove|fix|smooth|steady|clean|mend|repair|reduce|do|sort|lower|kill)(?: it| that| this| them)(?: up| out)?$|^(?:修一下|修复一下|去掉|处理一下|稳一下|稳定一下|修好它?|去除|改一下|弄一下|修|稳|处理|稳定)$/;

/** What people tell about themselves and their recording before they ask for something. */
function isStatement({ words, stretches, times }: Clause): boolean {
  return (
    stretches.length === 0 &&
    times.length === 0 &&
    /^(?:i|we)(?:'ve| have| just|'m| am| was| were)* (?:recorded|filmed|shot|made|breathe|talk|spoke|speak|said|uploaded|took|have|had|stutter)\b(?! (?:to|you)\b)/.test(
      words,
    )
  );
}

/** A question or an account of what was done is no order: only what looks and changes nothing may answer it. */
const question =
  /^(?:should (?:i|we|you)|shall (?:i|we)|do (?:i|we) (?:need|have)|why|what|how|when|where|who|which|if|is|are|was|were|did|does|has|have you|would it)\b|^(?:i|you|we|they|he|she|it)(?:'ve|'d| have| had| has)?(?: already| just| accidentally)* (?:cut|removed|deleted|muted|trimmed|kept)\b|要不要|该不该|应不应该|为什么|为啥|怎么|如何|怎样|会不会|如果|是否/;
const lookingTools: ReadonlySet<string> = new Set([
  'describe_changes',
  'compare_versions',
  'show_timeline',
  'diagnose',
  'analyze',
  'find_words',
]);

function readClause(clause: Clause, lastVerb: string): readonly ToolCallRequest[] | undefined {
  const direct = firstMeaning(clause);
  if (direct !== undefined || lastVerb === '' || verbs.test(clause.words)) return direct;
  // "remove the first 5 seconds and the last 10": the second part shares the verb of the first.
  return firstMeaning({ ...clause, words: `${lastVerb} ${clause.words}` });
}

function firstMeaning(clause: Clause): readonly ToolCallRequest[] | undefined {
  const guarded = question.test(clause.words);
  const isExcepted = isExcept(clause);
  const excepted = isExcepted && !guarded ? readExcept(clause, readAs) : undefined;
  if (excepted !== undefined) return excepted;
  const isPart = isAboutSpokenPart(clause);
  for (const intent of intents) {
    if (isPart && !spokenIntents.has(intent)) continue;
    if (isExcepted && clause.stretches.length > 0 && intent !== keepRange) continue;
    const calls = intent.read(clause);
    if (calls !== undefined && !(guarded && calls.some(({ tool }) => !lookingTools.has(tool)))) return calls;
  }
  return undefined;
}

/** The first meaning of words that no exception is left in. */
function readAs(clause: Clause): readonly ToolCallRequest[] | undefined {
  for (const intent of intents) {
    const calls = intent.read(clause);
    if (calls !== undefined) return calls;
  }
  return undefined;
}

function isInherited(clause: Clause, meant: readonly ToolCallRequest[]): boolean {
  return firstMeaning(clause) === undefined && meant.length > 0;
}

/** A wish that only refines the one before ("… longer than a second") is joined to it; the same wish twice is one. */
function addCall(calls: ToolCallRequest[], entry: ToolCallRequest): void {
  const known = calls.findIndex((call) => call.tool === entry.tool);
  if (entry.tool === 'trim_pauses' && known >= 0 && [undefined, calls[known]!.input.mode].includes(entry.input.mode)) {
    calls[known] = { tool: entry.tool, input: { ...calls[known]!.input, ...entry.input } };
  } else if ((entry.tool === 'remove_ranges' || entry.tool === 'keep_ranges') && known >= 0) {
    const ranges = [...(calls[known]!.input.ranges as readonly unknown[]), ...(entry.input.ranges as readonly unknown[])];
    calls[known] = { tool: entry.tool, input: { ranges } };
  } else if (
    entry.tool === 'set_volume' &&
    known >= 0 &&
    calls[known]!.input.target === entry.input.target &&
    sameTarget(calls[known]!, entry)
  ) {
    // "It is too quiet, turn it up by 3 dB" is one wish, said twice.
    calls[known] = entry;
  } else if (entry.tool === 'adjust_color' && known >= 0 && sameTarget(calls[known]!, entry)) {
    calls[known] = { tool: entry.tool, input: { ...calls[known]!.input, ...entry.input } };
  } else if (entry.tool === 'fade' && known >= 0 && isOtherEnd(calls[known]!.input, entry.input)) {
    const kind = entry.input.kind === 'both' ? calls[known]!.input.kind : entry.input.kind;
    const { in_seconds, out_seconds } = { ...calls[known]!.input, ...entry.input };
    calls[known] = { tool: 'fade', input: { in_seconds, out_seconds, kind } };
  } else if ((entry.tool === 'export' || entry.tool === 'set_aspect') && known >= 0) {
    calls[known] = { tool: entry.tool, input: { ...calls[known]!.input, ...entry.input } };
  } else if (!calls.some((call) => same(call, entry))) calls.push(entry);
}

/** "Fade in over 2 s and out over 4 s": two ends of one fade. */
function isOtherEnd(a: ToolCallRequest['input'], b: ToolCallRequest['input']): boolean {
  const isOneEach =
    (a.in_seconds === undefined) !== (b.in_seconds === undefined) &&
    (a.out_seconds === undefined) !== (b.out_seconds === undefined);
  return isOneEach && (a.kind === b.kind || b.kind === 'both');
}

function sameTarget(a: ToolCallRequest, b: ToolCallRequest): boolean {
  return ['start', 'end', 'clip', 'file'].every((key) => a.input[key] === b.input[key]);
}

function same(a: ToolCallRequest, b: ToolCallRequest): boolean {
  return a.tool === b.tool && JSON.stringify(a.input) === JSON.stringify(b.input);
}

function smallTalk(sentence: string): ParsedRequest['talk'] {
  const words = sentence
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s!.。！~,，?？]+/g, ' ')
    .trim();
  if (words === '') return 'empty';
  if (/^(?:hi|hello|hey|good (?:morning|afternoon|evening)|hi there|hello there|你好|您好|嗨|哈喽)$/.test(words))
    return 'greeting';
  if (
    /^(?:thanks?|thx|ty|cheers|thank you(?: very much| so much)?|great|perfect|nice|awesome|cool|谢谢你?|多谢|太好了|很好|棒)$/.test(
      words,
    )
  )
    return 'thanks';
  if (
    /^(?:y|yes|yeah|yep|sure|ok|okay|do it|go ahead|please do|confirm|yes please|是的?|好的?|可以|确认|行|继续|对)$/.test(words)
  )
    return 'yes';
  if (/^(?:n|no|nope|no thanks|cancel|stop|leave it|don't|不|不用了?|不要|取消|算了|不是)$/.test(words)) return 'no';
  if (
    /^(?:help|what can you do|how does this work|what do you do|commands?|who are you|what are you|你是谁|帮助|你能做什么|你会什么|能做什么|怎么用)$/.test(
      words,
    )
  )
    return 'help';
  if (
    /^(?:what|how much)\b.*\b(?:cost|price|charge)s?\b|\bhow expensive\b|^(?:is|are) (?:this|it|edits?|editing|exports?|exporting) (?:for )?free$|^(?:do i have to|must i) pay\b|多少钱|收费吗|要钱吗|免费吗|费用是?多少/.test(
      words,
    )
  )
    return 'cost';
  if (
    /^(?:how many|how much|what(?:'s| is| are)?|check|show(?: me)?|tell me)?(?: is| are)?(?: my| the| our)? ?(?:credits?|credit balance|account balance|balance)(?: (?:do i have|are left|left|remaining|have i got|now|please))*$|^(?:我?还?(?:有|剩)(?:多少)?|查(?:询|看)?(?:一下)?)?(?:我的)?(?:积分|余额)(?:还?(?:有|剩)?多少)?$/.test(
      words,
    )
  )
    return 'credits';
  return undefined;
}

function isFiller(words: string): boolean {
  return /^(?:it|this|that|the video|my video|the audio|for me|too|as well|everything|it for me|the file|my file|(?:filter|take) it out|fix it|处理|视频|这个|那个|吧|一下|edit my video with audio|edit my (?:raw )?(?:video|footage|video footage|audio))$/.test(
    words.trim(),
  );
}

function isMaterial(words: string): boolean {
  return /^(?:generate|turn|convert|make|render|process|create)\s+(?:a|an|my|the|this|these|our)\s+(?:\S+\s+){0,5}(?:recordings?|footage|videos?|clips?|demos?)$/i.test(
    words.trim(),
  );
}

function looksLikeEditing(sentence: string): boolean {
  return /video|audio|sound|clip|footage|record|edit|cut|trim|track|export|timeline|music|voice|picture|frame|second|minute|noise|delet|remov|undo|bright|dark|warm|soft|louder|quiet|improve|blur|title|caption|subtitle|logo|zoom|crop|speed|slow|stabil|shak|fps|\bmp[34]\b|\bmore\b|\bless\b|\bagain\b|再来|一点|视频|音频|声音|片子|剪|还原|调|撤|录|素材|画面|片段|秒|分钟|轨|导出/i.test(
    sentence,
  );
}

/** Two sentences of each language that always work, for "I did not understand". */
export const examples: Readonly<Record<Language, readonly [string, string]>> = {
  en: ['"remove background noise and trim pauses"', '"cut from 0:30 to 1:45"'],
  zh: ['“去掉背景噪音，修剪停顿”', '“剪掉0:30到1:45”'],
};
