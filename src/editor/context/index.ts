/** The context of a running server, new ids, and signed links. */
export type { EditorContext } from './context.ts';
export { createIds, type Ids } from './ids.ts';
export { checkLink, publicUrl, signLink } from './links.ts';
