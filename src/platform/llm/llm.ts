/**
 * Language models by configuration. `RUSHES_MODEL=rules` (the default) needs none: the editor's own rules engine speaks
 * the same interface. Every other value is `<provider>:<model>`, reached over the OpenAI-compatible protocol, which
 * hosted and local servers alike speak.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';

/** Where the named providers listen; `openai-compatible` takes RUSHES_MODEL_URL. */
const providers: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  deepseek: 'https://api.deepseek.com/v1',
  groq: 'https://api.groq.com/openai/v1',
  mistral: 'https://api.mistral.ai/v1',
  together: 'https://api.together.xyz/v1',
  xai: 'https://api.x.ai/v1',
  dashscope: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  lmstudio: 'http://127.0.0.1:1234/v1',
};

/**
 * The configured model, or undefined for the built-in rules. Nothing is contacted before it is used.
 *
 * Errors: CONFIG_INVALID for an unknown provider or a missing address.
 */
export function createLlm(config: Pick<Config, 'model' | 'modelUrl' | 'modelKey'>): LanguageModel | undefined {
  if (config.model === 'rules') return undefined;
  const colon = config.model.indexOf(':');
  const [name, model] = [config.model.slice(0, colon), config.model.slice(colon + 1)];
  if (colon < 1 || model === '') throw invalid(`"${config.model}" is neither rules nor <provider>:<model>`);
  const known = name === 'openai-compatible' || Object.hasOwn(providers, name);
  if (!known) throw invalid(`there is no provider "${name}"; there are openai-compatible, ${Object.keys(providers).join(', ')}`);
  const baseURL = config.modelUrl ?? providers[name];
  if (baseURL === undefined) throw invalid('openai-compatible needs RUSHES_MODEL_URL');
  const provider = createOpenAICompatible({
    name,
    baseURL,
    ...(config.modelKey === undefined ? {} : { apiKey: config.modelKey }),
  });
  return provider.chatModel(model);
}

function invalid(reason: string): Error {
  return fail('CONFIG_INVALID', { name: 'RUSHES_MODEL', reason });
}
