/** The client SDK: speaks this API to any server of it, with every duty a client has. Runs in the browser too. */
export {
  connect,
  type Attribution,
  type Clock,
  type Connection,
  type ConnectionOptions,
  type RequestOptions,
  type StoredIdentity,
  type TokenStore,
} from './connection.ts';
export { exportDocument, type DocumentRequest, type TimelineDocument } from './export-document.ts';
export { exportVideo, openExport, type Exported, type ExportOptions } from './export-video.ts';
export { translateGuiReply, type GuiAction, type Translated } from './gui-translation.ts';
export { readEvents, type StreamEvent } from './read-events.ts';
export { routeRequest, type Route } from './route-request.ts';
export { sendMessage, type Answer, type SendOptions } from './send-message.ts';
export {
  createSession,
  hasContent,
  readCredits,
  readState,
  summarizeDraft,
  type Credits,
  type Session,
  type SessionState,
} from './session.ts';
export { describeSilentEdit } from './silent-edit.ts';
export { uploadFile, uploadUrl, type UploadedFile } from './upload.ts';
