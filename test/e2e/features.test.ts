/** What people ask for in words, through the real app, measured on the decoded file: few renders, many wishes each. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toSeconds } from '#core/time';
import { timelineDuration, type Timeline } from '#core/timeline';
import { currentTimeline } from '#editor/commit';
import { renderEnd, renderOutput } from '#editor/jobs';
import { decodeSound, type MediaFile } from '#engine/media';
import { colors, makeVideo, showPictures, type Shown } from '../fixtures/composed-pictures.ts';
import { psnr, readFrames, writeCountedVideo, type SeenFrame } from '../fixtures/counted-video.ts';
import { writePng } from '../fixtures/png.ts';
import { bringIn, openApp, openSession, render, say, userId, type App, type Said } from './job.ts';
import { temporaryFolder } from './open-context.ts';

const rateHz = 48_000;
const frameRate = { num: 30, den: 1 };
/** 8 s whose every frame says its number, and a tone of 440 Hz at a fifth of full scale: −17 dBFS. */
const sourceFrames = 240;
const toneDbfs = -17;

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let app: App;
let original: SeenFrame[];

beforeAll(async () => {
  writeCountedVideo(at('counted.mp4'), { frameRate, frames: sourceFrames, gop: 30, bFrames: 2, soundSeconds: 8 });
  original = readFrames(at('counted.mp4'));
  makeVideo(folder.path, 'red', { frames: 120, paint: () => colors.red });
  writePng(at('logo.png'), 40, 40, () => [255, 255, 255, 255]);
  app = await openApp(at('data'));
});

afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

/** A session with these files, after the sentences were said; every receipt must have done something. */
async function tell(
  files: readonly string[],
  ...sentences: readonly string[]
): Promise<{ readonly sessionId: string; readonly said: readonly Said[] }> {
  const sessionId = await openSession(app);
  for (const file of files) await bringIn(app, sessionId, at(file));
  const said: Said[] = [];
  for (const sentence of sentences) {
    const answer = await say(app, sessionId, sentence);
    expect([sentence, answer.receipts.map(({ status }) => status)]).toEqual([sentence, answer.receipts.map(() => 'done')]);
    expect([sentence, answer.receipts.length > 0]).toEqual([sentence, true]);
    said.push(answer);
  }
  return { sessionId, said };
}

function soundOf(file: MediaFile, streamIndex = 1): Float32Array {
  const blocks = [...decodeSound(file, { streamIndex, sampleRateHz: rateHz, channels: 1 })].map(([block]) => block!);
  const sound = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const block of blocks) {
    sound.set(block, position);
    position += block.length;
  }
  return sound;
}

/** Level of a stretch in dBFS (root mean square). */
function level(sound: Float32Array, fromSeconds: number, toSeconds: number): number {
  const part = sound.subarray(Math.round(fromSeconds * rateHz), Math.round(toSeconds * rateHz));
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 0) / part.length + 1e-12);
}

const numbers = (frames: readonly { readonly number: number }[]): number[] => frames.map(({ number }) => number);
const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const mean = (luma: Uint8Array): number => luma.reduce((sum, value) => sum + value, 0) / luma.length;
const mp4 = (path: string): MediaFile => ({ path, container: 'mov' });
/** The middle band of a counted frame: where titles go and no counter is. */
const middle = ({ luma, size }: SeenFrame): Uint8Array =>
  luma.slice(Math.round(size.height * 0.35) * size.width, Math.round(size.height * 0.65) * size.width);

