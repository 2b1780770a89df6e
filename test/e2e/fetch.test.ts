/** The client for users' addresses against real servers on this machine: nothing inside is reached, limits hold. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import type { SafeFetch } from '#platform/fetch';
import { openContext } from './open-context.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer): Promise<AsyncDisposable & { readonly port: number; readonly hits: string[] }> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.headers.host ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(
  fetch: SafeFetch,
  url: string,
  limitBytes = 100_000,
): Promise<{ readonly text: string; readonly name: string }> {
  const { chunks, name } = await fetch.open(url, { limitBytes });
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { text: Buffer.concat(parts).toString(), name };
}

const errorOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (isEditorError(error)) return `${error.code} ${error.message} ${JSON.stringify(error.details)}`;
    throw error;
  }
};
const uniform = 'URL_REFUSED URL cannot be fetched {}';

describe('safe fetch', () => {
  test('a permitted address is read whole; the name asked for is sent, no lookup happens at the connection', async () => {
    await using server = await serve((_request, response) => response.end('hello'));
    await using open = await openContext({
      config: { fetchAllow: [`media.test:${server.port}`] },
      resolve: (host) => Promise.resolve(host === 'media.test' ? ['127.0.0.1'] : []),
    });
    const got = await readAll(open.ctx.fetch, `http://media.test:${server.port}/a/My%20talk.mp4?x=1`);
    expect(got).toEqual({ text: 'hello', name: 'My talk.mp4' });
    expect(server.hits).toEqual([`media.test:${server.port} /a/My%20talk.mp4?x=1`]);
  });

  test('no vector reaches a server inside, directly or by redirect, and every refusal reads the same', async () => {
    await using canary = await serve((_request, response) => response.end('secret'));
    const inside = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0',
      '2130706433',
      '0x7f.1',
      '[::ffff:7f00:1]',
      'evil.test',
      'rebind.test',
    ];
    const targets = inside.map((host) => `http://${host}:${canary.port}/`);
    await using bouncer = await serve((request, response) => {
      const [, status, index] = (request.url ?? '').split('/');
      response.writeHead(Number(status), { location: targets[Number(index)] ?? 'file:///etc/passwd' }).end();
    });
    let answers = 0;
    await using open = await openContext({
      config: { fetchAllow: [`bouncer.test:${bouncer.port}`, `rebind.test:1`] },
      resolve: (host) => {
        if (host === 'bouncer.test') return Promise.resolve(['127.0.0.1']);
        // Public when it is asked first, inside ever after.
        if (host === 'rebind.test') return Promise.resolve([answers++ === 0 ? '93.184.215.14' : '127.0.0.1']);
        return Promise.resolve(['127.0.0.1']);
      },
    });
    for (const target of targets) expect(await errorOf(readAll(open.ctx.fetch, target))).toBe(uniform);
    for (const status of [301, 302, 303, 307, 308])
      for (let index = 0; index <= targets.length; index++) {
        const url = `http://bouncer.test:${bouncer.port}/${status}/${index}`;
        expect(await errorOf(readAll(open.ctx.fetch, url))).toBe(uniform);
      }
    expect(canary.hits).toEqual([]);
    expect(bouncer.hits).toHaveLength(5 * (targets.length + 1));
    expect(open.lines.some((line) => line.includes('fetch.refused'))).toBe(true);
  });

  test('three redirects are followed, a fourth and a circle are not', async () => {
    await using server = await serve((request, response) => {
      const left = Number((request.url ?? '').slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: left > 90 ? '/99' : `/${left - 1}` }).end();
    });
    await using open = await openContext({
      config: { fetchAllow: [`media.test:${server.port}`] },
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    const at = (path: string) => `http://media.test:${server.port}${path}`;
    expect((await readAll(open.ctx.fetch, at('/3'))).text).toBe('there');
    expect(await errorOf(readAll(open.ctx.fetch, at('/4')))).toBe(uniform);
    server.hits.length = 0;
    expect(await errorOf(readAll(open.ctx.fetch, at('/99')))).toBe(uniform);
    expect(server.hits).toHaveLength(4);
  });

  test('bytes over the limit are not read, whatever the answer says about its length', async () => {
    let written = 0;
    let closed: () => void;
    const done = new Promise<void>((resolve) => (closed = resolve));
    await using server = await serve((request, response) => {
      if (request.url === '/huge') response.writeHead(200, { 'content-length': String(200 * 2 ** 30) });
      if (request.url === '/gzip') {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        return void response.end(gzipSync(Buffer.alloc(1_000_000)));
      }
      if (request.url !== '/endless') return void response.write('x');
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
      };
      response.on('drain', more).on('close', () => closed());
      more();
    });
    await using open = await openContext({
      config: { fetchAllow: [`media.test:${server.port}`] },
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    const at = (path: string) => readAll(open.ctx.fetch, `http://media.test:${server.port}${path}`, 1_000_000);
    expect(await errorOf(at('/huge'))).toContain('UPLOAD_TOO_LARGE');
    expect(await errorOf(at('/gzip'))).toBe(uniform);
    expect(await errorOf(at('/endless'))).toContain('UPLOAD_TOO_LARGE');
    await done;
    // The rest is in the buffers of both ends.
    expect(written).toBeLessThan(16_000_000);
  });

  test('a server that is silent, drips, or refuses ends in the same error within its time', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/silent') return;
      if (request.url === '/404') return void response.writeHead(404).end('no');
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': '100' });
        return void response.write('half', () => response.destroy());
      }
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    await using open = await openContext({
      config: { fetchAllow: ['silent', 'drip', 'cut'].map(() => `media.test:${server.port}`).concat('media.test:9') },
      resolve: () => Promise.resolve(['127.0.0.1']),
      fetchLimits: { connectMs: 500, firstByteMs: 300, windowBytes: 1000, windowMs: 300, totalMs: 5000 },
    });
    for (const path of ['/silent', '/drip', '/404', '/cut']) {
      const startedMs = performance.now();
      expect(await errorOf(readAll(open.ctx.fetch, `http://media.test:${server.port}${path}`))).toBe(uniform);
      expect(performance.now() - startedMs).toBeLessThan(3000);
    }
    expect(await errorOf(readAll(open.ctx.fetch, 'http://media.test:9/'))).toBe(uniform);
  });

  test('who leaves closes the connection and hears the own reason', async () => {
    let closed: () => void;
    const done = new Promise<void>((resolve) => (closed = resolve));
    await using server = await serve((_request, response) => {
      response.on('close', () => closed());
      response.write('begin');
    });
    await using open = await openContext({
      config: { fetchAllow: [`media.test:${server.port}`] },
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    const stop = new AbortController();
    const { chunks } = await open.ctx.fetch.open(`http://media.test:${server.port}/`, { limitBytes: 1000, signal: stop.signal });
    const reading = (async () => {
      for await (const _chunk of chunks) stop.abort(new Error('left'));
    })();
    await expect(reading).rejects.toThrow('left');
    await done;
  });
});
