/** Configuration and the blobs that events name: what a reader of files needs, and nothing that can open a connection. */
export { audienceOf } from './config/audience.js';
export { type LoadedConfig, loadConfig } from './config/load.js';
export { readContained } from './contained.js';
