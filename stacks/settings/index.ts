export { definitions, type SettingKey, type Settings } from './definitions.ts';
export { mostTasks } from './most-tasks.ts';
export { parseOfficeHours } from './office-hours.ts';
export { readSettings, SettingsError } from './settings.ts';
