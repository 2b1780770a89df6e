import { z } from 'zod';
import { minTicks, seconds, zero, type Ticks } from '#core/time';
import { itemDuration, type Edit, type FadeEffect } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { isMusic, placedClips, type PlacedClip } from './sound-clips.ts';
import { defineTool } from './tool.ts';

const length = z.number().min(0).max(30).optional();

/** Fades the beginning in and the end out. */
export const fade = defineTool({
  name: 'fade',
  description: 'Fades the start of the video in and/or its end out: sound to silence, picture to black. 0 takes a fade away.',
  input: z
    .object({
      in_seconds: length.describe('Length of the fade in, in seconds'),
      out_seconds: length.describe('Length of the fade out, in seconds'),
      kind: z.enum(['both', 'sound', 'picture', 'music']).default('both').describe('music: the music alone'),
    })
    .strict()
    .refine((value) => value.in_seconds !== undefined || value.out_seconds !== undefined, 'give in_seconds or out_seconds'),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const clips = [
      ...(asked.kind === 'sound' || asked.kind === 'music' ? [] : placedClips(timeline, 'video')),
      ...(asked.kind === 'picture'
        ? []
        : placedClips(timeline, 'audio').filter(({ track }) => asked.kind !== 'music' || isMusic(track))),
    ];
    if (clips.length === 0) return unchanged('fade', asked, words.say('there is nothing to fade', '没有可淡入淡出的内容'));
    const wanted = new Map<string, FadeEffect>();
    for (const track of new Set(clips.map((placed) => placed.track))) {
      const own = clips.filter((placed) => placed.track === track);
      if (asked.in_seconds !== undefined) setFade(wanted, own[0]!, { in: seconds(asked.in_seconds) });
      if (asked.out_seconds !== undefined) setFade(wanted, own.at(-1)!, { out: seconds(asked.out_seconds) });
    }
    const edits = [...wanted].map(([itemId, effect]): Edit =>
      effect.in + effect.out === 0 ? { kind: 'remove-effect', itemId, name: 'fade' } : { kind: 'set-effect', itemId, effect },
    );
    const parts = [
      ...(asked.in_seconds === undefined ? [] : [words.say(`fade in ${asked.in_seconds} s`, `淡入 ${asked.in_seconds} 秒`)]),
      ...(asked.out_seconds === undefined ? [] : [words.say(`fade out ${asked.out_seconds} s`, `淡出 ${asked.out_seconds} 秒`)]),
    ];
    const what = {
      both: words.say('picture and sound', '画面和声音'),
      sound: words.say('sound', '声音'),
      picture: words.say('picture', '画面'),
      music: words.say('music', '音乐'),
    }[asked.kind];
    const draft = receipt('fade', 'done', asked, {
      done: [words.say(`Set ${parts.join(' and ')} (${what})`, `已设置${parts.join('、')}（${what}）`)],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'fade', receipt: draft })).revision };
  },
});

/** Adds one side to the fade a clip has or is about to get; both sides together fit into the clip. */
function setFade(
  wanted: Map<string, FadeEffect>,
  { clip }: PlacedClip,
  side: { readonly in?: Ticks; readonly out?: Ticks },
): void {
  const known = wanted.get(clip.id) ??
    clip.effects.find((effect): effect is FadeEffect => effect.name === 'fade') ?? { name: 'fade' as const, in: zero, out: zero };
  const recorded = itemDuration(clip);
  const fadeIn = minTicks(side.in ?? known.in, recorded);
  const fadeOut = minTicks(side.out ?? known.out, (recorded - fadeIn) as Ticks);
  wanted.set(clip.id, { name: 'fade', in: fadeIn, out: fadeOut });
}
