/** The only door to language models. */
export { askModel, type Question } from './ask.ts';
export { createLlm } from './llm.ts';
export type { Model } from './lazy-model.ts';
export { withPatience } from './patience.ts';
export { createScriptedModel, type ScriptedStep } from './scripted.ts';
