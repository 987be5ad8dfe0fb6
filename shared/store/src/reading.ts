/** Blobs in files, the store's errors, and how Redis is addressed: what a reader of files needs, and nothing that can open a connection. */
export { type BlobStore, openFileBlobs } from './blobs.js';
export { StoreError } from './errors.js';
export { withCredentials } from './redis/address.js';
