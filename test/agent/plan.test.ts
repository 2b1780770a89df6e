/** The edit log taken apart piece by piece, and plans that keep nothing. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fail } from '#core/errors';
import type { Receipt } from '#core/facts';
import { rangeEnd, seconds, toSeconds } from '#core/time';
import { applyEdits, checkTimeline, diffTimelines, timelineDuration, type Clip, type Edit, type Timeline } from '#core/timeline';
import { takeBack } from '#editor/commit';
import type { Plan } from '#editor/agent';
import { parseRequest } from '#editor/rules';
import { runTool, wordsFor, type HistoryEntry, type Workspace } from '#editor/tools';
import { plainAsset, plainWorkspace, placedTimeline } from '../fixtures/ears/plain-workspace.ts';

const talk = plainAsset('ast_a', 'video', seconds(120), 'talk.mp4');

/** A session without a server: a line of revisions, as the store keeps them. */
function session() {
  const versions = new Map<number, Timeline>([[0, placedTimeline(talk)]]);
  const entries: HistoryEntry[] = [];
  let now = versions.get(0)!;
  const save = (timeline: Timeline, entry: Pick<HistoryEntry, 'tool'> & { readonly receipt?: Receipt }) => {
    const parent = entries.at(-1)?.revision ?? 0;
    now = { ...timeline, revision: parent + 1 };
    versions.set(now.revision, now);
    entries.push({
      revision: now.revision,
      reason: entry.tool,
      kind: 'edit',
      done: entry.receipt?.done ?? [],
      active: true,
      parent,
      ...entry,
    });
    return { revision: now.revision, timeline: now };
  };
  const workspace: Workspace = plainWorkspace(now, [talk], {
    timeline: () => now,
    preview: (edits) => applyEdits(now, edits, [talk]).timeline,
    commit: (edits, { tool, receipt }) => Promise.resolve(save(applyEdits(now, edits, [talk]).timeline, { tool, receipt })),
    history: () => Promise.resolve(entries),
    version: (revision) => {
      const found = versions.get(revision);
      return found === undefined ? Promise.reject(fail('RESOURCE_NOT_FOUND', { what: 'Version' })) : Promise.resolve(found);
    },
    restore: (wanted) => {
      const restored = wanted === 'original' ? 0 : wanted;
      const receipt: Receipt = {
        tool: 'restore_version',
        status: 'done',
        asked: {},
        done: [],
        skipped: [],
        facts: { restored },
        warnings: [],
      };
      return Promise.resolve({ ...save(versions.get(restored)!, { tool: 'restore', receipt }), restored });
    },
  });
  const say = async (sentence: string): Promise<readonly Receipt[]> => {
    const { calls, language } = parseRequest(sentence);
    const receipts: Receipt[] = [];
    for (const { tool, input } of calls)
      receipts.push(await runTool({ workspace, words: wordsFor(language), signal: new AbortController().signal }, tool, input));
    expect(checkTimeline(now, [talk])).toEqual([]);
    return receipts;
  };
  const edit = (tool: string, edits: readonly Edit[]) => workspace.commit(edits, { tool, receipt: made(tool) });
  return { say, edit, now: () => now, versions };
}

function made(tool: string): Receipt {
  return { tool, status: 'done', asked: {}, done: [`Did ${tool}`], skipped: [], facts: {}, warnings: [] };
}

/** Seconds of the recording that are heard and seen, per track, neighbours joined. */
function material(timeline: Timeline): readonly (readonly (readonly [number, number])[])[] {
  return timeline.tracks.map(({ items }) => {
    const stretches: [number, number][] = [];
    for (const item of items) {
      if (item.kind !== 'clip') continue;
      const [from, to] = [toSeconds(item.sourceRange.start), toSeconds(rangeEnd(item.sourceRange))];
      const last = stretches.at(-1);
      if (last?.[1] === from) last[1] = to;
      else stretches.push([from, to]);
    }
    return stretches;
  });
}

const both = (...stretches: readonly (readonly [number, number])[]) => [stretches, stretches];

