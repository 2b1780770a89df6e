/** Every route, in the order of the document. */
import type { Route } from '../route.ts';
import {
  createAdkSession,
  createNamedAdkSession,
  deleteAdkSession,
  getAdkSession,
  listAdkSessions,
  patchAdkSession,
} from './adk-sessions.ts';
import { anonymousToken } from './anonymous-token.ts';
import { claimToken } from './claim-token.ts';
import { creditsBalance } from './credits-balance.ts';
import { mediaFile, renderDownload, renderFile } from './files.ts';
import { healthz, listApps, readyz } from './health.ts';
import { assetFrame, contactSheet, filmstrip, proxyOf, timelineFrame, waveformOf } from './previews.ts';
import { renderCancel, renderCreate, renderGet } from './render.ts';
import { resumeSse, run, runSse } from './run-sse.ts';
import { stateDraft } from './state-draft.ts';
import { stateLatest } from './state-latest.ts';
import { timelineExport } from './timeline-export.ts';
import { upload } from './upload.ts';
import { withSession } from './with-session.ts';

export const routes: readonly Route[] = [
  anonymousToken,
  claimToken,
  withSession,
  runSse,
  resumeSse,
  run,
  upload,
  mediaFile,
  timelineFrame,
  assetFrame,
  contactSheet,
  filmstrip,
  waveformOf,
  proxyOf,
  creditsBalance,
  stateLatest,
  stateDraft,
  timelineExport,
  renderCreate,
  renderGet,
  renderCancel,
  renderDownload,
  renderFile,
  listApps,
  createAdkSession,
  listAdkSessions,
  createNamedAdkSession,
  getAdkSession,
  patchAdkSession,
  deleteAdkSession,
  healthz,
  readyz,
];
