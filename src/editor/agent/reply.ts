/** The answer of the rules engine: what changed, before → after, what did not and why, what to do next. */
import type { Receipt } from '#core/facts';
import { examples, type Language, type ParsedRequest } from '#editor/rules';

const texts = {
  en: {
    nothing: 'Nothing was changed.',
    alone: 'Left alone',
    waits: 'Waits for your answer',
    notDone: 'Not done',
    later: (what: string) => `${what} is not something this version can do yet`,
    misunderstood: (words: string) => `I did not understand "${words}"`,
    examples: (a: string, b: string) => `I understand, for example, ${a} or ${b}.`,
    next: 'Next',
    greeting: 'Hello! Tell me what should happen to your recording; if there is none yet, upload one first.',
    thanks: "You're welcome.",
    help: 'I edit recordings from plain words: remove noise, trim pauses, cut or keep ranges, reorder and insert clips, transitions, music, colour and looks, zoom, rotate, reverse, freeze, 9:16 and other shapes, blur, logo, picture in picture, green screen, titles, captions from your text, mute, volume, loudness, fades, speed, undo, redo, earlier versions, "what did you change", export as MP4, WebM, GIF, MP3 and more.',
    offTopic: 'I edit video and sound, and cannot help with that.',
    no: 'All right, nothing was changed.',
    yesToNothing: 'There is no question open. Tell me what should happen to the video.',
    empty: 'Tell me what should happen to the video.',
    cost: (edit: number) =>
      edit === 0
        ? 'Editing and export are free here.'
        : `A message that changes the video costs ${edit} ${edit === 1 ? 'credit' : 'credits'}; one that changes nothing costs nothing, and export is free.`,
    credits: (available: number, frozen: number) =>
      `You have ${available} ${available === 1 ? 'credit' : 'credits'}${frozen === 0 ? '' : `, and ${frozen} set aside for what is running`}.`,
  },
  zh: {
    nothing: '没有做任何修改。',
    alone: '保持不变',
    waits: '等你回答后再做',
    notDone: '未完成',
    later: (what: string) => `当前版本还不支持${what}`,
    misunderstood: (words: string) => `我没有听懂“${words}”`,
    examples: (a: string, b: string) => `我能听懂，例如${a}或${b}。`,
    next: '接下来可以',
    greeting: '你好！告诉我要怎么剪你的视频或录音；如果还没有素材，请先上传。',
    thanks: '不客气。',
    help: '我用自然语言剪辑：降噪、修剪停顿、剪掉或保留片段、调整顺序与插入片段、转场、音乐、调色与滤镜、缩放、旋转、倒放、定格、9:16 等画幅、模糊、水印、画中画、绿幕、标题、你提供文字的字幕、静音、音量、响度、淡入淡出、变速、撤销、重做、恢复旧版本、“改了什么”、导出 MP4、WebM、GIF、MP3 等。',
    offTopic: '我只负责剪辑视频和声音，这个帮不上忙。',
    no: '好的，没有做任何修改。',
    yesToNothing: '目前没有待确认的问题。请告诉我要对视频做什么。',
    empty: '请告诉我要对视频做什么。',
    cost: (edit: number) =>
      edit === 0 ? '在这里剪辑和导出都免费。' : `每条改动视频的消息消耗 ${edit} 积分；没有改动则不收费，导出免费。`,
    credits: (available: number, frozen: number) =>
      `你有 ${available} 积分${frozen === 0 ? '' : `，另有 ${frozen} 积分为进行中的任务预留`}。`,
  },
} as const;

/** What things cost and what the user has, in credits. */
export type Account = { readonly editCost: number; readonly available: number; readonly frozen: number };

const noAccount: Account = { editCost: 0, available: 0, frozen: 0 };

/** Composes the answer to a turn from its parsed request and the receipts of its calls. */
export function composeReply(request: ParsedRequest, receipts: readonly Receipt[], account: Account = noAccount): string {
  const t = texts[request.language];
  const hint = t.examples(...examples[request.language]);
  if (request.talk !== undefined && receipts.length === 0) return talkReply(request, hint, account);
  const lines: string[] = [];
  for (const receipt of receipts)
    lines.push(...receipt.done.map((sentence) => (sentence.startsWith('Timeline (') ? sentence : `- ${sentence}`)));
  for (const receipt of receipts) lines.push(...receipt.warnings.map((sentence) => `- ${sentence}`));
  const changed = receipts.some(({ revision, jobId }) => revision !== undefined || jobId !== undefined);
  const answered = receipts.some(({ done }) => done.length > 0);
  if (!changed && !answered) lines.push(t.nothing);
  for (const { tool, skipped } of receipts)
    lines.push(...skipped.map(({ what, reason }) => `- ${what === tool ? '' : `${what}: `}${sentenceCase(reason)}`));
  for (const { text } of receipts) if (text !== undefined) lines.push('', text.trimEnd(), '');
  const [first, ...others] = receipts.filter(({ question }) => question !== undefined);
  const waiting = [...others.map(({ tool }) => tool), ...request.calls.slice(receipts.length).map(({ tool }) => tool)];
  if (first !== undefined) {
    lines.push(...waiting.map((tool) => `- ${t.waits}: ${toolName(tool, request.language)}`));
    // One at a time.
    lines.push(first.question!);
  }
  for (const { what } of request.unavailable) lines.push(`- ${t.notDone}: ${t.later(what)}`);
  for (const tool of request.declined) lines.push(`- ${t.alone}: ${toolName(tool, request.language)}`);
  for (const words of request.misunderstood) lines.push(`- ${t.misunderstood(words)}`);
  if (request.misunderstood.length > 0) lines.push(hint);
  const next = nextSteps(request, receipts, changed);
  if (next.length > 0) lines.push(`${t.next}: ${next.join(request.language === 'zh' ? '、' : ', ')}`);
  return lines.join('\n');
}

