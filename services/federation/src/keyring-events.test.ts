import { type Keyring, type PublicKey, systemStream } from '@marketops/contracts';
import { openTestEngine, type TestEngine, testKeys } from '@marketops/engine/testing';
import { type OpenKeyring, openKeyring } from '@marketops/proof';
import { generateSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyEventRecorder } from './keyring-events.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'federation', keys: testKeys() });
});
afterEach(() => engine.close());

/** A keyring as it is followed: another one after `change`. */
const followed = (first: Keyring) => {
  let published = first;
  let open = openKeyring(nodeCrypto, first);
  const keyring: OpenKeyring = {
    find: (query) => open.find(query),
    describe: (keyId) => open.describe(keyId),
    list: () => open.list(),
  };
  const change = (edit: (keys: readonly PublicKey[]) => PublicKey[]): void => {
    published = { ...published, keys: edit(published.keys) };
    open = openKeyring(nodeCrypto, published);
  };
  return { keyring, change };
};

const edited =
  (keyId: string, over: Partial<PublicKey>) =>
  (keys: readonly PublicKey[]): PublicKey[] =>
    keys.map((key) => (key.key_id === keyId ? ({ ...key, ...over } as PublicKey) : key));

const mintKey = (keyId: string): PublicKey => ({
  ...{ key_id: keyId, purpose: 'mint', actor: 'federation', algorithm: 'ed25519' },
  ...{ public_key: generateSigningKey().publicRawBase64, revoked_at: null },
  not_before: '2026-01-31T12:00:00.000Z',
});

const system = async () => (await engine.events(systemStream)).map(({ type, data }) => ({ type, data }));

describe('key events', () => {
  it('given the first start, then every key of the keyring stands on system, in one append', async () => {
    await keyEventRecorder(engine)();
    const events = await system();
    expect(events.map(({ type }) => type)).toEqual(engine.keys.published.keys.map(() => 'key.added'));
    expect(events.map(({ data }) => data)).toEqual(engine.keys.published.keys.map((key) => ({ key })));
    const [segment, ...more] = (await engine.store.read([{ stream: systemStream }]))[0] ?? [];
    expect(segment?.lastSeq).toBe(engine.keys.published.keys.length);
    expect(more).toEqual([]);
  });

  it('given a keyring of 250 keys, then no append has more than a hundred events, and none is lost', async () => {
    const { keyring, change } = followed(engine.keys.published);
    change((keys) => [
      ...keys,
      ...Array.from({ length: 250 - keys.length }, (_, at) => mintKey(`mint-${at}`)),
    ]);
    await keyEventRecorder({ ...engine, keyring })();
    const [segments = []] = await engine.store.read([{ stream: systemStream }]);
    expect(segments.map(({ lastSeq }) => lastSeq)).toEqual([100, 200, 250]);
  });

  it('given a restart, or another federation, then nothing is said twice', async () => {
    await keyEventRecorder(engine)();
    const before = await system();
    await keyEventRecorder(engine)();
    expect(await system()).toEqual(before);
  });

  it('given several federations that start at once, then each key is told once', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(() => openTestEngine({ actor: 'federation', keys: engine.keys, store: engine.store })),
    );
    await Promise.all([engine, ...others].map((one) => keyEventRecorder(one)()));
    for (const one of others) one.close();
    const ids = (await system()).map(({ data }) => (data as { key: PublicKey }).key.key_id);
    expect(ids).toEqual(engine.keys.published.keys.map((key) => key.key_id));
  });

  it('given a rotation and a revocation, then each is told once, with what takes its place and why', async () => {
    const { keyring, change } = followed(engine.keys.published);
    const record = keyEventRecorder({ ...engine, keyring });
    await record();
    const told = (await system()).length;
    change((keys) => [
      ...edited('federation-mint', { not_after: '2026-02-01T13:00:00.000Z' })(keys),
      mintKey('federation-mint-2'),
    ]);
    await record();
    await record();
    change(
      edited('federation-mint', {
        revoked_at: '2026-01-31T13:00:00.000Z',
        revoked_because: 'the laptop was stolen',
      }),
    );
    await record();
    const later = (await system()).slice(told);
    expect(later.map(({ type }) => type)).toEqual(['key.rotated', 'key.added', 'key.revoked']);
    expect(later[0]?.data).toEqual({
      key_id: 'federation-mint',
      replaced_by: 'federation-mint-2',
      not_after: '2026-02-01T13:00:00.000Z',
    });
    expect(later[2]?.data).toEqual({
      key_id: 'federation-mint',
      revoked_at: '2026-01-31T13:00:00.000Z',
      reason: 'the laptop was stolen',
    });
  });

  it('given a federation with an older keyring, then it takes nothing back', async () => {
    const { keyring, change } = followed(engine.keys.published);
    change(edited('alice-1', { revoked_at: '2026-01-31T11:00:00.000Z', revoked_because: 'left' }));
    await keyEventRecorder({ ...engine, keyring })();
    const before = await system();
    await keyEventRecorder(engine)();
    expect(await system()).toEqual(before);
  });
});
