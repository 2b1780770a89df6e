/** Several cameras at one event: brought in sync with the first, and changed between. */
import { z } from 'zod';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { milliseconds, rangeEnd, ratio, toSeconds, type Ticks } from '#core/time';
import { isStill, recordToSource, type Clip, type Edit, type Timeline, type Track } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { layOver, rateOfPpm } from './slip-sound.ts';
import { isMusic, placedClips, soundClips, type PlacedClip } from './sound-clips.ts';
import { signed, takeOff } from './sync-audio.ts';
import { resolveTarget, storyPictures } from './targets.ts';
import { timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

/** Hidden tracks of cameras 2, 3, … are called so. */
const cameraTrack = /^Camera (\d+)$/;
/** Under this the clocks of two devices stay so near that nothing is retimed: milliseconds over the whole clip. */
const leastDriftMs = 1;

/** Lays every other camera in sync under the first one's time, on a hidden track each; the first is seen and heard. */
export const syncCameras = defineTool({
  name: 'sync_cameras',
  description:
    'For two or more video files of one event: measures by their sound how each lies to the first, drift included, and lays it in sync on a hidden track of its own. The first camera is seen and heard; switch_camera shows another for a stretch. A camera that nothing certain can be said of stays where it is, and that is said.',
  input: z.object({}).strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const [first] = storyPictures(workspace.timeline());
    const reference = workspace.assets().find(({ id }) => id === first?.clip.assetId);
    const others = workspace.assets().filter((asset) => asset.id !== reference?.id && isCamera(asset));
    if (reference === undefined || !isCamera(reference) || others.length === 0)
      return unchanged(
        'sync_cameras',
        asked,
        words.say('it takes two video files or more that have sound', '需要至少两个带声音的视频文件'),
      );
    let edits: Edit[] = [];
    const [done, refused]: [string[], { what: string; reason: string }[]] = [[], []];
    for (const [index, other] of others.entries()) {
      const facts = await workspace.syncFacts(reference, other);
      if (!facts.found) {
        refused.push({
          what: other.name,
          reason: words.say(
            `not certain how it lies to ${reference.name} (confidence ${facts.confidence}); it stays where it is`,
            `无法确定它与 ${reference.name} 的对应位置（置信度 ${facts.confidence}），保持原位`,
          ),
        });
        continue;
      }
      const placed = layCamera(workspace.preview(edits), { reference, other, number: index + 2 }, facts, (more) =>
        workspace.preview([...edits, ...more]),
      );
      edits = [...edits, ...placed];
      done.push(
        words.say(
          `Camera ${index + 2}, ${other.name}: what the first shows at 0:00 is at ${signed(facts.offsetMs)} ms in it, drift ${signed(facts.driftPpm)} ppm, confidence ${facts.confidence}`,
          `机位 ${index + 2}，${other.name}：机位 1 的 0:00 对应其 ${signed(facts.offsetMs)} 毫秒处，漂移 ${signed(facts.driftPpm)} ppm，置信度 ${facts.confidence}`,
        ),
      );
    }
    if (done.length === 0) return receipt('sync_cameras', 'unchanged', asked, { skipped: refused });
    const draft = receipt('sync_cameras', refused.length > 0 ? 'partial' : 'done', asked, {
      done: [
        ...done,
        words.say(
          `${reference.name} is seen and heard; "show camera 2 from 0:10 to 0:20" changes to another`,
          `画面和声音取自 ${reference.name}；可说“0:10到0:20切到机位2”切换`,
        ),
      ],
      skipped: refused,
      facts: { cameras: done.length + 1 },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'sync_cameras', receipt: draft })).revision };
  },
});

/** Shows a synced camera for a stretch; the sound stays. */
export const switchCamera = defineTool({
  name: 'switch_camera',
  description:
    'After sync_cameras: shows the picture of camera 2, 3 … (or 1, the first) for a stretch of time; the sound stays and the length does not change.',
  input: z
    .object({
      camera: z.number().int().min(1).max(20),
      start: timePoint.optional().describe('Default the start'),
      end: timePoint.optional().describe('Default the end'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, { start: asked.start, end: asked.end });
    if ('why' in target) return unchanged('switch_camera', asked, target.why);
    const timeline = workspace.timeline();
    const sources = sourcesOf(timeline, asked.camera, workspace.assets());
    if (sources === undefined)
      return unchanged(
        'switch_camera',
        asked,
        words.say(`there is no camera ${asked.camera}; sync the cameras first`, `没有机位 ${asked.camera}，请先同步各机位`),
      );
    const story = storyPictures(timeline)[0]!.track;
    const edits = sources.flatMap((source) => show(source, target.range, story.id));
    if (edits.length === 0)
      return unchanged(
        'switch_camera',
        asked,
        words.say(`camera ${asked.camera} was not running then`, `机位 ${asked.camera} 当时未录制`),
      );
    const draft = receipt('switch_camera', 'done', asked, {
      done: [
        words.say(
          `Camera ${asked.camera} is seen${target.place}; the sound stays`,
          `画面切换到机位 ${asked.camera}${target.place}，声音不变`,
        ),
      ],
      facts: { camera: asked.camera, pieces: edits.length },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'switch_camera', receipt: draft })).revision };
  },
});

