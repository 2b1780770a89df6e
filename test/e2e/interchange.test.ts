/** Documents in and out of a running server, over its HTTP API and through the command line's own functions. */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded } from '#app';
import { connect, createSession, exportDocument, readState, sendMessage, uploadFile, type Connection } from '#client';
import { loadConfig } from '#platform/config';

let folder: string;
let server: Awaited<ReturnType<typeof startEmbedded>>;
let connection: Connection;
let token: string;
let sessionId: string;
let video: string;

const srt =
  '1\r\n00:00:00,500 --> 00:00:01,500\r\n<i>Hello</i> & welcome\r\n\r\n2\r\n00:00:01,000 --> 00:00:02,200\r\nAt the same time\r\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-interchange-'));
  server = await startEmbedded(
    loadConfig({
      RUSHES_DATA: join(folder, 'data'),
      RUSHES_LOG_LEVEL: 'error',
      RUSHES_TOKENS_PER_IP: '0',
      RUSHES_DISK_RESERVE_MB: '0',
    }),
  );
  token = server.token;
  connection = connectAs(token);
  video = join(folder, 'talk.mp4');
  await server.makeSample(
    {
      seed: 3,
      seconds: 4,
      size: { width: 320, height: 180 },
      frameRate: { num: 25, den: 1 },
      snrDb: 20,
      noise: 'pink',
      gop: 25,
      container: 'mp4',
    },
    video,
  );
}, 60_000);

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  ({ sessionId } = await createSession(connection, { name: 'A "talk"; filename=x.exe\r\n/../片' }));
});

function connectAs(bearer: string): Connection {
  const identity = { read: () => Promise.resolve({ clientId: randomUUID() }), write: () => Promise.resolve() };
  return connect({
    baseUrl: server.url,
    token: bearer,
    identity,
    attribution: { source: 'test', version: '0', platform: 'unknown' },
    newId: randomUUID,
  });
}

const upload = (name: string, content: string | Uint8Array<ArrayBuffer>) =>
  uploadFile(connection, { sessionId, file: new Blob([content]), name });
const bringVideo = async () => uploadFile(connection, { sessionId, file: await openAsBlob(video), name: 'talk.mp4' });
const as = (format: string) => exportDocument(connection, { sessionId, format });
const get = (path: string, bearer = token) =>
  fetch(`${server.url}/api/timeline/nemo_agent/me/${sessionId}/${path}`, { headers: { Authorization: `Bearer ${bearer}` } });

describe('captions', () => {
  test('are put on a text track under the video, come out again, and one undo takes them back', async () => {
    await bringVideo();
    const taken = await upload('talk.srt', srt);
    expect(taken).toMatchObject({
      filename: 'talk.srt',
      file_type: 'captions',
      format: 'srt',
      count: 2,
      placed: true,
      duration: 2.2,
    });
    expect(taken.notes).toEqual([
      'Put 1 caption on the track Captions',
      '1 caption at the same time as another went to the track Captions 2, at the top',
    ]);
    expect((await as('srt')).text).toBe(
      '1\n00:00:00,500 --> 00:00:01,500\nHello & welcome\n\n2\n00:00:01,000 --> 00:00:02,200\nAt the same time\n',
    );
    expect((await as('vtt')).text).toContain('00:00:00.500 --> 00:00:01.500\nHello &amp; welcome');
    expect((await as('ass')).text).toContain('Dialogue: 0,0:00:00.50,0:00:01.50,');
    // A client that sends again after a lost answer.
    expect(await upload('talk.srt', srt)).toMatchObject({
      placed: false,
      notes: ['talk.srt is here already and was not placed again'],
    });
    const answer = await sendMessage(connection, { sessionId, text: 'add these captions' });
    expect(answer.text).toContain('2 captions are on the track Captions already');
    await sendMessage(connection, { sessionId, text: 'undo' });
    expect((await as('srt')).dropped).toContain('There are no captions');
    // Undone, they may be brought again.
    expect(await upload('talk.srt', srt)).toMatchObject({ placed: true });
  }, 60_000);

  test('that come before their video stay at their times', async () => {
    await upload('talk.srt', srt);
    await bringVideo();
    expect((await as('srt')).text).toContain('00:00:00,500 --> 00:00:01,500');
    const { draft } = await readState(connection, sessionId);
    const tracks = draft?.t as { tt: number; sg: { d: number }[] }[];
    expect(tracks.filter(({ tt }) => tt !== 7).map(({ sg }) => sg.length)).toEqual([1, 1]);
    expect((await as('edl')).text).toContain('01:00:00:00 01:00:04:');
  }, 60_000);

  test('with a fault are refused with its line; what only is called so is not taken for captions', async () => {
    await expect(upload('bad.srt', '1\n00:00:01,000 --> 00:99:02,000\nx\n')).rejects.toThrow(/SRT is invalid at line 2/);
    await expect(upload('bad.srt', '1\n00:00:01,000 --> 00:00:02,000\ncaf\u0000')).rejects.toThrow(/not a supported media file/);
    await expect(upload('song.srt', new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, 0]))).rejects.toThrow(
      /not a supported media file/,
    );
    expect((await as('srt')).text).toBe('');
  });
});

