export * from './api-keys/api-key.js';
export { type ApiKeyFolder, apiKeysFolder, openApiKeys } from './api-keys/key-folder.js';
