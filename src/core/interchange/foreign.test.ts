import { describe, expect, test } from 'vitest';
import { frameDuration, seconds, toSeconds, zero } from '#core/time';
import { applyEdits, checkTimeline, itemsWithRanges, type Edit, type Timeline } from '#core/timeline';
import { exportTimeline, parseEdl, parseOtio } from './index.ts';
import { emptyTimeline, makeAssets, plainStyle } from './test-timelines.ts';

const assets = makeAssets();
const base = emptyTimeline({ num: 24, den: 1 });

/** `name@start+length` of every clip in seconds, `-` for gaps, `x` for transitions. */
function shown(timeline: Timeline): string[] {
  return timeline.tracks.map((track) =>
    itemsWithRanges(track)
      .map(({ item, range }) => {
        if (item.kind === 'gap') return `-${toSeconds(range.duration)}`;
        if (item.kind === 'transition') return `x${toSeconds(item.inOffset)}/${toSeconds(item.outOffset)}`;
        if (item.kind === 'text') return `"${item.text}"`;
        const effects = item.effects.map(({ name }) => ` ${name}`).join('');
        const speed = item.speed.num === item.speed.den ? '' : ` ${item.speed.num}/${item.speed.den}`;
        return `${item.assetId}@${toSeconds(item.sourceRange.start)}+${toSeconds(range.duration)}${speed}${effects}`;
      })
      .join(' '),
  );
}

const time = (value: number, rate = 24) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const range = (start: number, duration: number) => ({
  OTIO_SCHEMA: 'TimeRange.1',
  start_time: time(start),
  duration: time(duration),
});
const media = (url: string, start = 0) => ({
  OTIO_SCHEMA: 'ExternalReference.1',
  target_url: url,
  available_range: range(start, 24 * 60),
});
const oldClip = (url: string, start: number, duration: number, more: object = {}) => ({
  OTIO_SCHEMA: 'Clip.1',
  name: 'c',
  source_range: range(start, duration),
  media_reference: media(url),
  ...more,
});
const track = (children: readonly object[], more: object = {}) => ({
  OTIO_SCHEMA: 'Track.1',
  kind: 'Video',
  name: 'V1',
  children,
  ...more,
});
const stack = (children: readonly object[], more: object = {}) => ({ OTIO_SCHEMA: 'Stack.1', children, ...more });
const timelineOf = (...children: readonly object[]) =>
  JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', name: 't', global_start_time: null, tracks: stack(children) });
const read = (text: string) => parseOtio(text, assets, base);

