/** From bytes to assets, and facts about them. */
export { importFile, importStream, importUrl, mediaSource, placeAsset, soundFacts } from './contract.ts';
export type { Imported, ImportOptions } from './types.ts';
