/** Takes of a narration: made, told apart, brought back. */
import type { Receipt } from '#core/facts';
import { layLines, type NarrationTake, type ScriptLine } from '#core/script';
import { toSeconds, totalDuration } from '#core/time';
import { timelineDuration } from '#core/timeline';
import type { SpokenLines, Voice } from '#editor/assets';
import { unchanged } from '../receipt.ts';
import type { ToolContext } from '../tool.ts';
import { layNarration, narrationTracks } from './narration-track.ts';
import { shotsOf } from './shots.ts';
import { tellTake } from './tell-take.ts';

/** In the user's language; the built-in voices are said to be what they are. */
export function nameOf({ kind, id, name }: Voice, { words }: ToolContext): string {
  return kind === 'built-in' ? words.say(name, `内置语音 ${id}，机械音`) : name;
}

type Takes = {
  readonly voice: Voice;
  readonly pace: number;
  readonly lines: readonly ScriptLine[];
  readonly spoken: SpokenLines;
  /** Seconds that the voice's own rate says, at this pace. */
  readonly estimated: number;
};

export function takeOf(number: number, { voice, pace, lines, spoken, estimated }: Takes): NarrationTake {
  const said = toSeconds(totalDuration(spoken.lines));
  return {
    number,
    assetId: spoken.asset.id,
    voice: voice.id,
    voiceName: voice.name,
    pace,
    measured: estimated > 0 ? Math.round(Math.min(2, Math.max(0.5, said / estimated)) * 1000) / 1000 : 1,
    lines: lines.map((line, index) => ({ ...line, source: spoken.lines[index]! })),
  };
}

/** Lays a take that is there already. */
export async function useTake(
  context: ToolContext,
  asked: { readonly take?: number | undefined },
  takes: readonly NarrationTake[],
): Promise<Receipt> {
  const { workspace, words } = context;
  const take = takes.find(({ number }) => number === asked.take);
  const asset = workspace.assets().find(({ id }) => id === take?.assetId);
  if (take === undefined || asset === undefined)
    return unchanged(
      'speak_script',
      asked,
      takes.length === 0
        ? words.say('nothing has been narrated yet', '还没有旁白')
        : words.say(
            `there is no take ${asked.take}; there are ${takes.map(({ number }) => number).join(', ')}`,
            `没有第 ${asked.take} 版；可用：${takes.map(({ number }) => number).join('、')}`,
          ),
    );
  if (currentTake(context, takes)?.number === take.number && narrationTracks(workspace.timeline()).length > 0)
    return unchanged(
      'speak_script',
      asked,
      words.say(`take ${take.number} is what is heard already`, `当前使用的就是第 ${take.number} 版`),
    );
  const shots = await shotsOf(context, { language: words.language });
  const laying = layLines(
    take.lines.map((line) => ({ ...line, duration: line.source.duration })),
    shots.map(({ range }) => range),
    timelineDuration(workspace.timeline()),
  );
  const draft = tellTake(context, asked, { take, laying, facts: {} });
  const edits = layNarration(workspace.timeline(), { take, asset, laid: laying.lines }, workspace.preview);
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'speak_script', receipt: draft })).revision };
}

/** The take that is on the timeline, else the newest. */
export function currentTake({ workspace }: ToolContext, takes: readonly NarrationTake[]): NarrationTake | undefined {
  const heard = new Set(
    narrationTracks(workspace.timeline()).flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === 'clip' ? [item.assetId] : [])),
    ),
  );
  return takes.findLast(({ assetId }) => heard.has(assetId)) ?? takes.at(-1);
}
