import { describe, expect, test } from 'vitest';
import { formatClock, seconds, zero, type Ticks } from '#core/time';
import { applyEdits, checkTimeline, itemsWithRanges, timelineDuration, type Clip, type Edit, type Timeline } from './index.ts';
import { makeAssets, talk, titleStyle } from './test-timelines.ts';

const assets = makeAssets();

/** A track as text: `clip 0:00-0:04 (0:05)` is record range and source start. */
function show(timeline: Timeline, trackId: string): string[] {
  const track = timeline.tracks.find(({ id }) => id === trackId)!;
  return itemsWithRanges(track).map(({ item, range }) => {
    const place = `${formatClock(range.start)}-${formatClock((range.start + range.duration) as Ticks)}`;
    return item.kind === 'clip' ? `clip ${place} (${formatClock(item.sourceRange.start)})` : `${item.kind} ${place}`;
  });
}

function clips(timeline: Timeline, trackId: string): Clip[] {
  return timeline.tracks.find(({ id }) => id === trackId)!.items.filter((item): item is Clip => item.kind === 'clip');
}

function apply(timeline: Timeline, ...edits: Edit[]): Timeline {
  const result = applyEdits(timeline, edits, assets);
  expect(checkTimeline(result.timeline, assets)).toEqual([]);
  expect(JSON.stringify(applyEdits(result.timeline, result.inverse).timeline)).toBe(JSON.stringify(timeline));
  return result.timeline;
}

const range = (start: number, end: number) => ({ start: seconds(start), duration: seconds(end - start) });
const picture = (from: number, length: number) =>
  ({
    kind: 'clip',
    assetId: 'ast_talk',
    streamIndex: 0,
    sourceRange: { start: seconds(from), duration: seconds(length) },
  }) as const;

