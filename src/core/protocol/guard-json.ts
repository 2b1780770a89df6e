import { fail } from '#core/errors';
import { formatPath } from '#core/timeline';

/** Deeper than any draft of ours (11 levels), shallow enough for every reader. */
const deepest = 24;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/** Errors: TIMELINE_INVALID for nesting that no draft needs and for keys that reach into prototypes. */
export function guardJson(json: unknown): void {
  const open: { readonly value: unknown; readonly path: readonly PropertyKey[] }[] = [{ value: json, path: [] }];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const { value, path } = current;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= deepest)
      throw fail('TIMELINE_INVALID', { path: formatPath(path), reason: `it is nested deeper than ${deepest} levels` });
    const isArray = Array.isArray(value);
    for (const [key, child] of Object.entries(value)) {
      if (forbidden.has(key))
        throw fail('TIMELINE_INVALID', { path: formatPath(path) || 'its root', reason: `key ${key} is not permitted` });
      if (typeof child === 'object' && child !== null) open.push({ value: child, path: [...path, isArray ? Number(key) : key] });
    }
  }
}