describe('one change is taken back and the later ones stay', () => {
  test('the second of three cuts, whatever the later ones did to times', async () => {
    const { say, now } = session();
    await say('cut from 1:30 to 1:40');
    await say('cut from 0:10 to 0:20');
    await say('cut from 0:30 to 0:35');
    expect(material(now())).toEqual(both([0, 10], [20, 40], [45, 90], [100, 120]));
    const [receipt] = await say('undo the second cut');
    expect(receipt).toMatchObject({ status: 'done', facts: { reverted: '2' } });
    expect(receipt!.done.join(' ')).toContain('Took back: Cut 0:10–0:20');
    expect(material(now())).toEqual(both([0, 40], [45, 90], [100, 120]));
    await say('撤销第二个剪切');
    expect(material(now())).toEqual(both([0, 90], [100, 120]));
    expect((await say('undo the second cut'))[0]!.status).toBe('unchanged');
  });

  test('one of two stretches that one sentence cut', async () => {
    const { say, now } = session();
    await say('remove 0:10 to 0:20 and 0:30 to 0:35');
    await say('undo the second cut');
    expect(material(now())).toEqual(both([0, 10], [20, 120]));
  });

  test('what comes back is treated as its neighbours are by now', async () => {
    const { say, now } = session();
    await say('cut from 0:10 to 0:20');
    await say('make it brighter');
    await say('undo the cut');
    const clips = now().tracks[0]!.items.filter((item): item is Clip => item.kind === 'clip');
    expect(clips).toHaveLength(3);
    expect(clips.every(({ effects }) => effects.some(({ name }) => name === 'color'))).toBe(true);
    expect(material(now())).toEqual(both([0, 120]));
  });

  test('everything but the captions; then the cut they were made before is still there', async () => {
    const { say, edit, now } = session();
    await edit('add_captions', captions(now()));
    await say('cut from 0:10 to 0:20');
    expect(now().tracks).toHaveLength(3);
    const [receipt] = await say('keep everything but the captions');
    expect(receipt).toMatchObject({ status: 'done', facts: { reverted: '1' } });
    expect(now().tracks.map(({ kind }) => kind)).toEqual(['video', 'audio']);
    expect(material(now())).toEqual(both([0, 10], [20, 120]));
  });

  test('a setting that was set again is a conflict with its clip, and nothing is changed', async () => {
    const { say, now } = session();
    await say('make it brighter');
    await say('make it warmer');
    const before = now();
    const [receipt] = await say('undo the first color change');
    expect(receipt!.status).toBe('refused');
    expect(receipt!.skipped[0]).toMatchObject({ what: 'talk.mp4' });
    expect(receipt!.skipped[0]!.reason).toContain('changed again later');
    expect(now()).toBe(before);
  });

  test('a cut whose surroundings are gone is a conflict', async () => {
    const { say, now } = session();
    await say('cut from 0:10 to 0:20');
    await say('cut from 0:05 to 0:15');
    const [receipt] = await say('undo the first cut');
    expect(receipt!.status).toBe('refused');
    expect(receipt!.skipped[0]!.reason).toContain('cut since');
    expect(material(now())).toEqual(both([0, 5], [25, 120]));
  });

  const seed = 20_261_121;
  test(`any one of many cuts, seed ${seed}`, async () => {
    let state = seed;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 20; round++) {
      const { say, edit, now, versions } = session();
      // Stretches of the recording with something between them, cut out in any order.
      const stretches = Array.from({ length: 6 }, (_, index) => [index * 20 + random(8), index * 20 + 10 + random(8)] as const);
      const order = stretches.toSorted(() => random(2) - 0.5);
      const gone: (readonly [number, number])[] = [];
      for (const [from, to] of order) {
        const before = gone.filter(([, end]) => end <= from).reduce((sum, [a, b]) => sum + b - a, 0);
        await edit('remove_ranges', [
          { kind: 'ripple-delete', range: { start: seconds(from - before), duration: seconds(to - from) } },
        ]);
        gone.push([from, to]);
      }
      const which = random(6);
      expect((await say(`undo the ${['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][which]} cut`))[0]!.status).toBe(
        'done',
      );
      const left = order.filter((_, index) => index !== which).toSorted(([a], [b]) => a - b);
      const kept = left.flatMap(([from], index): [number, number][] => {
        const start = left[index - 1]?.[1] ?? 0;
        return start < from ? [[start, from]] : [];
      });
      const last = left.at(-1)![1];
      expect(material(now())).toEqual(both(...kept, [last, 120]));
      expect(versions.size).toBe(8);
    }
  });

  test('a transition that a cut took away is there again', async () => {
    const { say, edit, now } = session();
    await say('cut from 0:30 to 0:40');
    await edit('add_transition', [
      { kind: 'add-transition', trackId: now().tracks[0]!.id, at: seconds(30), name: 'crossfade', duration: seconds(1) },
    ]);
    await say('cut from 0:25 to 0:35');
    await say('make it brighter');
    const count = () => now().tracks[0]!.items.filter(({ kind }) => kind === 'transition').length;
    expect(count()).toBe(0);
    expect((await say('undo the last cut'))[0]!.status).toBe('done');
    expect(count()).toBe(1);
    expect(material(now())).toEqual(both([0, 30], [40, 120]));
  });

  test('nothing later: the very same timeline comes back', () => {
    const before = placedTimeline(talk);
    const after = applyEdits(
      before,
      [{ kind: 'ripple-delete', range: { start: seconds(3), duration: seconds(4) } }],
      [talk],
    ).timeline;
    const taken = takeBack({ before, after, now: after, assets: [talk] });
    expect(taken.conflicts).toEqual([]);
    expect('timeline' in taken && diffTimelines(before, taken.timeline)).toEqual([]);
  });
});

