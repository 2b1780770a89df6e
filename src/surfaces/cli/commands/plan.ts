/** `rushes plan`: what an instruction would do, and nothing done. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession } from '#client';
import { fail } from '#core/errors';
import type { Plan } from '#editor/agent';
import type { Config } from '#platform/config';
import type { CommandContext } from '../command-context.ts';
import { uploadAll } from '../edit-job.ts';

export type PlanFlags = { readonly draft?: string; readonly then?: readonly string[] };

/** `rushes plan "<instruction>" [file…]`; everything happens in a folder that is gone afterwards. */
export async function planCommand(context: CommandContext, args: readonly string[], flags: PlanFlags): Promise<void> {
  const { terminal, signal } = context;
  const [instruction = '', ...files] = args;
  const draft = flags.draft === undefined ? undefined : await readDraft(flags.draft);
  const folder = await mkdtemp(join(tmpdir(), 'rushes-plan-'));
  try {
    const host = await context.openPlanning(folder);
    try {
      const { sessionId } = await createSession(host.connection, { name: 'plan' });
      if (files.length > 0) await uploadAll(host.connection, sessionId, { files, signal }, terminal);
      const plan = await host.embedded!.plan({
        sessionId,
        instructions: [instruction, ...(flags.then ?? [])],
        ...(draft === undefined ? {} : { draft }),
        signal,
      });
      const estimate = estimateOf(context.config, plan);
      if (terminal.isJson) terminal.json({ ...plan, estimate });
      else for (const line of [...planLines(plan), estimateLine(estimate)]) terminal.line(line);
    } finally {
      await host.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Errors: FILE_MISSING, REQUEST_INVALID for what is no JSON. */
async function readDraft(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fail('FILE_MISSING', { name: path }, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('REQUEST_INVALID', { reason: `${path} is not JSON` }, { cause: error });
  }
}

/** What it would cost on a server with these settings: one price for each message that changes something. */
export type Estimate = { readonly credits: number };

function estimateOf(config: Config, plan: Plan): Estimate {
  const price = config.creditMode === 'metered' ? (config.creditCosts.edit ?? 0) : 0;
  const changing = (plan.turns ?? [plan]).filter(({ changes }) => changes.length > 0).length;
  return { credits: price * changing };
}

function estimateLine({ credits }: Estimate): string {
  return credits === 0 ? 'It would be free.' : `It would cost ${credits} ${credits === 1 ? 'credit' : 'credits'}.`;
}

/** For people: what would be called, what would change, what the answer would be. */
export function planLines(plan: Plan): string[] {
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? [`  ${none}`] : items.map((item) => `  ${item}`);
  return [
    'Would do:',
    ...list(
      plan.calls.map(({ tool, input }) => `${tool} ${JSON.stringify(input)}`),
      'nothing',
    ),
    'Would change:',
    ...list(plan.changes, 'nothing'),
    ...(plan.turns ?? []).flatMap(({ instruction, reply }) => [`> ${instruction}`, reply]),
    ...(plan.turns === undefined ? [plan.reply] : []),
    'This is a plan: nothing was kept or rendered.',
  ];
}
