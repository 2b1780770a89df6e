/** The HTTP surface's services from memory: real rules of access and time, no database, no media. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { SessionEvent } from '#core/protocol';
import { seconds, zero } from '#core/time';
import type { Timeline } from '#core/timeline';
import { createIds } from '#editor/context';
import type { RenderRow, RunRow, SessionRow, TokenRow } from '#platform/store';
import type { HttpServices, LoggedEvent } from '#surfaces/http';

type Row<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export type MemoryServices = HttpServices & {
  /** Moves the clock, in milliseconds. */
  advance(ms: number): void;
  /** Lets a turn say something; `end` ends it. */
  say(invocationId: string, event: SessionEvent): void;
  end(invocationId: string): void;
  /** Messages that turns were started with, in order. */
  readonly messages: readonly string[];
  /** What a turn does by itself when it starts; by default it answers at once. */
  onTurn: (invocationId: string, text: string) => void;
  revoke(token: string): void;
  setCredits(userId: string, available: number, frozen: number): void;
  completeRender(
    userId: string,
    id: string,
    file: { readonly path: string; readonly bytes: number; readonly hash: string },
  ): void;
  failNext(error: Error): void;
  full: boolean;
  /** Everything that is kept, as text: for finding what must not be there. */
  dump(): string;
};

const noPreview = (): Promise<never> => Promise.reject(fail('RESOURCE_NOT_FOUND', { what: 'Preview' }));

