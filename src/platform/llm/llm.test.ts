import { generateText, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isEditorError } from '#core/errors';
import { loadConfig } from '#platform/config';
import { createLlm, createScriptedModel } from './index.ts';

const open = (env: Readonly<Record<string, string>>) => createLlm(loadConfig(env));

describe('createLlm()', () => {
  test('rules are no model at all', () => {
    expect(open({})).toBeUndefined();
  });

  test.each([
    [{ RUSHES_MODEL: 'ollama:qwen3:8b' }, 'qwen3:8b'],
    [{ RUSHES_MODEL: 'openai-compatible:local', RUSHES_MODEL_URL: 'http://127.0.0.1:9/v1' }, 'local'],
    [{ RUSHES_MODEL: 'openrouter:qwen/qwen3', RUSHES_MODEL_KEY: 'k' }, 'qwen/qwen3'],
    [{ RUSHES_MODEL: 'anthropic:claude-sonnet', RUSHES_MODEL_KEY: 'k' }, 'claude-sonnet'],
    [{ RUSHES_MODEL: 'google:gemini-flash', RUSHES_MODEL_KEY: 'k' }, 'gemini-flash'],
    [{ RUSHES_MODEL: 'llamacpp:local' }, 'local'],
    [{ RUSHES_MODEL: 'vllm:local' }, 'local'],
  ])('%j is the model of that name', (env, modelId) => {
    expect(open(env)).toMatchObject({ modelId });
  });

  test.each([
    [{ RUSHES_MODEL: 'gpt' }],
    [{ RUSHES_MODEL: 'openai:' }],
    [{ RUSHES_MODEL: 'constructor:x' }],
    [{ RUSHES_MODEL: 'openai-compatible:x' }],
  ])('%j is refused', (env) => {
    expect(() => open(env)).toThrow(expect.toSatisfy((error: unknown) => isEditorError(error, 'CONFIG_INVALID')));
  });
});

describe('createScriptedModel()', () => {
  const tools = {
    add: tool({ inputSchema: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }) => Promise.resolve(a + b) }),
  };
  const script = [{ calls: [{ tool: 'add', input: { a: 2, b: 3 } }] }, { text: 'It is 5' }];

  test('speaks through the whole loop: call, result, text', async () => {
    const model = createScriptedModel(script);
    const { text, steps } = await generateText({ model, tools, prompt: 'add', stopWhen: stepCountIs(5) });
    expect(text).toBe('It is 5');
    expect(steps[0]?.toolResults[0]?.output).toBe(5);
    expect(model.prompts).toHaveLength(2);
  });

  test('streams the same', async () => {
    const { textStream } = streamText({ model: createScriptedModel(script), tools, prompt: 'add', stopWhen: stepCountIs(5) });
    let text = '';
    for await (const part of textStream) text += part;
    expect(text).toBe('It is 5');
  });
});