/** Sentences and the calls they mean; the last ones must stay what they are. */
const sentences: readonly (readonly [string, string])[] = [
  ['undo the second cut', 'undo_edit{"what":"cut","which":2}'],
  ['please undo the 2nd cut', 'undo_edit{"what":"cut","which":2}'],
  ['undo my last cut', 'undo_edit{"what":"cut","which":-1}'],
  ['undo all the cuts', 'undo_edit{"what":"cut","which":"all"}'],
  ['revert only the captions', 'undo_edit{"what":"captions"}'],
  ['can you take back the music?', 'undo_edit{"what":"music"}'],
  ['undo the colour change', 'undo_edit{"what":"color"}'],
  ['undo the noise removal', 'undo_edit{"what":"noise"}'],
  ['reject change 4', 'undo_edit{"revision":4}'],
  ['keep everything but the music', 'undo_edit{"what":"music","which":"all"}'],
  ['keep all the changes except the captions', 'undo_edit{"what":"captions","which":"all"}'],
  ['undo everything except the cuts', 'undo_edit{"all_but":"cut"}'],
  ['go back to before the captions', 'restore_version{"before":"captions"}'],
  ['go back to before you added the music', 'restore_version{"before":"music"}'],
  ['put back the pause at 1:12', 'put_back{"at":"72s"}'],
  ['put the pause at 1:12 back', 'put_back{"at":"72s"}'],
  ['put back the second pause', 'put_back{"which":2}'],
  ['what changed between version 2 and 4', 'compare_versions{"from":2,"to":4}'],
  ['compare version 1 with version 3', 'compare_versions{"from":1,"to":3}'],
  ['撤销第二个剪切', 'undo_edit{"what":"cut","which":2}'],
  ['撤销第二刀', 'undo_edit{"what":"cut","which":2}'],
  ['撤销音乐', 'undo_edit{"what":"music"}'],
  ['请撤销所有的剪切', 'undo_edit{"what":"cut","which":"all"}'],
  ['除了音乐都保留', 'undo_edit{"what":"music","which":"all"}'],
  ['保留除了音乐以外的所有修改', 'undo_edit{"what":"music","which":"all"}'],
  ['回到加字幕之前', 'restore_version{"before":"captions"}'],
  ['恢复1:12的停顿', 'put_back{"at":"72s"}'],
  ['把1:12的停顿放回去', 'put_back{"at":"72s"}'],
  ['版本2和4有什么区别', 'compare_versions{"from":2,"to":4}'],
  ['第2版和第4版有什么区别', 'compare_versions{"from":2,"to":4}'],
  ['undo', 'undo{}'],
  ['undo that', 'undo{}'],
  ['undo the last change', 'undo{}'],
  ['undo 3 changes', 'undo{"steps":3}'],
  ['put it back', 'undo{}'],
  ['撤销上一步', 'undo{}'],
  ['undo everything', 'restore_version{"revision":"original"}'],
  ['remove the music', 'remove_music{}'],
  ['keep everything except 0:10 to 0:20', 'remove_ranges{"ranges":[{"start":"10s","end":"20s"}]}'],
  ['add the title "undo the second cut"', 'add_title{"text":"undo the second cut"}'],
  ["don't undo the music", ''],
  ['should I undo the second cut?', ''],
];

test.each(sentences)('%s', (sentence, expected) => {
  const { calls } = parseRequest(sentence);
  expect(calls.map(({ tool, input }) => `${tool}${JSON.stringify(input)}`).join(' ')).toBe(expected);
});

