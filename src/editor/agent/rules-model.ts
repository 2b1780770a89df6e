/**
 * The built-in model: the rules behind the same interface as any provider, so that there is one loop.
 *
 * It asks for one tool call per step, because each may look at what the one before left; when all are done it answers.
 * Deterministic: the same message, memory and receipts give the same calls with the same ids.
 */
import type { LanguageModel } from 'ai';
import type { Receipt } from '#core/facts';
import { parseRequest, type ParsedRequest, type ToolCallRequest } from '#editor/rules';
import { composeReply, type Account } from './reply.ts';

type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type CallOptions = Parameters<Model['doGenerate']>[0];
type StreamPart = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

/** A question the last turn ended with: "yes" runs the call again, confirmed. */
export type PendingQuestion = ToolCallRequest & {
  /** The loop asked, not the tool: it runs as it was asked for. */
  readonly isGuarded?: boolean;
};

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/** What the rules know beside the conversation; `prefix`: of the ids of their calls. */
export type RulesKnowledge = {
  readonly pending?: PendingQuestion | undefined;
  readonly prefix?: string;
  readonly account?: Account;
};

export function createRulesModel(known: RulesKnowledge = {}): Model {
  return {
    specificationVersion: 'v4',
    provider: 'rushes',
    modelId: 'rules',
    supportedUrls: {},
    doGenerate: (options) => {
      const step = nextStep(options, known);
      return Promise.resolve(
        step.kind === 'call'
          ? {
              content: [{ type: 'tool-call', ...step.call }],
              finishReason: { unified: 'tool-calls', raw: undefined },
              usage,
              warnings: [],
            }
          : {
              content: [{ type: 'text', text: step.text }],
              finishReason: { unified: 'stop', raw: undefined },
              usage,
              warnings: [],
            },
      );
    },
    doStream: (options) =>
      Promise.resolve({
        stream: ReadableStream.from(streamParts(nextStep(options, known))) as ReadableStream<StreamPart>,
      }),
  };
}

type Step =
  | { readonly kind: 'call'; readonly call: { readonly toolCallId: string; readonly toolName: string; readonly input: string } }
  | { readonly kind: 'text'; readonly text: string };

function nextStep(options: CallOptions, { pending, prefix = 'call_', account }: RulesKnowledge): Step {
  const lastUser = options.prompt.findLastIndex((message) => message.role === 'user');
  const message = options.prompt[lastUser];
  const sentence =
    message?.role === 'user' ? message.content.map((part) => (part.type === 'text' ? part.text : '')).join(' ') : '';
  const request = withAnswer(parseRequest(sentence, earlierSentences(options.prompt.slice(0, lastUser))), pending);
  const receipts = options.prompt
    .slice(lastUser + 1)
    .flatMap((entry) => (entry.role === 'tool' ? entry.content.flatMap(receiptOf) : []));
  const next = request.calls[receipts.length];
  // A question keeps nobody from the other wishes; only the file waits for the answer.
  const isOpen = receipts.some(({ status, question }) => status === 'needs-answer' || question !== undefined);
  if (next === undefined || (isOpen && next.tool === 'export'))
    return { kind: 'text', text: composeReply(request, receipts, account) };
  return {
    kind: 'call',
    call: { toolCallId: `${prefix}${receipts.length + 1}`, toolName: next.tool, input: JSON.stringify(next.input) },
  };
}

/** What the user said before, oldest first: "a bit less" is about the newest of it. */
function earlierSentences(messages: CallOptions['prompt']): string[] {
  return messages.flatMap((message) =>
    message.role === 'user' ? [message.content.map((part) => (part.type === 'text' ? part.text : '')).join(' ')] : [],
  );
}

function withAnswer(request: ParsedRequest, pending: PendingQuestion | undefined): ParsedRequest {
  if (request.talk !== 'yes' || pending === undefined) return request;
  const { talk: _talk, ...rest } = request;
  const input = pending.isGuarded === true ? pending.input : { ...pending.input, confirmed: true };
  return { ...rest, calls: [{ tool: pending.tool, input }] };
}

function receiptOf(part: {
  readonly type: string;
  readonly output?: { readonly type: string; readonly value?: unknown };
}): Receipt[] {
  // Receipts are what our own tools returned; they crossed the loop as JSON.
  return part.type === 'tool-result' && part.output?.type === 'json' ? [part.output.value as Receipt] : [];
}

function* streamParts(step: Step): Generator<StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  if (step.kind === 'call') yield { type: 'tool-call', ...step.call };
  else {
    yield { type: 'text-start', id: 'reply' };
    for (const line of step.text.split(/(?<=\n)/)) yield { type: 'text-delta', id: 'reply', delta: line };
    yield { type: 'text-end', id: 'reply' };
  }
  yield { type: 'finish', usage, finishReason: { unified: step.kind === 'call' ? 'tool-calls' : 'stop', raw: undefined } };
}
