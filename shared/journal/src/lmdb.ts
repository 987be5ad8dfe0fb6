import { createRequire } from 'node:module';

// lmdb 3.5.6 declares its ES module with `export =`, which no ES module may have; its CommonJS half is the same code.
type Lmdb = typeof import('lmdb', { with: { 'resolution-mode': 'require' }});
type LmdbTypes = import('lmdb', { with: { 'resolution-mode': 'require' }}).RootDatabase;

export const lmdb = createRequire(import.meta.url)('lmdb') as Lmdb;
export type LmdbRoot = LmdbTypes;
export type LmdbTable<
  Value,
  Key extends string | number | (string | number)[] = string,
> = import('lmdb', { with: { 'resolution-mode': 'require' }}).Database<Value, Key>;
