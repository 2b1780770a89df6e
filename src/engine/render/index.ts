/** Renders: plans read from sources, pictures encoded in parts, finished files assembled from packets. */
export { assembleTask } from './assemble.ts';
export { planRenderTask } from './plan-task.ts';
export { renderPictureTask } from './render-picture.ts';
export { writeTextFiles, type TextFiles } from './ass-script.ts';
export { breakCaption } from './draw-text.ts';
export { textStyles } from './text-styles.ts';
export { timelineFrameTask } from './timeline-frame.ts';