describe('said in words, rendered, measured', () => {
  test('levels, fades, colours and words: each where it was asked for, all else as it was', async () => {
    const { sessionId, said } = await tell(
      ['counted.mp4'],
      'mute 0:01 to 0:02 and fade in over 1 second',
      'lower the volume to 30% from 0:02 to 0:03',
      'add the title "HELLO" from 0:03 to 0:05',
      'make 0:05 to 0:06 black and white, brighten 0:06 to 0:07 a lot',
    );
    expect(said[0]!.text).toMatch(/Muted 0:01–0:02/);
    const { path } = await render(app, sessionId);
    const [frames, pictures, sound] = [readFrames(path), showPictures(mp4(path)), soundOf(mp4(path))];
    expect(numbers(frames).slice(40)).toEqual(span(40, sourceFrames));
    expect(level(sound, 1.1, 1.9)).toBeLessThan(-80);
    expect(level(sound, 2.2, 2.8)).toBeCloseTo(toneDbfs + 20 * Math.log10(0.3), 0);
    expect(level(sound, 3.2, 7.8)).toBeCloseTo(toneDbfs, 0);
    const ramp = [1, 8, 15, 22, 29].map((index) => mean(frames[index]!.luma));
    expect(ramp).toEqual(ramp.toSorted((a, b) => a - b));
    expect(ramp[0]!).toBeLessThan(30);
    expect(ramp[4]!).toBeGreaterThan(110);
    const like = (index: number) => psnr(middle(frames[index]!), middle(original[index]!));
    expect(like(120)).toBeLessThan(28);
    for (const index of [40, 60, 85, 152, 215, 235])
      expect([index, like(index) > 32 || (index > 149 && index < 210)]).toEqual([index, true]);
    for (const index of [155, 165, 175]) {
      const [, blue, red] = pictures[index]!.yuv(0.5, 0.3);
      expect([Math.abs(blue - 128) <= 2, Math.abs(red - 128) <= 2]).toEqual([true, true]);
    }
    expect(Math.abs(pictures[140]!.yuv(0.5, 0.1)[2] - 128)).toBeGreaterThan(6);
    for (const index of [185, 195, 205]) expect(mean(frames[index]!.luma) - mean(original[index]!.luma)).toBeGreaterThan(15);
    for (const index of [149, 212]) expect(Math.abs(mean(frames[index]!.luma) - mean(original[index]!.luma))).toBeLessThan(2);
  });

  test('a cut, its dissolve, and one undo for the whole sentence', async () => {
    const { sessionId } = await tell(['counted.mp4']);
    const start = await currentTimeline(app.ctx, sessionId);
    await say(app, sessionId, 'cut from 0:02 to 0:04 and add a dissolve between the clips');
    const after = await currentTimeline(app.ctx, sessionId);
    expect(after.tracks[0]!.items.map(({ kind }) => kind)).toEqual(['clip', 'transition', 'clip']);
    const frames = readFrames((await render(app, sessionId)).path);
    expect(frames).toHaveLength(180);
    expect(numbers(frames).slice(0, 52)).toEqual(span(0, 52));
    expect(numbers(frames).slice(68)).toEqual(span(128, 240));
    const blend = (index: number, share: number) =>
      original[index]!.luma.map((value, place) => Math.round(value * (1 - share) + original[index + 60]!.luma[place]! * share));
    const halfway = psnr(frames[60]!.luma, blend(60, 0.5));
    expect(halfway).toBeGreaterThan(26);
    for (const other of [60, 120]) expect(halfway).toBeGreaterThan(psnr(frames[60]!.luma, original[other]!.luma) + 3);
    const undone = await say(app, sessionId, 'undo that');
    expect(undone.receipts[0]).toMatchObject({ status: 'done', facts: { count: 2 } });
    const back = await currentTimeline(app.ctx, sessionId);
    expect({ ...back, revision: 0 }).toEqual({ ...start, revision: 0 });
  });

  test('backwards, held and faster pictures are the right ones, and the sound keeps with them', async () => {
    const { sessionId } = await tell(
      ['counted.mp4'],
      'reverse 0:05 to 0:06, freeze the frame at 0:03 for 1 second',
      'speed up the last 2 seconds 2x',
    );
    expect(toSeconds(timelineDuration(await currentTimeline(app.ctx, sessionId)))).toBe(8);
    const { path } = await render(app, sessionId);
    const frames = readFrames(path);
    const shown = numbers(frames);
    expect(shown.slice(0, 90)).toEqual(span(0, 90));
    expect(new Set(shown.slice(90, 120))).toEqual(new Set([90]));
    expect(shown.slice(120, 180)).toEqual(span(90, 150));
    expect(shown.slice(180, 210)).toEqual(span(150, 180).toReversed());
    expect(shown).toHaveLength(240);
    const fast = shown.slice(210);
    expect(fast.every((number, index) => Math.abs(number - (180 + 2 * index)) <= 1)).toBe(true);
    const sound = soundOf(mp4(path));
    expect(level(sound, 3.1, 3.9)).toBeLessThan(-80);
    expect(level(sound, 4.1, 7.9)).toBeCloseTo(toneDbfs, 0);
  });

  test('a second video in a corner, a logo in another, a closer look: pixels where they belong', async () => {
    const { sessionId } = await tell(
      ['counted.mp4', 'red.mp4', 'logo.png'],
      'put red.mp4 in the top left corner as picture in picture',
      'add logo.png as a watermark at 100% opacity in the top right corner',
      'zoom in 2x from 0:06 to 0:08',
    );
    expect(toSeconds(timelineDuration(await currentTimeline(app.ctx, sessionId)))).toBe(8);
    const { path } = await render(app, sessionId);
    const pictures = showPictures(mp4(path));
    const near = (picture: Shown, x: number, y: number, [luma, , red]: readonly [number, number, number]) => {
      const seen = picture.yuv(x, y);
      return Math.abs(seen[0] - luma) < 12 && Math.abs(seen[2] - red) < 16;
    };
    expect(near(pictures[30]!, 0.19, 0.19, colors.red)).toBe(true);
    expect(near(pictures[30]!, 0.5, 0.5, colors.red)).toBe(false);
    expect(near(pictures[150]!, 0.19, 0.19, colors.red)).toBe(false);
    for (const index of [0, 120, 235]) expect(pictures[index]!.luma(1 - 0.04 - 0.075, 0.04 + 0.075)).toBeGreaterThan(225);
    expect(numbers(pictures).slice(0, 180)).toEqual(span(0, 180));
    // Twice as large about a point: the counter in the lower left corner is out of sight.
    expect(numbers(pictures).slice(200, 230)).not.toEqual(span(200, 230));
  });

  test('other shapes: bars, a blurred copy instead of them, a quarter turn without any, and other formats', async () => {
    const { sessionId } = await tell(['counted.mp4'], 'keep only the first 2 seconds and make it 9:16 with letterbox');
    const boxed = showPictures(mp4((await render(app, sessionId)).path));
    expect([boxed[30]!.width, boxed[30]!.height, boxed.length]).toEqual([180, 320, 60]);
    expect(boxed[30]!.luma(0.5, 0.1)).toBeLessThan(24);
    expect(boxed[30]!.luma(0.5, 0.5)).toBeGreaterThan(80);
    await say(app, sessionId, 'blur the background bars');
    const webm = await render(app, sessionId, { format: 'webm', quality: 'low' });
    const blurred = showPictures({ path: webm.path, container: 'matroska' });
    expect([blurred[30]!.width, blurred[30]!.height]).toEqual([180, 320]);
    expect(blurred[30]!.luma(0.5, 0.1)).toBeGreaterThan(50);
    expect(readFileSync(webm.path).subarray(0, 4).toString('hex')).toBe('1a45dfa3');
    await say(app, sessionId, 'make it 16:9');
    await say(app, sessionId, 'rotate the video 90 degrees');
    const gif = await exported(await say(app, sessionId, 'export it as a gif'));
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([180, 320]);
    const turned = showPictures(mp4((await render(app, sessionId)).path));
    expect([turned[30]!.width, turned[30]!.height]).toEqual([180, 320]);
    for (const [x, y] of [[0.06, 0.06], [0.94, 0.06], [0.94, 0.94], [0.5, 0.03], [0.5, 0.97]] as const) expect([x, y, turned[30]!.luma(x, y) > 60]).toEqual([x, y, true]); // prettier-ignore
  });

  test('a look-up table that came as a file: its colours, until it is taken away; a broken one is refused', async () => {
    const lines = ['LUT_3D_SIZE 2'];
    // Whatever was there, blue: the corners of the cube keep nothing but their blue.
    for (let corner = 0; corner < 8; corner++) lines.push(`0 0 ${corner >> 2 === 1 ? 1 : 0.5}`);
    writeFileSync(at('blue.cube'), lines.join('\n'));
    writeFileSync(at('broken.cube'), 'LUT_3D_SIZE 5\n0 0 0\n');
    const { sessionId } = await tell(['red.mp4', 'blue.cube'], 'keep the first second', 'apply the LUT');
    const [luma, blue] = showPictures(mp4((await render(app, sessionId)).path))[5]!.yuv(0.5, 0.5);
    // Red has no blue in it: half a blue is what the table gives.
    expect(Math.abs(luma - 24)).toBeLessThan(10);
    expect(Math.abs(blue - 184)).toBeLessThan(10);
    await say(app, sessionId, 'remove the LUT');
    const plain = showPictures(mp4((await render(app, sessionId)).path))[5]!.yuv(0.5, 0.5);
    expect(Math.abs(plain[2] - colors.red[2])).toBeLessThan(10);
    await expect(bringIn(app, sessionId, at('broken.cube'))).rejects.toThrow(/1 colours where its head says 125/);
  });

  test('music fills the silence, gives way to speech, fades out, and is gone again on request', async () => {
    const truth = await app.ctx.pool.run('make-sample', {
      seed: 7, seconds: 7, size: { width: 320, height: 180 }, frameRate, snrDb: 50, noise: 'pink', gop: 30, container: 'mp4', outputPath: at('talk.mp4'),
    }); // prettier-ignore
    const { sessionId, said } = await tell(['talk.mp4'], 'add upbeat background music');
    expect(said[0]!.text).toMatch(/upbeat.*35 %.*8 dB lower under speech/);
    const mixed = soundOf({ path: (await render(app, sessionId, { format: 'wav' })).path, container: 'wav' }, 0);
    const plain = soundOf(mp4(at('talk.mp4')));
    const music = mixed.map((value, index) => value - (plain[index] ?? 0));
    const speech = truth.speech
      .map(({ start_ms, end_ms }) => [start_ms / 1000 + 0.4, end_ms / 1000 - 0.1] as const)
      .filter(([from, to]) => to - from > 0.5);
    const end = mixed.length / rateHz;
    const gaps = [[0, truth.speech[0]!.start_ms / 1000 - 0.35] as const].filter(([from, to]) => to - from > 0.25);
    expect([speech.length > 0, gaps.length > 0]).toEqual([true, true]);
    const under = speech.map(([from, to]) => level(music, from, to)).reduce((sum, value) => sum + value, 0) / speech.length;
    const open = gaps.map(([from, to]) => level(music, from, to)).reduce((sum, value) => sum + value, 0) / gaps.length;
    process.stdout.write(`music: ${open.toFixed(1)} dBFS in silence, ${under.toFixed(1)} dBFS under speech\n`);
    expect(level(plain, ...gaps[0]!)).toBeLessThan(-55);
    expect(open).toBeGreaterThan(-45);
    expect(open - under).toBeGreaterThan(4);
    expect(open - under).toBeLessThan(13);
    expect(level(music, end - 0.15, end)).toBeLessThan(open - 12);
    const mp3 = await render(app, sessionId, { format: 'mp3' });
    expect(Math.abs(soundOf({ path: mp3.path, container: 'mp3' }, 0).length / rateHz - end)).toBeLessThan(0.06);
    await say(app, sessionId, 'remove it');
    expect((await currentTimeline(app.ctx, sessionId)).tracks.some(({ name }) => name === 'Music')).toBe(false);
  });
});

