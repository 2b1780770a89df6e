import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkAgentSkill, checkClawHubSkill, checkMarketplace, readSkillFile } from './skill-rules.ts';
import { agentSkill, checkSkills, clawHubSkill, composeSkills, marketplace, type SkillSource } from './skills.ts';

const source: SkillSource = {
  name: 'a-skill',
  title: 'A Skill',
  version: '1.2.3',
  emoji: '🎬',
  description: 'Edits: "this" and that. Use when asked.',
  categories: ['creative'],
  topics: ['video'],
};
const body = '# A Skill\n\nUse NEMO_TOKEN, NEMO_API_URL and `~/.config/rushes/skill.json`.\n';
const api = 'Send `{{name}}`, `{{version}}` ({{platform}}).\n';
const agent = agentSkill(source, body, api);
const hub = clawHubSkill(source, body, api);
const faultsOfAgent = (text: string) => checkAgentSkill('a-skill', text).join('; ');
const faultsOfHub = (text: string, listing = source) => checkClawHubSkill('a-skill', text, listing).join('; ');

test('what is kept in the repository is what the sources say, and keeps the rules of its formats', () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  expect(checkSkills(root)).toEqual([]);
  expect([...composeSkills(root).keys()].filter((path) => path.startsWith('skills/dist/clawhub/'))).toHaveLength(5);
});

describe('the Agent Skills format', () => {
  test('has the version below metadata and the words filled in', () => {
    expect(faultsOfAgent(agent)).toBe('');
    const file = readSkillFile(agent)!;
    expect(Object.fromEntries(file.metadata)).toEqual({ title: 'A Skill', version: '1.2.3' });
    expect(file.keys.get('description')).toBe(source.description);
    expect(file.body).toContain('Send `a-skill`, `1.2.3` (cursor where');
  });

  test.each([
    ['name: a-skill', 'name: other', 'not that of its folder'],
    ['license: Apache-2.0', 'version: 1.2.3', 'the key version is not allowed'],
    ['description: ', 'description: plain: ', 'cannot be read'],
    ['---\n', '', 'cannot be read'],
    ['  version: "1.2.3"\n', '', 'metadata has no version'],
  ])('%j as %j: %s', (from, to, fault) => expect(faultsOfAgent(agent.replace(from, to))).toContain(fault));

  test('limits lengths', () => {
    const described = (characters: number) => agentSkill({ ...source, description: 'x'.repeat(characters) }, body, api);
    expect([faultsOfAgent(described(1024)), faultsOfAgent(described(1025)), faultsOfAgent(described(0))]).toEqual([
      '',
      'a-skill: the description is not of 1 to 1024 characters',
      'a-skill: the description is not of 1 to 1024 characters',
    ]);
    expect(faultsOfAgent(`${agent}${'line\n'.repeat(500)}`)).toContain('500 lines');
    expect(faultsOfAgent(`${agent}${'x'.repeat(20_000)}`)).toContain('5000 tokens');
    expect(faultsOfAgent(`${agent}{{left}}`)).toContain('placeholder');
  });

  test.each(['-a', 'a-', 'a--b', 'A', 'a_b', 'x'.repeat(65)])('refuses the name %s', (name) =>
    expect(checkAgentSkill(name, agentSkill({ ...source, name }, body, api)).join()).toContain('1 to 64 lower-case'),
  );
});

describe('the ClawHub format', () => {
  test('is of single lines, with the version on top and all that is used declared as optional', () => {
    expect(faultsOfHub(hub)).toBe('');
    const file = readSkillFile(hub)!;
    expect(file.keys.get('version')).toBe('1.2.3');
    expect(JSON.parse(file.keys.get('metadata')!)).toMatchObject({
      openclaw: {
        requires: { env: [], configPaths: ['~/.config/rushes/'] },
        envVars: [
          { name: 'NEMO_TOKEN', required: false },
          { name: 'NEMO_API_URL', required: false },
        ],
      },
    });
  });

  test.each([
    ['version: 1.2.3', 'version: one', 'three numbers'],
    ['"required":false', '"required":true', 'NEMO_TOKEN must be optional'],
    ['"env":[]', '"env":["NEMO_TOKEN"]', 'nothing may be demanded'],
    ['Use NEMO_TOKEN', 'Use NEMO_SECRET, NEMO_TOKEN', 'NEMO_SECRET is used and not declared'],
    ['NEMO_API_URL and', 'and', 'NEMO_API_URL is declared and not used'],
    ['`~/.config/rushes/skill.json`', '`~/.config/other/skill.json`', '~/.config/other/skill.json is used and not declared'],
    ['metadata: {', 'metadata: {{', 'metadata is not JSON'],
    ['metadata: {', 'metadata:\n  openclaw: {', 'metadata is not'],
  ])('%j as %j: %s', (from, to, fault) => expect(faultsOfHub(hub.replace(from, to))).toContain(fault));

  test('limits categories and topics', () => {
    expect(faultsOfHub(hub, { ...source, categories: ['a', 'b', 'c', 'd'] })).toContain('more than 3 categories');
    expect(faultsOfHub(hub, { ...source, topics: ['a', 'b', 'c', 'd', 'e', 'f'] })).toContain('more than 5 topics');
    expect(faultsOfHub(hub, { ...source, topics: ['official'] })).toContain('reserved');
    expect(faultsOfHub(hub, { ...source, topics: ['x'.repeat(49)] })).toContain('longer than 48');
  });
});

test('a marketplace is its own manifest and names skills that are there', () => {
  const text = marketplace([source]);
  expect(checkMarketplace(text, (path) => path === './skills/dist/agentskills/a-skill')).toEqual([]);
  expect(checkMarketplace(text, () => false).join()).toContain('there is no skill at');
  expect(checkMarketplace(text.replace('"strict": false', '"strict": true'), () => true).join()).toContain('its own manifest');
  expect(checkMarketplace(text.replace('"name": "rushes"', '"name": "Rushes Shop"'), () => true).join()).toContain('lower-case');
});
