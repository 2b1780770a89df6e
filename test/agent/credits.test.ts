/** What edits cost where they are metered: held before, charged once, given back where nothing changed, and told each time. */
import { expect, test } from 'vitest';
import { seconds } from '#core/time';
import { openStandIn } from '../fixtures/openai-stand-in.ts';
import { plainAsset, serveEditor, type ServedEditor } from '../fixtures/served-editor.ts';

const talk = plainAsset('ast_talk', 'video', seconds(60), 'talk.mp4');
const metered = { creditMode: 'metered', creditCosts: { edit: 3 } } as const;

async function balance(editor: ServedEditor): Promise<readonly [available: number, frozen: number]> {
  const { body } = await editor.call('GET', '/api/credits/balance/simple');
  expect(body.data.total).toBe(body.data.available + body.data.frozen);
  return [body.data.available, body.data.frozen];
}

test('an edit is charged once and says so; nothing changed is given back; talk costs nothing', async () => {
  await using editor = await serveEditor({ config: metered });
  const sessionId = await editor.openSession([talk]);
  expect(await editor.say(sessionId, 'what does it cost?')).toMatch(/costs 3 credits; one that changes nothing costs nothing/);
  expect(await balance(editor)).toEqual([100, 0]);
  expect(await editor.say(sessionId, 'cut the first 5 seconds')).toMatch(/1:00 → 0:55[^]*\nCost: 3 credits$/);
  expect(await balance(editor)).toEqual([97, 0]);
  expect(await editor.say(sessionId, 'remove the music')).toMatch(/Nothing was charged\.$/);
  expect(await editor.say(sessionId, 'hello')).not.toMatch(/charged|Cost/);
  expect(await editor.say(sessionId, '剪掉前1秒')).toMatch(/本次消耗：3 积分$/);
  expect(await editor.say(sessionId, 'how many credits do I have?')).toMatch(/^You have 94 credits\. A message that changes/);
  expect(await balance(editor)).toEqual([94, 0]);
});

test('the same message sent again under its key is one edit and one charge', async () => {
  await using editor = await serveEditor({ config: metered });
  const sessionId = await editor.openSession([talk]);
  const message = {
    app_name: 'nemo_agent',
    user_id: 'me',
    session_id: sessionId,
    new_message: { parts: [{ text: 'cut the first 5 seconds' }] },
  };
  const send = () => editor.call('POST', '/run', message, { 'Idempotency-Key': 'one' });
  for (const { status } of [...(await Promise.all([send(), send(), send()])), await send()]) expect(status).toBe(200);
  expect(await balance(editor)).toEqual([97, 0]);
});

test('credits are set aside while a turn runs, and one charge is left where the model failed and the rules took over', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  await using standIn = await openStandIn(() => (resolve(), { silent: true }));
  await using editor = await serveEditor({
    config: { ...metered, model: 'openai-compatible:x', modelUrl: standIn.url, modelWaitSeconds: 1 },
  });
  const sessionId = await editor.openSession([talk]);
  const answer = editor.say(sessionId, 'cut the first 5 seconds').finally(release);
  await asked;
  expect(await balance(editor)).toEqual([97, 3]);
  expect(await answer).toMatch(/built-in rules took over[^]*Cost: 3 credits$/);
  await goOn;
  expect(await balance(editor)).toEqual([97, 0]);
});

test('without enough credits nothing is done, and the sentence has the way to more', async () => {
  await using editor = await serveEditor({ config: metered, credits: 2 });
  const sessionId = await editor.openSession([talk]);
  const refused = await editor.call('POST', '/run', {
    app_name: 'nemo_agent',
    session_id: sessionId,
    new_message: { parts: [{ text: 'cut the first 5 seconds' }] },
  });
  expect([refused.status, refused.body.code]).toEqual([402, 2001]);
  expect(await balance(editor)).toEqual([2, 0]);
  const { body } = await editor.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`);
  expect(body.data.state.draft_version).toBe(1);
});

test('where edits are free nobody is told about money', async () => {
  await using editor = await serveEditor();
  const sessionId = await editor.openSession([talk]);
  expect(await editor.say(sessionId, 'cut the first 5 seconds')).not.toMatch(/Cost|charged|credit/);
  expect(await editor.say(sessionId, 'is it free?')).toBe('Editing and export are free here.');
  expect(await balance(editor)).toEqual([100, 0]);
});
