/** Quality control: what a finished file measures. */
export { verifyTask } from './verify.ts';
