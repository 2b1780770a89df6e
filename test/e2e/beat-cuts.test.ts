/** Cuts on the beats of an uploaded song, and the song repeated at its bars: seen and heard in the exported file. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seconds, toSeconds } from '#core/time';
import { createSoundAnalyzer } from '#engine/analysis';
import { decodeSound, encodeSound } from '#engine/media';
import { fMeasure } from '../../bench/quality/beats.ts';
import { readFrames, writeCountedVideo } from '../fixtures/counted-video.ts';
import { makePattern } from '../fixtures/ears/drum-patterns.ts';
import { bringIn, openApp, openSession, render, say, type App } from './job.ts';
import { temporaryFolder } from './open-context.ts';

const folder = temporaryFolder();
let app: App;
beforeAll(async () => void (app = await openApp(join(folder.path, 'data'))));
afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

const framesPerSecond = 30;
const bpm = 116;
const beat = 60 / bpm;

test(
  'every cut of the export is within a frame of a beat, and the beat goes on over the seam',
  { timeout: 240_000 },
  async () => {
    const sessionId = await openSession(app);
    // Four shots that say their frames' numbers, 15.6 s of picture; a song of 12 s.
    const lengths = [4.1, 3.3, 4.7, 3.5];
    for (const [index, length] of lengths.entries()) {
      const path = join(folder.path, `shot${index}.mp4`);
      const frames = Math.round(length * framesPerSecond);
      writeCountedVideo(path, { frameRate: { num: framesPerSecond, den: 1 }, frames, gop: 30, bFrames: 2 });
      await bringIn(app, sessionId, path);
    }
    const song = makePattern('rock', bpm, { seed: 31, seconds: 12 });
    const songPath = join(folder.path, 'song.wav');
    encodeSound([[song.samples]], songPath, { codec: 'pcm_s16le', container: 'wav', sampleRateHz: 48_000, channels: 1 });
    await bringIn(app, sessionId, songPath);

    const { receipts } = await say(app, sessionId, 'add background music and cut to the beat');
    expect(receipts.map(({ tool, status }) => `${tool} ${status}`)).toEqual(['add_music done', 'cut_to_beats done']);
    const { path } = await render(app, sessionId);

    // The song goes on as if it were longer: its bars repeat.
    const first = song.beats[0]!;
    const pulse = Array.from({ length: 60 }, (_, index) => first + index * beat);
    const frames = readFrames(path);
    const cuts = frames.flatMap((frame, index) =>
      index > 0 && frame.number !== frames[index - 1]!.number + 1 ? [frame.seconds] : [],
    );
    process.stdout.write(`cuts at ${cuts.map((cut) => cut.toFixed(3)).join(', ')}\n`);
    expect(cuts).toHaveLength(lengths.length - 1);
    for (const cut of cuts)
      expect(Math.min(...pulse.map((at) => Math.abs(at - cut))), `cut at ${cut}`).toBeLessThanOrEqual(1 / framesPerSecond + 1e-6);

    const analyzer = createSoundAnalyzer(48_000, 1, ['beats']);
    let samples = 0;
    for (const [block] of decodeSound({ path, container: 'mov' }, { streamIndex: 1, sampleRateHz: 48_000, channels: 1 })) {
      analyzer.push([block!]);
      samples += block!.length;
    }
    const length = samples / 48_000;
    expect(length).toBeGreaterThan(14);
    const found = analyzer.finish(seconds(length)).beats!.beats.map(toSeconds);
    // The last second fades.
    const inside = (values: readonly number[]) => values.filter((at) => at < length - 1.5);
    const f = fMeasure(inside(found), inside(pulse));
    process.stdout.write(`beats of the export against the song going on: F ${f.toFixed(3)}\n`);
    expect(f).toBeGreaterThan(0.95);
  },
);
