import { describe, expect, test } from 'vitest';
import { seconds, zero, type Ticks } from '#core/time';
import {
  applyEdits,
  checkTimeline,
  clipAt,
  describeChanges,
  diffTimelines,
  itemsWithRanges,
  parseTimeline,
  problemError,
  recordToSource,
  sourceToRecord,
  timelineDuration,
  type Clip,
  type Edit,
  type Timeline,
} from './index.ts';
import { makeAssets, talk, titleStyle } from './test-timelines.ts';

const assets = makeAssets();
const names = new Map(assets.map(({ id, name }) => [id, name]));
const json = (timeline: Timeline) => JSON.parse(JSON.stringify(timeline)) as Record<string, unknown>;
const firstClip = (timeline: Timeline, track = 0) =>
  timeline.tracks[track]!.items.find((item): item is Clip => item.kind === 'clip')!;

describe('checkTimeline() names the place of', () => {
  const withItems = (track: number, items: readonly unknown[], more: Partial<Timeline> = {}): Timeline => {
    const timeline = talk();
    return {
      ...timeline,
      ...more,
      tracks: timeline.tracks.with(track, { ...timeline.tracks[track]!, items: items as Timeline['tracks'][0]['items'] }),
    };
  };
  const clip = firstClip(talk());
  const { linkId: _linkId, ...alone } = clip;
  const gap = { kind: 'gap', id: 'itm_13', duration: seconds(1) };

  test.each<[string, Timeline, string, string]>([
    ['unknown media', withItems(0, [{ ...clip, assetId: 'ast_x' }]), 'tracks[0].items[0].assetId', 'ast_x is not known'],
    [
      'a stream of another kind',
      withItems(0, [{ ...clip, streamIndex: 1 }]),
      'tracks[0].items[0].streamIndex',
      'no video stream 1',
    ],
    [
      'a clip behind its source',
      withItems(0, [{ ...clip, sourceRange: { start: seconds(50), duration: seconds(20) } }]),
      'tracks[0].items[0].sourceRange',
      'ends at 70 s',
    ],
    [
      'a clip without length',
      withItems(2, [{ ...gap, duration: zero }, talk().tracks[2]!.items[1]]),
      'tracks[2].items[0]',
      'length is 0',
    ],
    [
      'two gaps that touch',
      withItems(2, [gap, { ...gap, id: 'itm_14' }, talk().tracks[2]!.items[1]], { nextId: 99 }),
      'tracks[2].items[1]',
      'two gaps touch',
    ],
    ['a gap at the end', withItems(2, [gap]), 'tracks[2].items[0]', 'ends the track'],
    [
      'a text among pictures',
      withItems(0, [talk().tracks[2]!.items[1], clip]),
      'tracks[0].items[0]',
      'does not belong on the video track',
    ],
    [
      'an id from the future',
      withItems(2, [{ ...gap, id: 'itm_500' }, talk().tracks[2]!.items[1]]),
      'tracks[2].items[0].id',
      'not below nextId',
    ],
    [
      'a transition without a cut',
      withItems(0, [clip, { kind: 'transition', id: 'itm_13', name: 'dissolve', inOffset: 1, outOffset: 1 }], { nextId: 99 }),
      'tracks[0].items[1]',
      'clip on both sides',
    ],
    [
      'linked clips out of step',
      withItems(0, [gap, clip], { nextId: 99 }),
      'tracks[1].items[0].linkId',
      'do not lie in one place',
    ],
    ['a link to nothing', withItems(1, [alone], { nextId: 99 }), 'tracks[0].items[0].linkId', 'one clip to nothing'],
    [
      'a record duration that does not follow',
      withItems(0, [{ ...alone, recordDuration: seconds(3) }], { nextId: 99 }),
      'tracks[0].items[0].recordDuration',
      'does not follow',
    ],
  ])('%s', (_what, timeline, path, reason) => {
    const problems = checkTimeline(timeline, assets).map((problem) => `${problem.path}: ${problem.reason}`);
    expect(problems).toContainEqual(expect.stringContaining(`${path}: `));
    expect(problems.join('\n')).toContain(reason);
  });

  test('a clip behind its source as the error that people know', () => {
    const [problem] = checkTimeline(
      withItems(0, [{ ...clip, sourceRange: { start: seconds(50), duration: seconds(20) } }]),
      assets,
    );
    expect(problemError(problem!)).toMatchObject({
      code: 'CLIP_OUT_OF_SOURCE',
      message: 'Clip ends at 70 s but its source has 60 s',
    });
  });
});

