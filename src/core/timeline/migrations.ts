/** Saved timelines of earlier versions, brought up to the current one step by step. */
import { fail } from '#core/errors';

export const currentSchema = 'timeline/1';

/** From the name of a version to the step that makes its successor. Each step comes with a saved fixture in the tests. */
const steps: Readonly<Record<string, (json: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>> = {};

/** The JSON in the current version's form. Errors: TIMELINE_INVALID for a version that this build does not know. */
export function migrate(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw fail('TIMELINE_INVALID', { path: 'its root', reason: 'it is not an object' });
  }
  let current = json as Readonly<Record<string, unknown>>;
  while (current.schema !== currentSchema) {
    const version = current.schema;
    const step = typeof version === 'string' && Object.hasOwn(steps, version) ? steps[version] : undefined;
    if (step === undefined) {
      throw fail('TIMELINE_INVALID', {
        path: 'schema',
        reason: `version ${JSON.stringify(version)?.slice(0, 40)} is not known, current is ${currentSchema}`,
      });
    }
    current = step(current);
  }
  return current;
}