function talkReply({ talk = 'off-topic', language }: ParsedRequest, hint: string, account: Account): string {
  const t = texts[language];
  switch (talk) {
    case 'greeting':
      return `${t.greeting} ${hint}`;
    case 'thanks':
      return t.thanks;
    case 'help':
      return `${t.help} ${hint}`;
    case 'no':
      return t.no;
    case 'cost':
      return t.cost(account.editCost);
    case 'credits':
      return `${t.credits(account.available, account.frozen)} ${t.cost(account.editCost)}`;
    case 'yes':
      return `${t.yesToNothing} ${hint}`;
    case 'empty':
      return `${t.empty} ${hint}`;
    case 'off-topic':
      return `${t.offTopic} ${hint}`;
  }
}

/** Two or three things that make sense now. */
function nextSteps({ language, talk }: ParsedRequest, receipts: readonly Receipt[], changed: boolean): string[] {
  if (talk !== undefined || receipts.some(({ status }) => status === 'needs-answer')) return [];
  const used = new Set(receipts.map(({ tool }) => tool));
  if (used.has('export') || !changed) return [];
  const en: [string, string][] = [['remove_noise', '"remove background noise"'], ['trim_pauses', '"trim pauses"'], ['set_loudness', '"normalize the loudness"'], ['export', '"export 1080p MP4"'], ['undo', '"undo"']]; // prettier-ignore
  const zh: [string, string][] = [['remove_noise', '“去掉背景噪音”'], ['trim_pauses', '“修剪停顿”'], ['set_loudness', '“统一响度”'], ['export', '“导出1080p MP4”'], ['undo', '“撤销”']]; // prettier-ignore
  if (used.has('speak_script')) {
    en[0] = ['narration', '"another take, slower"'];
    zh[0] = ['narration', '“再录一遍，慢一点”'];
  }
  const open = (language === 'zh' ? zh : en).filter(([tool]) => !used.has(tool));
  return [...open.slice(0, -2).slice(0, 1), ...open.slice(-2)].map(([, words]) => words);
}

function toolName(tool: string, language: Language): string {
  const names: Readonly<Record<string, readonly [string, string]>> = {
    remove_noise: ['the noise', '噪音'],
    trim_pauses: ['the pauses', '停顿'],
    mute: ['the sound', '声音'],
    set_volume: ['the volume', '音量'],
    set_speed: ['the speed', '速度'],
    fade: ['fades', '淡入淡出'],
    remove_ranges: ['the length', '时长'],
    keep_ranges: ['the length', '时长'],
    add_music: ['music', '音乐'],
    remove_music: ['the music', '音乐'],
    add_transition: ['the cuts', '剪切点'],
    remove_transitions: ['the transitions', '转场'],
    adjust_color: ['the colours', '颜色'],
    add_title: ['titles', '标题'],
    add_captions: ['captions', '字幕'],
    set_aspect: ['the shape of the picture', '画幅'],
    export: ['the export', '导出'],
    stabilize_video: ['the shaking', '抖动'],
    smooth_jump_cuts: ['the jump cuts', '跳切'],
    crop: ['the edges of the picture', '画面边缘'],
    turn: ['the direction of the picture', '画面方向'],
    reverse: ['the direction it plays in', '播放方向'],
    set_loudness: ['the loudness', '响度'],
  };
  const [english, chinese] = names[tool] ?? [tool.replaceAll('_', ' '), tool];
  return language === 'zh' ? chinese : english;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a turn cost, where edits are metered. */
export function costLine(cost: number, isCharged: boolean, language: Language): string {
  if (language === 'zh') return isCharged ? `本次消耗：${cost} 积分` : '本次未收费。';
  return isCharged ? `Cost: ${cost} ${cost === 1 ? 'credit' : 'credits'}` : 'Nothing was charged.';
}
