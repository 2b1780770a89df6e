/**
 * Writes the skills in the formats that people install, from one source each: `skills/<name>/` and what all share, `skills/api.md`.
 *
 * `node scripts/skills.ts` writes `skills/dist/` and `.claude-plugin/marketplace.json`; `--check` fails where a file is not what
 * it would write, or breaks the rules of its format.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkAgentSkill, checkClawHubSkill, checkMarketplace } from './skill-rules.ts';

/** `skill.json`. */
export type SkillSource = {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly emoji: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly topics: readonly string[];
};

const environment = [
  { name: 'NEMO_TOKEN', required: false, description: 'A token to use instead of an anonymous one' },
  { name: 'NEMO_API_URL', required: false, description: 'Address of the server; default http://127.0.0.1:8787' },
];
const platforms = {
  agentskills: 'cursor where this file lies in `~/.cursor/skills/`, claude in `~/.claude/skills/`, else unknown',
  clawhub: 'clawhub',
} as const;

/** SKILL.md in the strict Agent Skills format: six keys, the version below `metadata`. */
export function agentSkill(source: SkillSource, body: string, api: string): string {
  const frontmatter = [
    `name: ${source.name}`,
    `description: ${JSON.stringify(source.description)}`,
    'license: Apache-2.0',
    'compatibility: "Needs a Rushes server, on this machine or at NEMO_API_URL, and a way to send HTTP requests."',
    'metadata:',
    `  title: ${JSON.stringify(source.title)}`,
    `  version: ${JSON.stringify(source.version)}`,
  ];
  return compose(frontmatter, fill(`${body}\n${api}`, source, platforms.agentskills));
}

/** SKILL.md for ClawHub and OpenClaw, whose parser wants single lines and the metadata as JSON. */
export function clawHubSkill(source: SkillSource, body: string, api: string): string {
  const openclaw = {
    emoji: source.emoji,
    requires: { env: [], configPaths: ['~/.config/rushes/'] },
    primaryEnv: 'NEMO_TOKEN',
    envVars: environment,
  };
  const frontmatter = [
    `name: ${source.name}`,
    `description: ${JSON.stringify(source.description)}`,
    `version: ${source.version}`,
    `metadata: ${JSON.stringify({ openclaw })}`,
  ];
  return compose(frontmatter, fill(`${body}\n${api}`, source, platforms.clawhub));
}

/** One plugin with all skills, which is its own manifest. */
export function marketplace(sources: readonly SkillSource[]): string {
  const version = sources[0]!.version;
  const description = 'Edit video and sound in plain words on a server of your own';
  const plugin = {
    name: 'rushes-skills',
    description,
    source: './',
    strict: false,
    version,
    author: { name: 'Rushes maintainers' },
    category: 'creative',
    skills: sources.map(({ name }) => `./skills/dist/agentskills/${name}`),
  };
  const market = {
    name: 'rushes',
    owner: { name: 'Rushes maintainers' },
    metadata: { description, version },
    plugins: [plugin],
  };
  return `${JSON.stringify(market, undefined, 2)}\n`;
}

/** Every file by its path below `root`. */
export function composeSkills(root: string): ReadonlyMap<string, string> {
  const folder = join(root, 'skills');
  const api = readFileSync(join(folder, 'api.md'), 'utf8');
  const sources = readSources(root);
  const files = new Map<string, string>();
  for (const source of sources) {
    const body = readFileSync(join(folder, source.name, 'body.md'), 'utf8');
    files.set(`skills/dist/agentskills/${source.name}/SKILL.md`, agentSkill(source, body, api));
    files.set(`skills/dist/clawhub/${source.name}/SKILL.md`, clawHubSkill(source, body, api));
  }
  return files.set('.claude-plugin/marketplace.json', marketplace(sources));
}

/** Plain sentences: files that are stale, and rules of the formats that are broken. */
export function checkSkills(root: string): string[] {
  const files = composeSkills(root);
  const stale = [...files]
    .filter(([path, text]) => read(join(root, path)) !== text)
    .map(([path]) => `${path}: out of date; run node scripts/skills.ts`);
  const broken = readSources(root).flatMap((source) => [
    ...checkAgentSkill(source.name, files.get(`skills/dist/agentskills/${source.name}/SKILL.md`)!),
    ...checkClawHubSkill(source.name, files.get(`skills/dist/clawhub/${source.name}/SKILL.md`)!, source),
  ]);
  const market = checkMarketplace(files.get('.claude-plugin/marketplace.json')!, (path) => files.has(join(path, 'SKILL.md')));
  return [...stale, ...broken, ...market];
}

function readSources(root: string): SkillSource[] {
  const folder = join(root, 'skills');
  return readdirSync(folder)
    .toSorted()
    .filter((name) => existsSync(join(folder, name, 'skill.json')))
    .map((name) => JSON.parse(readFileSync(join(folder, name, 'skill.json'), 'utf8')) as SkillSource);
}

function fill(text: string, source: SkillSource, platform: string): string {
  const values: Readonly<Record<string, string>> = { name: source.name, version: source.version, platform };
  return text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key]!);
}

function compose(frontmatter: readonly string[], body: string): string {
  return `---\n${frontmatter.join('\n')}\n---\n\n${body}`;
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

if (import.meta.main) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  if (!process.argv.includes('--check')) {
    for (const [path, text] of composeSkills(root)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
  const faults = checkSkills(root);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
