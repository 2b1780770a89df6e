/** The receipt of a narration. */
import type { Receipt } from '#core/facts';
import type { Laying, NarrationTake } from '#core/script';
import { seconds, toSeconds, type Ticks } from '#core/time';
import { receipt } from '../receipt.ts';
import type { ToolContext } from '../tool.ts';
import { originalSounds } from './shots.ts';
import { plural } from '../words.ts';

type TakeAsked = {
  readonly text?: string | undefined;
  readonly lines?: readonly unknown[] | undefined;
  readonly take?: number | undefined;
};

type Told = {
  readonly take: NarrationTake;
  readonly laying: Laying;
  readonly facts: Readonly<Record<string, number>>;
};

/** What was said where, what was hurried, what goes over its shot, what was left out. */
export function tellTake({ words, workspace }: ToolContext, asked: TakeAsked, { take, laying, facts }: Told): Receipt {
  const said = laying.lines.reduce((sum, { duration }) => sum + toSeconds(duration), 0);
  const first = laying.lines[0];
  const last = laying.lines.at(-1);
  const place =
    first === undefined || last === undefined
      ? ''
      : `${words.clock(first.start)}–${words.clock((last.start + last.duration) as Ticks)}`;
  const lower =
    originalSounds(workspace.timeline()).length === 0
      ? ''
      : words.say('; the original sound is 12 dB lower under it', '；原声在旁白下降低 12 dB');
  const fast = laying.lines.filter(({ speed }) => speed > 1);
  const over = laying.lines.filter((line) => line.over > seconds(0));
  const of = (index: number): string =>
    `"${take.lines[index]!.text.slice(0, 40)}${take.lines[index]!.text.length > 40 ? '…' : ''}"`;
  const short = {
    ...asked,
    ...(asked.text === undefined ? {} : { text: `${asked.text.length} characters` }),
    ...(asked.lines === undefined ? {} : { lines: asked.lines.length }),
  };
  return receipt('speak_script', laying.leftOut.length > 0 ? 'partial' : 'done', short, {
    done: [
      words.say(
        `Narrated ${plural(laying.lines.length, 'line')} (take ${take.number}, ${take.voiceName}): ${Math.round(said)} s of speech at ${place}${lower}`,
        `已为 ${laying.lines.length} 句配上旁白（第 ${take.number} 版，${take.voiceName}）：共 ${Math.round(said)} 秒，位于 ${place}${lower}`,
      ),
    ],
    skipped: laying.leftOut.map((index) => ({
      what: of(index),
      reason: words.say('left out: there is no room for it before the end', '未放入：结尾前没有空间'),
    })),
    warnings: [
      // Said once: who keeps the voice has heard it.
      ...(take.number === 1 && ['slt', 'rms', 'awb', 'kal16'].includes(take.voice)
        ? [
            words.say(
              'For a natural voice: rushes models pull kokoro, or RUSHES_SPEECH_URL',
              '需要自然的声音：运行 rushes models pull kokoro，或设置 RUSHES_SPEECH_URL',
            ),
          ]
        : []),
      ...(fast.length === 0
        ? []
        : [
            words.say(
              `${plural(fast.length, 'line')} said up to ${Math.round((Math.max(...fast.map(({ speed }) => speed)) - 1) * 100)} % faster to fit`,
              `${fast.length} 句为配合镜头最多加快 ${Math.round((Math.max(...fast.map(({ speed }) => speed)) - 1) * 100)}%`,
            ),
          ]),
      ...over
        .slice(0, 5)
        .map(({ line, over: ticks }) =>
          words.say(
            `${of(line)} goes on ${toSeconds(ticks).toFixed(1)} s after its shot`,
            `${of(line)} 超出其镜头 ${toSeconds(ticks).toFixed(1)} 秒`,
          ),
        ),
      ...(over.length > 5
        ? [words.say(`and ${over.length - 5} more lines go on after their shots`, `另有 ${over.length - 5} 句超出镜头`)]
        : []),
    ],
    facts: {
      take: take.number,
      lines: laying.lines.length,
      spokenMs: Math.round(said * 1000),
      leftOut: laying.leftOut.length,
      over: over.length,
      ...facts,
    },
  });
}
