/** What pictures tell, all from one pass; exported through the module's door. */
export { analyzePictureTask, createPictureAnalyzer, type PictureAnalyzer } from './analyze-picture.ts';
export { lookAtPlanes, type Look } from './look.ts';
export { measureJoinsTask } from './measure-joins.ts';
export { quietPath } from './measure-shake.ts';
