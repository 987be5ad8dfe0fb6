import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  type Actor,
  type OperationState,
  operationStream,
  type Receipt,
  type ReceiptClaims,
} from '@marketops/contracts';
import { audienceOf, newUlid, queueNames, readHmacKey, readSigningKey } from '@marketops/engine';
import {
  canonicalJson,
  type HmacKey,
  openKeyring,
  type SigningKey,
  signReceipt,
  signSegments,
  verifyReceiptOrigin,
  verifyReceiptSignatures,
} from '@marketops/proof';
import { loadHmacKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { encodeSegment, partitionOf } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases, simulatedRequests } from '../support/simulated-github.js';
import { shortTiming, type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const publications = queueNames.publications('acme');
const files = ['actor.json', 'marker.json', 'receipt-hmac.json'];

/**
 * Everything a publisher process holds of keys, read from the folder it reads them from. Its Redis user may do less than
 * what is done to Redis here.
 */
interface Loot {
  readonly actor: { readonly keyId: string; readonly key: SigningKey };
  readonly hmacs: readonly HmacKey[];
  readonly sharedHmac: { readonly keyId: string; readonly key: HmacKey };
  /** What can sign: its Ed25519 key, and its secrets taken for the seed of one. */
  readonly signing: readonly SigningKey[];
}

function lootOf(dataDir: string): Loot {
  const dir = join(dataDir, 'keys', 'publisher');
  const actor = readSigningKey(dir, 'actor');
  const sharedHmac = readHmacKey(dir, 'receipt-hmac');
  const secrets = (['receipt-hmac', 'marker'] as const).map((name) => {
    const { secret } = JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) as { secret: string };
    return Buffer.from(secret, 'base64');
  });
  const asSeed = (seed: Buffer): SigningKey => {
    const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
    const key = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
    return loadSigningKey(key.export({ format: 'pem', type: 'pkcs8' }).toString());
  };
  // The public half of the mint’s key, which everybody knows, taken for a shared secret: the classic of key confusion.
  const ring = JSON.parse(readFileSync(join(dataDir, 'keyring.json'), 'utf8')) as {
    keys: { public_key: string }[];
  };
  const published = ring.keys.map(({ public_key }) => loadHmacKey(public_key));
  return {
    actor,
    sharedHmac,
    hmacs: [sharedHmac.key, readHmacKey(dir, 'marker').key, ...published],
    signing: [actor.key, ...secrets.map(asSeed)],
  };
}

/**
 * With the publisher's process and all it holds in the attacker's hands — its keys, its Redis, its token — no receipt can
 * be minted that another publisher, the ledger or any reader accepts (laws F1, R2). What its token can do at GitHub without
 * any receipt no signature stops: that is what tokens of few rights are for.
 */
