/** Renders: plans read from sources, pictures encoded in parts, finished files assembled from packets. */
export { assembleTask } from './assemble.ts';
export { planRenderTask } from './plan-task.ts';
export { renderPictureTask } from './render-picture.ts';