describe('parseTimeline()', () => {
  test('gives the same JSON text back', () => {
    const timeline = applyEdits(talk(), [
      { kind: 'set-master', master: { loudness: { targetLufs: -14, ceilingDbtp: -1 } } },
    ]).timeline;
    expect(JSON.stringify(parseTimeline(json(timeline)))).toBe(JSON.stringify(timeline));
  });

  test.each<[string, (timeline: Record<string, unknown>) => unknown, string]>([
    ['another version', (t) => ({ ...t, schema: 'timeline/99' }), 'schema: version "timeline/99" is not known'],
    ['no object', () => [], 'it is not an object'],
    ['half a tick', (t) => ({ ...t, nextId: 1.5 }), 'nextId'],
    ['a number that JSON cannot carry', (t) => ({ ...t, sampleRateHz: 1e300 }), 'sampleRateHz'],
    ['an odd canvas', (t) => ({ ...t, size: { width: 1921, height: 1080 } }), 'size.width'],
    ['an unknown key', (t) => ({ ...t, colour: 'red' }), 'its root'],
    ['a rate of 0', (t) => ({ ...t, frameRate: { num: 0, den: 1 } }), 'frameRate.num'],
    [
      'too many items',
      (t) => ({
        ...t,
        tracks: [(t.tracks as unknown[])[0], (t.tracks as unknown[])[1]].map((track) => ({
          ...(track as object),
          items: Array.from({ length: 6000 }, () => ({ kind: 'gap', id: 'itm_1', duration: 1 })),
        })),
      }),
      'there are 12000 items',
    ],
  ])('refuses %s', (_what, change, reason) => {
    expect(() => parseTimeline(change(json(talk())))).toThrow(reason);
  });

  test('a prototype key is an unknown key and reaches nothing', () => {
    expect(() => parseTimeline(JSON.parse(JSON.stringify(talk()).replace('{', '{"__proto__":{"polluted":true},')))).toThrow(
      'its root',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('queries', () => {
  const fast: Clip = { ...firstClip(talk()), speed: { num: 2, den: 1 } };

  test('the two ways between source and record time undo each other', () => {
    const source = { start: seconds(7), duration: seconds(4) };
    const record = sourceToRecord(fast, seconds(3), source)!;
    expect(record).toEqual({ start: seconds(4), duration: seconds(2) });
    expect(recordToSource(fast, seconds(3), record)).toEqual(source);
    expect(sourceToRecord(fast, zero, { start: zero, duration: seconds(5) })).toBeUndefined();
    expect(sourceToRecord(fast, zero, { start: zero, duration: seconds(100) })).toEqual({ start: 0, duration: seconds(10) });
  });

  test('clipAt() knows both ends', () => {
    const timeline = applyEdits(talk(), [{ kind: 'split', at: seconds(4) }]).timeline;
    const [left, right] = timeline.tracks[0]!.items;
    expect(clipAt(timeline, 'trk_1', (seconds(4) - 1) as Ticks)).toBe(left);
    expect(clipAt(timeline, 'trk_1', seconds(4))).toBe(right);
    expect(clipAt(timeline, 'trk_1', seconds(20))).toBeUndefined();
  });

  test('a fixed bed does not make the video longer', () => {
    expect(itemsWithRanges(talk().tracks[3]!)[0]!.range.duration).toBe(seconds(25));
    expect(timelineDuration(talk())).toBe(seconds(20));
  });
});

describe('describeChanges()', () => {
  const said = (edits: readonly Edit[], language: 'en' | 'zh' = 'en', before = talk()) =>
    describeChanges(diffTimelines(before, applyEdits(before, edits, assets).timeline), language, names);

  test('says forty-one removed pauses in one line', () => {
    const edits = Array.from({ length: 41 }, (_, index): Edit => ({
      kind: 'ripple-delete',
      range: { start: seconds(19.5 - index * 0.4), duration: seconds(0.2) },
    }));
    expect(said(edits)).toEqual(['Removed 41 stretches of city timelapse.mp4 (0:08.2): 0:20 → 0:11.8']);
    expect(said(edits, 'zh')).toEqual(['删除了 city timelapse.mp4 中的 41 段，共 0:08.2：0:20 → 0:11.8']);
  });

  test.each<[readonly Edit[], string, string]>([
    [[{ kind: 'split', at: seconds(4) }], 'Made 1 cut without removing anything', '切了 1 刀，没有删除内容'],
    [
      [{ kind: 'set-speed', itemId: firstClip(talk()).id, speed: { num: 2, den: 1 } }],
      'Speed of 1 clip: 1× → 2×: 0:20 → 0:10',
      '1 个片段的速度：1× → 2×：0:20 → 0:10',
    ],
    [
      [{ kind: 'set-effect', itemId: firstClip(talk(), 1).id, effect: { name: 'denoise', strength: 0.8, engine: 'auto' } }],
      'Noise removal on 1 clip: none → 80 %',
      '1 个片段的降噪：无 → 80 %',
    ],
    [
      [{ kind: 'set-effect', itemId: firstClip(talk()).id, effect: { name: 'fade', in: seconds(1), out: zero } }],
      'Fade on 1 clip: none → in 1 s',
      '1 个片段的淡入淡出：无 → 淡入 1 s',
    ],
    [
      [{ kind: 'set-gain', target: { trackId: 'trk_4' }, gainDb: -9.1 }],
      'Level of BGM: 0 dB → −9.1 dB',
      '“BGM”的音量：0 dB → −9.1 dB',
    ],
    [[{ kind: 'set-track', trackId: 'trk_2', muted: true }], 'Track Sound is muted', '轨道“Sound”已静音'],
    [
      [
        {
          kind: 'overwrite',
          trackId: 'trk_3',
          at: seconds(5),
          item: { kind: 'text', duration: seconds(2), text: 'Hi', style: titleStyle },
        },
      ],
      'Added the text "Hi" at 0:05 for 2 s',
      '在 0:05 添加了文字“Hi”，时长 2 s',
    ],
    [[{ kind: 'remove-track', trackId: 'trk_4' }], 'Removed the track BGM', '删除了轨道“BGM”'],
    [
      [{ kind: 'set-master', master: { loudness: { targetLufs: -14, ceilingDbtp: -1 } } }],
      'Loudness target: as recorded → -14 LUFS',
      '目标响度：原始 → -14 LUFS',
    ],
    [
      [{ kind: 'set-canvas', size: { width: 1080, height: 1920 } }],
      'Canvas: 1920×1080, 30/s → 1080×1920, 30/s',
      '画布：1920×1080, 30/s → 1080×1920, 30/s',
    ],
  ])('%# gives its sentence', (edits, english, chinese) => {
    expect(said(edits)).toContain(english);
    expect(said(edits, 'zh')).toContain(chinese);
  });

  test('tells a removed sound from a removed picture, and moved clips', () => {
    expect(said([{ kind: 'lift', range: { start: seconds(3), duration: seconds(2) }, trackId: 'trk_2' }])).toEqual([
      'Removed 1 stretch of the sound of city timelapse.mp4 (0:02)',
    ]);
    const parts = applyEdits(talk(), [{ kind: 'split', at: seconds(4) }]).timeline;
    expect(said([{ kind: 'move', itemId: firstClip(parts).id, to: seconds(20) }], 'en', parts)).toEqual(['Moved 1 clip']);
  });

  test('says nothing of equal timelines or of what only moved up', () => {
    expect(said([])).toEqual([]);
    expect(said([{ kind: 'ripple-delete', range: { start: seconds(5), duration: seconds(1) } }])).toHaveLength(1);
  });
});