describe('what is said about it', () => {
  test('follow-ups, refusals and questions change what was meant and nothing else', async () => {
    const { sessionId } = await tell(['counted.mp4'], 'make it brighter', 'a bit less');
    const exposure = (timeline: Timeline) =>
      timeline.tracks[0]!.items.flatMap((item) => (item.kind === 'clip' ? item.effects : []));
    const bright = await currentTimeline(app.ctx, sessionId);
    expect(exposure(bright)).toEqual([{ name: 'color', exposure: 0.21 }]);
    for (const sentence of [
      "don't add music",
      'make the clip frobnicate',
      'translate it to German',
      'should I add transitions?',
    ]) {
      const { receipts, text } = await say(app, sessionId, sentence);
      expect([sentence, receipts, text.length > 0]).toEqual([sentence, [], true]);
    }
    const [bare] = (await say(app, sessionId, 'add transitions')).receipts;
    expect(bare).toMatchObject({ status: 'unchanged' });
    expect((await say(app, sessionId, '加一个转场')).text).toMatch(/还没有两个片段之间的剪切点/);
    expect(await currentTimeline(app.ctx, sessionId)).toEqual(bright);
  });
});

/** The file of an export that was asked for in words. */
async function exported({ receipts }: Said): Promise<Buffer> {
  const id = receipts.find(({ tool }) => tool === 'export')!.jobId!;
  const row = await renderEnd(app.ctx, { userId, id, signal: AbortSignal.timeout(120_000) });
  expect([row.status, row.error ?? null]).toEqual(['completed', null]);
  return readFileSync((await renderOutput(app.ctx, { userId, id })).path);
}
