/**
 * A whole editor that asks for the same renders in every life and says how they stand, until it is killed or all have
 * ended. Arguments: data folder, numeric session ids, render ids.
 */
import { writeSync } from 'node:fs';
import { buildApp } from '#app';
import { renderEnd, requestRender } from '#editor/jobs';
import { loadConfig } from '#platform/config';

const [folder, sessions, ids] = process.argv.slice(2);
const app = await buildApp(
  loadConfig({ RUSHES_DATA: folder!, RUSHES_DISK_RESERVE_MB: '0', RUSHES_LOG_LEVEL: 'error', RUSHES_WORKERS: '2' }),
);
const say = (line: string): void => void writeSync(1, `${line}\n`);
const sessionIds = sessions!.split(',');

await Promise.all(
  ids!.split(',').map(async (id, index) => {
    const sessionId = sessionIds[index % sessionIds.length]!;
    await requestRender(app.ctx, { userId: 'user', sessionId, id, output: { format: 'mp4', quality: 'low' } });
    let last = '';
    await renderEnd(app.ctx, {
      userId: 'user',
      id,
      onProgress: ({ status, step, attempt }) => {
        const line = `${id} ${status} ${step} ${attempt}`;
        if (line !== last) say(line);
        last = line;
      },
    });
  }),
);
await app.close();
say('all ended');
