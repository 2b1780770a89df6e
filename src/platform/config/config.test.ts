import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { explainConfig, loadConfig, settings, type Setting } from './index.ts';

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isEditorError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
  return 'no error';
};

describe('loadConfig()', () => {
  test('needs nothing: every setting has a working default', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 8787,
      uploadLimitBytes: 524_288_000,
      tokenDays: 7,
      attributionRule: true,
      model: 'rules',
    });
    expect(config.creditCosts).toEqual({ edit: 1, generate: 5 });
    expect(config.dataFolder.endsWith('/.rushes')).toBe(true);
  });

  test('flag goes over environment over default, and explainConfig() says which it was', () => {
    const env = { RUSHES_PORT: '9000', RUSHES_HOST: '::', NEMO_TOKEN: 'nmv_usr_secret' };
    const flags = { port: '0' };
    expect(loadConfig(env, flags)).toMatchObject({ port: 0, host: '::', clientToken: 'nmv_usr_secret' });
    const explained = explainConfig(env, flags);
    expect(explained.find((entry) => entry.key === 'port')).toMatchObject({ value: '0', source: 'flag' });
    expect(explained.find((entry) => entry.key === 'host')).toMatchObject({ value: '::', source: 'environment' });
    expect(explained.find((entry) => entry.key === 'tokenDays')).toMatchObject({ value: '7', source: 'default' });
    expect(JSON.stringify(explained)).not.toContain('nmv_usr_secret');
  });

  test('an unknown name is an error that tells the nearest one', () => {
    expect(messageOf(() => loadConfig({ RUSHES_PROT: '1' }))).toContain('the nearest is RUSHES_PORT');
    expect(messageOf(() => loadConfig({ RUSHES_HEARTBEET: 'data' }))).toContain('the nearest is RUSHES_HEARTBEAT');
  });

  test.each([
    ['RUSHES_PORT', '70000'],
    ['RUSHES_PORT', 'eighty'],
    ['RUSHES_HEARTBEAT_SECONDS', '0'],
    ['RUSHES_ATTRIBUTION', 'maybe'],
    ['RUSHES_SANDBOX', 'on'],
    ['RUSHES_CREDIT_COSTS', 'edit=-1'],
    ['RUSHES_PUBLIC_URL', 'file:///etc'],
    ['RUSHES_MODEL_URL', 'not a url'],
  ])('%s=%s is refused, not clamped', (name, value) => {
    expect(messageOf(() => loadConfig({ [name]: value }))).toContain(name);
  });

  test('a secret is never in a message', () => {
    const secrets = Object.values<Setting>(settings).filter((entry) => entry.secret === true);
    expect(secrets.map((entry) => entry.env)).toEqual([
      'RUSHES_MODEL_KEY',
      'RUSHES_SPEECH_KEY',
      'RUSHES_TRANSCRIBE_KEY',
      'NEMO_TOKEN',
    ]);
  });
});
