/** The only door to language models. */
export { createLlm } from './llm.ts';
export { createScriptedModel, type ScriptedStep } from './scripted.ts';
