/** A language model that says what it is told, step by step: for tests of the loop around it. */
import type { LanguageModel } from 'ai';
import { fail } from '#core/errors';

export type ScriptedStep = {
  readonly text?: string;
  readonly calls?: readonly { readonly tool: string; readonly input: unknown }[];
};

type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type CallOptions = Parameters<Model['doGenerate']>[0];
type Content = Awaited<ReturnType<Model['doGenerate']>>['content'];
type StreamPart = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/**
 * Each call of the model gives the next step; what it was asked with is kept in `prompts`, in order.
 *
 * Errors: LLM_UNAVAILABLE when it is asked more often than there are steps.
 */
export function createScriptedModel(steps: readonly ScriptedStep[]): Model & { readonly prompts: CallOptions['prompt'][] } {
  const prompts: CallOptions['prompt'][] = [];
  const next = (options: CallOptions): { content: Content; finishReason: { unified: 'stop' | 'tool-calls'; raw: undefined } } => {
    const step = steps[prompts.length];
    prompts.push(options.prompt);
    if (step === undefined) throw fail('LLM_UNAVAILABLE', { model: 'scripted' });
    const calls = step.calls ?? [];
    return {
      content: [
        ...(step.text === undefined ? [] : [{ type: 'text' as const, text: step.text }]),
        ...calls.map(({ tool, input }, index) => ({
          type: 'tool-call' as const,
          toolCallId: `call_${prompts.length}_${index + 1}`,
          toolName: tool,
          input: JSON.stringify(input),
        })),
      ],
      finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    };
  };
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    prompts,
    doGenerate: (options) => Promise.resolve({ ...next(options), usage, warnings: [] }),
    doStream(options) {
      const { content, finishReason } = next(options);
      const parts: StreamPart[] = [{ type: 'stream-start', warnings: [] }];
      for (const [index, part] of content.entries()) {
        const id = String(index);
        if (part.type === 'text')
          parts.push({ type: 'text-start', id }, { type: 'text-delta', id, delta: part.text }, { type: 'text-end', id });
        if (part.type === 'tool-call') parts.push(part);
      }
      parts.push({ type: 'finish', usage, finishReason });
      return Promise.resolve({ stream: ReadableStream.from(parts) as ReadableStream<StreamPart> });
    },
  };
}