describe('ripple-delete', () => {
  test('takes the time from picture, sound and titles, and leaves the fixed bed alone', () => {
    const after = apply(talk(), { kind: 'ripple-delete', range: range(4, 6) });
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:04 (0:05)', 'clip 0:04-0:18 (0:11)']);
    expect(show(after, 'trk_2')).toEqual(show(after, 'trk_1'));
    expect(show(after, 'trk_3')).toEqual(['gap 0:00-0:01', 'text 0:01-0:04', 'gap 0:04-0:10', 'text 0:10-0:13']);
    expect(after.tracks[3]).toEqual(talk().tracks[3]);
    expect(timelineDuration(after)).toBe(seconds(18));
  });

  test('keeps linked picture and sound linked, each pair of parts on its own', () => {
    const after = apply(talk(), { kind: 'ripple-delete', range: range(4, 6) });
    const [left, right] = clips(after, 'trk_1');
    expect(clips(after, 'trk_2').map(({ linkId }) => linkId)).toEqual([left!.linkId, right!.linkId]);
    expect(left!.linkId).not.toBe(right!.linkId);
  });

  test('shortens a title under the range instead of showing it twice', () => {
    const after = apply(talk(), { kind: 'ripple-delete', range: range(2, 3) });
    expect(show(after, 'trk_3').slice(0, 2)).toEqual(['gap 0:00-0:01', 'text 0:01-0:03']);
    expect(after.tracks[2]!.items[1]).toMatchObject({ style: { fadeIn: seconds(0.2), fadeOut: seconds(0.2) } });
  });

  test('hands fades to the parts that stay', () => {
    const [clip] = clips(talk(), 'trk_1');
    const faded = apply(talk(), {
      kind: 'set-effect',
      itemId: clip!.id,
      effect: { name: 'fade', in: seconds(1), out: seconds(2) },
    });
    const middle = apply(faded, { kind: 'ripple-delete', range: range(4, 6) });
    expect(clips(middle, 'trk_1').map(({ effects }) => effects)).toEqual([
      [{ name: 'fade', in: seconds(1), out: 0 }],
      [{ name: 'fade', in: 0, out: seconds(2) }],
    ]);
    const head = apply(faded, { kind: 'ripple-delete', range: range(0, 6) });
    expect(clips(head, 'trk_1')[0]!.effects).toEqual([{ name: 'fade', in: seconds(1), out: seconds(2) }]);
    const short = apply(faded, { kind: 'ripple-delete', range: range(0.5, 19.5) });
    expect(clips(short, 'trk_1').map(({ effects }) => effects)).toEqual([
      [{ name: 'fade', in: seconds(0.5), out: 0 }],
      [{ name: 'fade', in: 0, out: seconds(0.5) }],
    ]);
  });

  test('refuses where a locked track would have to change, and only there', () => {
    const lockedTitles = apply(talk(), { kind: 'set-track', trackId: 'trk_3', locked: true });
    expect(() => applyEdits(lockedTitles, [{ kind: 'ripple-delete', range: range(4, 6) }])).toThrow('Track trk_3 is locked');
    expect(show(apply(lockedTitles, { kind: 'ripple-delete', range: range(16, 18) }), 'trk_1')).toHaveLength(2);
    const lockedBed = apply(talk(), { kind: 'set-track', trackId: 'trk_4', locked: true });
    expect(show(apply(lockedBed, { kind: 'ripple-delete', range: range(4, 6) }), 'trk_1')).toHaveLength(2);
  });

  test('drops a transition whose cut goes, says so, and keeps one elsewhere', () => {
    const blend = (at: number): Edit => ({
      kind: 'add-transition',
      trackId: 'trk_1',
      at: seconds(at),
      name: 'dissolve',
      duration: seconds(0.5),
    });
    const blended = apply(
      talk(),
      { kind: 'ripple-delete', range: range(4, 6) },
      { kind: 'ripple-delete', range: range(8, 9) },
      blend(4),
      blend(8),
    );
    const result = applyEdits(blended, [{ kind: 'ripple-delete', range: range(7.5, 8.5) }], assets);
    expect(show(result.timeline, 'trk_1').filter((text) => text.startsWith('transition'))).toEqual([
      'transition 0:03.75-0:04.25',
    ]);
    expect(result.notes).toContain('Dropped the transition at 0:08 on Video: its cut is gone');
  });

  test('drops a transition beyond whose cut nothing is left, and the way back brings it again', () => {
    const item = { kind: 'clip', assetId: 'ast_talk', streamIndex: 0, sourceRange: range(0, 20) } as const;
    const whole = apply(talk(), { kind: 'overwrite', trackId: 'trk_1', at: zero, item }, { kind: 'split', at: seconds(4) });
    const [first] = clips(whole, 'trk_1');
    // The second half begins where the first one ends: both have material to spare there, and backwards the first has none.
    const blended = apply(whole, {
      kind: 'add-transition',
      trackId: 'trk_1',
      at: seconds(4),
      name: 'dissolve',
      duration: seconds(1),
    });
    const result = applyEdits(blended, [{ kind: 'set-effect', itemId: first!.id, effect: { name: 'reverse' } }], assets);
    expect(show(result.timeline, 'trk_1').filter((text) => text.startsWith('transition'))).toEqual([]);
    expect(result.notes).toContain('Dropped the transition at 0:04 on Video: beyond its cut there is not enough material left');
    expect(checkTimeline(result.timeline, assets)).toEqual([]);
    expect(applyEdits(result.timeline, result.inverse, assets).timeline).toEqual(blended);
  });

  test('on one track alone unlinks what falls out of step', () => {
    const after = apply(talk(), { kind: 'ripple-delete', range: range(4, 6), trackId: 'trk_2' });
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:20 (0:05)']);
    expect([...clips(after, 'trk_1'), ...clips(after, 'trk_2')].map(({ linkId }) => linkId)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    [{ start: seconds(-1), duration: seconds(1) }, 'start'],
    [{ start: zero, duration: zero }, 'duration'],
    [{ start: 0.5 as Ticks, duration: seconds(1) }, 'start'],
    [{ start: zero, duration: Number.NaN as Ticks }, 'duration'],
  ])('refuses the range %j', (bad, name) => {
    expect(() => applyEdits(talk(), [{ kind: 'ripple-delete', range: bad }])).toThrow(name);
  });
});

describe('split', () => {
  test('at an edge, in a gap or behind the end changes nothing', () => {
    for (const at of [0, 20, 25]) {
      const result = applyEdits(talk(), [{ kind: 'split', at: seconds(at) }]);
      expect(result.timeline.tracks.slice(0, 3)).toEqual(talk().tracks.slice(0, 3));
    }
  });

  test('parts of a still both begin at 0', () => {
    const still = apply(
      talk(),
      { kind: 'overwrite', trackId: 'trk_1', at: zero, item: { ...picture(0, 4), assetId: 'ast_still' } },
      { kind: 'split', at: seconds(1) },
    );
    expect(
      clips(still, 'trk_1')
        .slice(0, 2)
        .map(({ sourceRange }) => sourceRange),
    ).toEqual([range(0, 1), range(0, 3)]);
  });
});

describe('insert and overwrite', () => {
  test('insert opens the same time on every following track', () => {
    const after = apply(talk(), { kind: 'insert', trackId: 'trk_1', at: seconds(2), item: picture(40, 3) });
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:02 (0:05)', 'clip 0:02-0:05 (0:40)', 'clip 0:05-0:23 (0:07)']);
    expect(show(after, 'trk_2')).toEqual(['clip 0:00-0:02 (0:05)', 'gap 0:02-0:05', 'clip 0:05-0:23 (0:07)']);
    // A title stays whole; what is after it moves by the same time.
    expect(show(after, 'trk_3')).toEqual(['gap 0:00-0:01', 'text 0:01-0:04', 'gap 0:04-0:15', 'text 0:15-0:18']);
    expect(after.tracks[3]).toEqual(talk().tracks[3]);
  });

  test('overwrite moves nothing and fills the way with a gap', () => {
    const after = apply(
      talk(),
      { kind: 'overwrite', trackId: 'trk_1', at: seconds(2), item: picture(40, 3) },
      { kind: 'overwrite', trackId: 'trk_1', at: seconds(25), item: picture(50, 1) },
    );
    expect(show(after, 'trk_1')).toEqual([
      'clip 0:00-0:02 (0:05)',
      'clip 0:02-0:05 (0:40)',
      'clip 0:05-0:20 (0:10)',
      'gap 0:20-0:25',
      'clip 0:25-0:26 (0:50)',
    ]);
  });

  test('items that share a link name in one call are linked', () => {
    const item = { ...picture(40, 1), linkId: 'new' };
    const after = apply(
      talk(),
      { kind: 'overwrite', trackId: 'trk_1', at: seconds(25), item },
      { kind: 'overwrite', trackId: 'trk_2', at: seconds(25), item: { ...item, streamIndex: 1 } },
    );
    expect(clips(after, 'trk_1').at(-1)!.linkId).toMatch(/^lnk_\d+$/);
    expect(clips(after, 'trk_1').at(-1)!.linkId).toBe(clips(after, 'trk_2').at(-1)!.linkId);
  });

  test('a text does not go on a picture track, nor a clip on a text track', () => {
    const text = { kind: 'text', duration: seconds(1), text: 'x', style: titleStyle } as const;
    expect(() => applyEdits(talk(), [{ kind: 'overwrite', trackId: 'trk_1', at: zero, item: text }])).toThrow('does not belong');
    expect(() => applyEdits(talk(), [{ kind: 'insert', trackId: 'trk_3', at: zero, item: picture(0, 1) }])).toThrow(
      'does not belong',
    );
  });
});

describe('trim', () => {
  const first = (timeline: Timeline) => clips(timeline, 'trk_1')[0]!.id;
  const cut = () => apply(talk(), { kind: 'ripple-delete', range: range(4, 6) });

  test('follow moves what is after on every following track', () => {
    const timeline = cut();
    const shorter = apply(timeline, { kind: 'trim', itemId: first(timeline), edge: 'end', by: seconds(-1), ripple: 'follow' });
    expect(show(shorter, 'trk_1')).toEqual(['clip 0:00-0:03 (0:05)', 'clip 0:03-0:17 (0:11)']);
    expect(show(shorter, 'trk_2')).toEqual(show(shorter, 'trk_1'));
    expect(show(shorter, 'trk_3').at(-1)).toBe('text 0:09-0:12');
    const longer = apply(timeline, { kind: 'trim', itemId: first(timeline), edge: 'end', by: seconds(1), ripple: 'follow' });
    expect(show(longer, 'trk_2')).toEqual(['clip 0:00-0:05 (0:05)', 'clip 0:05-0:19 (0:11)']);
    expect(show(longer, 'trk_3').at(-1)).toBe('text 0:11-0:14');
  });

  test('stay leaves a gap, takes it back, and refuses without one', () => {
    const timeline = cut();
    const shorter = apply(timeline, { kind: 'trim', itemId: first(timeline), edge: 'end', by: seconds(-1), ripple: 'stay' });
    expect(show(shorter, 'trk_2')).toEqual(['clip 0:00-0:03 (0:05)', 'gap 0:03-0:04', 'clip 0:04-0:18 (0:11)']);
    const back = apply(shorter, { kind: 'trim', itemId: first(shorter), edge: 'end', by: seconds(1), ripple: 'stay' });
    expect(show(back, 'trk_1')).toEqual(show(timeline, 'trk_1'));
    expect(() =>
      applyEdits(timeline, [{ kind: 'trim', itemId: first(timeline), edge: 'end', by: seconds(1), ripple: 'stay' }]),
    ).toThrow('no gap');
  });

  test('ends where the source ends', () => {
    const timeline = talk();
    const by = (value: number, edge: 'start' | 'end'): Edit => ({
      kind: 'trim',
      itemId: first(timeline),
      edge,
      by: seconds(value),
      ripple: 'follow',
    });
    expect(() => applyEdits(timeline, [by(36, 'end')], assets)).toThrow('Clip ends at 61 s but its source has 60 s');
    expect(() => applyEdits(timeline, [by(-6, 'start')], assets)).toThrow('has only 5 s of source before it');
    expect(() => applyEdits(timeline, [by(20, 'start')], assets)).toThrow('nothing of it would stay');
    expect(show(apply(timeline, by(-5, 'start')), 'trk_1')).toEqual(['clip 0:00-0:25 (0:00)']);
  });
});

describe('set-speed', () => {
  test('changes linked clips together and moves titles with the moments they belong to', () => {
    const timeline = talk();
    const after = apply(timeline, { kind: 'set-speed', itemId: clips(timeline, 'trk_2')[0]!.id, speed: { num: 2, den: 1 } });
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:10 (0:05)']);
    expect(show(after, 'trk_2')).toEqual(show(after, 'trk_1'));
    expect(show(after, 'trk_3')).toEqual(['gap 0:00-0:00.5', 'text 0:00.5-0:02', 'gap 0:02-0:06', 'text 0:06-0:07.5']);
    expect(show(after, 'trk_4')).toEqual(show(timeline, 'trk_4'));
  });

  test('of the music bed moves nothing else', () => {
    const timeline = talk();
    const after = apply(timeline, { kind: 'set-speed', itemId: clips(timeline, 'trk_4')[0]!.id, speed: { num: 1, den: 2 } });
    expect(show(after, 'trk_4')).toEqual(['clip 0:00-0:50 (0:00)']);
    expect(after.tracks.slice(0, 3)).toEqual(timeline.tracks.slice(0, 3));
  });

  test('a cut between two source ticks stays where it was asked for', () => {
    const timeline = talk();
    const slow = apply(timeline, { kind: 'set-speed', itemId: clips(timeline, 'trk_1')[0]!.id, speed: { num: 1, den: 3 } });
    const at = (seconds(10) + 1) as Ticks;
    const after = apply(slow, { kind: 'split', at });
    expect(itemsWithRanges(after.tracks[0]!)[1]!.range.start).toBe(at);
    expect(clips(after, 'trk_1')[0]!.recordDuration).toBe(at);
  });
});

describe('move and remove', () => {
  const parts = () => apply(talk(), { kind: 'split', at: seconds(4) }, { kind: 'split', at: seconds(10) });

  test('move takes linked clips along and closes the hole', () => {
    const timeline = parts();
    const last = clips(timeline, 'trk_1')[2]!;
    const after = apply(timeline, { kind: 'move', itemId: last.id, to: zero });
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:10 (0:15)', 'clip 0:10-0:14 (0:05)', 'clip 0:14-0:20 (0:09)']);
    expect(show(after, 'trk_2')).toEqual(show(after, 'trk_1'));
    const back = apply(after, { kind: 'move', itemId: last.id, to: seconds(20) });
    expect(show(back, 'trk_1')).toEqual(show(timeline, 'trk_1'));
    expect(apply(timeline, { kind: 'move', itemId: last.id, to: seconds(12) }).tracks).toEqual(timeline.tracks);
  });

  test('move to another track leaves a gap where it is seen, so that nothing falls out of step', () => {
    const timeline = apply(parts(), { kind: 'add-track', track: { kind: 'video', name: 'Overlay' } });
    const overlay = timeline.tracks.at(-1)!.id;
    const after = apply(timeline, { kind: 'move', itemId: clips(timeline, 'trk_1')[1]!.id, to: seconds(4), trackId: overlay });
    expect(show(after, overlay)).toEqual(['gap 0:00-0:04', 'clip 0:04-0:10 (0:09)']);
    expect(show(after, 'trk_1')).toEqual(['clip 0:00-0:04 (0:05)', 'gap 0:04-0:10', 'clip 0:10-0:20 (0:15)']);
    expect(show(after, 'trk_2')).toEqual(show(timeline, 'trk_2'));
  });

  test('remove-item leaves a gap, or closes it everywhere on the primary track', () => {
    const timeline = parts();
    const middle = clips(timeline, 'trk_1')[1]!;
    const gap = apply(timeline, { kind: 'remove-item', itemId: middle.id, close: 'leave-gap' });
    expect(show(gap, 'trk_1')[1]).toBe('gap 0:04-0:10');
    expect(clips(gap, 'trk_2')[1]!.linkId).toBeUndefined();
    const closed = apply(timeline, { kind: 'remove-item', itemId: middle.id, close: 'close' });
    expect(show(closed, 'trk_2')).toEqual(['clip 0:00-0:04 (0:05)', 'clip 0:04-0:14 (0:15)']);
    expect(show(closed, 'trk_3').at(-1)).toBe('text 0:06-0:09');
  });

  test('a title that is closed moves only what is after it on its own track', () => {
    const timeline = talk();
    const after = apply(timeline, { kind: 'remove-item', itemId: timeline.tracks[2]!.items[1]!.id, close: 'close' });
    expect(show(after, 'trk_3')).toEqual(['gap 0:00-0:09', 'text 0:09-0:12']);
    expect(show(after, 'trk_1')).toEqual(show(timeline, 'trk_1'));
  });
});

describe('transitions', () => {
  const cut = () => apply(talk(), { kind: 'split', at: seconds(10) });

  test('take what a short handle cannot give from the other side, and refuse when neither can', () => {
    const timeline = apply(talk(), { kind: 'overwrite', trackId: 'trk_1', at: seconds(20), item: picture(0.1, 5) });
    const blend = (duration: number): Edit => ({
      kind: 'add-transition',
      trackId: 'trk_1',
      at: seconds(20),
      name: 'dissolve',
      duration: seconds(duration),
    });
    expect(apply(timeline, blend(1)).tracks[0]!.items[1]).toMatchObject({ inOffset: seconds(0.1), outOffset: seconds(0.9) });
    expect(() => applyEdits(timeline, [blend(7)], assets)).toThrow('Transition needs 7 s of unused material, there are 5.1 s');
  });

  test('stand between two clips only, one to a cut', () => {
    const blend = (at: number): Edit => ({
      kind: 'add-transition',
      trackId: 'trk_1',
      at: seconds(at),
      name: 'dissolve',
      duration: seconds(0.5),
    });
    expect(() => applyEdits(cut(), [blend(9)], assets)).toThrow('no cut between two clips at 0:09');
    const twice = apply(cut(), blend(10), { ...blend(10), name: 'wipe' } as Edit);
    expect(twice.tracks[0]!.items.map((item) => (item.kind === 'transition' ? item.name : item.kind))).toEqual([
      'clip',
      'wipe',
      'clip',
    ]);
    expect(timelineDuration(twice)).toBe(seconds(20));
  });
});

test('restore brings an earlier content back under the same id and revision, without giving ids out again', () => {
  const later: Timeline = { ...apply(talk(), { kind: 'split', at: seconds(3) }), revision: 7 };
  const restored = applyEdits(later, [{ kind: 'restore', timeline: talk() }]).timeline;
  expect(restored).toEqual({ ...talk(), revision: 7, nextId: later.nextId });
});

test('a failing edit in the middle leaves nothing behind', () => {
  const timeline = talk();
  const text = JSON.stringify(timeline);
  expect(() =>
    applyEdits(timeline, [
      { kind: 'split', at: seconds(3) },
      { kind: 'remove-track', trackId: 'trk_77' },
    ]),
  ).toThrow('Track trk_77 is not in the timeline');
  expect(JSON.stringify(timeline)).toBe(text);
});

test('a locked track takes nothing but the edit that unlocks it', () => {
  const locked = apply(talk(), { kind: 'set-track', trackId: 'trk_4', locked: true });
  const itemId = clips(locked, 'trk_4')[0]!.id;
  const edits: Edit[] = [
    { kind: 'split', at: seconds(1), trackId: 'trk_4' },
    { kind: 'lift', range: range(1, 2), trackId: 'trk_4' },
    { kind: 'set-gain', target: { trackId: 'trk_4' }, gainDb: -3 },
    { kind: 'set-gain', target: { itemId }, gainDb: -3 },
    { kind: 'set-speed', itemId, speed: { num: 2, den: 1 } },
    { kind: 'move', itemId, to: seconds(3) },
    { kind: 'remove-item', itemId, close: 'leave-gap' },
    { kind: 'remove-track', trackId: 'trk_4' },
  ];
  for (const edit of edits) expect(() => applyEdits(locked, [edit])).toThrow('Track trk_4 is locked');
  expect(apply(locked, { kind: 'set-track', trackId: 'trk_4', locked: false }).tracks[3]!.locked).toBe(false);
});
