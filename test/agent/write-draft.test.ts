/** A draft that is written back: what was changed is made on top of what others did, and what cannot be is named. */
import { expect, test } from 'vitest';
import { seconds } from '#core/time';
import { plainAsset, serveEditor } from '../fixtures/served-editor.ts';

const talk = plainAsset('ast_talk', 'video', seconds(60), 'talk.mp4');

test('changes of a draft beside those of a chat: kept, refused by name, or skipped', async () => {
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([talk], 20);
  const state = async () => (await editor.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).body.data.state;
  const write = (body: object, key?: string) =>
    editor.call('PUT', `/api/state/nemo_agent/me/${sessionId}/draft`, body, key === undefined ? {} : { 'Idempotency-Key': key });

  const { draft, draft_version: version } = await state();
  const same = await write({ draft, draft_version: version });
  expect(same.body.data).toMatchObject({ changed: false, draft_version: version, changes: [], conflicts: [] });

  draft.t[1].sg[2].gain = -6;
  draft.t.push({ tt: 7, name: 'Title', sg: [{ text: 'Mine', start: 40_000, d: 2000 }] });
  await editor.say(sessionId, 'cut the first 5 seconds');
  const refused = await write({ draft });
  expect([refused.status, refused.body.code]).toEqual([409, 409]);
  expect(refused.body.message).toMatch(/was changed meanwhile \(cut the first 5 seconds\)/);
  expect((await state()).draft_version).toBe(version + 1);

  const skipped = await write({ draft, on_conflict: 'skip' }, 'once');
  expect(skipped.body.data.changes).toEqual(['Level of 1 clip: 0 dB → −6 dB']);
  expect(skipped.body.data.conflicts).toHaveLength(1);
  expect(skipped.body.data.draft.d).toBe(55_000);
  // The same request again is the same answer's work, done once.
  expect((await write({ draft, on_conflict: 'skip' }, 'once')).body.data.draft_version).toBe(skipped.body.data.draft_version);
  expect(await editor.say(sessionId, 'undo')).toMatch(/Undid: Draft written back|Undid: .*-6 dB|Undid/);
  expect((await state()).draft.t[1].sg.some(({ gain }: { gain?: number }) => gain === -6)).toBe(false);
});

test.each([
  [{ draft: { t: [] } }, 400],
  [{ draft: { t: [], m: { revision: 99 } } }, 404],
  [{ draft: 'nonsense', draft_version: 1 }, 400],
  [{ draft: { t: [{ tt: 0, sg: [{ media: 'ast_of_another', d: 1000 }] }] }, draft_version: 1 }, 400],
  [{ draft: {}, draft_version: -1 }, 400],
])('%j is refused with %i', async (body, status) => {
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([talk]);
  const answer = await editor.call('PUT', `/api/state/nemo_agent/me/${sessionId}/draft`, body);
  expect(answer.status).toBe(status);
  const elsewhere = await editor.call('PUT', '/api/state/nemo_agent/me/1/draft', { draft: {}, draft_version: 1 });
  expect(elsewhere.status).toBe(404);
});
