/** Music through a real pool into a session: made once, known for good, not placed. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toSeconds } from '#core/time';
import { makeMusic, musicFacts } from '#editor/assets';
import { createSession, currentTimeline } from '#editor/commit';
import { createPool } from '#engine/pool';
import { listSessionAssets } from '#platform/store';
import { openContext, temporaryFolder } from './open-context.ts';

test('makeMusic() keeps one asset for one request, with its facts, and leaves the timeline as it is', async () => {
  using scratch = temporaryFolder();
  const pool = createPool({
    size: 1,
    sandbox: 'off',
    memoryLimitBytes: 2 ** 30,
    scratchFolder: join(scratch.path, 'scratch'),
    onWarning: () => {},
  });
  try {
    await using opened = await openContext({ pool });
    const { ctx } = opened;
    const { id: sessionId } = await createSession(ctx, { userId: 'user', appName: 'nemo_agent', taskName: 'project' });
    const session = { sessionId, userId: 'user' };
    const request = { mood: 'upbeat', seconds: 12, bpm: 126, key: 'Em', seed: 4 } as const;
    const heard: number[] = [];
    const bed = await makeMusic(ctx, { ...session, onProgress: (fraction) => heard.push(fraction) }, request);
    const again = await makeMusic(ctx, session, request);
    expect(again).toEqual(bed);
    expect(heard.at(-1)).toBe(1);

    const assets = (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
    expect(assets).toHaveLength(1);
    expect(assets[0]).toMatchObject({ id: bed.assetId, name: 'Upbeat, 126 bpm, E minor.flac', kind: 'audio' });
    expect(toSeconds(assets[0]!.duration)).toBeGreaterThanOrEqual(12);
    expect(await musicFacts(ctx, assets[0]!)).toEqual(bed.facts);
    expect(bed.facts).toMatchObject({ mood: 'upbeat', bpm: 126, key: 'Em', beatsPerBar: 4 });
    expect(await musicFacts(ctx, { ...assets[0]!, hash: 'another' })).toBeUndefined();
    expect((await currentTimeline(ctx, sessionId)).tracks).toEqual([]);

    await expect(makeMusic(ctx, session, { ...request, bpm: 300 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await listSessionAssets(ctx.store, sessionId)).toHaveLength(1);
  } finally {
    await pool.close();
  }
});
