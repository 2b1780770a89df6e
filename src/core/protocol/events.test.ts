import { expect, test } from 'vitest';
import { fail } from '#core/errors';
import { adkEventSchema, toAdkEvent, toFlatEvent, type SessionEvent } from './index.ts';

const receipt = {
  tool: 'trim_pauses',
  status: 'done',
  asked: {},
  done: ['Trimmed 3 pauses'],
  skipped: [],
  facts: { count: 3 },
  warnings: [],
  revision: 4,
} as const;
const turn: readonly SessionEvent[] = [
  { kind: 'turn-start', invocationId: 'e-1', text: 'trim pauses' },
  { kind: 'tool-call-start', callId: 'call_1', tool: 'trim_pauses', input: { mode: 'trim' } },
  { kind: 'tool-call-end', callId: 'call_1', tool: 'trim_pauses', receipt },
  { kind: 'timeline-changed', revision: 4, durationMs: 121_000 },
  { kind: 'job-progress', jobId: 'job_1', progress: 0.5 },
  { kind: 'text-delta', text: 'Trimmed ' },
  { kind: 'text', text: 'Trimmed 3 pauses' },
  { kind: 'error', error: fail('DISK_FULL').toJSON() },
  { kind: 'turn-end', status: 'failed' },
];
const frames = turn.map((event, index) => toAdkEvent(event, { invocationId: 'e-1', seq: index + 1, at: 1_700_000_000_250 }));

test('a turn in the shape of the agent protocol, with `type` and `text` for simple readers', () => {
  expect(frames.map((frame) => frame?.type)).toEqual([
    undefined,
    'tool_call',
    'tool_result',
    'state',
    'progress',
    'text',
    'text',
    'error',
    undefined,
  ]);
  const common = { invocationId: 'e-1', author: 'nemo_agent', timestamp: 1_700_000_000.25 };
  expect(frames[1]).toEqual({
    ...common,
    id: 'e-1-2',
    type: 'tool_call',
    content: { role: 'model', parts: [{ functionCall: { id: 'call_1', name: 'trim_pauses', args: { mode: 'trim' } } }] },
  });
  expect(frames[2]).toEqual({
    ...common,
    id: 'e-1-3',
    type: 'tool_result',
    content: { role: 'user', parts: [{ functionResponse: { id: 'call_1', name: 'trim_pauses', response: receipt } }] },
  });
  expect(frames[3]!.actions).toEqual({ stateDelta: { draft_version: 4, draft_duration_ms: 121_000 } });
  expect(frames[5]).toMatchObject({ text: 'Trimmed ', partial: true });
  expect(frames[6]).toEqual({
    ...common,
    id: 'e-1-7',
    type: 'text',
    text: 'Trimmed 3 pauses',
    content: { role: 'model', parts: [{ text: 'Trimmed 3 pauses' }] },
  });
  expect(frames[7]).toMatchObject({ errorCode: 'DISK_FULL', errorMessage: 'Disk is full. Free some space and try again' });
});

test('every frame is what the schema says and nothing more', () => {
  for (const frame of frames)
    if (frame !== undefined) expect(adkEventSchema.parse(JSON.parse(JSON.stringify(frame)))).toEqual(frame);
});

test('flat readers get each text once', () => {
  expect(turn.flatMap((event) => toFlatEvent(event) ?? [])).toEqual([
    { type: 'tool_call', name: 'trim_pauses', args: { mode: 'trim' } },
    { type: 'tool_result', name: 'trim_pauses', result: receipt },
    { type: 'text', content: 'Trimmed 3 pauses' },
    { type: 'error', code: 'DISK_FULL', content: 'Disk is full' },
  ]);
});
