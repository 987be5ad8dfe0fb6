import { KeyId, PrincipalId } from '@marketops/contracts';
import { SigningError } from './errors.js';
import type { OwnKey } from './own-key.js';

const database = { name: 'marketops-keys', version: 1, keys: 'own_keys' } as const;

/** Keeps the key in this browser (IndexedDB), private half and all, as something that signs and cannot be read. */
export const keepOwnKey = (key: OwnKey): Promise<void> =>
  inStore('readwrite', (store) => store.put({ ...key })).then(() => undefined);

/** The keys kept in this browser, those of one person where one is named, by name. What is no key of ours is passed by. */
export async function keptOwnKeys(principal?: string): Promise<readonly OwnKey[]> {
  const values: readonly unknown[] = await inStore('readonly', (store) => store.getAll());
  return values
    .filter(isOwnKey)
    .filter((key) => principal === undefined || key.principal === principal)
    .sort((one, other) => (one.keyId < other.keyId ? -1 : 1));
}

/** Removes it from this browser, for good: nobody has a copy. */
export const forgetOwnKey = (keyId: string): Promise<void> =>
  inStore('readwrite', (store) => store.delete(keyId)).then(() => undefined);

function isOwnKey(value: unknown): value is OwnKey {
  if (typeof value !== 'object' || value === null) return false;
  const { keyId, principal, publicKey, privateKey } = value as Partial<Record<keyof OwnKey, unknown>>;
  return (
    KeyId.safeParse(keyId).success &&
    PrincipalId.safeParse(principal).success &&
    typeof publicKey === 'string' &&
    privateKey instanceof CryptoKey
  );
}

/** @throws SigningError `key_not_kept` where the browser keeps nothing for this site */
async function inStore<Value>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  let opened: IDBDatabase | undefined;
  try {
    opened = await open();
    const transaction = opened.transaction(database.keys, mode, { durability: 'strict' });
    const answer = settled(work(transaction.objectStore(database.keys)));
    await committed(transaction);
    return await answer;
  } catch (cause) {
    throw new SigningError('key_not_kept', 'This browser keeps no keys for this site.', { cause });
  } finally {
    opened?.close();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(database.name, database.version);
  request.onupgradeneeded = () => request.result.createObjectStore(database.keys, { keyPath: 'keyId' });
  return settled(request);
}

const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB gave no reason'));
  });

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB gave no reason'));
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
  });
