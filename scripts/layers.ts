/**
 * The dependency rule as data, and the check that reads every import line against it.
 *
 * surfaces → editor → {engine, platform} → core, and only `app.ts` and `main.ts` see everything.
 * Inside a group the permitted arrows are listed; a cycle fails, type imports included.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** For each module, the modules it may import beside `core/*` where its group allows that. */
const permitted: Record<string, readonly string[]> = {
  'core/errors': [],
  'core/time': ['core/errors'],
  'core/asset': ['core/errors', 'core/time'],
  'core/dsp': ['core/errors', 'core/time'],
  'core/timeline': ['core/errors', 'core/time', 'core/asset'],
  'core/facts': ['core/errors', 'core/time', 'core/asset', 'core/timeline'],
  'core/interchange': ['core/errors', 'core/time', 'core/asset', 'core/timeline', 'core/facts'],
  'core/words': ['core/errors', 'core/time', 'core/asset', 'core/timeline', 'core/facts', 'core/interchange'],
  'core/script': ['core/errors', 'core/time'],
  'core/protocol': ['core/errors', 'core/time', 'core/asset', 'core/timeline', 'core/facts'],
  'engine/tasks': ['engine/plan'],
  'engine/pool': ['engine/tasks'],
  'engine/plan': [],
  'engine/media': ['engine/tasks'],
  'engine/models': ['engine/tasks'],
  'engine/sound': ['engine/media', 'engine/models', 'engine/plan', 'engine/tasks'],
  'engine/analysis': ['engine/media', 'engine/models', 'engine/sound', 'engine/tasks'],
  'engine/render': ['engine/media', 'engine/sound', 'engine/plan', 'engine/tasks'],
  'engine/qc': ['engine/media', 'engine/analysis', 'engine/plan', 'engine/tasks'],
  'engine/sample': ['engine/media', 'engine/models', 'engine/tasks'],
  'engine/music': ['engine/media', 'engine/tasks'],
  'engine/voice': ['engine/media', 'engine/models', 'engine/sound', 'engine/tasks'],
  'engine/worker': ['engine/*'],
  'platform/config': [],
  'platform/log': [],
  'platform/owner': [],
  'platform/blobs': ['platform/config', 'platform/log', 'platform/owner'],
  'platform/store': ['platform/config', 'platform/log'],
  'platform/fetch': ['platform/config', 'platform/log'],
  'platform/queue': ['platform/config', 'platform/log', 'platform/owner', 'platform/store'],
  'platform/provider': [],
  'platform/speech': ['platform/config', 'platform/provider'],
  'platform/transcribe': ['platform/config', 'platform/provider'],
  'platform/models': ['platform/config', 'platform/log'],
  'platform/llm': ['platform/config', 'platform/log'],
  'editor/context': [],
  'editor/commit': ['editor/context'],
  'editor/assets': ['editor/context', 'editor/commit'],
  'editor/jobs': ['editor/context', 'editor/commit', 'editor/assets'],
  'editor/previews': ['editor/context', 'editor/commit', 'editor/assets', 'editor/jobs'],
  'editor/tools': ['editor/context', 'editor/commit', 'editor/assets', 'editor/jobs'],
  'editor/rules': [],
  'editor/agent': [
    'editor/context',
    'editor/commit',
    'editor/assets',
    'editor/jobs',
    'editor/previews',
    'editor/tools',
    'editor/rules',
  ],
  client: [],
  'surfaces/http': [],
  'surfaces/cli': ['client'],
  'surfaces/mcp': ['client'],
  app: ['*'],
  'http-services': ['*'],
  main: ['*'],
};

/** What each group may reach in other groups. */
const groups: Record<string, readonly string[]> = {
  core: [],
  client: ['core'],
  engine: ['core'],
  platform: ['core'],
  editor: ['core', 'engine', 'platform'],
  surfaces: ['core', 'client', 'editor', 'platform', 'engine'],
  app: ['core', 'engine', 'platform', 'editor', 'surfaces', 'client'],
  'http-services': ['core', 'engine', 'platform', 'editor', 'surfaces', 'client'],
  main: ['core', 'engine', 'platform', 'editor', 'surfaces', 'client', 'app'],
};

/** The engine modules that the API process may load; every other one lives in a media worker process. */
const outsideWorkers = ['engine/pool', 'engine/plan', 'engine/tasks'];

