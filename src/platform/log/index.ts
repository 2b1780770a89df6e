/** The log for operators. */
export { createLog, type Log, type LogFields, type LogLevel, type LogOptions } from './log.ts';
export { redact } from './redact.ts';
