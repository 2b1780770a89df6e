/** Planted faults found, named and mended. All tables: `npm run bench -- diagnosis`. */
import { describe, expect, test } from 'vitest';
import { seconds, timeRange } from '#core/time';
import { parseRequest } from '#editor/rules';
import { createEchoListener } from '../../src/engine/analysis/faults/echo.ts';
import { diagnosePlanted, scoreDiagnoses } from '../../bench/quality/diagnosis.ts';
import { hear, makePlanted } from '../fixtures/ears/planted.ts';
import { placedTimeline, plainAsset, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';
import { addEcho, addHum } from '../fixtures/ears/damage.ts';
import { spokenSentences } from '../fixtures/sounds.ts';

const seed = Number(process.env.SEED ?? 3000);
process.stdout.write(`seed ${seed}\n`);

describe('diagnosis', () => {
  test('planted faults are found by their names, and gone after "fix it"; a healthy clip has none', async () => {
    const outcomes = [];
    for (const [index, count] of [0, 2, 3, 2].entries())
      outcomes.push(await diagnosePlanted(makePlanted(seed + 10 * index, count, 9)));
    expect(outcomes[0]!.found).toEqual([]);
    const score = scoreDiagnoses(outcomes);
    process.stdout.write(`${JSON.stringify(outcomes)}\n${JSON.stringify(score)}\n`);
    expect(score.precision).toBeGreaterThanOrEqual(0.8);
    expect(score.recall).toBeGreaterThanOrEqual(0.8);
    expect(score.left).toBeLessThanOrEqual(0.1);
  });

  test('the tools: a numbered list, one number mended, the rest still there, nothing to repair at last', async () => {
    const { clean, speech } = spokenSentences({ seed, seconds: 8, voice: 'slt' });
    const sound = addHum(clean.slice(0, speech.at(-1)!.end + 24_000), 50.01, -38).map((value) => value * 0.3);
    const asset = plainAsset('talk', 'audio', seconds(sound.length / 48_000), 'talk.wav');
    const facts = hear(sound);
    const workspace = plainWorkspace(placedTimeline(asset), [asset], { soundFacts: () => Promise.resolve(facts) });
    const first = await workspace.run('diagnose', {});
    expect(first.facts).toMatchObject({ problems: 2 });
    const place = first.done.findIndex((line) => line.includes('hum')) + 1;
    expect(place).toBeGreaterThan(0);
    await workspace.run('fix_problems', { numbers: [place] });
    const [clip] = workspace.timeline().tracks[0]!.items;
    expect(clip).toMatchObject({ effects: [{ name: 'repair', hum: expect.closeTo(50.01, 1) as number }] });
    expect((await workspace.run('diagnose', {})).facts).toMatchObject({ problems: 1, kinds: 'too-quiet' });
    await workspace.run('fix_problems', {});
    expect(workspace.timeline().master.loudness?.targetLufs).toBe(-14);
    expect(await workspace.run('fix_problems', {})).toMatchObject({ status: 'unchanged' });
  });
});

test('a hall is heard as one, a room and a voice at the microphone are not', () => {
  const { clean } = spokenSentences({ seed, seconds: 14, voice: 'rms' });
  const heard = [0, 0.3, 1.2].map((room) => {
    const listener = createEchoListener();
    listener.push(room === 0 ? clean : addEcho(clean, seed, room));
    return listener.finish();
  });
  process.stdout.write(`${JSON.stringify(heard)}\n`);
  expect(heard.slice(0, 2)).toEqual([undefined, undefined]);
  expect(heard[2]!.decayMs).toBeGreaterThan(700);
  expect(heard[2]!.decayMs).toBeLessThan(1700);
});

describe('pauses', () => {
  const asset = plainAsset('talk', 'video', seconds(20));
  const range = (from: number, to: number) => timeRange(seconds(from), seconds(to - from));
  const pause = (from: number, to: number) => ({ ...range(from, to), levelDbfs: -70, audible: false });
  const speech = {
    threshold: 0.5,
    speech: [range(0, 4), range(6, 10), range(12, 20)],
    pauses: [pause(4, 6), pause(10, 12)],
  };
  const open = () => plainWorkspace(placedTimeline(asset), [asset], { soundFacts: () => Promise.resolve({ speech }) });

  test('played faster, every one is listed, and one is played as recorded again by its place', async () => {
    const workspace = open();
    const done = await workspace.run('trim_pauses', { mode: 'speed', speed: 4 });
    // Two seconds less 200 ms after and 160 ms before a word on frames of 40 ms: 1.64 s in 0.41 s, twice.
    expect(done.facts).toMatchObject({ count: 2, lengthAfterMs: 17_540, cutsMs: '4200+1640,10200+1640' });
    expect(done.done[1]).toContain('0:04.2 (1.6 s), 0:08.97 (1.6 s)');
    expect(await workspace.run('put_back', { at: '0:09' })).toMatchObject({ status: 'done', facts: { lengthAfterMs: 18_770 } });
    const speeds = workspace
      .timeline()
      .tracks.map(({ items }) => items.map((item) => (item.kind === 'clip' ? item.speed.num : 0)));
    expect(speeds).toEqual([
      [1, 4, 1, 1, 1],
      [1, 4, 1, 1, 1],
    ]);
  });

  test('margins, and a pause that stays', async () => {
    const workspace = open();
    const asked = { mode: 'remove', after_ms: 400, before_ms: 400, keep_at: ['11s'] };
    expect((await workspace.run('trim_pauses', asked)).facts).toMatchObject({ count: 1, cutsMs: '4400+1200' });
  });

  test('under music that plays through, no gap is touched', async () => {
    const audible = { ...speech, pauses: speech.pauses.map((own) => ({ ...own, audible: true })) };
    const beats = { bpm: 120, confidence: 0.8, beatsPerBar: 4, beats: [], downbeats: [] };
    const facts = { soundFacts: () => Promise.resolve({ speech: audible, beats }) };
    const workspace = plainWorkspace(placedTimeline(asset), [asset], facts);
    expect(await workspace.run('trim_pauses', {})).toMatchObject({ status: 'unchanged' });
  });
});

describe('asking for it', () => {
  test.each([
    ['what is wrong with this video?', 'diagnose', {}],
    ['这个视频有什么问题', 'diagnose', {}],
    ['fix it', 'fix_problems', {}],
    ['fix everything', 'fix_problems', {}],
    ['全部修复', 'fix_problems', {}],
    ['fix 1 and 3', 'fix_problems', { numbers: [1, 3] }],
    ['修复第1和第3个', 'fix_problems', { numbers: [1, 3] }],
    ['fix the first one', 'fix_problems', { numbers: [1] }],
    ['fix everything except 2', 'fix_problems', { except: [2] }],
    ['check my video for problems', 'diagnose', {}],
    ['speed up the silences 4x', 'trim_pauses', { mode: 'speed', speed: 4 }],
    ['把停顿加速4倍', 'trim_pauses', { mode: 'speed', speed: 4 }],
    ['keep the pause at 1:12', 'put_back', { at: '72s' }],
    ['保留1:12的停顿', 'put_back', { at: '72s' }],
    ['trim pauses, but keep the pause at 1:12', 'trim_pauses', { mode: 'trim', keep_at: ['72s'] }],
    ['remove silence with 100 ms margins', 'trim_pauses', { mode: 'remove', after_ms: 100, before_ms: 100 }],
    ['remove the clicks', 'repair_sound', { kinds: ['clicks'] }],
    ['去掉爆音', 'repair_sound', { kinds: ['clicks'] }],
    ['声音忽大忽小', 'repair_sound', { kinds: ['levels'] }],
  ] as const)('%s', (sentence, tool, input) => {
    expect(parseRequest(sentence).calls).toEqual([{ tool, input }]);
  });
});
