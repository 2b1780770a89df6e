import { expect, test } from 'vitest';
import { fail } from '#core/errors';
import { createLog, type LogLevel } from './index.ts';

function collect(level: LogLevel = 'debug') {
  const lines: string[] = [];
  return { lines, log: createLog({ level, write: (line) => void lines.push(line) }) };
}

test('a line is JSON with time, level, name, and the fields of the log it came from', () => {
  const { lines, log } = collect();
  log.with({ jobId: 'job_1' }).info('render.end', { durationMs: 12 });
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', name: 'render.end', jobId: 'job_1', durationMs: 12 });
});

test('what is below the level is not written', () => {
  const { lines, log } = collect('warn');
  log.info('a.b');
  log.debug('a.b');
  log.warn('a.b');
  log.error('a.b');
  expect(lines).toHaveLength(2);
});

test('tokens, signatures and passwords never reach a line, however deep they are', () => {
  const { lines, log } = collect();
  const secret = 'Zx81Qw';
  log.info('request', {
    text: `Bearer ${secret} and nmv_usr_${secret} and clm_${secret}`,
    headers: { Authorization: `Bearer ${secret}`, cookie: secret },
    urls: [`https://user:${secret}@host.example/a?signature=${secret}#${secret}`, `/files/a?expires=1&signature=${secret}`],
    error: fail('INTERNAL', { token: secret }, { cause: new Error(`https://x.example/?key=${secret}`) }),
    modelKey: secret,
  });
  expect(lines.join('\n')).not.toContain(secret);
  expect(lines.join('\n')).toContain('host.example/a');
});