describe('OTIO of other programs', () => {
  test('old clips, media with timecode of its own, whole media, warps, freezes, dissolves and what is not known', () => {
    const warp = (scalar: number) => ({ effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: scalar }] });
    const text = timelineOf(
      track([
        oldClip('file:///D:/rushes/City-Night-One.mp4', 24, 48),
        { OTIO_SCHEMA: 'Transition.1', transition_type: 'SMPTE_Dissolve', in_offset: time(6), out_offset: time(12) },
        {
          ...oldClip('', 0, 0),
          OTIO_SCHEMA: 'Clip.2',
          source_range: range(86_400 + 48, 24),
          media_reference: undefined,
          media_references: { HQ: media('/x/city-night-one.MXF', 86_400) },
          active_media_reference_key: 'HQ',
        },
        { OTIO_SCHEMA: 'Gap.1', source_range: range(0, 12) },
        oldClip('City-Night-One.mp4', 24, 24, warp(2)),
        oldClip('City-Night-One.mp4', 72, 24, warp(-1)),
        oldClip('City-Night-One.mp4', 24, 24, {
          effects: [{ OTIO_SCHEMA: 'FreezeFrame.1' }, { OTIO_SCHEMA: 'Effect.1', effect_name: 'Glow' }],
        }),
        oldClip('City-Night-One.mp4', 0, 24, { enabled: false }),
        { OTIO_SCHEMA: 'Thing.7' },
        oldClip('Nowhere.mov', 0, 24),
        oldClip('City-Night-One.mp4', 24, 24),
      ]),
    );
    const { timeline, notes, missing } = read(text);
    expect(shown(timeline)).toEqual([
      'ast_3@1+2 x0.25/0.5 ast_3@2+1 -0.5 ast_3@1+1 2/1 ast_3@2+1 reverse ast_3@1+1 freeze -2 ast_3@1+1',
    ]);
    expect(timeline.frameRate).toEqual({ num: 24, den: 1 });
    expect(timeline.size).toEqual({ width: 1920, height: 1080 });
    expect(missing).toEqual(['c']);
    expect(notes).toEqual([
      '1 disabled clip became a gap',
      '1 effect of another program was left out',
      '1 object of an unknown kind was left out',
      '1 clip has no media in this session and became a gap',
    ]);
    expect(checkTimeline(timeline, assets)).toEqual([]);
  });

  test('nested stacks become one track: upper layers cover lower ones, trims are kept', () => {
    const lower = track([oldClip('city & "night" <one>.mp4', 0, 96)]);
    const upper = track([{ OTIO_SCHEMA: 'Gap.1', source_range: range(0, 24) }, oldClip('City-Night-One.mp4', 240, 24)]);
    const text = timelineOf(
      track([oldClip('City-Night-One.mp4', 0, 24), stack([lower, upper], { source_range: range(12, 72) })]),
    );
    const { timeline, notes } = read(text);
    expect(shown(timeline)).toEqual(['ast_3@0+1 ast_1@0.5+0.5 ast_3@10+1 ast_1@2+1.5']);
    expect(notes).toEqual(['1 nested group of clips was flattened']);
  });

  test('a collection gives its first timeline; picture and sound that lie together are linked', () => {
    const sound = { ...track([oldClip('City-Night-One.mp4', 0, 48)]), kind: 'Audio' };
    const inner = JSON.parse(timelineOf(track([oldClip('City-Night-One.mp4', 0, 48)]), sound)) as object;
    const { timeline } = read(JSON.stringify({ OTIO_SCHEMA: 'SerializableCollection.1', children: [inner] }));
    const links = timeline.tracks.flatMap(({ items }) => items.map((item) => (item.kind === 'clip' ? item.linkId : undefined)));
    expect(links[0]).toBeDefined();
    expect(links).toEqual([links[0], links[0]]);
  });

  test('rates of NTSC are read as the exact ratios they mean', () => {
    for (const [written, num, den] of [
      [23.976, 24_000, 1001],
      [23.976023976023978, 24_000, 1001],
      [29.97, 30_000, 1001],
      [59.94, 60_000, 1001],
      [25, 25, 1],
    ] as const) {
      const clip = {
        ...oldClip('City-Night-One.mp4', 0, 0),
        source_range: { start_time: time(0, written), duration: time(50, written) },
        media_reference: { OTIO_SCHEMA: 'ExternalReference.1', target_url: 'City-Night-One.mp4' },
      };
      const { timeline } = read(timelineOf(track([clip])));
      expect(timeline.frameRate).toEqual({ num, den });
      expect(itemsWithRanges(timeline.tracks[0]!)[0]?.range.duration).toBe(frameDuration({ num, den }) * 50);
    }
  });

  test('faults are named with the place', () => {
    expect(() => read('{\n"OTIO_SCHEMA": "x",\n oops')).toThrow(/OTIO is invalid at line 3: it is not JSON/);
    expect(() => read('[]')).toThrow(/not an OTIO object/);
    expect(() => read('{"OTIO_SCHEMA":"Clip.1","source_range":{}}')).toThrow(/no start and duration/);
  });
});