/** A vendor may be imported by these modules only. */
const vendors: Record<string, readonly string[]> = {
  'node-av': ['engine/media'],
  'sherpa-onnx-node': ['engine/models'],
  '@echogarden/': ['engine/models'],
  '@ricky0123/': ['engine/models'],
  'better-sqlite3': ['platform/store'],
  kysely: ['platform/store'],
  hono: ['surfaces/http'],
  '@hono/': ['surfaces/http', 'surfaces/mcp'],
  '@modelcontextprotocol/': ['surfaces/mcp'],
  busboy: ['surfaces/http'],
  ai: ['platform/llm', 'editor/agent', 'editor/rules'],
  '@ai-sdk/': ['platform/llm', 'editor/agent', 'editor/rules'],
  commander: ['surfaces/cli'],
};

export type Fault = { readonly file: string; readonly message: string };

/** Reads all sources below `root/src` and returns every broken rule, in file order. */
export function findLayerFaults(root: string): Fault[] {
  const faults: Fault[] = [];
  const files = listSources(join(root, 'src'));
  const graph = new Map<string, Set<string>>();
  for (const path of files) {
    const file = relative(root, path);
    const from = moduleOf(file);
    const isTest = file.endsWith('.test.ts');
    if (permitted[from] === undefined) faults.push({ file, message: `module ${from} is not listed in scripts/layers.ts` });
    for (const target of importsOf(readFileSync(path, 'utf8'))) {
      const fault = target.startsWith('#') ? checkDoor(from, target, graph, isTest) : checkOutside(from, target, isTest);
      if (fault !== undefined) faults.push({ file, message: fault });
    }
  }
  const cycle = findCycle(graph);
  if (cycle !== undefined) faults.push({ file: 'src', message: `modules import each other in a circle: ${cycle.join(' → ')}` });
  return faults;
}

function checkDoor(from: string, target: string, graph: Map<string, Set<string>>, isTest: boolean): string | undefined {
  const to = target.slice(1);
  if (to === from) return `${from} imports its own door; use ./file.ts`;
  const [fromGroup, toGroup] = [groupOf(from), groupOf(to)];
  if (!isTest) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  if (fromGroup !== toGroup) {
    if (!(groups[fromGroup] ?? []).includes(toGroup)) return `${from} must not import ${to}`;
    if (toGroup === 'engine' && !outsideWorkers.includes(to))
      return `${from} must not import ${to}, which belongs to media workers`;
    return undefined;
  }
  const list = permitted[from] ?? [];
  return list.includes(to) || list.includes('*') || list.includes(`${toGroup}/*`) ? undefined : `${from} must not import ${to}`;
}

function checkOutside(from: string, target: string, isTest: boolean): string | undefined {
  if (target.startsWith('.')) {
    if (target.includes('../') && from.includes('/')) {
      // One step up is for lists of siblings (edits/, routes/, commands/ …) inside one module.
      if (target.startsWith('../../')) return `deep relative import ${target}`;
    }
    return target.endsWith('.ts') || target.endsWith('.json') ? undefined : `relative import ${target} without its .ts`;
  }
  if (isTest) return undefined;
  if (groupOf(from) === 'core' && (target.startsWith('node:') || target !== 'zod'))
    return `core is pure and must not import ${target}`;
  if (from === 'client' && target.startsWith('node:')) return `client runs in the browser and must not import ${target}`;
  for (const [vendor, doors] of Object.entries(vendors)) {
    const matches = vendor.endsWith('/') ? target.startsWith(vendor) : target === vendor || target.startsWith(`${vendor}/`);
    if (matches && !doors.includes(from)) return `${target} may be imported by ${doors.join(', ')} only`;
  }
  return undefined;
}

function findCycle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...path, node]);
      if (found !== undefined) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

function importsOf(text: string): string[] {
  const lines =
    /^\s*import\s+['"]([^'"]+)['"]|^\s*(?:import|export)\s[^;'"]*?\sfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(lines)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function moduleOf(file: string): string {
  const parts = file.split('/');
  if (parts.length === 2) return parts[1]!.replace(/(\.test)?\.ts$/, '');
  return parts[1] === 'client' ? 'client' : `${parts[1]}/${parts[2]}`;
}

function groupOf(module: string): string {
  return module.split('/')[0]!;
}

function listSources(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return listSources(path);
      return name.endsWith('.ts') ? [path] : [];
    });
}
