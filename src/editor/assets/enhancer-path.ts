/** Where the model of the neural noise engine is, once `rushes models pull gtcrn` has fetched it. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EditorContext } from '#editor/context';

/** Absolute; undefined where it is not there. */
export function enhancerPath({ config }: Pick<EditorContext, 'config'>): string | undefined {
  const path = resolve(config.modelsFolder ?? join(config.dataFolder, 'models'), 'gtcrn', 'gtcrn.onnx');
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}
