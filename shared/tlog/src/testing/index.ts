export * from './places.js';
export * from './s3-server.js';
