import { type OpenKeyring, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { createAppender, type Signer } from './appender.js';
import { openMemoryStore } from './memory/memory-store.js';
import { createVerifiedReader } from './reader.js';
import { cancel, ids, openPartitions, request, run, voices } from './testing/voices.js';

describe('a keyring that changes', () => {
  it('F3: given an actor’s key is revoked, then what was read and what was appended here before is suspect once forgotten', async () => {
    const keys = voices();
    let current: OpenKeyring = keys.keyring;
    const keyring: OpenKeyring = {
      find: (query) => current.find(query),
      describe: (keyId) => current.describe(keyId),
      list: () => current.list(),
    };
    const store = openMemoryStore();
    await openPartitions(store);
    const readers = [1, 2].map(() => createVerifiedReader({ store, crypto: nodeCrypto, keyring }));
    const [own, stranger] = readers;
    const appender = createAppender({
      ...{ store, crypto: nodeCrypto, signer: keys.planner, now: () => new Date(0), newId: ids() },
      onAppended: (value, events) => own?.remember(value, events),
    });
    await appender.append(request(run, 0, [cancel()]));
    for (const reader of readers) expect((await reader.read([run]))[0]?.lastSeq).toBe(1);
    const revoked = keys.keyring.list().map((key) => ({ ...key, revoked_at: '2026-01-31T12:00:00.000Z' }));
    const published = { version: 1 as const, environment: 'test', log_origin: 'test', keys: revoked };
    current = openKeyring(nodeCrypto, published);
    for (const reader of [own, stranger]) {
      reader?.forget();
      await expect(reader?.read([run])).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
    }
  });

  it('given a signer that is asked, then each group is signed by the key of its time, and a refusal to sign fails that group alone', async () => {
    const keys = voices();
    const store = openMemoryStore();
    await openPartitions(store);
    const answers: (Signer | Error)[] = [keys.planner, new Error('the key has ended'), keys.planner];
    const signer = (): Signer => {
      const next = answers.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often');
      return next;
    };
    const appender = createAppender({
      ...{ store, crypto: nodeCrypto, signer, now: () => new Date(0), newId: ids() },
    });
    await appender.append(request(run, 0, [cancel()]));
    await expect(appender.append(request(run, 1, [cancel()]))).rejects.toThrow('the key has ended');
    await appender.append(request(run, 1, [cancel()]));
    expect(answers).toEqual([]);
    expect(await store.lastSeqs([run])).toEqual([2]);
  });
});
