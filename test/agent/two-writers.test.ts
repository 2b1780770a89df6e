/** A script that writes drafts over HTTP and a person who talks to the agent, both at once on one timeline. */
import { expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import { seconds, timeRange } from '#core/time';
import { applyEdits, checkTimeline, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { commitEdits, currentTimeline, history } from '#editor/commit';
import { runTool, wordsFor } from '#editor/tools';
import { checkIntegrity, getRevision, listSessionAssets } from '#platform/store';
import { openSessionWorkspace } from '../../src/editor/agent/session-workspace.ts';
import { plainAsset, serveEditor, type ServedEditor } from '../fixtures/served-editor.ts';

/** Of each writer. */
const operations = 500;
const talk = plainAsset('ast_talk', 'video', seconds(1200), 'talk.mp4');

type Segment = { d: number; gain?: number; text?: string; start?: number; media?: string; in?: number };
type Draft = { t: { tt: number; name?: string; sg: Segment[] }[]; m: unknown };

/** A generator that gives the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

type Tally = { accepted: number; refused: string[]; titles: string[]; unclear: string[] };

async function read(editor: ServedEditor, sessionId: string): Promise<{ draft: Draft; version: number }> {
  const { body } = await editor.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`);
  return { draft: body.data.state.draft, version: body.data.state.draft_version };
}

/** What a script does to a draft it has read; the words it put there, if it did. */
function change(draft: Draft, count: number, random: () => number): string | undefined {
  const kind = random();
  const [picture, sound] = [draft.t[0]!, draft.t[1]!];
  if (kind < 0.6) sound.sg.at(kind < 0.3 ? -1 : Math.floor(random() * 3))!.gain = -Math.round(random() * 200) / 10;
  else if (kind < 0.7) {
    const segment = { text: `script ${count}`, start: 2000 * count, d: 900 };
    const track = draft.t.find(({ tt, name }) => tt === 7 && name === 'Script');
    if (track === undefined) draft.t.push({ tt: 7, name: 'Script', sg: [segment] });
    else track.sg.push(segment);
    return segment.text;
  } else if (kind < 0.85) picture.name = `Video ${count}`;
  // A cut at the end of the last clip, in picture and sound.
  else for (const track of [picture, sound]) track.sg.at(-1)!.d -= 20;
  return undefined;
}

/** What a person says; the words that are asked for, if any are. */
function sentence(count: number, random: () => number): readonly [text: string, title?: string] {
  const kind = random();
  const clip = 1 + Math.floor(random() * 3);
  if (kind < 0.1) return [`add the title "said ${count}" at ${2 * count + 1}s for 0.5 seconds`, `said ${count}`];
  if (kind < 0.6) return [`lower the volume of clip ${clip} by ${1 + Math.floor(random() * 5)} dB`];
  if (kind < 0.8) return [random() < 0.5 ? `make clip ${clip} warmer` : `make clip ${clip} cooler`];
  const at = (1100 + random() * 20).toFixed(1);
  if (kind < 0.85) return [`mute ${110 * clip + count / 10}s to ${110 * clip + 1 + count / 10}s`];
  return [`cut from ${at}s to ${(Number(at) + 0.1).toFixed(1)}s`];
}

function hear(reply: string, title: string | undefined, tally: Tally): void {
  if (/(?:that|this) way already/.test(reply)) return;
  if (/was changed meanwhile/.test(reply)) tally.refused.push(reply);
  else if (/HTTP|went wrong|not understand|Nothing was changed/.test(reply)) tally.unclear.push(reply);
  else {
    tally.accepted++;
    if (title !== undefined) tally.titles.push(title);
  }
}

/** One operation of each; the script changes what it read before the other wrote, or while the other writes. */
async function round(editor: ServedEditor, sessionId: string, count: number, work: Work): Promise<void> {
  const { random, scripted, said } = work;
  const { draft, version } = await read(editor, sessionId);
  const title = change(draft, count, random);
  const [text, words] = sentence(count, random);
  const write = () =>
    editor.call('PUT', `/api/state/nemo_agent/me/${sessionId}/draft`, {
      draft,
      draft_version: version,
      reason: `script ${count}`,
    });
  const speak = async () => hear(await editor.say(sessionId, text), words, said);
  const isStale = random() < 0.5;
  if (isStale) await speak();
  const [{ status, body }] = await Promise.all([write(), isStale ? undefined : speak()]);
  if (status === 200) {
    scripted.accepted += body.data.changed === true ? 1 : 0;
    if (title !== undefined) scripted.titles.push(title);
  } else if (status === 409) scripted.refused.push(body.message);
  else scripted.unclear.push(`${status} ${body.message}`);
}

type Work = { readonly random: () => number; readonly scripted: Tally; readonly said: Tally };

test('a thousand operations of two writers: nothing lost, each conflict named, history replays', async () => {
  const seed = Number(process.env.TEST_SEED ?? 20_261_121);
  process.stdout.write(`two writers: seed ${seed}\n`);
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([talk], 120);
  const tally = (): Tally => ({ accepted: 0, refused: [], titles: [], unclear: [] });
  const [scripted, said] = [tally(), tally()];
  const work = { random: numbers(seed), scripted, said };
  for (let count = 0; count < operations; count++) await round(editor, sessionId, count, work);
  process.stdout.write(
    `two writers: script ${scripted.accepted} made, ${scripted.refused.length} refused; agent ${said.accepted} made, ${said.refused.length} refused\n`,
  );
  expect([...scripted.unclear, ...said.unclear]).toEqual([]);
  expect(scripted.accepted).toBeGreaterThan(operations / 2);
  expect(said.accepted).toBeGreaterThan(operations / 2);
  // Not one of them is a writer that found nobody else there.
  expect(scripted.refused.length + said.refused.length).toBeGreaterThan(0);
  for (const message of [...scripted.refused, ...said.refused])
    expect(message).toMatch(
      /(?:talk\.mp4 at \d|"[^"]+" at \d|the track \w|the empty stretch at \d|the timeline as a whole).* was changed meanwhile/,
    );

  // Nothing lost: every title that somebody was told about is there, and no other.
  const timeline = await currentTimeline(editor.ctx, sessionId);
  const words = timeline.tracks.flatMap(({ items }) => items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])));
  expect(words.toSorted()).toEqual([...scripted.titles, ...said.titles].toSorted());
  expect(await history(editor.ctx, sessionId)).toHaveLength(1 + scripted.accepted + said.accepted);

  // The edits of the history, one after another, make every revision there is.
  const assets = (await listSessionAssets(editor.ctx.store, sessionId)).map(({ asset }) => asset);
  let replayed: Timeline = (await getRevision(editor.ctx.store, { sessionId, revision: 0 })).timeline;
  for (let revision = 1; revision <= timeline.revision; revision++) {
    const stored = await getRevision(editor.ctx.store, { sessionId, revision });
    replayed = { ...applyEdits(replayed, stored.edits, assets).timeline, revision };
    if (!isDeepStrictEqual(replayed, stored.timeline)) throw new Error(`revision ${revision} does not replay`);
  }
  expect(replayed).toEqual(timeline);
  expect(checkTimeline(timeline, assets)).toEqual([]);
  expect(await checkIntegrity(editor.ctx.store)).toEqual([]);
}, 600_000);