describe('timelines', () => {
  test('leave and come back: OTIO without loss, an edit list with its cuts', async () => {
    await bringVideo();
    await upload('talk.srt', srt);
    const before = await readState(connection, sessionId);
    const [otio, edl] = [await as('otio'), await as('edl')];
    await sendMessage(connection, { sessionId, text: 'mute the video' });
    expect(await upload('cut.otio', otio.text)).toMatchObject({ file_type: 'timeline', format: 'otio', count: 4, placed: true });
    const after = await readState(connection, sessionId);
    expect(JSON.stringify(after.draft?.t)).toBe(JSON.stringify(before.draft?.t));
    expect(await upload('cut.edl', edl.text)).toMatchObject({ file_type: 'timeline', format: 'edl', count: 2, placed: true });
    expect((await as('edl')).text).toBe(edl.text);
  }, 60_000);

  test('whose media is not here are refused and name it', async () => {
    await bringVideo();
    const { text } = await as('edl');
    ({ sessionId } = await createSession(connection, { name: 'other' }));
    await expect(upload('cut.edl', text)).rejects.toThrow(/none of its media is in this session \(talk.mp4\)/);
  }, 60_000);
});

describe('the route of documents', () => {
  test('gives every format as a file that a browser saves under a harmless name', async () => {
    await bringVideo();
    for (const [format, type, start] of [
      ['otio', 'application/json', '{'],
      ['fcpxml', 'application/xml', '<?xml'],
      ['xml', 'application/xml', '<?xml'],
      ['edl', 'text/plain', 'TITLE: A "talk"'],
      ['srt', 'application/x-subrip', ''],
      ['vtt', 'text/vtt', 'WEBVTT'],
      ['ass', 'text/x-ssa', '[Script Info]'],
      ['chapters', 'text/plain', '0:00 talk'],
      ['ffmetadata', 'text/plain', ';FFMETADATA1'],
      ['csv', 'text/csv', '0.000000,4.'],
    ] as const) {
      const answer = await get(`timeline.${format}`);
      expect([format, answer.status, (await answer.text()).startsWith(start)]).toEqual([format, 200, true]);
      expect(answer.headers.get('content-type')).toContain(type);
      const disposition = answer.headers.get('content-disposition') ?? '';
      expect(disposition).toMatch(/^attachment; filename="[\w. -]+"; filename\*=UTF-8''[\w.%-]+$/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  }, 60_000);

  test('refuses unknown formats, other people and sessions that are none', async () => {
    expect((await get('timeline.docx')).status).toBe(400);
    expect((await get('timeline')).status).toBe(400);
    expect((await get('..%2f..%2fetc%2fpasswd.srt')).status).toBe(400);
    const stranger = (await (
      await fetch(`${server.url}/api/auth/anonymous-token`, { method: 'POST', headers: { 'X-Client-Id': randomUUID() } })
    ).json()) as { token: string };
    expect((await get('timeline.srt', stranger.token)).status).toBe(404);
    expect((await get('timeline.srt', 'nmv_usr_wrong')).status).toBe(401);
  });

  test('media and documents may come in one request, in any order', async () => {
    const form = new FormData();
    form.append('files', new Blob([srt]), 'talk.srt');
    form.append('files', await openAsBlob(video), 'talk.mp4');
    await writeFile(join(folder, 'x.srt'), srt);
    const answer = await fetch(`${server.url}/api/upload-video/nemo_agent/me/${sessionId}`, {
      method: 'POST',
      body: form,
      headers: { Authorization: `Bearer ${token}` },
    });
    const { files } = (await answer.json()) as { files: { filename: string; file_type: string }[] };
    expect(files.map(({ filename, file_type: kind }) => [filename, kind])).toEqual([
      ['talk.mp4', 'video'],
      ['talk.srt', 'captions'],
    ]);
  }, 60_000);
});
