/** MCP as a client sees it: real processes, the protocol as lines and requests, in the eras before and after 2026-07-28. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tools as editorTools } from '#editor/tools';
import { readFrames, writeCountedVideo } from '../fixtures/counted-video.ts';
import { temporaryFolder } from './open-context.ts';

type Json = any; // oxlint-disable-line typescript/no-explicit-any
type Message = { readonly id?: number; readonly method?: string; readonly params?: Json; readonly result?: Json };

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const accept = 'application/json, text/event-stream';
const children: ChildProcess[] = [];

function start(...args: readonly string[]): ChildProcess {
  const { NEMO_API_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, [main, 'mcp', ...args], {
    env: { ...env, RUSHES_DATA: at('data'), RUSHES_DISK_RESERVE_MB: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

beforeAll(() =>
  writeCountedVideo(at('in.mp4'), { frameRate: { num: 25, den: 1 }, frames: 75, gop: 25, bFrames: 0, soundSeconds: 3 }),
);

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  folder[Symbol.dispose]();
});

describe('over standard input and output', () => {
  let child: ChildProcess;
  let next = 0;
  const heard: Message[] = [];
  const waiting = new Map<number, (message: Message) => void>();

  beforeAll(async () => {
    child = start();
    createInterface({ input: child.stdout! }).on('line', (line) => {
      // Whatever is not the protocol fails here: standard output belongs to it.
      const message = JSON.parse(line) as Message;
      heard.push(message);
      if (message.id !== undefined) waiting.get(message.id)?.(message);
    });
    const opened = await ask('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    expect(opened.result).toMatchObject({ protocolVersion: '2025-06-18', serverInfo: { name: 'rushes' } });
    child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  });

  function ask(method: string, params: object): Promise<Message> {
    const id = ++next;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  }

  async function call(name: string, args: object, progressToken?: string) {
    const meta = progressToken === undefined ? {} : { _meta: { progressToken } };
    return (await ask('tools/call', { name, arguments: args, ...meta })).result;
  }

  test('tools say what they do to the world, and abilities are the tools of the editor', async () => {
    const { tools } = (await ask('tools/list', {})).result;
    const hints = Object.fromEntries(tools.map(({ name, annotations }: Json) => [name, annotations]));
    expect(Object.keys(hints)).toEqual([
      'edit_video', 'undo', 'export_video', 'get_job', 'cancel_export', 'save_export', 'show_timeline', 'show_frame', 'show_media', 'list_abilities',
    ]); // prettier-ignore
    expect(hints.get_job).toMatchObject({ readOnlyHint: true });
    expect(hints.undo).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    const { abilities } = (await call('list_abilities', {})).structuredContent;
    expect(abilities.map(({ name }: { name: string }) => name)).toEqual(editorTools.map(({ name }) => name));
  });

  test('a file is edited, looked at, exported with progress, saved once, and taken back', async () => {
    const edited = await call('edit_video', { files: [at('in.mp4')], instruction: 'cut the first second', wait_ms: 0 });
    const job = edited.structuredContent;
    expect(job).toMatchObject({ kind: 'edit' });
    const done = (await call('get_job', { job_id: job.job_id, wait_ms: 25_000 })).structuredContent;
    expect(done).toMatchObject({ status: 'completed', session_id: job.session_id });
    expect(done.reply).toMatch(/0:03 → 0:02/);

    const picture = (await call('show_frame', { session_id: job.session_id, at_seconds: 0.5 })).content[0];
    expect(picture).toMatchObject({ type: 'image', mimeType: 'image/jpeg' });
    expect(Buffer.from(picture.data, 'base64').subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));

    const sheet = (await call('show_media', { session_id: job.session_id, file: 'in.mp4', count: 4 })).content[0];
    expect(sheet).toMatchObject({ type: 'image', mimeType: 'image/jpeg' });
    expect(Buffer.from(sheet.data, 'base64').length).toBeGreaterThan(1000);

    const render = (await call('export_video', { session_id: job.session_id })).structuredContent;
    const finished = await call('get_job', { job_id: render.job_id, wait_ms: 25_000 }, 'export');
    expect(finished.structuredContent).toMatchObject({ status: 'completed', kind: 'export', session_id: job.session_id });
    expect(finished.content[1]).toMatchObject({
      type: 'resource_link',
      mimeType: 'video/mp4',
      uri: finished.structuredContent.url,
    });
    const told = heard.filter(({ method }) => method === 'notifications/progress').map(({ params }) => params);
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ progressToken }) => progressToken)).toEqual(told.map(() => 'export'));
    expect(told.map(({ progress }) => progress)).toEqual(told.map(({ progress }) => progress).toSorted((a, b) => a - b));

    const saved = await call('save_export', { job_id: render.job_id, path: at('out.mp4') });
    expect(saved.structuredContent).toEqual({ path: at('out.mp4') });
    expect(readFrames(at('out.mp4')).map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => index + 25));
    const size = statSync(at('out.mp4')).size;
    expect((await call('save_export', { job_id: render.job_id, path: at('out.mp4') })).isError).toBe(true);
    expect(statSync(at('out.mp4')).size).toBe(size);

    const undone = (await call('undo', { session_id: job.session_id })).structuredContent;
    expect(undone.timeline).toContain('(0-3s)');
    const shown = (await call('show_timeline', { session_id: job.session_id })).structuredContent;
    expect(shown).toMatchObject({ timeline: undone.timeline });
    expect(shown.files).toContain('in.mp4');
  });

  test.each([
    ['edit_video', { files: ['/no/such/file.mp4'], instruction: 'trim pauses' }, /not found/],
    ['edit_video', { files: [folder.path], instruction: 'trim pauses' }, /not a file/],
    ['show_timeline', { session_id: '1' }, /Session/],
    ['export_video', { session_id: '../x' }, /Session/],
    ['show_media', { session_id: '1', file: 'in.mp4' }, /Session/],
    ['get_job', { job_id: 'turn_none' }, /not found/],
    ['get_job', { job_id: 'render_none' }, /not found/],
    ['get_job', { job_id: 'x', wait_ms: 60_000 }, /wait_ms/],
  ])('%s %j is answered with a sentence', async (name, args, sentence) => {
    const result = await call(name, args);
    expect(result.isError).toBe(true);
    expect(result.content[0].text).toMatch(sentence);
  });

  test('ends when its client goes', async () => {
    child.stdin!.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('over HTTP', () => {
  let url: string;
  beforeAll(async () => {
    const child = start('--http', '--port', '0');
    url = await new Promise((resolve) =>
      createInterface({ input: child.stderr! }).on('line', (line) => {
        const found = /http:\S+\/mcp/.exec(line)?.[0];
        if (found !== undefined) resolve(found);
      }),
    );
  });

  async function call(name: string, args: object, era: 'modern' | 'legacy') {
    const modern = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const version = era === 'modern' ? '2026-07-28' : '2025-06-18';
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: accept,
        'MCP-Protocol-Version': version,
        ...(era === 'modern' ? { 'Mcp-Method': 'tools/call', 'Mcp-Name': name } : {}),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: args, ...(era === 'modern' ? { _meta: modern } : {}) },
      }),
    });
    const text = await answer.text();
    const messages = text.startsWith('{') ? [text] : [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => data!);
    return (JSON.parse(messages.at(-1)!) as Message).result;
  }

  test.each(['modern', 'legacy'] as const)('speaks to clients of the %s era, and reads no file of this machine', async (era) => {
    const begun = (await call('edit_video', { instruction: 'trim pauses' }, era)).structuredContent;
    expect(begun).toMatchObject({ status: 'completed', kind: 'edit' });
    // Another request, another instance: handles are the desk's.
    expect((await call('get_job', { job_id: begun.job_id }, era)).structuredContent).toEqual(begun);
    const refused = await call('edit_video', { files: [at('in.mp4')], instruction: 'trim pauses' }, era);
    expect(refused.isError).toBe(true);
    expect(refused.content[0].text).toContain('addresses, not as paths');
    expect((await call('save_export', { job_id: 'x', path: at('stolen.mp4') }, era))?.structuredContent).toBeUndefined();
  });

  test.each([
    [{ Origin: 'https://elsewhere.example' }, 403],
    [{ Host: 'elsewhere.example' }, 403],
    [{ Origin: 'null' }, 403],
  ])('refuses %j', async (headers, status) => {
    const answer = httpRequest(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: accept, ...headers },
    });
    answer.end('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}');
    const [response] = (await once(answer, 'response')) as [{ readonly statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  test('ends on a signal', async () => {
    const child = children.at(-1)!;
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
