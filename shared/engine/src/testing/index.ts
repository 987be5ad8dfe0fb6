export * from './deferred.js';
export * from './engine.js';
export * from './key-folders.js';
export * from './keys.js';
export * from './people.js';
