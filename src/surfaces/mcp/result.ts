import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { asEditorError } from '#core/errors';

export const sessionId = z.string().max(64).describe('As edit_video gave it');

/** Runs a tool; a failure becomes a result that says what went wrong and what to do, in the words of every other surface. */
export async function answering(run: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await run();
  } catch (error) {
    const { message, hint } = asEditorError(error);
    return { isError: true, content: [{ type: 'text', text: `${message.replace(/[.。]$/, '')}. ${hint}.` }] };
  }
}

/** Text for people beside the same as data. */
export function said(text: string, data: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: data };
}
