/** Music from nothing but a request: composed and synthesised here. */
export { makeMusicTask } from './make-music-task.ts';
