/** The official client of the protocol, which nobody here wrote, in both its eras and over both ways: edit, progress, export. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFrames, writeCountedVideo } from '../fixtures/counted-video.ts';
import { temporaryFolder } from './open-context.ts';

type Json = any; // oxlint-disable-line typescript/no-explicit-any

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const { NEMO_API_URL: _, ...outside } = process.env as Record<string, string>;
const env = { ...outside, RUSHES_DATA: at('data'), RUSHES_DISK_RESERVE_MB: '0' };
let http: ChildProcess;
let url: string;

beforeAll(async () => {
  writeCountedVideo(at('in.mp4'), { frameRate: { num: 25, den: 1 }, frames: 75, gop: 25, bFrames: 0, soundSeconds: 3 });
  http = spawn(process.execPath, [main, 'mcp', '--http', '--port', '0'], {
    env: { ...env, RUSHES_DATA: at('http') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  url = await new Promise((resolve) =>
    createInterface({ input: http.stderr! }).on('line', (line) => {
      const found = /http:\S+\/mcp/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    }),
  );
});

afterAll(async () => {
  const ended = once(http, 'exit');
  http.kill('SIGTERM');
  await ended;
  folder[Symbol.dispose]();
});

const eras = [
  ['2025', 'legacy', /^2025-/],
  ['2026', 'auto', /^2026-07-28$/],
] as const;

function client(mode: 'legacy' | 'auto'): Client {
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
}

test.each(eras)('over standard input and output, era %s: edit → progress → export → file', async (era, mode, version) => {
  const mcp = client(mode);
  await mcp.connect(new StdioClientTransport({ command: process.execPath, args: [main, 'mcp'], env, stderr: 'ignore' }));
  try {
    expect(mcp.getNegotiatedProtocolVersion()).toMatch(version);
    const { tools } = await mcp.listTools();
    expect(tools.map(({ name }) => name)).toContain('edit_video');
    const call = async (name: string, args: Record<string, unknown>, options: object = {}): Promise<Json> =>
      mcp.callTool({ name, arguments: args }, options as never);
    const edited = (await call('edit_video', { files: [at('in.mp4')], instruction: 'cut the first second' })).structuredContent;
    expect(edited.reply).toMatch(/0:03 → 0:02/);
    const job = (await call('export_video', { session_id: edited.session_id })).structuredContent;
    const told: number[] = [];
    let finished: Json;
    for (let polls = 0; polls < 10 && finished?.structuredContent.status !== 'completed'; polls++)
      finished = await call(
        'get_job',
        { job_id: job.job_id, wait_ms: 20_000 },
        { onprogress: ({ progress }: { progress: number }) => told.push(progress) },
      );
    expect(finished.structuredContent).toMatchObject({ status: 'completed', kind: 'export' });
    expect(finished.content.map(({ type }: Json) => type)).toContain('resource_link');
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const path = at(`out-${era}.mp4`);
    await call('save_export', { job_id: job.job_id, path });
    expect(readFrames(path).map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => index + 25));
    const refused = await call('edit_video', { files: ['/no/such/file.mp4'], instruction: 'trim pauses' });
    expect([refused.isError, refused.content[0].text]).toEqual([true, expect.stringMatching(/not found/)]);
  } finally {
    await mcp.close();
  }
});

test.each(eras)('over HTTP, era %s: edit and handles across connections', async (_era, mode, version) => {
  const open = async () => {
    const mcp = client(mode);
    await mcp.connect(new StreamableHTTPClientTransport(new URL(url)));
    return mcp;
  };
  const first = await open();
  expect(first.getNegotiatedProtocolVersion()).toMatch(version);
  const begun: Json = await first.callTool({ name: 'edit_video', arguments: { instruction: 'trim pauses' } });
  expect(begun.structuredContent).toMatchObject({ status: 'completed', kind: 'edit' });
  await first.close();
  const second = await open();
  const again: Json = await second.callTool({ name: 'get_job', arguments: { job_id: begun.structuredContent.job_id } });
  expect(again.structuredContent).toEqual(begun.structuredContent);
  await second.close();
});
