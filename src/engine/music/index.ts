/** Music from nothing but a request: composed and synthesised here, the same for the same request. */
export { composeMusic, type Piece } from './compose-music.ts';
export { makeMusicTask } from './make-music-task.ts';
