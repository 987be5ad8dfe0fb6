import { Fault } from '@marketops/contracts';
import { deferred } from '@marketops/engine/testing';
import type { MintSigner } from '@marketops/proof';
import { verifyReceiptSignatures } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { tagOf } from './testing/plan.js';

let its: Harness;
afterEach(() => its.engine.close());

/** A federation whose key is somewhere else. */
const withSigner = async (sign: (local: MintSigner) => MintSigner['sign']) => {
  its = await openHarness({ signer: (local) => ({ keyId: local.keyId, sign: sign(local) }) });
  await its.plan([tagOf()]);
};

describe('a mint whose key is held elsewhere', () => {
  it('R2: given its answer takes a while, then the receipt waits for it, and both signatures hold', async () => {
    const asked = deferred();
    const may = deferred();
    await withSigner((local) => async (bytes) => {
      asked.resolve();
      await may.promise;
      return local.sign(bytes);
    });
    const working = its.ask();
    await asked.promise;
    expect((await its.operation('tag')).phase).toBe('planned');
    may.resolve();
    await working;
    const hmacKeys = new Map([[its.engine.keys.hmac.keyId, its.engine.keys.hmac.key]]);
    const receipt = (await its.receipt('tag')) ?? expect.fail('no receipt');
    verifyReceiptSignatures(nodeCrypto, receipt, { keyring: its.engine.keyring, hmacKeys });
  });

  it('R3: given the operation was answered while it signed, then what it signed is thrown away', async () => {
    const firstAsked = deferred();
    const first = deferred();
    let times = 0;
    await withSigner((local) => async (bytes) => {
      times += 1;
      if (times === 1) {
        firstAsked.resolve();
        await first.promise;
      }
      return local.sign(bytes);
    });
    const slow = its.ask();
    await firstAsked.promise;
    await its.ask();
    const winner = await its.receipt('tag');
    first.resolve();
    await slow;
    expect((await its.operation('tag')).receipts).toEqual([winner]);
    expect(times).toBe(2);
  });

  it('given it is away, then the job is held and nothing stands', async () => {
    await withSigner(
      () => async () =>
        Promise.reject(new Fault('signer_away', 'the KMS is away', { next: 'Wait.', retry: 'hold' })),
    );
    await expect(its.ask()).rejects.toMatchObject({ code: 'signer_away', retry: 'hold' });
    expect((await its.operation('tag')).phase).toBe('planned');
  });

  it('P8: given it answers with anything but 64 bytes, then there is no receipt', async () => {
    await withSigner(() => () => new Uint8Array(63));
    await expect(its.ask()).rejects.toMatchObject({ code: 'signature_malformed', retry: 'terminal' });
    expect((await its.operation('tag')).phase).toBe('planned');
  });
});
