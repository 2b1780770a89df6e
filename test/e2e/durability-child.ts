/**
 * Edits several sessions as fast as it can and says on standard output what it tries and what was acknowledged, until it
 * is killed. First it repeats, under their keys, the edits whose answer the last one did not live to give.
 *
 * Arguments: data folder, number of this life, JSON list of [session, key] to repeat.
 */
import { writeSync } from 'node:fs';
import { commitEdits, undo } from '#editor/commit';
import { openContext } from './open-context.ts';

const [folder, life, repeats] = process.argv.slice(2);
const { ctx } = await openContext({ folder: folder! });
const sessions = ['1', '2', '3', '4', '5', '6'];
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function edit(sessionId: string, key: string): Promise<void> {
  say(`try ${sessionId} ${key}`);
  const common = { sessionId, actor: 'client', idempotencyKey: key } as const;
  const { revision } = key.endsWith('undo')
    ? await undo(ctx, common)
    : await commitEdits(ctx, {
        ...common,
        edits: [{ kind: 'set-track', trackId: 'trk_1', name: key }],
        reason: key,
        tool: 'test',
      });
  say(`ack ${sessionId} ${key} ${revision}`);
}

for (const [sessionId, key] of JSON.parse(repeats!) as [string, string][]) await edit(sessionId, key);
say('ready');
await Promise.all(
  sessions.map(async (sessionId) => {
    for (let count = 1; ; count++) await edit(sessionId, `${life}.${count}${count % 10 === 0 ? '.undo' : ''}`);
  }),
);
