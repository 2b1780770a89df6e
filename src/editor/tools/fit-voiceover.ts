import { z } from 'zod';
import { mainAudioStream, type Asset } from '#core/asset';
import {
  addTicks,
  rangeBetween,
  rangeEnd,
  ratio,
  seconds,
  snapToFrame,
  ticks,
  timeRange,
  toSeconds,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { isStill, sourceToRecord, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { placedClips } from './sound-clips.ts';
import { layUnderCamera, separateRecordings, takeOff } from './sync-audio.ts';
import { storyPictures } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { planVoiceover, type Line, type Sentence, type Shot } from './voiceover-plan.ts';
import { plural } from './words.ts';
import { narrationDucking } from './writer/narration-track.ts';

export const voiceoverTrackName = 'Voiceover';
/** What lies nearer together than this was said in one breath and stays together; in seconds. */
const breath = 0.25;
/** Kept of the pause before and after a sentence. */
const [before, after] = [0.1, 0.2] as const;
const [fadeIn, fadeOut] = [seconds(0.02), seconds(0.05)];
/** A stretch between cuts shorter than this belongs to the one before it. */
const shortest = 0.8;

/** Moves the sentences of a separately recorded voiceover to the shots of the video. */
export const fitVoiceover = defineTool({
  name: 'fit_voiceover',
  description:
    'Fits a separately recorded voiceover to the cuts of the video: each sentence goes to its shot, in order; pauses give way first, then it is said up to 8 % faster, and no word is cut. The own sound of the video is lowered under it. A recording of the same event as the camera sound is laid in sync instead. A voice that is the own sound of the video stays with its picture, and that is said.',
  input: z
    .object({
      recording: z.string().max(200).optional().describe('Words of the name of the voiceover, where there are several sounds'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const pictures = storyPictures(workspace.timeline());
    if (pictures.length === 0)
      return unchanged('fit_voiceover', asked, words.say('there is no picture on the timeline', '时间线上没有画面'));
    const camera = workspace.assets().find(({ id }) => id === pictures[0]!.clip.assetId)!;
    const recordings = await separateRecordings(context, camera, asked.recording);
    if (recordings.length > 1)
      return receipt('fit_voiceover', 'needs-answer', asked, {
        question: words.say(
          `Which recording is the voiceover: ${recordings.map(({ name }) => name).join(', ')}?`,
          `哪个录音是配音：${recordings.map(({ name }) => name).join('、')}？`,
        ),
      });
    const [voice] = recordings;
    if (voice === undefined) return stays(context, asked, camera);
    if (mainAudioStream(camera) !== undefined && (await workspace.syncFacts(camera, voice)).found)
      return layUnderCamera(context, asked, { camera, other: voice });
    return lay(context, asked, voice);
  },
});

/** The voice is the sound of the picture: moved to cuts it would leave the lips. */
async function stays(context: ToolContext, asked: object, camera: Asset) {
  const { workspace, words } = context;
  if (mainAudioStream(camera) === undefined)
    return unchanged(
      'fit_voiceover',
      asked,
      words.say('there is no voiceover; upload its recording beside the video', '没有配音，请将录音与视频一起上传'),
    );
  const timeline = workspace.timeline();
  const cuts = storyPictures(timeline)
    .slice(1)
    .map(({ range }) => range.start);
  const spoken = await spokenOn(context, timeline, camera);
  const inside = cuts.filter((cut) => spoken.some((one) => one.start < cut && rangeEnd(one) > cut)).length;
  return receipt('fit_voiceover', 'unchanged', asked, {
    skipped: [
      {
        what: camera.name,
        reason: words.say(
          `the voice is the sound of the video itself and is cut together with its picture, so it lies right already${cuts.length === 0 ? '' : ` (${cuts.length - inside} of ${plural(cuts.length, 'cut')} between words)`}; a voiceover in a file of its own is moved to the shots`,
          `人声就是视频自身的声音，已随画面一起剪切，位置正确${cuts.length === 0 ? '' : `（${cuts.length} 处剪切中 ${cuts.length - inside} 处在话语之间）`}；单独录制的配音文件才会移到对应镜头`,
        ),
      },
    ],
    facts: { cuts: cuts.length, cutsInSpeech: inside },
  });
}

async function spokenOn({ workspace }: ToolContext, timeline: Timeline, camera: Asset): Promise<TimeRange[]> {
  const { speech } = await workspace.soundFacts(camera, ['speech']);
  return placedClips(timeline, 'audio')
    .filter(({ clip }) => clip.assetId === camera.id)
    .flatMap(({ clip, range }) => (speech?.speech ?? []).flatMap((one) => sourceToRecord(clip, range.start, one) ?? []));
}

async function lay(context: ToolContext, asked: object, voice: Asset) {
  const { workspace, words } = context;
  const { speech } = await workspace.soundFacts(voice, ['speech']);
  const sentences = sentencesOf(speech?.speech ?? []);
  if (sentences.length === 0)
    return unchanged('fit_voiceover', asked, words.say(`nobody speaks in ${voice.name}`, `${voice.name} 中没有人声`));
  const cleared: Edit[] = [
    ...takeOff(workspace.timeline(), voice),
    ...workspace
      .timeline()
      .tracks.filter(({ name }) => name === voiceoverTrackName)
      .map(({ id }): Edit => ({ kind: 'remove-track', trackId: id })),
  ];
  const timeline = workspace.preview(cleared);
  const shots = await shotsOf(context, timeline);
  const lines = planVoiceover(sentences, shots);
  const length = toSeconds(timelineDuration(timeline));
  const edits = [...cleared, ...layLines(context, cleared, { voice, sentences, lines })];
  const ends = lines.map((line) => line.at + spokenSeconds(sentences[line.sentence]!) / line.speed);
  const late = lines.filter((line, index) => ends[index]! > shots[line.shot]!.end + 0.05 || startsLate(line, shots)).length;
  const faster = Math.max(...lines.map(({ speed }) => speed));
  const used = new Set(lines.map(({ shot }) => shot)).size;
  const over = Math.max(...ends) - length;
  const draft = receipt('fit_voiceover', over > 0.05 || late > 0 ? 'partial' : 'done', asked, {
    done: [
      words.say(
        `Moved ${plural(lines.length, 'sentence')} of ${voice.name} to ${used} of ${plural(shots.length, 'shot')}${faster > 1.001 ? `, up to ${((faster - 1) * 100).toFixed(0)} % faster` : ', at their own speed'}; no word is cut`,
        `已将 ${voice.name} 的 ${lines.length} 句话移到 ${shots.length} 个镜头中的 ${used} 个${faster > 1.001 ? `，最多加快 ${((faster - 1) * 100).toFixed(0)}%` : '，语速不变'}；没有切断任何词`,
      ),
      ...lowered(timeline).map(() =>
        words.say(
          `The sound of the video is ${-narrationDucking.amountDb} dB lower under it`,
          `配音时视频原声降低 ${-narrationDucking.amountDb} dB`,
        ),
      ),
    ],
    skipped:
      late === 0
        ? []
        : [
            {
              what: words.say(plural(late, 'sentence'), `${late} 句话`),
              reason: words.say(
                'too long for its shot even 8 % faster; it runs into the next',
                '即使加快 8% 也超出所在镜头，延续到下一镜头',
              ),
            },
          ],
    facts: { sentences: lines.length, shots: shots.length, shotsSpokenOn: used, late, fastest: Math.round(faster * 1000) / 1000 },
    warnings:
      over > 0.05
        ? [
            words.say(
              `the voiceover is ${over.toFixed(1)} s longer than the picture, which is black there`,
              `配音比画面长 ${over.toFixed(1)} 秒，该处画面为黑`,
            ),
          ]
        : [],
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'fit_voiceover', receipt: draft })).revision };
}

function startsLate({ shot, at }: Line, shots: readonly Shot[]): boolean {
  return at >= shots[shot]!.end;
}

function spokenSeconds({ start, end }: Sentence): number {
  return end - start;
}

/** Tracks with the own sound of the video. */
function lowered(timeline: Timeline): Timeline['tracks'] {
  return timeline.tracks.filter(
    (track) =>
      track.kind === 'audio' &&
      track.follows === 'ripple' &&
      track.name !== voiceoverTrackName &&
      track.items.some(({ kind }) => kind === 'clip'),
  );
}

function sentencesOf(speech: readonly TimeRange[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (const range of speech) {
    const [start, end] = [toSeconds(range.start), toSeconds(rangeEnd(range))];
    const last = sentences.at(-1);
    if (last !== undefined && start - last.end < breath) sentences[sentences.length - 1] = { start: last.start, end };
    else sentences.push({ start, end });
  }
  return sentences;
}

/** From cut to cut, changes of shot inside the recordings included. */
async function shotsOf({ workspace }: ToolContext, timeline: Timeline): Promise<Shot[]> {
  const cuts: number[] = [];
  let previous: { readonly assetId: string; readonly end: number } | undefined;
  for (const { clip, range } of storyPictures(timeline)) {
    const runsOn = previous?.assetId === clip.assetId && previous.end === clip.sourceRange.start;
    if (range.start > 0 && !runsOn) cuts.push(toSeconds(range.start));
    previous = { assetId: clip.assetId, end: rangeEnd(clip.sourceRange) };
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    if (asset === undefined || isStill(asset)) continue;
    const { shots } = await workspace.pictureFacts(asset, ['shots']);
    for (const { range: change } of shots?.changes ?? []) {
      const middle = ticks(Math.round(change.start + change.duration / 2));
      const at = sourceToRecord(clip, range.start, timeRange(middle, ticks(1)))?.start;
      if (at !== undefined && at > range.start) cuts.push(toSeconds(snapToFrame(at, timeline.frameRate)));
    }
  }
  const shots: Shot[] = [];
  let start = 0;
  for (const end of [...cuts.sort((a, b) => a - b), toSeconds(timelineDuration(timeline))]) {
    if (end - start < shortest && shots.length > 0) shots[shots.length - 1] = { start: shots.at(-1)!.start, end };
    else shots.push({ start, end });
    start = end;
  }
  return shots;
}

type Laying = { readonly voice: Asset; readonly sentences: readonly Sentence[]; readonly lines: readonly Line[] };

/** A track of its own; sentences whose pause stays as it was stay in one piece with it. */
function layLines({ workspace }: ToolContext, cleared: readonly Edit[], { voice, sentences, lines }: Laying): Edit[] {
  const timeline = workspace.preview(cleared);
  const trackId = `trk_${timeline.nextId}`;
  const edits: Edit[] = [
    { kind: 'add-track', track: { kind: 'audio', name: voiceoverTrackName, follows: 'ripple' } },
    ...lowered(timeline).map(({ id }): Edit => ({ kind: 'set-track', trackId: id, ducking: narrationDucking })),
  ];
  let free: Ticks = ticks(0);
  for (const piece of piecesOf(sentences, lines)) {
    const [first, last] = [sentences[piece.from]!, sentences[piece.to]!];
    const speed = ratio(Math.round(piece.speed * 1000), 1000);
    const head = Math.min(before, pauseBefore(sentences, piece.from) / 2, piece.at);
    const tail =
      Math.min(after, (sentences[piece.to + 1]?.start ?? Infinity) - last.end) / (sentences[piece.to + 1] === undefined ? 1 : 2);
    const source = rangeBetween(seconds(first.start - head), seconds(Math.min(toSeconds(voice.duration), last.end + tail)));
    const at = ticks(Math.max(free, seconds(piece.at - head / piece.speed)));
    edits.push({
      kind: 'overwrite',
      trackId,
      at,
      item: {
        kind: 'clip',
        assetId: voice.id,
        streamIndex: mainAudioStream(voice)!.index,
        sourceRange: source,
        speed,
        effects: [{ name: 'fade', in: fadeIn, out: fadeOut }],
      },
    });
    free = addTicks(at, ticks(Math.ceil((source.duration * speed.den) / speed.num)));
  }
  return edits;
}

function pauseBefore(sentences: readonly Sentence[], index: number): number {
  return sentences[index]!.start - (sentences[index - 1]?.end ?? 0);
}

type Piece = { readonly from: number; to: number; readonly at: number; readonly speed: number };

function piecesOf(sentences: readonly Sentence[], lines: readonly Line[]): Piece[] {
  const pieces: Piece[] = [];
  for (const line of lines) {
    const last = pieces.at(-1);
    const runsOn =
      last !== undefined &&
      last.to === line.sentence - 1 &&
      Math.abs(last.speed - line.speed) < 1e-6 &&
      Math.abs(line.at - last.at - (sentences[line.sentence]!.start - sentences[last.from]!.start) / line.speed) < 1e-3;
    if (runsOn) last.to = line.sentence;
    else pieces.push({ from: line.sentence, to: line.sentence, at: line.at, speed: line.speed });
  }
  return pieces;
}
