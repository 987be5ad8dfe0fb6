import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StepClock, stepClock } from '../clock.js';
import { editKeyring, readKeyring } from '../config/keyring-file.js';
import { type KeyFolders, keyFolders } from '../testing/key-folders.js';
import { settleMs } from './choose.js';
import { holdHmacKeys, verifyingHmacKeys } from './hmac-keys.js';
import { inspectKeys } from './inspect-keys.js';
import { followKeyring, type LiveKeyring } from './live.js';
import { revokeKey } from './revoke.js';
import { rotateReceiptHmac } from './rotate-hmac.js';
import { rotateSigningKey } from './rotate-signing.js';
import { openSigningKey } from './signing-key.js';

const hourMs = 3_600_000;
const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const quiet = { info: () => undefined, error: () => undefined };

let folders: KeyFolders;
let clock: StepClock;
let keyring: LiveKeyring;
beforeEach(() => {
  folders = keyFolders(new Date(startMs));
  clock = stepClock(startMs + hourMs);
  const path = folders.keyring;
  keyring = followKeyring({ path, keyring: readKeyring(path), crypto: nodeCrypto, log: quiet });
});
afterEach(() => folders.remove());

const now = () => new Date(clock.nowMs());
const rotateMint = (overlapMs: number | undefined = 25 * hourMs) =>
  rotateSigningKey({
    ...{ dataDir: folders.dataDir, service: 'federation', purpose: 'mint', now: now(), overlapMs },
  });
const openMint = () =>
  openSigningKey({ keysDir: folders.of('federation'), keyring, clock, log: quiet }, 'federation', 'mint');
const draftsIn = (service: 'federation' | 'publisher') =>
  readdirSync(folders.of(service)).filter((name) => name.endsWith('.draft'));
const faultsOf = (service: 'federation' | 'publisher') =>
  inspectKeys({ keysDir: folders.of(service), service, keyring, nowMs: clock.nowMs() }).map(
    ({ code }) => code,
  );

describe('rotating a signing key', () => {
  it('given a rotation, then a running signer takes the new key up when it has settled, and both verify', async () => {
    const signer = openMint();
    const old = signer.current();
    const { keyId, replaced, notAfter } = await rotateMint();
    expect(replaced).toEqual([old.keyId]);
    expect(notAfter).toBe(new Date(clock.nowMs() + 25 * hourMs).toISOString());
    // Nobody has looked yet: the old key signs on.
    expect(signer.current().keyId).toBe(old.keyId);
    keyring.refresh();
    signer.refresh();
    expect(signer.current().keyId).toBe(old.keyId);
    clock.step(settleMs);
    const taken = signer.current();
    expect(taken.keyId).toBe(keyId);
    const bytes = new TextEncoder().encode('x');
    for (const key of [old, taken]) {
      const found = keyring.find({ keyId: key.keyId, purpose: 'mint', at: now().toISOString() });
      expect(nodeCrypto.verify(found, bytes, nodeCrypto.sign(key.key, bytes))).toBe(true);
    }
    clock.step(25 * hourMs);
    expect(() => keyring.find({ keyId: old.keyId, purpose: 'mint', at: now().toISOString() })).toThrowError(
      expect.objectContaining({ code: 'key_expired' }),
    );
  });

  it('X3: given a rotation, then the new private half is its owner’s alone, and a service starts with it', async () => {
    const old = keyring.list().find(({ purpose }) => purpose === 'mint')?.key_id;
    const { keyId } = await rotateMint();
    const files = readdirSync(folders.of('federation')).filter((name) => name.startsWith('mint'));
    expect(files.sort()).toEqual([`mint.${old}.json`, 'mint.json'].sort());
    expect(JSON.parse(readFileSync(join(folders.of('federation'), 'mint.json'), 'utf8'))).toMatchObject({
      key_id: keyId,
    });
    for (const file of files) expect(statSync(join(folders.of('federation'), file)).mode & 0o777).toBe(0o600);
    keyring.refresh();
    expect(faultsOf('federation')).toEqual([]);
  });

  it('given the next rotation after the overlap, then the private half that signs nothing is gone', async () => {
    const old = keyring.list().find(({ purpose }) => purpose === 'mint')?.key_id;
    await rotateMint(hourMs);
    clock.step(2 * hourMs);
    await rotateMint(hourMs);
    expect(existsSync(join(folders.of('federation'), `mint.${old}.json`))).toBe(false);
  });

  it('F3: given its key is revoked, then a running signer stops at once, and goes on with a new key', async () => {
    const signer = openMint();
    const { keyId: old } = signer.current();
    await revokeKey(folders.keyring, old, { now: now(), reason: 'stolen' });
    keyring.refresh();
    expect(() => signer.current()).toThrowError(
      expect.objectContaining({ code: 'key_revoked', retry: 'hold' }),
    );
    expect(faultsOf('federation')).toEqual(['key_revoked']);
    const { keyId, replaced } = await rotateMint(undefined);
    expect(replaced).toEqual([]);
    keyring.refresh();
    signer.refresh();
    // Nothing else may sign: it need not settle.
    expect(signer.current().keyId).toBe(keyId);
    expect(faultsOf('federation')).toEqual([]);
  });

  it('E3: given an actor’s key is revoked, then it is dated after what the ledger is committing; a mint’s at once', async () => {
    const dated = async (purpose: string): Promise<string | null> => {
      const keyId = keyring.list().find((key) => key.purpose === purpose)?.key_id ?? '';
      const { revoked_at: at } = await revokeKey(folders.keyring, keyId, { now: now(), reason: 'stolen' });
      keyring.refresh();
      expect(() => keyring.find({ keyId, purpose: purpose as 'actor' })).toThrowError(
        expect.objectContaining({ code: 'key_revoked' }),
      );
      return at;
    };
    expect(await dated('actor')).toBe(new Date(clock.nowMs() + 5_000).toISOString());
    expect(await dated('mint')).toBe(now().toISOString());
  });

  it('F3: given its key has ended and nothing took its place, then it does not sign, to the millisecond', async () => {
    const signer = openMint();
    const { keyId } = signer.current();
    const notAfter = new Date(clock.nowMs() + 1_000).toISOString();
    await editKeyring(folders.keyring, (ring) => ({
      ...ring,
      keys: ring.keys.map((key) => (key.key_id === keyId ? { ...key, not_after: notAfter } : key)),
    }));
    keyring.refresh();
    clock.step(999);
    expect(signer.current().keyId).toBe(keyId);
    clock.step(1);
    expect(() => signer.current()).toThrowError(expect.objectContaining({ code: 'key_expired' }));
    expect(faultsOf('federation')).toEqual(['key_expired']);
  });

  it('given twenty rotations at once, then each stands in the keyring and none is lost', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => rotateMint()));
    const listed = readKeyring(folders.keyring).keys.map(({ key_id: id }) => id);
    expect(listed).toEqual(expect.arrayContaining(made.map(({ keyId }) => keyId)));
  });

  it('X3: given a keyring that cannot be edited, then no draft of the private half is left', async () => {
    const before = readdirSync(folders.of('federation'));
    writeFileSync(folders.keyring, 'no keyring');
    await expect(rotateMint()).rejects.toMatchObject({ code: 'config_invalid' });
    expect(readdirSync(folders.of('federation'))).toEqual(before);
  });

  it('given a folder that holds what is no key, then the keys held before sign on', async () => {
    const signer = openMint();
    const { keyId } = signer.current();
    writeFileSync(join(folders.of('federation'), 'mint.another-1.json'), '{}', { mode: 0o600 });
    signer.refresh();
    expect(signer.current().keyId).toBe(keyId);
  });
});

