/** Narration: texts into one sound. */
export { speakTask } from './speak-task.ts';
