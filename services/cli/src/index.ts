export type { ConfigOverrides } from './config-text.js';
export { type GitHubAccess, serviceEnvironment } from './processes/environment.js';
export type { ProcessName, ServiceName } from './processes/names.js';
export { exampleRepositories, type SeedRepository } from './processes/simulated-github.js';
export type { ProcessChange, ProcessState, Supervised } from './processes/supervised.js';
export { startSystem } from './processes/system.js';
export type { System, SystemOptions } from './processes/system-options.js';
