/** Assets and timelines that the tests of this module start from. */
import type { Asset, AudioStream, VideoStream } from '#core/asset';
import { seconds, zero, type Ticks } from '#core/time';
import { applyEdits } from './apply-edits.ts';
import { createTimeline } from './create-timeline.ts';
import type { TextStyle } from './effects.ts';
import type { Timeline } from './timeline.ts';

export const titleStyle: TextStyle = {
  preset: 'title',
  position: 'center',
  color: '#ffffff',
  size: 0.1,
  fadeIn: seconds(0.2),
  fadeOut: seconds(0.2),
};

/** `ast_talk`: 60 s of picture and sound; `ast_music`: 90 s of sound; `ast_still`: a picture. */
export function makeAssets(): Asset[] {
  const common = { hash: '0'.repeat(64), bytes: 1, warnings: [] };
  const asset = (id: string, name: string, rest: Pick<Asset, 'kind' | 'container' | 'duration' | 'streams'>): Asset => ({
    ...common,
    id,
    name,
    ...rest,
  });
  return [
    asset('ast_talk', 'city timelapse.mp4', {
      kind: 'video',
      container: 'mov',
      duration: seconds(60),
      streams: [picture(seconds(60)), sound(1, seconds(60))],
    }),
    asset('ast_music', 'Lo-fi.mp3', { kind: 'audio', container: 'mp3', duration: seconds(90), streams: [sound(0, seconds(90))] }),
    asset('ast_still', 'Logo.png', { kind: 'image', container: 'png_pipe', duration: zero, streams: [picture(zero)] }),
  ];
}

function picture(duration: Ticks): VideoStream {
  const size = { width: 1920, height: 1080 };
  return {
    kind: 'video',
    index: 0,
    codec: 'h264',
    codedSize: size,
    displaySize: size,
    rotation: 0,
    sampleAspect: { num: 1, den: 1 },
    frameRate: { num: 30, den: 1 },
    variableFrameRate: false,
    frameCount: 0,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
    timebase: { num: 1, den: 15_360 },
    start: zero,
    duration,
    attachedPicture: false,
  };
}

function sound(index: number, duration: Ticks): AudioStream {
  return {
    kind: 'audio',
    index,
    codec: 'aac',
    sampleRateHz: 48_000,
    channels: 2,
    timebase: { num: 1, den: 48_000 },
    start: zero,
    duration,
  };
}

/** 20 s of a talk in linked picture (`trk_1`) and sound (`trk_2`), two titles (`trk_3`), a fixed bed of music (`trk_4`). */
export function talk(): Timeline {
  const empty = createTimeline({
    id: 'tl_1',
    frameRate: { num: 30, den: 1 },
    size: { width: 1920, height: 1080 },
    sampleRateHz: 48_000,
  });
  const clip = { kind: 'clip', assetId: 'ast_talk', sourceRange: { start: seconds(5), duration: seconds(20) } } as const;
  const title = (text: string) => ({ kind: 'text', duration: seconds(3), text, style: titleStyle }) as const;
  return applyEdits(empty, [
    { kind: 'add-track', track: { kind: 'video', name: 'Video' } },
    { kind: 'add-track', track: { kind: 'audio', name: 'Sound' } },
    { kind: 'add-track', track: { kind: 'text', name: 'Title' } },
    { kind: 'add-track', track: { kind: 'audio', name: 'BGM', follows: 'fixed' } },
    {
      kind: 'insert',
      trackId: 'trk_1',
      at: zero,
      item: { ...clip, streamIndex: 0 },
      linked: [{ trackId: 'trk_2', item: { ...clip, streamIndex: 1 } }],
    },
    { kind: 'overwrite', trackId: 'trk_3', at: seconds(1), item: title('Urban Dreams') },
    { kind: 'overwrite', trackId: 'trk_3', at: seconds(12), item: title('The End') },
    {
      kind: 'overwrite',
      trackId: 'trk_4',
      at: zero,
      item: {
        kind: 'clip',
        assetId: 'ast_music',
        streamIndex: 0,
        sourceRange: { start: zero, duration: seconds(25) },
        gainDb: -9,
      },
    },
  ]).timeline;
}