/** `folder` takes temporary files and media. */
export function createMemoryServices(folder: string): MemoryServices {
  let now = Date.UTC(2026, 0, 1);
  const ids = createIds();
  const users = new Map<string, { available: number; frozen: number }>();
  const tokens = new Map<string, TokenRow & { revoked?: boolean }>();
  const rates = new Map<string, { uses: number; endsAt: number }>();
  const sessions = new Map<string, Row<SessionRow>>();
  const assets = new Map<string, { asset: Asset; sessionId: string; userId: string; path: string }>();
  const renders = new Map<string, Row<RenderRow>>();
  const runs = new Map<string, { row: Row<RunRow>; events: LoggedEvent[]; ended: boolean }>();
  const waiters = new Set<() => void>();
  const messages: string[] = [];
  let nextFailure: Error | undefined;
  let files = 0;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const wake = (): void => {
    for (const waiter of waiters) waiter();
    waiters.clear();
  };
  const changed = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      waiters.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  const sign = (path: string, expires: number): string =>
    createHmac('sha256', 'test').update(`${path}\n${expires}`).digest('base64url');
  const timeline = (sessionId: string): Timeline => ({
    schema: 'timeline/1',
    id: sessionId,
    revision: [...assets.values()].filter((entry) => entry.sessionId === sessionId).length,
    frameRate: { num: 30, den: 1 },
    size: { width: 1920, height: 1080 },
    sampleRateHz: 48_000,
    tracks: [],
    master: {},
    nextId: 1,
  });
  const getSession = (userId: string, sessionId: string): Row<SessionRow> => {
    const found = sessions.get(sessionId);
    if (found === undefined || found.userId !== userId) throw fail('SESSION_NOT_FOUND');
    return found;
  };
  const renderOf = (userId: string, id: string): Row<RenderRow> => {
    const found = renders.get(`${userId}/${id}`);
    if (found === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Render' });
    return found;
  };
  const addAsset = (key: { sessionId: string; userId: string }, path: string, name: string, bytes: number, digest: string) => {
    const asset: Asset = {
      id: ids.asset(),
      hash: digest,
      name,
      bytes,
      kind: 'audio',
      container: 'wav',
      duration: seconds(1.5),
      streams: [
        {
          kind: 'audio',
          index: 0,
          codec: 'pcm_s16le',
          sampleRateHz: 48_000,
          channels: 1,
          timebase: { num: 1, den: 48_000 },
          start: zero,
          duration: seconds(1.5),
        },
      ],
      warnings: [],
    };
    assets.set(asset.id, { asset, ...key, path });
    return { asset, placed: true, revision: timeline(key.sessionId).revision, notes: [] };
  };
  const services: MemoryServices = {
    now: () => now,
    advance: (ms) => void (now += ms),
    ids,
    messages,
    full: false,
    onTurn: (id, text) => {
      services.say(id, { kind: 'turn-start', invocationId: id, text });
      services.say(id, { kind: 'text', text: `Heard: ${text}` });
      services.say(id, { kind: 'turn-end', status: 'done' });
      services.end(id);
    },
    say(id, event) {
      const run = runs.get(id)!;
      run.events.push({ seq: run.events.length + 1, event, at: now });
      wake();
    },
    end(id) {
      runs.get(id)!.ended = true;
      wake();
    },
    revoke: (token) => void Object.assign(tokens.get(hash(token))!, { revoked: true }),
    setCredits: (id, available, frozen) => void users.set(id, { available, frozen }),
    failNext: (error) => void (nextFailure = error),
    dump: () => JSON.stringify([...users, ...tokens, ...rates, ...sessions, ...renders, ...runs]),
    completeRender(userId, id, file) {
      Object.assign(renderOf(userId, id), {
        status: 'completed',
        step: 'ended',
        progress: 1,
        completedAt: now,
        file: {
          hash: file.hash,
          bytes: file.bytes,
          durationMs: 1500,
          width: 640,
          height: 360,
          extension: 'mp4',
          mimeType: 'video/mp4',
        },
        notes: [file.path],
      });
      wake();
    },

    registerAnonymous: async ({ token, credits, ...row }) => {
      users.set(row.userId, { available: credits, frozen: 0 });
      tokens.set(hash(token), row);
    },
    saveToken: async ({ token, ...row }) => void tokens.set(hash(token), row),
    findToken: async ({ token, scope, now: at }) => {
      const row = tokens.get(hash(token));
      return row === undefined || row.scope !== scope || row.expiresAt <= at || row.revoked === true ? undefined : row;
    },
    latestTokenOfClient: async (clientId) =>
      [...tokens.values()].findLast((row) => row.clientId === clientId && row.scope === 'api'),
    hitRate: async ({ key, limit, windowSeconds, now: at }) => {
      const known = rates.get(key);
      const window = known !== undefined && known.endsAt > at ? known : { uses: 0, endsAt: at + windowSeconds * 1000 };
      if (window.uses >= limit) return { allowed: false, retryAfterSeconds: Math.ceil((window.endsAt - at) / 1000) };
      rates.set(key, { ...window, uses: window.uses + 1 });
      return { allowed: true, retryAfterSeconds: 0 };
    },
    creditBalance: async (id) => {
      const { available, frozen } = users.get(id)!;
      return { available, frozen, total: available + frozen };
    },

    createSession: async ({ userId, appName, taskName, language, sessionId, state }) => {
      if (nextFailure !== undefined) {
        const error = nextFailure;
        nextFailure = undefined;
        throw error;
      }
      const id = sessionId ?? ids.session();
      if (sessions.has(id)) throw fail('REQUEST_INVALID', { reason: 'this session id is taken' });
      const row = { id, taskId: ids.task(), userId, appName, taskName, state: state ?? {}, createdAt: now, updatedAt: now };
      sessions.set(id, language === undefined ? row : { ...row, language });
      return sessions.get(id)!;
    },
    getSession: async ({ userId, sessionId }) => getSession(userId, sessionId),
    listSessions: async ({ userId }) => [...sessions.values()].filter((row) => row.userId === userId),
    updateSessionState: async ({ sessionId, delta }) => {
      const row = sessions.get(sessionId)!;
      const kept = Object.entries({ ...row.state, ...delta }).filter(([, value]) => value !== null);
      row.state = Object.fromEntries(kept);
      return row;
    },
    deleteSession: async ({ userId, sessionId }) => void sessions.delete(getSession(userId, sessionId).id),

    currentTimeline: async (sessionId) => timeline(sessionId),
    writeDraft: async ({ sessionId }) => ({
      before: timeline(sessionId),
      committed: { timeline: timeline(sessionId), revision: 0, notes: [], changed: false, conflicts: [] },
    }),
    listSessionAssets: async (sessionId) =>
      [...assets.values()]
        .filter((entry) => entry.sessionId === sessionId)
        .map(({ asset, userId }) => ({ asset, sessionId, userId, addedAt: now })),
    knownFacts: async () => ({}),
    // Pictures need workers, which this server has none of.
    timelineFrame: noPreview,
    assetFrame: noPreview,
    contactSheet: noPreview,
    filmstrip: noPreview,
    waveform: noPreview,
    waveformPicture: noPreview,
    proxy: noPreview,
    mediaFile: async ({ sessionId, assetId }) => {
      const entry = assets.get(assetId);
      if (entry === undefined || entry.sessionId !== sessionId) throw fail('RESOURCE_NOT_FOUND', { what: 'Media' });
      return {
        path: entry.path,
        bytes: entry.asset.bytes,
        mimeType: 'audio/wav',
        fileName: entry.asset.name,
        hash: entry.asset.hash,
      };
    },
    ensureSpace: async () => {
      if (services.full) throw fail('DISK_FULL');
    },
    receive: async (stream, { limitBytes, name, signal }) => {
      const path = join(folder, `upload-${++files}`);
      const digest = createHash('sha256');
      let bytes = 0;
      // Opened before anything can fail: what opens later would make the file again after it was removed.
      const file = await open(path, 'w');
      try {
        for await (const chunk of stream) {
          signal?.throwIfAborted();
          bytes += chunk.byteLength;
          if (bytes > limitBytes) throw fail('UPLOAD_TOO_LARGE', { name, limitBytes });
          digest.update(chunk);
          await file.writeFile(chunk);
        }
        if (bytes === 0) throw fail('UPLOAD_EMPTY', { name });
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      return { path, hash: digest.digest('hex'), bytes, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    },
    importDocument: () => Promise.resolve(undefined),
    importFile: async ({ sessionId, userId, path, name }) => {
      if (name.endsWith('.pdf')) throw fail('UPLOAD_UNSUPPORTED', { name });
      const kept = join(folder, `media-${++files}`);
      const { rename } = await import('node:fs/promises');
      await rename(path, kept);
      return addAsset({ sessionId, userId }, kept, name, (await stat(kept)).size, hash(kept));
    },
    importUrl: async ({ sessionId, userId, url }) => {
      if (!url.startsWith('https://media.example/')) throw fail('URL_REFUSED');
      return addAsset({ sessionId, userId }, '/dev/null', new URL(url).pathname.slice(1), 10, hash(url));
    },

    startTurn: async ({ userId, sessionId, text, idempotencyKey }) => {
      const known = [...runs.values()].find(({ row }) => row.sessionId === sessionId && row.idempotencyKey === idempotencyKey);
      if (known !== undefined && idempotencyKey !== undefined) return { invocationId: known.row.id };
      if (users.get(userId)!.available < 1) throw fail('CREDITS_EXHAUSTED', { needed: 1, available: 0 });
      const id = ids.invocation();
      const row = { id, sessionId, userId, text, status: 'running' as const, createdAt: now };
      runs.set(id, { row: idempotencyKey === undefined ? row : { ...row, idempotencyKey }, events: [], ended: false });
      messages.push(text);
      services.onTurn(id, text);
      return { invocationId: id };
    },
    async *watchEvents({ invocationId, afterSeq, signal }) {
      const run = runs.get(invocationId)!;
      let seq = afterSeq;
      for (;;) {
        for (const entry of run.events.slice(seq)) {
          seq = entry.seq;
          yield entry;
        }
        if (signal.aborted || (run.ended && seq >= run.events.length)) return;
        await changed(signal);
      }
    },
    getRun: async ({ userId, runId }) => {
      const run = runs.get(runId);
      if (run === undefined || run.row.userId !== userId) throw fail('RESOURCE_NOT_FOUND', { what: 'Turn' });
      return run.row;
    },
    listRuns: async ({ sessionId }) => [...runs.values()].map(({ row }) => row).filter((row) => row.sessionId === sessionId),
    readRunEvents: async ({ runId }) =>
      runs.get(runId)!.events.map(({ seq, event, at }) => ({ runId, seq, event, createdAt: at })),

    requestRender: async ({ userId, sessionId, id, draft, output }) => {
      const bodyHash = hash(JSON.stringify([sessionId, draft, output]));
      const known = renders.get(`${userId}/${id}`);
      if (known !== undefined && known.bodyHash !== bodyHash) throw fail('RENDER_CONFLICT', { id });
      if (known !== undefined) return known;
      if ((draft as { bad?: boolean } | undefined)?.bad === true)
        throw fail('TIMELINE_INVALID', { path: 'draft.t.0', reason: 'it is bad' });
      renders.set(`${userId}/${id}`, {
        id,
        userId,
        sessionId,
        bodyHash,
        status: 'pending',
        step: 'waiting',
        progress: 0,
        attempt: 0,
        timeline: timeline(sessionId),
        output: { ...output },
        jobId: 'job_1',
        notes: [],
        createdAt: now,
      });
      return renderOf(userId, id);
    },
    renderStatus: async ({ userId, id, waitSeconds, signal }) => {
      if (waitSeconds !== undefined && renderOf(userId, id).status === 'pending') await changed(signal);
      return renderOf(userId, id);
    },
    cancelRender: async ({ userId, id }) => Object.assign(renderOf(userId, id), { status: 'cancelled', step: 'ended' }),
    listRenders: async ({ userId, sessionId }) =>
      [...renders.values()].filter((row) => row.userId === userId && row.sessionId === sessionId),
    renderOutput: async ({ userId, id }) => {
      const { file, notes } = renderOf(userId, id);
      if (file === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Export' });
      return { path: notes[0]!, bytes: file.bytes, mimeType: file.mimeType, fileName: `${id}.mp4`, hash: file.hash };
    },

    signLink: async (path) => {
      const expires = Math.floor(now / 1000) + 3600;
      return `http://placeholder${path}?expires=${expires}&signature=${sign(path, expires)}`;
    },
    checkLink: async (path, { expires, signature }) => {
      const given = Buffer.from(signature ?? '');
      const expected = Buffer.from(sign(path, Number(expires)));
      if (given.length !== expected.length || !timingSafeEqual(given, expected) || Number(expires) * 1000 < now)
        throw fail('LINK_INVALID');
    },
    readiness: async () => ({ disk: { ok: !services.full, note: services.full ? 'full' : 'ok' } }),
  };
  return services;
}
