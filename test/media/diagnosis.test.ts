/** Planted faults found, named and mended. All tables: `npm run bench -- diagnosis`. */
import { describe, expect, test } from 'vitest';
import { seconds } from '#core/time';
import { parseRequest } from '#editor/rules';
import { diagnosePlanted, scoreDiagnoses } from '../../bench/quality/diagnosis.ts';
import { hear, makePlanted } from '../fixtures/ears/planted.ts';
import { placedTimeline, plainAsset, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';
import { addHum } from '../fixtures/ears/damage.ts';
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

describe('asking for it', () => {
  test.each([
    ['what is wrong with this video?', 'diagnose', {}],
    ['这个视频有什么问题', 'diagnose', {}],
    ['fix it', 'fix_problems', {}],
    ['fix everything', 'fix_problems', {}],
    ['全部修复', 'fix_problems', {}],
    ['fix 1 and 3', 'fix_problems', { numbers: [1, 3] }],
    ['修复第1和第3个', 'fix_problems', { numbers: [1, 3] }],
    ['remove the clicks', 'repair_sound', { kinds: ['clicks'] }],
    ['去掉爆音', 'repair_sound', { kinds: ['clicks'] }],
    ['声音忽大忽小', 'repair_sound', { kinds: ['levels'] }],
  ] as const)('%s', (sentence, tool, input) => {
    expect(parseRequest(sentence).calls).toEqual([{ tool, input }]);
  });
});
