import { z } from 'zod';
import { captionCues } from '#core/words';
import { captionsToEdits, captionStyle, captionTrackName, parseSrt, parseVtt, type Cue } from '#core/interchange';
import { parseTimeInput } from '#core/protocol';
import { rangeEnd, seconds, timeRange, toSeconds, zero, type Ticks } from '#core/time';
import { timelineDuration, type Edit, type TextClip, type TextPreset, type TextStyle, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { resolveRange, timePoint } from './time-point.ts';
import { heardWords } from './spoken/heard-words.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural, type Words } from './words.ts';

/** Reading speed and shortest time of a caption that has none of its own. Source: CRAFT of captions, 17 characters a second, at least 1 s. */
const charactersPerSecond = 17;
const shortestSeconds = 1;

export const captionPresets = [
  'caption',
  'caption-box',
  'caption-outline',
  'caption-karaoke',
  'caption-pop',
] as const satisfies readonly TextPreset[];

const input = z
  .object({
    subtitles: z.string().max(2_000_000).optional().describe('The text of an SRT or WebVTT file'),
    cues: z
      .array(z.object({ start: z.string().max(40), end: z.string().max(40), text: z.string().min(1).max(2000) }).strict())
      .max(5000)
      .optional()
      .describe('Captions with their times on the timeline'),
    text: z.string().trim().min(1).max(2000).optional().describe('One caption; shown from start to end'),
    start: timePoint.optional(),
    end: timePoint.optional(),
    style: z.enum(captionPresets).default('caption'),
    replace: z.boolean().optional().describe('Takes the captions there are away first'),
  })
  .strict();

type Asked = z.infer<typeof input>;

/** Shows captions that the user supplies, or what is said; never invents words or times. */
export const addCaptions = defineTool({
  name: 'add_captions',
  description:
    'Shows captions: without any text those of what is said in the video, word by word for karaoke and pop; or what the user supplied, the text of a subtitle file, a list with times, or one text for a stretch. Never invent words or times: where nobody knows what is said, this says what would help.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    if (length === 0)
      return unchanged(
        'add_captions',
        asked,
        words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'),
      );
    const spoken = asked.subtitles === undefined && asked.cues === undefined && asked.text === undefined;
    const there = captionsOf(timeline);
    if (spoken && there.length > 0 && asked.replace !== true) return unchanged('add_captions', asked, sayThere(there, words));
    const heard = spoken ? await cuesOfSpeech(context, asked) : { cues: readCues(asked, length), warnings: [] };
    if ('why' in heard) return unchanged('add_captions', asked, heard.why);
    const all = heard.cues;
    const cues = all.filter(({ start }) => start < length).map((cue) => (cue.end > length ? { ...cue, end: length } : cue));
    if (cues.length === 0)
      return unchanged(
        'add_captions',
        asked,
        all.length === 0
          ? words.say('there is no caption in that text', '文本中没有字幕')
          : words.say(
              `all of them begin after the end of the video at ${words.clock(length)}`,
              `所有字幕都在视频结尾 ${words.clock(length)} 之后`,
            ),
      );
    const style: TextStyle = { ...captionStyle, preset: asked.style };
    const placed = captionsToEdits(timeline, cues, { style, existing: asked.replace === true ? 'replace' : 'keep' });
    const late = all.length - cues.length;
    const draft = receipt('add_captions', late > 0 ? 'partial' : 'done', asked, {
      done: [
        words.say(
          `Added ${plural(cues.length, 'caption')} (${asked.style}) from ${words.clock(cues[0]!.start)} to ${words.clock(cues.at(-1)!.end)}`,
          `已添加 ${cues.length} 条字幕（${asked.style}），${words.clock(cues[0]!.start)}–${words.clock(cues.at(-1)!.end)}`,
        ),
      ],
      skipped:
        late === 0
          ? []
          : [
              {
                what: 'add_captions',
                reason: words.say(`${plural(late, 'caption')} begin after the end of the video`, `${late} 条字幕在视频结尾之后`),
              },
            ],
      warnings: heard.warnings,
      facts: { count: cues.length },
    });
    // The receipt keeps the figures, not a whole subtitle file.
    const short =
      asked.subtitles === undefined
        ? draft
        : { ...draft, asked: { ...draft.asked, subtitles: `${asked.subtitles.length} characters` } };
    const { revision } = await workspace.commit(placed.edits, { tool: 'add_captions', receipt: short });
    return { ...short, revision };
  },
});

/** Captions of what is said, in record time; a sentence where nobody knows it. Styles that show words one by one get short ones. */
async function cuesOfSpeech(
  context: ToolContext,
  { style }: Asked,
): Promise<{ readonly cues: readonly Cue[]; readonly warnings: readonly string[] } | { readonly why: string }> {
  const heard = await heardWords(context);
  if ('why' in heard) return heard;
  const { frameRate } = context.workspace.timeline();
  const cues = captionCues(heard, style === 'caption-pop' ? { frameRate, characters: 24 } : { frameRate });
  return { cues, warnings: heard.warnings };
}

/** A subtitle file that was uploaded lies on its track since then. */
function sayThere(captions: readonly TextClip[], words: Words): string {
  return words.say(
    `${plural(captions.length, 'caption')} are on the track ${captionTrackName} already; say "replace the captions" for new ones`,
    `${captions.length} 条字幕已在字幕轨上；要重新生成请说“替换字幕”`,
  );
}

/** Takes captions away. */
export const removeCaptions = defineTool({
  name: 'remove_captions',
  description: 'Removes all captions; titles stay.',
  input: z.object({}).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const tracks = captionTracks(workspace.timeline());
    if (tracks.length === 0) return unchanged('remove_captions', asked, words.say('there are no captions', '没有字幕'));
    const count = tracks.reduce((sum, { items }) => sum + items.filter(({ kind }) => kind === 'text').length, 0);
    const draft = receipt('remove_captions', 'done', asked, {
      done: [words.say(`Removed ${plural(count, 'caption')}`, `已删除 ${count} 条字幕`)],
    });
    const edits = tracks.map(({ id }): Edit => ({ kind: 'remove-track', trackId: id }));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'remove_captions', receipt: draft })).revision };
  },
});

export function captionTracks(timeline: Timeline) {
  return timeline.tracks.filter(({ kind, name, items }) => kind === 'text' && isCaptionTrack(name) && items.length > 0);
}

export function isCaptionTrack(name: string): boolean {
  return name === captionTrackName || name.startsWith(`${captionTrackName} `);
}

export function captionsOf(timeline: Timeline): TextClip[] {
  return captionTracks(timeline).flatMap(({ items }) => items.filter((item): item is TextClip => item.kind === 'text'));
}

function readCues(asked: Asked, length: Ticks): readonly Cue[] {
  if (asked.subtitles !== undefined)
    return /^\s*WEBVTT/.test(asked.subtitles) ? parseVtt(asked.subtitles).cues : parseSrt(asked.subtitles).cues;
  if (asked.cues !== undefined)
    return asked.cues.map(({ start, end, text }) => ({ start: parseTimeInput(start), end: parseTimeInput(end), text }));
  const { range } = resolveRange({ start: asked.start ?? 'start', end: asked.end ?? 'end' }, length);
  if (asked.end !== undefined || asked.start === undefined)
    return [{ start: range.start, end: rangeEnd(range), text: asked.text! }];
  const read = Math.max(shortestSeconds, Array.from(asked.text!).length / charactersPerSecond, 3);
  const { duration } = timeRange(zero, seconds(Math.min(read, toSeconds(range.duration))));
  return [{ start: range.start, end: (range.start + duration) as Ticks, text: asked.text! }];
}
