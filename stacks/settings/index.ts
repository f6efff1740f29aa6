export { definitions, type SettingKey, type Settings } from './definitions.ts';
export { parseOfficeHours } from './office-hours.ts';
export { readSettings, SettingsError } from './settings.ts';
