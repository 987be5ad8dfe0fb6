import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { Inflate } from '../sealed/reader.js';

const inflate = promisify<Uint8Array, { maxOutputLength: number; chunkSize: number }, Buffer>(inflateRaw);

/** On the threads of Node's pool. */
export const inflateNode: Inflate = (packed, bytesMax) =>
  inflate(packed, { maxOutputLength: bytesMax, chunkSize: Math.max(64, bytesMax) });
