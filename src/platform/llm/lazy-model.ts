/** A model whose provider's code is loaded when it is first asked, so that nobody pays for providers that are not used. */
import type { LanguageModel } from 'ai';

export type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;

/** The model that `load` gives, loaded once; a load that failed is tried again at the next question. */
export function createLazyModel(names: Pick<Model, 'provider' | 'modelId'>, load: () => Promise<Model>): Model {
  let loading: Promise<Model> | undefined;
  const loaded = (): Promise<Model> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    specificationVersion: 'v4',
    ...names,
    // Pictures go as bytes: an address that only this server can reach would be worth nothing to a provider.
    supportedUrls: {},
    doGenerate: async (options) => (await loaded()).doGenerate(options),
    doStream: async (options) => (await loaded()).doStream(options),
  };
}
