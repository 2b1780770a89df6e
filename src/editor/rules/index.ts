/** The built-in language understanding: sentences to tool calls, no model, no network, deterministic. */
export { examples, parseRequest } from './parse-request.ts';
export { detectLanguage, type Language, type ParsedRequest, type ToolCallRequest } from './request.ts';