function isCamera(asset: Asset): boolean {
  return (
    asset.kind === 'video' && !isStill(asset) && mainAudioStream(asset) !== undefined && mainVideoStream(asset) !== undefined
  );
}

type Camera = { readonly reference: Asset; readonly other: Asset; readonly number: number };

function layCamera(
  timeline: Timeline,
  { reference, other, number }: Camera,
  facts: { readonly offsetMs: number; readonly driftPpm: number },
  preview: (edits: readonly Edit[]) => Timeline,
): Edit[] {
  const name = `Camera ${number}`;
  const edits: Edit[] = [
    ...timeline.tracks.filter((track) => track.name === name).map(({ id }): Edit => ({ kind: 'remove-track', trackId: id })),
    ...takeOffPictures(timeline, other),
  ];
  const trackId = `trk_${preview(edits).nextId}`;
  edits.push({ kind: 'add-track', track: { kind: 'video', name, follows: 'ripple' } });
  edits.push({ kind: 'set-track', trackId, hidden: true });
  const after = preview(edits);
  const track = after.tracks.find(({ id }) => id === trackId)!;
  const driftMs = Math.abs(facts.driftPpm) * 1e-6 * toSeconds(reference.duration) * 1000;
  const rate = rateOfPpm(driftMs < leastDriftMs ? 0 : facts.driftPpm);
  const streamIndex = mainVideoStream(other)!.index;
  for (const placed of storyPictures(after).filter(({ clip }) => clip.assetId === reference.id)) {
    const bare: Clip = { ...placed.clip, effects: [] };
    const { linkId: _linkId, ...clip } = bare;
    const laid = layOver(
      { ...placed, track, clip },
      { asset: other, streamIndex },
      { offset: milliseconds(facts.offsetMs), rate },
    );
    if (laid !== undefined) edits.push(laid.edit);
  }
  return edits;
}

/** What an upload placed of the camera comes off the story, last first. */
function takeOffPictures(timeline: Timeline, camera: Asset): Edit[] {
  const own = storyPictures(timeline).filter(({ clip }) => clip.assetId === camera.id);
  return own.length === 0
    ? takeOff(timeline, camera)
    : own.toReversed().map(({ range }): Edit => ({ kind: 'ripple-delete', range }));
}

/** Where the pictures of a camera are to be taken from: its hidden track, or for the first what its sound says. */
function sourcesOf(timeline: Timeline, camera: number, assets: readonly Asset[]): readonly PlacedClip[] | undefined {
  if (camera > 1) {
    const found = placedClips(timeline, 'video').filter(({ track }) => Number(cameraTrack.exec(track.name)?.[1]) === camera);
    return found.length === 0 ? undefined : found;
  }
  if (!timeline.tracks.some(({ name }) => cameraTrack.test(name))) return undefined;
  return soundClips(timeline)
    .filter(({ track }) => track.follows === 'ripple' && !isMusic(track))
    .flatMap((placed) => {
      const stream = assets.filter(isCamera).find(({ id }) => id === placed.clip.assetId);
      return stream === undefined
        ? []
        : [{ ...placed, clip: { ...placed.clip, streamIndex: mainVideoStream(stream)!.index, effects: [], gainDb: 0 } }];
    });
}

function show(
  { clip, range }: PlacedClip,
  wanted: { readonly start: Ticks; readonly duration: Ticks },
  trackId: Track['id'],
): Edit[] {
  const source = recordToSource(clip, range.start, wanted);
  if (source === undefined || source.duration <= 0) return [];
  const at = Math.max(range.start, wanted.start) as Ticks;
  const end = Math.min(rangeEnd(range), rangeEnd(wanted));
  // A tick more or less of source where speeds round must not change the length.
  const length = (end - at) as Ticks;
  const duration = clip.speed.num === clip.speed.den ? length : source.duration;
  const { assetId, streamIndex, speed } = clip;
  return [
    {
      kind: 'overwrite',
      trackId,
      at,
      item: {
        kind: 'clip',
        assetId,
        streamIndex,
        sourceRange: { start: source.start, duration },
        speed: ratio(speed.num, speed.den),
      },
    },
  ];
}
