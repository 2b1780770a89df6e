import { fail } from '#core/errors';
import { explainConfig } from '#platform/config';
import type { CommandContext } from '../command-context.ts';

/** `rushes doctor`: what works on this machine and what would work better. */
export async function doctorCommand(context: CommandContext): Promise<void> {
  const facts = await context.inspect();
  const changed = explainConfig().filter(({ source }) => source !== 'default');
  if (context.terminal.isJson) context.terminal.json({ ok: facts.every(({ ok }) => ok), checks: facts, settings: changed });
  else {
    for (const { name, ok, note } of facts) context.terminal.line(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${note}`);
    for (const { env, value, source } of changed) context.terminal.line(`     ${env}=${value} (${source})`);
  }
  if (facts.some(({ ok }) => !ok)) throw fail('CONFIG_INVALID', { name: 'of this machine', reason: 'a check above failed' });
}
