/** The tools. Few and shaped by what people want; what an instruction may say comes from the editor's own tools. */
import { McpServer } from '@modelcontextprotocol/server';
import type { Desk } from './desk.ts';
import { registerEditing } from './editing-tools.ts';
import { registerExporting, registerSaving } from './exporting-tools.ts';
import { registerLooking } from './looking-tools.ts';

/** A server of one connection or one request; all of a process share its desk. */
export function createMcpServer(desk: Desk): McpServer {
  const server = new McpServer(
    { name: 'rushes', title: 'Rushes', version: '0.1.0' },
    {
      capabilities: { tools: {} },
      instructions:
        'Edits video and sound from plain words. Call edit_video with files and an instruction, read its reply to the user, then export_video and get_job until it is completed. Never send an instruction twice.',
    },
  );
  registerEditing(server, desk);
  registerExporting(server, desk);
  if (desk.usesFiles) registerSaving(server, desk);
  registerLooking(server, desk);
  return server;
}
