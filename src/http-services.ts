/** The HTTP surface's port, filled from a running editor. */
import type { Asset } from '#core/asset';
import { startTurn, watchEvents } from '#editor/agent';
import { importDocument, importFile, importUrl, knownSoundFacts, writeDraft } from '#editor/assets';
import { createSession, currentTimeline } from '#editor/commit';
import { checkLink, signLink, type EditorContext } from '#editor/context';
import { cancelRender, renderOutput, renderStatus, requestRender } from '#editor/jobs';
import { assetFrame, contactSheet, filmstrip, proxy, timelineFrame, waveform, waveformPicture } from '#editor/previews';
import {
  createAnonymousUser,
  creditBalance,
  deleteSession,
  findToken,
  getRun,
  getSession,
  getSessionAsset,
  grantCredits,
  hitRate,
  inTransaction,
  latestTokenOfClient,
  listRenders,
  listRuns,
  listSessionAssets,
  listSessions,
  pingStore,
  readRunEvents,
  saveToken,
  updateSessionState,
} from '#platform/store';
import type { HttpServices } from '#surfaces/http';

export function httpServices(ctx: EditorContext): HttpServices {
  const { store } = ctx;
  return {
    now: () => ctx.now(),
    ids: ctx.ids,
    registerAnonymous: (user) =>
      inTransaction(store, async (inside) => {
        await createAnonymousUser(inside, { id: user.userId, now: user.createdAt });
        if (user.credits > 0)
          await grantCredits(inside, { userId: user.userId, amount: user.credits, operation: 'welcome', now: user.createdAt });
        await saveToken(inside, user);
      }),
    saveToken: (token) => saveToken(store, token),
    findToken: (query) => findToken(store, query),
    latestTokenOfClient: (clientId) => latestTokenOfClient(store, clientId),
    hitRate: (hit) => hitRate(store, hit),
    creditBalance: (userId) => creditBalance(store, userId),
    createSession: (request) => createSession(ctx, request),
    getSession: (key) => getSession(store, key),
    listSessions: (query) => listSessions(store, query),
    updateSessionState: (change) => updateSessionState(store, change),
    deleteSession: (key) => deleteSession(store, key),
    currentTimeline: (sessionId) => currentTimeline(ctx, sessionId),
    writeDraft: (request) => writeDraft(ctx, request),
    listSessionAssets: (sessionId) => listSessionAssets(store, sessionId),
    knownFacts: (asset) => knownSoundFacts(ctx, asset),
    mediaFile: async (key) => {
      const asset = await getSessionAsset(store, key);
      return {
        path: ctx.blobs.pathOf(asset.hash),
        bytes: asset.bytes,
        mimeType: mimeTypeOf(asset),
        fileName: asset.name,
        hash: asset.hash,
      };
    },
    ensureSpace: (neededBytes) => ctx.blobs.ensureSpace(neededBytes),
    receive: (stream, options) => ctx.blobs.receive(stream, options),
    importDocument: (options) => importDocument(ctx, options),
    importFile: (options) => importFile(ctx, options),
    importUrl: (options) => importUrl(ctx, options),
    timelineFrame: (request) => timelineFrame(ctx, request),
    assetFrame: (request) => assetFrame(ctx, request),
    contactSheet: (request) => contactSheet(ctx, request),
    filmstrip: (request) => filmstrip(ctx, request),
    waveform: (request) => waveform(ctx, request),
    waveformPicture: (request) => waveformPicture(ctx, request),
    proxy: (key) => proxy(ctx, key),
    startTurn: (request) => startTurn(ctx, request),
    watchEvents: (watch) => watchEvents(ctx, watch),
    getRun: (key) => getRun(store, key),
    listRuns: (query) => listRuns(store, query),
    readRunEvents: (query) => readRunEvents(store, query),
    requestRender: (request) => requestRender(ctx, request),
    renderStatus: (key) => renderStatus(ctx, key),
    cancelRender: (key) => cancelRender(ctx, key),
    listRenders: (query) => listRenders(store, query),
    renderOutput: (key) => renderOutput(ctx, key),
    signLink: (path) => signLink(ctx, path),
    checkLink: (path, query) => checkLink(ctx, path, query),
    readiness: async () => {
      const database = await pingStore(store).then(
        () => ({ ok: true, note: 'answers' }),
        (error: unknown) => ({ ok: false, note: String(error) }),
      );
      const space = await ctx.blobs.ensureSpace(0).then(
        () => ({ ok: true, note: 'enough space' }),
        () => ({ ok: false, note: 'too little free space' }),
      );
      return {
        database,
        disk: space,
        queue: { ok: true, note: `${ctx.queue.running} running` },
      };
    },
  };
}

const mimeTypes: Readonly<Record<string, string>> = {
  'video:matroska': 'video/x-matroska', 'video:webm': 'video/webm', 'video:mov': 'video/mp4', 'video:avi': 'video/x-msvideo',
  'audio:mov': 'audio/mp4', 'audio:mp3': 'audio/mpeg', 'audio:wav': 'audio/wav', 'audio:aac': 'audio/aac', 'audio:ogg': 'audio/ogg', 'audio:flac': 'audio/flac',
  'image:gif': 'image/gif', 'video:gif': 'image/gif', 'image:png_pipe': 'image/png', 'image:jpeg_pipe': 'image/jpeg', 'image:webp_pipe': 'image/webp',
}; // prettier-ignore

/** What a browser is told; anything not in the table is plain bytes. */
function mimeTypeOf(asset: Asset): string {
  const first = asset.container.split(',')[0] ?? '';
  return mimeTypes[`${asset.kind}:${first}`] ?? 'application/octet-stream';
}