describe('edit lists of other programs', () => {
  test('dissolves after a line of no length, with the cut in their middle; reels, channels, speeds and freezes', () => {
    // After the samples of OpenTimelineIO: names in place of reels, an hour of timecode, M2 lines.
    const text = [
      'TITLE:   DISSOLVES',
      'FCM: NON-DROP FRAME',
      '001  AX       V     C        00:00:04:00 00:00:06:00 01:00:00:00 01:00:02:00',
      '* FROM CLIP NAME:  City-Night-One.mov',
      '002  AX       V     C        00:00:06:00 00:00:06:00 01:00:02:00 01:00:02:00',
      '002  AX       V     D    024 00:00:10:00 00:00:12:00 01:00:02:00 01:00:04:00',
      '* BLEND, DISSOLVE',
      '* FROM CLIP NAME: City-Night-One.mov',
      '* TO CLIP NAME: city & "night" <one>.mp4',
      '003  AX       V     C        00:00:20:00 00:00:22:00 01:00:05:00 01:00:06:00',
      'M2   AX       048.0                00:00:20:00',
      '* FROM CLIP NAME: City-Night-One.mov',
      '004  AX       V     C        00:00:20:00 00:00:20:01 01:00:06:00 01:00:07:00',
      'M2   AX       000.0                00:00:20:00',
      '* FROM CLIP NAME: City-Night-One.mov',
      '005  CITYNIGH AA/V  C        00:00:01:00 00:00:02:00 01:00:07:00 01:00:08:00',
    ].join('\n');
    const { timeline, notes, missing } = parseEdl(text, assets, base);
    expect(shown(timeline)).toEqual(['ast_3@4+2.5 x0.5/0.5 ast_1@10.5+1.5 -1 ast_3@20+1 2/1 ast_3@20+1 freeze', '', '']);
    expect(missing).toEqual(['CITYNIGH']);
    expect(notes[0]).toBe('The list names no frame rate; it was read at 24/1 frames a second');
    expect(checkTimeline(timeline, assets)).toEqual([]);
  });

  test('faults are named with the line', () => {
    const event = (times: string) => `TITLE: x\n001  AX V C ${times}\n`;
    expect(() => parseEdl(event('00:00:04:24 00:00:06:00 01:00:00:00 01:00:02:00'), assets, base)).toThrow(
      /line 2: there is no timecode 00:00:04:24 at 24\/1/,
    );
    expect(() => parseEdl(event('00:00:04:00 00:00:06:00 01:00:02:00 01:00:00:00'), assets, base)).toThrow(
      /line 2: the event ends before it begins/,
    );
    expect(() => parseEdl('TITLE: x\n001  AX V\n', assets, base)).toThrow(/line 2: the event has no reel/);
    expect(() => parseEdl('TITLE: x\n', assets, base)).toThrow(/no event/);
  });
});

describe('chapters and lists', () => {
  const chapter = (at: number, text: string): Edit => ({
    kind: 'overwrite',
    trackId: 'trk_2',
    at: seconds(at),
    item: { kind: 'text', duration: seconds(2), text, style: { ...plainStyle, preset: 'chapter' } },
  });
  const video = (edits: readonly Edit[]) =>
    applyEdits(base, [
      { kind: 'add-track', track: { kind: 'video', name: 'Video' } },
      { kind: 'add-track', track: { kind: 'text', name: 'Chapters' } },
      {
        kind: 'overwrite',
        trackId: 'trk_1',
        at: zero,
        item: { kind: 'clip', assetId: 'ast_1', streamIndex: 0, sourceRange: { start: seconds(5), duration: seconds(30) } },
      },
      {
        kind: 'overwrite',
        trackId: 'trk_1',
        at: seconds(30),
        item: { kind: 'clip', assetId: 'ast_3', streamIndex: 0, sourceRange: { start: zero, duration: seconds(30) } },
      },
      ...edits,
    ]).timeline;

  test('YouTube gets its list, and what it would refuse is said', () => {
    expect(
      exportTimeline('chapters', video([chapter(0, 'Intro'), chapter(15, 'One\nmore'), chapter(40.7, 'End')]), assets),
    ).toMatchObject({
      text: '0:00 Intro\n0:15 One more\n0:40 End\n',
      dropped: [],
    });
    expect(exportTimeline('chapters', video([chapter(3, 'Late'), chapter(8, 'Soon')]), assets).dropped).toEqual([
      'The first chapter is at 0:03; YouTube shows chapters only where the first is at 0:00',
      'There are 2 chapters; YouTube shows them from 3 on',
      '1 chapter is shorter than 10 s ("Late"); YouTube shows none then',
    ]);
    expect(exportTimeline('chapters', video([]), assets)).toMatchObject({
      text: '0:00 city & "night" <one>\n0:30 City-Night-One\n',
      dropped: [
        'There are no chapter texts; the chapters are the shots, named by their files',
        'There are 2 chapters; YouTube shows them from 3 on',
      ],
    });
  });

  test('the metadata of ffmpeg is escaped, LosslessCut gets the parts of one file', () => {
    const { text } = exportTimeline('ffmetadata', video([chapter(0, 'a=b;#\\'), chapter(15, 'c')]), assets, { title: 'T' });
    expect(text).toBe(
      ';FFMETADATA1\ntitle=T\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=15000\ntitle=a\\=b\\;\\#\\\\\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=15000\nEND=60000\ntitle=c\n',
    );
    const cut = applyEdits(video([]), [{ kind: 'ripple-delete', range: { start: seconds(10), duration: seconds(5) } }]).timeline;
    expect(exportTimeline('csv', cut, assets)).toMatchObject({
      text: '0.000000,30.000000,"City-Night-One.mp4 1"\n',
      dropped: ['2 clips are of other files than City-Night-One.mp4 and were left out'],
    });
  });
});
