/** What a person can ask for: one tool per intent, each ending in a receipt. */
export { tools } from './registry.ts';
export { runTool } from './run-tool.ts';
export type { ExportRequest, HistoryEntry, Tool, ToolContext, Workspace } from './tool.ts';
export type { WriterDesk, WriterModel } from './writer/desk.ts';
export { wordsFor, type Words } from './words.ts';