describe('rotating the secret of federation and publisher', () => {
  const held = (service: 'federation' | 'publisher') =>
    holdHmacKeys({ keysDir: folders.of(service), clock, log: quiet }, 'receipt-hmac');

  it('P2: given a rotation, then the publisher accepts both at once, and the old one until the overlap ends', async () => {
    const [minting, verifying] = [held('federation'), held('publisher')];
    const accepted = verifyingHmacKeys(verifying, clock);
    const old = minting.current().keyId;
    const { keyId, replaced } = await rotateReceiptHmac({
      ...{ dataDir: folders.dataDir, now: now(), overlapMs: 25 * hourMs },
    });
    expect(replaced).toEqual([old]);
    minting.refresh();
    verifying.refresh();
    expect(minting.current().keyId).toBe(old);
    expect([accepted.get(old), accepted.get(keyId)]).not.toContain(undefined);
    clock.step(settleMs);
    expect(minting.current().keyId).toBe(keyId);
    const key = accepted.get(keyId);
    expect(key !== undefined && nodeCrypto.hmacSha256(key, 'x')).toEqual(
      nodeCrypto.hmacSha256(minting.current().key, 'x'),
    );
    clock.step(25 * hourMs);
    expect(accepted.get(old)).toBeUndefined();
    expect(accepted.get(keyId)).toBeDefined();
    expect([...faultsOf('federation'), ...faultsOf('publisher')]).toEqual([]);
  });

  it('X3: given one side cannot be written to, then no draft of the secret is left on either', async () => {
    // In the way of the file that says when the old key ends.
    mkdirSync(join(folders.of('federation'), 'receipt-hmac.json.draft'));
    const rotate = () => rotateReceiptHmac({ dataDir: folders.dataDir, now: now(), overlapMs: 25 * hourMs });
    await expect(rotate()).rejects.toThrow(/receipt-hmac\.json\.draft/);
    expect([draftsIn('publisher'), draftsIn('federation')]).toEqual([[], ['receipt-hmac.json.draft']]);
    // The publisher had its new key by then; federation mints with the one that both hold.
    expect([...faultsOf('federation'), ...faultsOf('publisher')]).toEqual([]);
  });
});
