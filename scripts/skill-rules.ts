/** What each format of a skill demands, as checks over the finished file. Each returns plain sentences, none when all is well. */

/** A SKILL.md taken apart: the lines between the two `---`, by key, and what follows. */
export type SkillFile = {
  readonly keys: ReadonlyMap<string, string>;
  /** Keys below `metadata:` where that is a map over several lines. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly body: string;
};

/** What a skill says of itself beside its text. */
export type SkillListing = { readonly categories: readonly string[]; readonly topics: readonly string[] };

const agentSkillsKeys = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
const clawHubKeys = ['name', 'description', 'version', 'homepage', 'metadata'];
const reservedTopics = ['official', 'verified', 'featured', 'trending', 'clawhub', 'openclaw'];
const namePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Undefined where there is no frontmatter or a line of it is not `key: value`. Values are read as JSON where they are quoted. */
export function readSkillFile(text: string): SkillFile | undefined {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (parts === null) return undefined;
  const [keys, metadata] = [new Map<string, string>(), new Map<string, string>()];
  for (const line of parts[1]!.split('\n')) {
    const entry = /^( {2})?([A-Za-z][\w-]*):(?: (.*))?$/.exec(line);
    const value = entry === null ? undefined : plain(entry[3] ?? '');
    if (entry === null || value === undefined) return undefined;
    (entry[1] === undefined ? keys : metadata).set(entry[2]!, value);
  }
  return { keys, metadata, body: parts[2]! };
}

/** The strict Agent Skills format. */
export function checkAgentSkill(folder: string, text: string): string[] {
  const file = readSkillFile(text);
  if (file === undefined) return [`${folder}: the frontmatter cannot be read`];
  const faults = checkCommon(folder, file, agentSkillsKeys);
  if (!file.metadata.has('version')) faults.push('metadata has no version');
  if ((file.keys.get('compatibility') ?? '').length > 500) faults.push('compatibility is longer than 500 characters');
  return faults.map((fault) => `${folder}: ${fault}`);
}

/** ClawHub and OpenClaw: single lines only, metadata as one-line JSON, what the text uses declared, nothing demanded. */
export function checkClawHubSkill(folder: string, text: string, listing: SkillListing): string[] {
  const file = readSkillFile(text);
  if (file === undefined) return [`${folder}: the frontmatter cannot be read`];
  const faults = checkCommon(folder, file, clawHubKeys);
  if (file.metadata.size > 0) faults.push('metadata is not on one line');
  if (!/^\d+\.\d+\.\d+$/.test(file.keys.get('version') ?? '')) faults.push('version is not of three numbers');
  faults.push(...checkOpenClaw(file), ...checkListing(listing));
  return faults.map((fault) => `${folder}: ${fault}`);
}

/** A Claude marketplace; `exists` tells whether a path below its folder has a SKILL.md. */
export function checkMarketplace(text: string, exists: (path: string) => boolean): string[] {
  const market = JSON.parse(text) as {
    readonly name?: string;
    readonly owner?: { readonly name?: string };
    readonly plugins?: readonly {
      readonly name?: string;
      readonly source?: string;
      readonly strict?: boolean;
      readonly description?: string;
      readonly skills?: readonly string[];
    }[];
  };
  const faults: string[] = [];
  if (!namePattern.test(market.name ?? '')) faults.push('the name is not of lower-case letters, digits and hyphens');
  if (typeof market.owner?.name !== 'string') faults.push('there is no owner');
  if ((market.plugins ?? []).length === 0) faults.push('there are no plugins');
  for (const plugin of market.plugins ?? []) {
    if (!namePattern.test(plugin.name ?? '')) faults.push('a plugin has no proper name');
    if (typeof plugin.description !== 'string') faults.push(`${plugin.name}: no description`);
    // Without a plugin.json of its own the entry has to be the manifest.
    if (plugin.strict !== false || plugin.source !== './') faults.push(`${plugin.name}: must be its own manifest at the root`);
    for (const path of plugin.skills ?? [])
      if (!path.startsWith('./') || !exists(path)) faults.push(`${plugin.name}: there is no skill at ${path}`);
  }
  return faults.map((fault) => `marketplace: ${fault}`);
}

function checkCommon(folder: string, file: SkillFile, allowed: readonly string[]): string[] {
  const faults: string[] = [];
  const [name, description] = [file.keys.get('name') ?? '', file.keys.get('description') ?? ''];
  for (const key of file.keys.keys()) if (!allowed.includes(key)) faults.push(`the key ${key} is not allowed`);
  if (name !== folder) faults.push(`the name ${name} is not that of its folder`);
  if (!namePattern.test(name) || name.length > 64)
    faults.push('the name is not 1 to 64 lower-case letters, digits and single hyphens');
  if (description.length === 0 || description.length > 1024) faults.push('the description is not of 1 to 1024 characters');
  if (file.body.split('\n').length >= 500) faults.push('the body has 500 lines or more');
  // Four characters a token is what English comes to; Chinese words here are few.
  if (file.body.length / 4 > 5000) faults.push('the body has more than 5000 tokens');
  if (/\{\{/.test(file.body)) faults.push('a placeholder was left');
  return faults;
}

function checkOpenClaw(file: SkillFile): string[] {
  type Declared = {
    readonly openclaw?: {
      readonly requires?: { readonly env?: readonly string[]; readonly configPaths?: readonly string[] };
      readonly envVars?: readonly { readonly name: string; readonly required: boolean; readonly description?: string }[];
    };
  };
  let declared: Declared['openclaw'];
  try {
    declared = (JSON.parse(file.keys.get('metadata') ?? '') as Declared).openclaw;
  } catch {
    return ['metadata is not JSON'];
  }
  const faults: string[] = [];
  const variables = new Map((declared?.envVars ?? []).map((one) => [one.name, one]));
  const used = new Set(file.body.match(/\bNEMO_[A-Z_]+\b/g) ?? []);
  for (const name of used) if (!variables.has(name)) faults.push(`${name} is used and not declared`);
  for (const [name, { required, description }] of variables) {
    if (!used.has(name)) faults.push(`${name} is declared and not used`);
    if (required || description === undefined) faults.push(`${name} must be optional and described`);
  }
  if ((declared?.requires?.env ?? []).length > 0) faults.push('nothing may be demanded of the environment');
  for (const [, path] of file.body.matchAll(/`(~\/\.[\w./-]+)`/g))
    if (!(declared?.requires?.configPaths ?? []).some((one) => path!.startsWith(one)))
      faults.push(`${path} is used and not declared`);
  return faults;
}

function checkListing({ categories, topics }: SkillListing): string[] {
  const faults: string[] = [];
  if (categories.length > 3) faults.push('there are more than 3 categories');
  if (topics.length > 5) faults.push('there are more than 5 topics');
  for (const topic of topics) {
    if (topic.length > 48) faults.push(`the topic ${topic} is longer than 48 characters`);
    if (reservedTopics.includes(topic)) faults.push(`the topic ${topic} is reserved`);
  }
  return faults;
}

/** A bare value must not hold what YAML gives a meaning; a quoted one is JSON, which YAML reads alike. */
function plain(value: string): string | undefined {
  if (!value.startsWith('"')) return value.startsWith('{') || !/: | #|^(?:[&*!|>%@`'[\]]|- )/.test(value) ? value : undefined;
  try {
    return JSON.parse(value) as string;
  } catch {
    return undefined;
  }
}