test('somebody else writes while a tool thinks: what means the same is done on what is there, what does not is refused by name', async () => {
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([talk], 120);
  const { signal } = new AbortController();
  const workspace = await openSessionWorkspace(editor.ctx, {
    sessionId,
    userId: editor.userId,
    runId: 'run',
    text: 'test',
    signal,
  });
  const context = { workspace, words: wordsFor('en'), signal };
  const cut = (start: string, end: string) => ({ ranges: [{ start, end }] });
  const other = async (fromSeconds: number) => {
    const edits: Edit[] = [{ kind: 'ripple-delete', range: timeRange(seconds(fromSeconds), seconds(1)) }];
    await commitEdits(editor.ctx, { sessionId, edits, actor: 'user', reason: 'a cut of mine', tool: 'http' });
  };

  await other(5);
  workspace.beginCall('one');
  const placed = await runTool(context, 'remove_ranges', cut('10s', '12s'));
  expect([placed.status, placed.skipped[0]?.reason]).toEqual([
    'refused',
    expect.stringMatching(/^talk\.mp4 at 0:00.* was changed meanwhile \(a cut of mine\)/),
  ]);

  await other(7);
  workspace.beginCall('two');
  expect((await runTool(context, 'add_title', { text: 'Hello' })).status).toBe('done');
  await other(9);
  workspace.beginCall('three');
  expect((await runTool(context, 'adjust_color', { temperature: 0.2 })).status).toBe('done');
  const timeline = await currentTimeline(editor.ctx, sessionId);
  expect(workspace.timeline()).toEqual(timeline);
  expect(timelineDuration(timeline)).toBe(seconds(1197));
  const warm = timeline.tracks[0]!.items.filter(
    (item) => item.kind === 'clip' && item.effects.some(({ name }) => name === 'color'),
  );
  expect(warm).toHaveLength(timeline.tracks[0]!.items.length);
});
