/** The settings; this is the only module that reads the environment. */
export { explainConfig, loadConfig, type Environment, type ExplainedSetting, type Flags } from './config.ts';
export { settings, type Config, type Setting, type SettingKey } from './schema.ts';
