/** Models that can be fetched: recognisers, voices, noise removal. Never without being asked. */
export {
  findModel,
  listModels,
  modelNote,
  modelsFolder,
  pullModel,
  removeModel,
  type ListedModel,
  type ModelNote,
  type ModelsConfig,
} from './model-store.ts';
export { models, releases, type ModelEntry } from './registry.ts';
