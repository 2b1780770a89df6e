/** The only door to language models. */
export { askModel, type Question } from './ask.ts';
export { createLlm } from './llm.ts';
export { createScriptedModel, type ScriptedStep } from './scripted.ts';