describe('the publisher minting with what it holds', { timeout: 120_000 }, () => {
  let the: TemporarySystem;
  let loot: Loot;
  beforeAll(async () => {
    the = await temporarySystem({ config: { timing: { ...shortTiming, run_deadline_ms: 3_600_000 } } });
    loot = lootOf(the.system.loaded.dataDir);
  });
  afterAll(() => the.close());

  /** A run whose operation is planned, and which federation has not looked at: it is down. */
  const unauthorized = async (tag: string): Promise<{ runId: string; state: OperationState }> => {
    const { client, system } = the;
    await system.kill('federation');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    await client.until(
      'a plan',
      async () => (await client.operation(runId, 'release')).planned !== undefined,
    );
    return { runId, state: await client.operation(runId, 'release') };
  };

  const claimsFor = (runId: string, { planned }: OperationState): ReceiptClaims => {
    if (planned?.data.operation_digest == null) throw new TypeError('there is no operation');
    const { loaded } = the.system;
    const mint = loaded.keyring.keys.find(({ purpose }) => purpose === 'mint');
    const now = Date.now();
    return {
      ...{ receipt_id: `rcp_${newUlid()}`, run_id: runId, operation_id: 'release' },
      ...{ operation_kind: 'publish_release', operation_digest: planned.data.operation_digest },
      ...{ plan_digest: planned.data.plan_digest, tenant_id: 'acme', mode: 'prod', enforceable: true },
      ...{ issuer: loaded.config.issuer, audience: audienceOf(loaded), epoch: 1, decision_id: newUlid() },
      ...{ policy_digest: 'b'.repeat(64), evidence_digest: 'd'.repeat(64) },
      ...{ issued_at: new Date(now).toISOString(), not_before: new Date(now).toISOString() },
      expires_at: new Date(now + 3_600_000).toISOString(),
      ...{ key_id: mint?.key_id ?? '', hmac_key_id: loot.sharedHmac.keyId },
    };
  };
  const presenting = (receipt: unknown, runId: string) => ({
    ...{ run_id: runId, operation_id: 'release', operation_kind: 'publish_release', mode: 'prod', receipt },
  });
  const refusedOf = async (runId: string): Promise<number> =>
    (await the.client.systemEvents()).filter(
      (event) => event.type === 'gate.refused' && event.data.claimed_run_id === runId,
    ).length;

  it('F4: given its folder, then it holds three keys, none of which is for minting', () => {
    const { dataDir, keyring } = the.system.loaded;
    const held = readdirSync(join(dataDir, 'keys', 'publisher')).filter((name) => name.endsWith('.json'));
    expect(held.sort()).toEqual(files);
    expect(keyring.keys.filter(({ key_id }) => key_id === loot.actor.keyId)).toMatchObject([
      { purpose: 'actor', actor: 'publisher' },
    ]);
  });

  it('R2, F1: given every key it holds in every place, under every key id, then no receipt verifies', async () => {
    const { runId, state } = await unauthorized('v1.0.0');
    const claims = claimsFor(runId, state);
    const { published, ring } = openRing();
    const ids = [...published.map(({ key_id }) => key_id), loot.sharedHmac.keyId, 'federation-mint'];
    const hmacKeys = new Map([[loot.sharedHmac.keyId, loot.sharedHmac.key]]);
    let tried = 0;
    for (const hmac of loot.hmacs) {
      for (const ed25519 of loot.signing) {
        for (const key_id of ids) {
          const receipt = signReceipt(nodeCrypto, { ...claims, key_id }, { ed25519, hmac });
          for (const signatures of [
            receipt.signatures,
            { ...receipt.signatures, ed25519: receipt.signatures.hmac_sha256 },
            { ...receipt.signatures, hmac_sha256: receipt.signatures.ed25519 },
          ]) {
            const forged = { ...receipt, signatures };
            const trust = { keyring: ring, at: claims.issued_at };
            expect(() => verifyReceiptSignatures(nodeCrypto, forged, { ...trust, hmacKeys })).toThrow();
            expect(() => verifyReceiptOrigin(nodeCrypto, forged, trust)).toThrow();
            tried += 1;
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(500);
    // With the mint’s own key the very same claims hold: what is missing is that key and nothing else.
    const dir = join(the.system.loaded.dataDir, 'keys', 'federation');
    const keys = { ed25519: readSigningKey(dir, 'mint').key, hmac: loot.sharedHmac.key };
    const genuine = signReceipt(nodeCrypto, claims, keys);
    verifyReceiptSignatures(nodeCrypto, genuine, { keyring: ring, at: claims.issued_at, hmacKeys });
  });

  const openRing = () => {
    const { keyring } = the.system.loaded;
    return { published: keyring.keys, ring: openKeyring(nodeCrypto, keyring) };
  };

  it('F1, P8: given its forgeries in the queue of another publisher, then each is refused at its signatures', async () => {
    const { client, system } = the;
    const { runId, state } = await unauthorized('v1.1.0');
    const claims = claimsFor(runId, state);
    const { key: hmac } = loot.sharedHmac;
    const forged = signReceipt(nodeCrypto, claims, { ed25519: loot.actor.key, hmac });
    const forgeries: Receipt[] = [
      forged,
      signReceipt(nodeCrypto, { ...claims, key_id: loot.actor.keyId }, { ed25519: loot.actor.key, hmac }),
      { ...forged, signatures: { ...forged.signatures, ed25519: forged.signatures.hmac_sha256 } },
      signReceipt(
        nodeCrypto,
        { ...claims, key_id: loot.sharedHmac.keyId },
        { ed25519: loot.actor.key, hmac },
      ),
      ...loot.signing.map((ed25519) =>
        signReceipt(nodeCrypto, { ...claims, decision_id: newUlid() }, { ed25519, hmac }),
      ),
    ];
    for (const [at, receipt] of forgeries.entries())
      await client.forge(publications, 'receipt.issued', presenting(receipt, runId), {
        jobId: `${runId}-${at}`,
      });
    await client.until('as many refusals', async () => (await refusedOf(runId)) === forgeries.length);
    for (const event of await client.systemEvents()) {
      if (event.type !== 'gate.refused' || event.data.claimed_run_id !== runId) continue;
      expect(event.data.check).toBe('signatures');
    }
    expect((await client.operation(runId, 'release')).lastSeq).toBe(state.lastSeq);
    expect((await simulatedRequests(system.url)).writes).toBe(0);
  });

  /** A segment with `receipt.issued`, said by `actor` under `keyId` and signed with the publisher's key. */
  const appendIssued = async (
    { runId, state, receipt }: { runId: string; state: OperationState; receipt: Receipt },
    actor: Actor,
    keyId: string,
  ): Promise<string> => {
    const stream = operationStream(runId, 'release');
    const seq = state.lastSeq + 1;
    const event = canonicalJson({
      ...{ id: newUlid(), stream, seq, type: 'receipt.issued', version: 1, tenant_id: 'acme', run_id: runId },
      ...{ mode: 'prod', actor, time: new Date().toISOString(), causation_id: null, correlation_id: null },
      data: { receipt },
    });
    const [statement] = signSegments(nodeCrypto, {
      ...{ segments: [{ stream, firstSeq: seq, events: [event] }], actor, keyId, epoch: 1 },
      key: loot.actor.key,
    });
    if (statement === undefined) throw new TypeError('unreachable');
    const value = encodeSegment(statement, [event]);
    await the.client.store.append([
      {
        ...{ partition: partitionOf(stream), epoch: 1, scopes: [] },
        segments: [{ stream, firstSeq: seq, lastSeq: seq, value }],
      },
    ]);
    return stream;
  };

  it('E3, F1: given receipt.issued appended with its key, as itself or as federation, then readers hold and the ledger quarantines', async () => {
    const { client, system } = the;
    const federationKey =
      system.loaded.keyring.keys.find((key) => key.purpose === 'actor' && key.actor === 'federation')
        ?.key_id ?? '';
    const voices: readonly (readonly [Actor, string])[] = [
      ['publisher', loot.actor.keyId],
      ['federation', federationKey],
      ['federation', loot.actor.keyId],
      ['publisher', federationKey],
    ];
    for (const [at, [actor, keyId]] of voices.entries()) {
      const { runId, state } = await unauthorized(`v2.${at}.0`);
      const claims = claimsFor(runId, state);
      const receipt = signReceipt(nodeCrypto, claims, { ed25519: loot.actor.key, hmac: loot.sharedHmac.key });
      const stream = await appendIssued({ runId, state, receipt }, actor, keyId);
      await expect(client.reader.read([stream])).rejects.toMatchObject({ code: 'stream_suspect' });
      await client.forge(publications, 'receipt.issued', presenting(receipt, runId), {
        jobId: receipt.receipt_id,
      });
      await client.until('a quarantine', async () =>
        (await client.systemEvents()).some(
          (event) => event.type === 'stream.quarantined' && event.data.stream === stream,
        ),
      );
    }
    expect((await simulatedRequests(system.url)).writes).toBe(0);
  });

  it('F5: given a genuine advisory, when it is dressed up as a receipt with its HMAC, then it is refused', async () => {
    const { client, system } = the;
    await system.restart('federation');
    const [dryRun = ''] = await client.submit([{ operations: [release('v3.0.0')] }]);
    await client.ended([dryRun]);
    const advisory = (await client.operation(dryRun, 'release')).advised?.data.advisory;
    const { runId, state } = await unauthorized('v3.1.0');
    const claims = claimsFor(runId, state);
    const upgraded = signReceipt(
      nodeCrypto,
      { ...claims, decision_id: advisory?.decision_id ?? '', policy_digest: advisory?.policy_digest ?? '' },
      { ed25519: loot.actor.key, hmac: loot.sharedHmac.key },
    );
    const receipt = {
      ...upgraded,
      signatures: { ...upgraded.signatures, ed25519: advisory?.signatures.ed25519 ?? '' },
    };
    await client.forge(publications, 'receipt.issued', presenting(receipt, runId), { jobId: 'upgraded' });
    await client.forge(publications, 'receipt.issued', presenting(advisory, runId), { jobId: 'advisory' });
    await client.until('two refusals', async () => (await refusedOf(runId)) === 2);
    const checks = (await client.systemEvents()).flatMap((event) =>
      event.type === 'gate.refused' && event.data.claimed_run_id === runId ? [event.data.check] : [],
    );
    expect(checks.sort()).toEqual(['enforceable', 'signatures']);
    expect((await client.operation(runId, 'release')).lastSeq).toBe(state.lastSeq);
    expect((await allReleases(system.url)).some(({ tag_name }) => tag_name === 'v3.1.0')).toBe(false);
  });

  it('given federation at work again, then what it mints ships: the system refused the forgeries, not everything', async () => {
    const { client, system } = the;
    await system.restart('federation');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v4.0.0')] }]);
    await client.ended([runId]);
    expect((await client.operation(runId, 'release')).outcome?.type).toBe('operation.succeeded');
    const tags = (await allReleases(system.url)).map(({ tag_name }) => tag_name);
    // Federation has authorized by itself what the forgeries were about; nothing of the poisoned streams is among it.
    expect(tags).toContain('v4.0.0');
    expect(tags.filter((tag) => tag.startsWith('v2.'))).toEqual([]);
  });
});
