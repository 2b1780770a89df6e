/** What the five documents tell people to say, and their three ways of working: each ends in a file that is proved and looked at. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '#app';
import {
  connect,
  createSession,
  exportVideo,
  openExport,
  readState,
  routeRequest,
  sendMessage,
  uploadFile,
  type Connection,
} from '#client';
import { loadConfig } from '#platform/config';

let folder: string;
let server: Awaited<ReturnType<typeof startEmbedded>>;
let connection: Connection;
const media = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-lines-'));
  const env = { RUSHES_DATA: join(folder, 'data'), RUSHES_LOG_LEVEL: 'error', RUSHES_DISK_RESERVE_MB: '0' };
  server = await startEmbedded(loadConfig(env));
  connection = connect({
    baseUrl: server.url,
    token: server.token,
    identity: { read: () => Promise.resolve({ clientId: 'lines', token: server.token }), write: () => Promise.resolve() },
    attribution: { source: 'test', version: '1', platform: 'unknown' },
    newId: randomUUID,
  });
  const small = { seconds: 5, size: { width: 160, height: 90 }, frameRate: { num: 25, den: 1 }, noise: 'pink', gop: 25 } as const;
  await server.makeSample({ ...small, seed: 7, snrDb: 15, container: 'mp4' }, media('one.mp4'));
  await server.makeSample({ ...small, seed: 8, snrDb: 20, container: 'mp4' }, media('two.mp4'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(...names: readonly string[]): Promise<string> {
  const { sessionId } = await createSession(connection);
  for (const name of names) await uploadFile(connection, { sessionId, file: await openAsBlob(media(name)), name });
  return sessionId;
}

/** Says a line as a client of the documents does: exports are the client's own business. */
async function say(sessionId: string, text: string): Promise<string> {
  return routeRequest(text) === 'export' ? '' : (await sendMessage(connection, { sessionId, text })).text;
}

/** Exports, fetches, and looks at what came. */
async function fileOf(sessionId: string): Promise<{ readonly seconds: number }> {
  const exported = await exportVideo(connection, { sessionId, output: { format: 'mp4', quality: 'high', resolution: '1080p' } });
  return check(
    exported.status as Status,
    Buffer.from(await (await openExport(connection, exported)).arrayBuffer()),
    await length(sessionId),
  );
}

type Status = {
  readonly status: string;
  readonly proof: { readonly ok: boolean };
  readonly output: { readonly duration: number; readonly size: number; readonly url: string };
};

function check(status: Status, bytes: Buffer, seconds: number): { readonly seconds: number } {
  expect([status.status, status.proof.ok]).toEqual(['completed', true]);
  expect([bytes.length, bytes.subarray(4, 8).toString('latin1')]).toEqual([status.output.size, 'ftyp']);
  expect(Math.abs(status.output.duration - seconds)).toBeLessThan(0.1);
  return { seconds: status.output.duration };
}

async function length(sessionId: string): Promise<number> {
  const { draft } = await readState(connection, sessionId);
  return (draft as { readonly d: number }).d / 1000;
}

const lines: readonly (readonly [skill: string, says: string, answer: RegExp])[] = [
  ['voiceover-editing', 'edit my video with audio', /\d\. |Nothing/],
  ['voiceover-editing', 'export 1080p MP4', /^$/],
  ['voiceover-editing', 'remove background noise, trim pauses, and', /Removed background noise from one\.mp4/],
  ['editor-fixed', 'fix a 2-minute edited video with sync issues and jump cuts into a 1080p MP4', /sync|jump/i],
  [
    'editor-fixed',
    'fix the audio sync, smooth out the jump cuts, and stabilize the shaky footage',
    /jump cut[^]*(?:sync|Sound and picture)|(?:sync|Sound and picture)[^]*jump cut/i,
  ],
  [
    'editor-fixed',
    'fixing common editing mistakes in already-edited videos for video editors and content creators',
    /one\.mp4|noise|Nothing/,
  ],
  ['audio-editor-free', 'edit a 3-minute podcast recording with background noise into a 1080p MP4', /Removed background noise/],
  [
    'audio-editor-free',
    'remove background noise, trim silence, and sync audio to video',
    /Removed background noise[^]*(?:sync|Sound and picture)/i,
  ],
  [
    'audio-editor-free',
    'cleaning and syncing audio tracks in videos for content creators',
    /Removed background noise[^]*(?:sync|Sound and picture)/i,
  ],
  ['youtube-video-editor-fiverr', 'edit my raw video footage', /\d\. |Nothing/],
  ['youtube-video-editor-fiverr', 'export 1080p MP4', /^$/],
  ['youtube-video-editor-fiverr', 'trim dead air, add transitions, and', /pause|transition/i],
  ['video-writer', 'generate a 2-minute raw product demo recording into a 1080p MP4', /Started the export/],
  ['video-writer', 'write a compelling voiceover script based on my video content', /script/i],
  ['video-writer', 'generating written scripts and narration from raw video footage for content creators', /script|narrat/i],
];

describe('what the documents tell people to say', () => {
  test.each(lines)('%s: %s', async (_skill, says, answer) => {
    const sessionId = await open('one.mp4');
    const reply = await say(sessionId, says);
    expect(reply).toMatch(answer);
    expect(reply).not.toMatch(/did not understand|cannot help/);
    const { seconds } = await fileOf(sessionId);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(6);
  });
});

test('step by step: a rough cut, a look, a refinement, a step back', async () => {
  const sessionId = await open('one.mp4');
  await say(sessionId, 'remove background noise, trim pauses');
  const rough = await fileOf(sessionId);
  expect(await say(sessionId, 'show tracks')).toContain('Timeline (2 tracks)');
  expect(await say(sessionId, 'cut the first 1 second')).toMatch(/Cut 0:00–0:01/);
  const refined = await fileOf(sessionId);
  expect(rough.seconds - refined.seconds).toBeCloseTo(1, 1);
  await say(sessionId, 'undo that');
  expect((await fileOf(sessionId)).seconds).toBeCloseTo(rough.seconds, 1);
});

test('a batch in one session: other instructions for each, a render of each, one account', async () => {
  const sessionId = await open('one.mp4', 'two.mp4');
  const whole = await length(sessionId);
  const answer = await say(sessionId, 'clean the first, cut the last 1 second, export both');
  expect(answer).toMatch(/Removed background noise from one\.mp4/);
  expect(answer).not.toMatch(/from two\.mp4/);
  const lines = [...answer.matchAll(/(\w+\.mp4): started the export (\S+), 0:(\d+(?:\.\d+)?) long/g)];
  expect(lines.map(([, name]) => name)).toEqual(['one.mp4', 'two.mp4']);
  const seconds: number[] = [];
  for (const [, , id] of lines) {
    let status = await connection.request('GET', `/api/render/proxy/lambda/${id}?wait=25`);
    for (let polls = 0; polls < 10 && !['completed', 'failed'].includes(String(status.status)); polls++)
      status = await connection.request('GET', `/api/render/proxy/lambda/${id}?wait=25`);
    const { url, duration } = (status as Status).output;
    const bytes = Buffer.from(await (await connection.open('GET', url)).arrayBuffer());
    seconds.push(check(status as Status, bytes, duration).seconds);
  }
  expect(seconds[0]! + seconds[1]!).toBeCloseTo(whole - 1, 0);
  expect(Math.min(...seconds)).toBeGreaterThan(3);
});
