/** What sentences do to a timeline: the facts that must hold afterwards, without a server and without media. */
import { describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import type { MusicRequest, Receipt } from '#core/facts';
import { seconds, toSeconds, zero } from '#core/time';
import {
  applyEdits,
  checkTimeline,
  itemsWithRanges,
  timelineDuration,
  trackDuration,
  type Clip,
  type ClipEffect,
  type Item,
  type Timeline,
  type Track,
} from '#core/timeline';
import { parseRequest } from '#editor/rules';
import { runTool, wordsFor, type Workspace } from '#editor/tools';
import { placeAsset } from '../../src/editor/assets/place-asset.ts';
import { plainAsset, plainWorkspace, placedTimeline } from '../fixtures/ears/plain-workspace.ts';

const first = plainAsset('ast_a', 'video', seconds(10), 'a.mp4');
const second = plainAsset('ast_b', 'video', seconds(6), 'b.mp4');
const still: Asset = { ...plainAsset('ast_c', 'silent', zero, 'logo.png'), kind: 'image', container: 'png_pipe' };
const song = plainAsset('ast_s', 'audio', seconds(7), 'song.mp3');

/** Video a of 10 s, then what else is uploaded, each placed as an upload does it. */
function open(...uploads: readonly Asset[]) {
  const assets: Asset[] = [first, ...uploads];
  let timeline: Timeline = placedTimeline(first);
  for (const asset of uploads.filter(({ kind }) => kind !== 'audio'))
    timeline = applyEdits(timeline, placeAsset(timeline, asset).edits, assets).timeline;
  const made: MusicRequest[] = [];
  const plain = plainWorkspace(timeline, assets, {
    makeMusic: (request) => {
      made.push(request);
      const asset = plainAsset(`ast_m${made.length}`, 'audio', seconds(request.seconds + 1), `music ${made.length}.flac`);
      assets.push(asset);
      return Promise.resolve({
        assetId: asset.id,
        facts: {
          mood: request.mood,
          bpm: 80,
          key: 'Am',
          beatsPerBar: 4,
          beats: [],
          downbeats: [],
          loop: { start: seconds(3), end: asset.duration },
        },
      });
    },
    soundFacts: () => Promise.resolve({}),
    musicFacts: (asset) =>
      Promise.resolve(
        asset.id.startsWith('ast_m')
          ? {
              mood: 'lo-fi',
              bpm: 80,
              key: 'Am',
              beatsPerBar: 4,
              beats: [],
              downbeats: [],
              loop: { start: seconds(3), end: asset.duration },
            }
          : undefined,
      ),
  });
  const workspace: Workspace = plain;
  const said: string[] = [];
  const say = async (sentence: string): Promise<readonly Receipt[]> => {
    const receipts: Receipt[] = [];
    for (const { tool, input } of parseRequest(sentence, said).calls)
      receipts.push(await runTool({ workspace, words: wordsFor('en'), signal: new AbortController().signal }, tool, input));
    said.push(sentence);
    expect(checkTimeline(workspace.timeline(), assets)).toEqual([]);
    return receipts;
  };
  return { say, now: () => workspace.timeline(), made };
}

const track = (timeline: Timeline, name: string): Track => timeline.tracks.find((candidate) => candidate.name === name)!;
const clipsOf = (items: readonly Item[]): Clip[] => items.filter((item): item is Clip => item.kind === 'clip');
const story = (timeline: Timeline) =>
  itemsWithRanges(timeline.tracks.find(({ kind }) => kind === 'video')!).filter(
    (placed): placed is typeof placed & { item: Clip } => placed.item.kind === 'clip',
  );
const effect = <Name extends ClipEffect['name']>(clip: Clip, name: Name) =>
  clip.effects.find((one): one is Extract<ClipEffect, { name: Name }> => one.name === name);
const length = (timeline: Timeline) => toSeconds(timelineDuration(timeline));
const statuses = (receipts: readonly Receipt[]) => receipts.map(({ status }) => status);

describe('a sentence and the timeline after it', () => {
  test('colours add up, stay in their stretch, and go away again', async () => {
    const { say, now } = open();
    await say('make it a bit brighter');
    await say('make it a bit brighter');
    expect(effect(story(now())[0]!.item, 'color')?.exposure).toBe(0.3);
    await say('make 0:02 to 0:04 black and white');
    const looks = story(now()).map(({ item }) => effect(item, 'color')?.look);
    expect(looks).toEqual([undefined, 'black-and-white', undefined]);
    expect(story(now()).map(({ range }) => toSeconds(range.start))).toEqual([0, 2, 4]);
    await say('reset the colors');
    expect(story(now()).every(({ item }) => effect(item, 'color') === undefined)).toBe(true);
  });

  test('music of the user is looped under the video, made music is cut from a bed; both are ducked, quiet and fade out', async () => {
    const { say, now, made } = open(song);
    await say('add background music');
    const bed = track(now(), 'Music');
    expect(bed).toMatchObject({ follows: 'fixed', gainDb: -9.12, ducking: { amountDb: -8, attackMs: 300, releaseMs: 600 } });
    expect(clipsOf(bed.items).map(({ assetId }) => assetId)).toEqual(['ast_s', 'ast_s']);
    expect(toSeconds(trackDuration(bed))).toBe(10);
    expect(effect(clipsOf(bed.items).at(-1)!, 'fade')?.out).toBe(seconds(1.5));
    await say('add calm music at 20%');
    expect(made).toEqual([{ mood: 'calm', seconds: 10 }]);
    expect(now().tracks.filter(({ name }) => name === 'Music')).toHaveLength(1);
    expect(track(now(), 'Music').gainDb).toBe(-13.98);
    await say('slow it down to half speed');
    expect(length(now())).toBe(20);
    expect(toSeconds(trackDuration(track(now(), 'Music')))).toBe(20);
    expect(clipsOf(track(now(), 'Music').items).every(({ speed }) => speed.num === speed.den)).toBe(true);
    await say('duck the music more');
    expect(track(now(), 'Music').ducking?.amountDb).toBe(-14);
    await say('remove the music');
    expect(track(now(), 'Music')).toBeUndefined();
  });

  test('transitions take what handles there are, leave a cut where there are none, and never change the length', async () => {
    const { say, now } = open(second);
    const [bare] = await say('add a dissolve between the clips');
    expect(bare).toMatchObject({ status: 'unchanged' });
    expect(bare!.skipped[0]!.reason).toMatch(/plain cut at 0:10/);
    await say('cut from 0:08 to 0:12');
    expect(length(now())).toBe(12);
    expect(statuses(await say('fade through black between the clips'))).toEqual(['done']);
    expect(now().tracks[0]!.items.find(({ kind }) => kind === 'transition')).toMatchObject({ name: 'fade-black' });
    expect(length(now())).toBe(12);
    await say('cut from 0:03 to 0:03.4');
    const [partial] = await say('add dissolves at all cuts');
    expect(partial).toMatchObject({ status: 'partial', facts: { count: 1 } });
    expect(partial!.skipped[0]!.reason).toMatch(/stutter/);
    await say('remove the transitions');
    expect(now().tracks[0]!.items.some(({ kind }) => kind === 'transition')).toBe(false);
  });

  test('shapes change the frame and nothing else', async () => {
    const { say, now } = open();
    await say('make it vertical with a blurred background');
    expect(now()).toMatchObject({ size: { width: 180, height: 320 }, fit: 'blur-fill' });
    await say('make it 16:9');
    expect(now().size).toEqual({ width: 320, height: 180 });
    await say('make it square');
    expect(now().size).toEqual({ width: 180, height: 180 });
    await say('background white');
    await say('make the background white');
    expect(now().background).toBe('#ffffff');
    expect(length(now())).toBe(10);
  });

  test('turning the whole video turns its frame; two quarter turns are a half', async () => {
    const { say, now } = open();
    await say('rotate the video 90 degrees');
    expect(now().size).toEqual({ width: 180, height: 320 });
    await say('again');
    expect(now().size).toEqual({ width: 320, height: 180 });
    expect(effect(story(now())[0]!.item, 'place')?.rotation).toBe(180);
    await say('mirror the video');
    expect(effect(story(now())[0]!.item, 'place')).toMatchObject({ rotation: 180, flip: 'horizontal' });
  });

  test('a second video goes into a corner and off the story; a logo covers all of it', async () => {
    const { say, now } = open(second, still);
    expect(length(now())).toBe(21);
    await say('put b.mp4 in the top left corner as picture in picture');
    expect(story(now()).map(({ item }) => item.assetId)).toEqual(['ast_a', 'ast_c']);
    const [pip] = clipsOf(track(now(), 'Overlay').items);
    expect(effect(pip!, 'place')).toMatchObject({ scale: 0.3, x: 0.19, y: 0.19 });
    await say('add logo.png as a watermark at 50% opacity');
    expect(story(now()).map(({ item }) => item.assetId)).toEqual(['ast_a']);
    expect(length(now())).toBe(10);
    const [logo] = clipsOf(track(now(), 'Watermark').items);
    expect(effect(logo!, 'place')).toMatchObject({ opacity: 0.5, scale: 0.15 });
    expect(toSeconds(trackDuration(track(now(), 'Watermark')))).toBe(10);
    await say('slow it down to half speed');
    expect(toSeconds(trackDuration(track(now(), 'Watermark')))).toBe(20);
    await say('remove the watermark');
    expect(track(now(), 'Watermark')).toBeUndefined();
  });

  test('clips change places, go, and come in', async () => {
    const { say, now } = open(second, still);
    const order = () => story(now()).map(({ item }) => item.assetId);
    await say('put the second clip first');
    expect(order()).toEqual(['ast_b', 'ast_a', 'ast_c']);
    expect(track(now(), 'Sound').items.map((item) => (item.kind === 'clip' ? item.assetId : item.kind))).toEqual([
      'ast_b',
      'ast_a',
    ]);
    await say('swap clips 1 and 3');
    expect(order()).toEqual(['ast_c', 'ast_a', 'ast_b']);
    await say('remove clip 2');
    expect(order()).toEqual(['ast_c', 'ast_b']);
    await say('insert logo.png at the end for 2 seconds');
    expect(order()).toEqual(['ast_b', 'ast_c']);
    expect(length(now())).toBe(8);
  });

  test('reverse turns the order round with the clips; freezing holds a picture and the sound waits', async () => {
    const { say, now } = open(second);
    await say('play it backwards');
    expect(story(now()).map(({ item }) => [item.assetId, effect(item, 'reverse') !== undefined])).toEqual([
      ['ast_b', true],
      ['ast_a', true],
    ]);
    await say('play it forwards');
    expect(story(now()).map(({ item }) => item.assetId)).toEqual(['ast_a', 'ast_b']);
    await say('cut from 0:08 to 0:12 and add a dissolve between the clips');
    const [turned] = await say('play it backwards');
    expect(turned).toMatchObject({ status: 'done', warnings: [expect.stringMatching(/1 transition/)] });
    expect(now().tracks[0]!.items.map((item) => (item.kind === 'clip' ? item.assetId : item.kind))).toEqual(['ast_b', 'ast_a']);
    const { say: tell, now: then } = open();
    await tell('freeze the frame at 0:04 for 2 seconds');
    expect(length(then())).toBe(12);
    const held = story(then())[1]!;
    expect([toSeconds(held.range.start), toSeconds(held.range.duration)]).toEqual([4, 2]);
    expect(toSeconds(effect(held.item, 'freeze')!.at)).toBeCloseTo(4, 6);
    expect(
      then()
        .tracks.find(({ name }) => name === 'Sound')!
        .items.map(({ kind }) => kind),
    ).toEqual(['clip', 'gap', 'clip']);
    await tell('hold the last frame for 15 seconds');
    expect(length(then())).toBe(27);
  });

  test('levels over a stretch are an envelope that leaves the rest alone', async () => {
    const { say, now } = open();
    await say('lower the volume to 30% from 0:02 to 0:04');
    const points = effect(clipsOf(track(now(), 'Sound').items)[0]!, 'envelope')!.points.map(({ at, gainDb }) => [
      toSeconds(at),
      gainDb,
    ]);
    expect(points).toEqual([[0, 0], [1.92, 0], [2, -10.4576], [4, -10.4576], [4.08, 0]]); // prettier-ignore
    await say('mute everything except 0:05 to 0:06');
    const muted = effect(clipsOf(track(now(), 'Sound').items)[0]!, 'envelope')!.points.map(({ at, gainDb }) => [
      toSeconds(at),
      gainDb,
    ]);
    expect(muted).toEqual([[0, -144], [5, -144], [5.08, 0], [5.92, 0], [6, -144], [10, -144]]); // prettier-ignore
    expect(story(now())).toHaveLength(1);
  });

  test('captions that are given are shown with their look, titles stay theirs', async () => {
    const { say, now } = open();
    await say(
      'use karaoke captions\n1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nthere\n\n3\n00:00:30,000 --> 00:00:31,000\ntoo late\n',
    );
    await say('add a neon title "Night" at 0:05');
    await say('make the captions yellow');
    const captions = track(now(), 'Captions').items.filter((item) => item.kind === 'text');
    expect(captions.map(({ text, style }) => [text, style.preset, style.color])).toEqual([
      ['Hello', 'caption-karaoke', '#fdd835'],
      ['there', 'caption-karaoke', '#fdd835'],
    ]);
    const titles = track(now(), 'Title').items.filter((item) => item.kind === 'text');
    expect(titles.map(({ text, style }) => [text, style.preset, style.color])).toEqual([['Night', 'title-neon', '#ffffff']]);
    await say('remove the captions');
    expect(track(now(), 'Captions')).toBeUndefined();
    expect(track(now(), 'Title').items.some(({ kind }) => kind === 'text')).toBe(true);
  });

  test('several wishes in one sentence mean the times of before', async () => {
    const { say, now } = open();
    const receipts = await say('cut 0:02 to 0:04, make 0:06 to 0:08 black and white, freeze 0:09 for 1 second and add music');
    expect(statuses(receipts)).toEqual(['done', 'done', 'done', 'done']);
    expect(length(now())).toBe(9);
    const grey = story(now()).find(({ item }) => effect(item, 'color')?.look === 'black-and-white')!;
    expect([toSeconds(grey.range.start), toSeconds(grey.item.sourceRange.start)]).toEqual([4, 6]);
    expect(toSeconds(trackDuration(track(now(), 'Music')))).toBe(9);
  });

  test('zoom, crop, blur, key: one effect each, replaced and removed', async () => {
    const { say, now } = open();
    for (const sentence of [
      'slowly zoom in',
      'crop 10% off the top and bottom',
      'blur the top left corner',
      'remove the green screen',
    ])
      expect(statuses(await say(sentence))).toEqual(['done']);
    const names = () => story(now())[0]!.item.effects.map(({ name }) => name);
    expect(names()).toEqual(['crop', 'chroma-key', 'blur', 'zoom']);
    await say('zoom in 1.5x');
    expect(effect(story(now())[0]!.item, 'zoom')).toMatchObject({ from: 1.5, to: 1.5, anchorY: 0.42 });
    await say('remove the blur');
    await say('remove the zoom');
    expect(names()).toEqual(['crop', 'chroma-key']);
  });
});
