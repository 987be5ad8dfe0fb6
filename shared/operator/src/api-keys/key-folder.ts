import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile, writeNewFile } from '@marketops/engine';
import { type NewApiKey, StoredApiKey } from './api-key.js';

/** Where the keys of the API lie: a file each, so that making one and revoking another never meet. */
export const apiKeysFolder = (dataDir: string): string => join(dataDir, 'console', 'api-keys');

const keyBytesMax = 65_536;
const keysMax = 2_000;
const ending = '.json';

/**
 * The keys of the HTTP API. They are configuration of one door and no events: the ledger is published to strangers, a key must be
 * refused while Redis and the ledger are away, and a key that was revoked must not come back with a restored journal. What is
 * refused because of them is an event (`access.refused`).
 */
export interface ApiKeyFolder {
  /** Undefined for one there is not, or whose file cannot be read as a key: it then opens nothing. */
  find(id: string): StoredApiKey | undefined;
  /** Newest first. */
  list(): StoredApiKey[];
  /** @throws DiskError; RangeError where there are 2,000 */
  add(key: NewApiKey): void;
  /** For good; one that is revoked stays as it is. @returns the key, undefined where there is none @throws DiskError */
  revoke(id: string, nowMs: number): StoredApiKey | undefined;
}

export function openApiKeys(dataDir: string): ApiKeyFolder {
  const folder = apiKeysFolder(dataDir);
  const pathOf = (id: string): string => join(folder, `${id}${ending}`);
  const find = (id: string): StoredApiKey | undefined =>
    /^[a-z0-9]{16}$/.test(id) ? readKey(pathOf(id), id) : undefined;
  return {
    find,
    list: () =>
      filesIn(folder)
        .flatMap(({ name }) => find(name.slice(0, -ending.length)) ?? [])
        .sort((one, other) => (one.created_at < other.created_at ? 1 : -1)),
    add({ stored }) {
      if (filesIn(folder).length >= keysMax)
        throw new RangeError(
          `there are ${keysMax} keys already: remove the files of expired ones in ${folder}`,
        );
      makeFolder(folder, 0o700);
      if (!writeNewFile(pathOf(stored.id), textOf(stored), 0o600))
        throw new RangeError(`there is a key ${stored.id} already`);
    },
    revoke(id, nowMs) {
      const key = find(id);
      if (key === undefined || key.revoked_at !== null) return key;
      const revoked = { ...key, revoked_at: new Date(nowMs).toISOString() };
      replaceFile(pathOf(id), textOf(revoked), 0o600);
      return revoked;
    },
  };
}

const textOf = (key: StoredApiKey): string => `${JSON.stringify(key, null, 2)}\n`;

function filesIn(folder: string): Dirent[] {
  try {
    const all = readdirSync(folder, { withFileTypes: true });
    return all.filter((file) => file.isFile() && file.name.endsWith(ending)).slice(0, keysMax + 1);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fault;
  }
}

/** A file that is not whole, not a key, or another’s opens nothing. */
function readKey(path: string, id: string): StoredApiKey | undefined {
  try {
    const { size } = lstatSync(path);
    if (size > keyBytesMax) return undefined;
    const parsed = StoredApiKey.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success && parsed.data.id === id ? parsed.data : undefined;
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT' || fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}
