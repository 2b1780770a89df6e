/** A script as people read it, as Markdown that can be filled in and sent back, and as JSON. */
import { formatClock, rangeEnd, toMilliseconds, toSeconds } from '#core/time';
import type { Script, ScriptLine, ScriptShot } from './script.ts';
import { countWords, estimateSeconds, type SpeakingRate } from './speaking-rate.ts';

/** What `--json` prints and the session's state holds. Times in milliseconds of the timeline. */
export type ScriptDocument = {
  readonly title: string;
  readonly language: 'en' | 'zh';
  readonly tone: string;
  readonly length_seconds: number;
  readonly written_by: Script['writtenBy'];
  readonly shots: readonly {
    readonly shot: number;
    readonly start_ms: number;
    readonly end_ms: number;
    readonly media: string;
    readonly movement?: string;
    readonly spoken_share: number;
    readonly said?: string;
    readonly seen?: string;
    readonly on_screen_text?: string;
    readonly budget_words: number;
  }[];
  readonly lines: readonly {
    readonly shot?: number;
    readonly at_ms?: number;
    readonly text: string;
    readonly words: number;
    readonly estimated_ms: number;
  }[];
};

export function scriptDocument(script: Script, rate?: SpeakingRate): ScriptDocument {
  return {
    title: script.title,
    language: script.language,
    tone: script.tone,
    length_seconds: script.lengthSeconds,
    written_by: script.writtenBy,
    shots: script.shots.map((shot) => ({
      shot: shot.number,
      start_ms: Math.round(toMilliseconds(shot.range.start)),
      end_ms: Math.round(toMilliseconds(rangeEnd(shot.range))),
      media: shot.media,
      ...(shot.movement === undefined ? {} : { movement: shot.movement }),
      spoken_share: Math.round(shot.spokenShare * 100) / 100,
      ...(shot.said === undefined ? {} : { said: shot.said }),
      ...(shot.seen === undefined ? {} : { seen: shot.seen }),
      ...(shot.onScreenText === undefined ? {} : { on_screen_text: shot.onScreenText }),
      budget_words: shot.budgetWords,
    })),
    lines: script.lines.map((line) => ({
      ...(line.shot === undefined ? {} : { shot: line.shot }),
      ...(line.at === undefined ? {} : { at_ms: Math.round(toMilliseconds(line.at)) }),
      text: line.text,
      words: countWords(line.text),
      estimated_ms: Math.round(estimateSeconds(line.text, rate) * 1000),
    })),
  };
}

/**
 * Headings for shots, notes behind `>`, words to be spoken as plain paragraphs, places to fill in square brackets. What `readScript`
 * gives of it are the lines.
 */
export function scriptMarkdown(script: Script): string {
  const zh = script.language === 'zh';
  const head = zh
    ? [`# 旁白脚本：${script.title}`, `> 语气：${script.tone}；旁白约 ${Math.round(script.lengthSeconds)} 秒`]
    : [`# Voiceover script: ${script.title}`, `> Tone: ${script.tone}; about ${Math.round(script.lengthSeconds)} s of narration`];
  const body = script.shots.flatMap((shot) => {
    const lines = script.lines.filter((line) => line.shot === shot.number);
    return ['', headingOf(shot, zh), ...notesOf(shot, zh), '', ...spokenIn(lines, shot, script)];
  });
  const loose = script.lines.filter(({ shot }) => shot === undefined || !script.shots.some(({ number }) => number === shot));
  return `${[...head, ...body, ...(loose.length === 0 ? [] : ['', ...loose.flatMap((line) => [looseLine(line), ''])])].join('\n').trimEnd()}\n`;
}

/** `0:12–0:20, 8.0 s, busy picture, somebody speaks 40 % of it`. */
export function describeShot(shot: ScriptShot, language: 'en' | 'zh'): string {
  const { range, movement, spokenShare } = shot;
  const zh = language === 'zh';
  const moves = movement === undefined ? [] : [(zh ? chineseMovement : englishMovement)[movement]];
  const percent = Math.round(spokenShare * 100);
  const speaks =
    percent < 5 ? (zh ? '无人说话' : 'nobody speaks') : zh ? `${percent}% 的时间有人说话` : `somebody speaks ${percent} % of it`;
  return [
    `${formatClock(range.start)}–${formatClock(rangeEnd(range))}`,
    `${toSeconds(range.duration).toFixed(1)} ${zh ? '秒' : 's'}`,
    ...moves,
    speaks,
  ].join(zh ? '，' : ', ');
}

const englishMovement = { still: 'still picture', calm: 'calm picture', busy: 'busy picture' } as const;
const chineseMovement = { still: '画面静止', calm: '画面平稳', busy: '画面活跃' } as const;

function headingOf(shot: ScriptShot, zh: boolean): string {
  const times = `${formatClock(shot.range.start)}–${formatClock(rangeEnd(shot.range))}`;
  return zh ? `## 镜头 ${shot.number}，${times}` : `## Shot ${shot.number}, ${times}`;
}

function notesOf(shot: ScriptShot, zh: boolean): string[] {
  const note = (english: string, chinese: string, text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : [`> ${zh ? chinese : english}: ${text.replace(/\s+/g, ' ')}`];
  const room = zh ? `旁白不超过 ${shot.budgetWords} 字` : `room for ${shot.budgetWords} words`;
  const [, ...facts] = describeShot(shot, zh ? 'zh' : 'en').split(zh ? '，' : ', ');
  return [
    `> ${facts.join(zh ? '，' : ', ')}${zh ? '；' : '; '}${shot.budgetWords === 0 ? (zh ? '不留旁白' : 'better left without narration') : room}`,
    ...note('Said', '说的话', shot.said),
    ...note('Seen', '画面', shot.seen),
    ...note('On the screen', '屏幕文字', shot.onScreenText),
  ];
}

function spokenIn(lines: readonly ScriptLine[], shot: ScriptShot, { writtenBy, language }: Script): string[] {
  if (lines.length > 0) return [lines.map(({ text }) => text).join('\n\n')];
  if (writtenBy !== 'draft' || shot.budgetWords === 0) return [];
  return [language === 'zh' ? '[这里发生了什么]' : '[what happens here]'];
}

function looseLine({ at, text }: ScriptLine): string {
  return at === undefined ? text : `${formatClock(at)} ${text}`;
}