describe('back in the log', () => {
  test('before the captions; changes after them are gone, and it is said before what', async () => {
    const { say, edit, now } = session();
    await say('cut from 0:10 to 0:20');
    await edit('add_captions', captions(now()));
    await say('cut from 0:30 to 0:40');
    const [receipt] = await say('go back to before the captions');
    expect(receipt!.done[0]).toBe('Went back to version 1, before: Did add_captions');
    expect(material(now())).toEqual(both([0, 10], [20, 120]));
    expect((await say('what did you change'))[0]!.done).toEqual([
      'Version 1: Cut 0:10–0:20: 2:00 → 1:50 (asked: "remove_ranges")',
    ]);
    expect((await say('go back to before the music'))[0]!.status).toBe('unchanged');
  });

  test('one pause comes back at its cut, by the time of now or of then', async () => {
    const { say, edit, now } = session();
    const pauses = [10, 40, 72].map((at): Edit => ({
      kind: 'ripple-delete',
      range: { start: seconds(at), duration: seconds(2) },
    }));
    await edit('trim_pauses', pauses.toReversed());
    expect(material(now())).toEqual(both([0, 10], [12, 40], [42, 72], [74, 120]));
    const [receipt] = await say('put back the pause at 1:12');
    expect(receipt).toMatchObject({ status: 'done', facts: { sourceStartMs: 72_000, sourceEndMs: 74_000, atMs: 68_000 } });
    expect(material(now())).toEqual(both([0, 10], [12, 40], [42, 120]));
    await say('恢复0:38的停顿');
    expect(material(now())).toEqual(both([0, 10], [12, 120]));
    expect((await say('put back the pause at 0:50'))[0]!.status).toBe('unchanged');
    expect(toSeconds(timelineDuration(now()))).toBe(118);
  });

  test('two versions in words, in both languages', async () => {
    const { say } = session();
    await say('cut from 0:10 to 0:20');
    await say('make it brighter');
    const [english] = await say('what changed between version 0 and 1');
    expect(english!.done.join('\n')).toContain('2:00 → 1:50');
    const [chinese] = await say('版本1和2有什么区别');
    expect(chinese!.done[0]).toBe('从第 1 版到第 2 版：');
    expect(chinese!.facts.changes).toBeGreaterThan(0);
    expect((await say('compare version 1 and version 9'))[0]!.status).toBe('unchanged');
  });
});

describe('rushes plan', () => {
  const run = promisify(execFile);

  test('prints one object, keeps nothing and renders nothing', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plan-test-'));
    try {
      const draft = join(folder, 'state.json');
      const segments = [
        { media: 'a', name: 'talk.mp4', d: 20_000 },
        { media: 'a', d: 10_000, in: 25_000 },
      ];
      await writeFile(draft, JSON.stringify({ state: { draft: { t: [{ tt: 0, sg: segments }] } } }));
      const sentences = [
        'remove the first 5 seconds and export',
        '--then',
        'cut from 0:05 to 0:07',
        '--then',
        'undo the first cut',
      ];
      const { stdout } = await run(process.execPath, ['src/main.ts', 'plan', ...sentences, '--draft', draft, '--json'], {
        env: { ...process.env, TMPDIR: folder, RUSHES_DATA: join(folder, 'data'), RUSHES_MODEL: 'rules' },
      });
      const plan = JSON.parse(stdout) as Plan;
      expect(plan.calls).toEqual([
        { tool: 'remove_ranges', input: { ranges: [{ start: 'start', end: '5s' }] } },
        { tool: 'export', input: {} },
        { tool: 'remove_ranges', input: { ranges: [{ start: '5s', end: '7s' }] } },
        { tool: 'undo_edit', input: { what: 'cut', which: 1 } },
      ]);
      expect(material(plan.timeline)).toEqual(both([0, 10], [12, 20], [25, 35]));
      expect(plan.draft.d).toBe(28_000);
      expect(plan.changes).toEqual(['Removed 1 stretch of talk.mp4 (0:02): 0:30 → 0:28']);
      expect(plan.reply).toContain('Took back: Cut 0:00–0:05');
      expect(plan.turns).toHaveLength(3);
      expect(plan.turns![0]!.reply).toContain('nothing is rendered');
      expect(plan).not.toHaveProperty('question');
      // The database of the plan went with its folder; the user's own was never opened.
      expect(readdirSync(folder).filter((name) => name !== 'node-compile-cache')).toEqual(['state.json']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

function captions(now: Timeline): Edit[] {
  const text = (at: number, words: string): Edit => ({
    kind: 'overwrite',
    trackId: `trk_${now.nextId}`,
    at: seconds(at),
    item: {
      kind: 'text',
      duration: seconds(3),
      text: words,
      style: { preset: 'caption', position: 'bottom', color: '#ffffff', size: 0.05, fadeIn: seconds(0), fadeOut: seconds(0) },
    },
  });
  return [{ kind: 'add-track', track: { kind: 'text', name: 'Captions' } }, text(2, 'Hello'), text(30, 'again')];
}
