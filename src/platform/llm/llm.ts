/**
 * Language models by configuration. `RUSHES_MODEL=rules` (the default) needs none: the editor's own rules engine speaks
 * the same interface. Every other value is `<provider>:<model>`: Anthropic and Google over their own protocols, all others
 * over the OpenAI-compatible one, which hosted and local servers alike speak.
 */
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import { createLazyModel, type Model } from './lazy-model.ts';

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
  llamacpp: 'http://127.0.0.1:8080/v1',
  vllm: 'http://127.0.0.1:8000/v1',
};

type Access = {
  readonly name: string;
  readonly model: string;
  readonly url: string | undefined;
  readonly key: string | undefined;
};

/** Providers with a protocol of their own; RUSHES_MODEL_URL names another address that speaks it. */
const own: Readonly<Record<string, (access: Access) => Promise<Model>>> = {
  anthropic: async ({ model, ...access }) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic(options(access))(model);
  },
  google: async ({ model, ...access }) => {
    const { createGoogle } = await import('@ai-sdk/google');
    return createGoogle(options(access))(model);
  },
};

function options({ url, key }: Pick<Access, 'url' | 'key'>) {
  return { ...(url === undefined ? {} : { baseURL: url }), ...(key === undefined ? {} : { apiKey: key }) };
}

/**
 * The configured model, or undefined for the built-in rules. Nothing is contacted before it is used.
 *
 * Errors: CONFIG_INVALID for an unknown provider or a missing address.
 */
export function createLlm(config: Pick<Config, 'model' | 'modelUrl' | 'modelKey'>): Model | undefined {
  if (config.model === 'rules') return undefined;
  const colon = config.model.indexOf(':');
  const [name, model] = [config.model.slice(0, colon), config.model.slice(colon + 1)];
  if (colon < 1 || model === '') throw invalid(`"${config.model}" is neither rules nor <provider>:<model>`);
  const names = ['openai-compatible', ...Object.keys(own), ...Object.keys(providers)];
  if (!names.includes(name)) throw invalid(`there is no provider "${name}"; there are ${names.join(', ')}`);
  const access = { name, model, url: config.modelUrl, key: config.modelKey };
  const load = Object.hasOwn(own, name) ? own[name] : undefined;
  if (load !== undefined) return createLazyModel({ provider: name, modelId: model }, () => load(access));
  const baseURL = config.modelUrl ?? providers[name];
  if (baseURL === undefined) throw invalid('openai-compatible needs RUSHES_MODEL_URL');
  return createLazyModel({ provider: name, modelId: model }, async () => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const { key } = access;
    return createOpenAICompatible({ name, baseURL, ...(key === undefined ? {} : { apiKey: key }) }).chatModel(model);
  });
}

function invalid(reason: string): Error {
  return fail('CONFIG_INVALID', { name: 'RUSHES_MODEL', reason });
}
