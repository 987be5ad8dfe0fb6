import { testKeys } from '@marketops/engine/testing';
import { signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createGate, readPresentation } from '@marketops/publisher';
import { anyCase, gateRules } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const keys = testKeys();
const hmacKeys = new Map([[keys.hmac.keyId, keys.hmac.key]]);
const gate = createGate({ ...gateRules, keyring: keys.keyring, hmacKeys });
const [one] = fc.sample(anyCase, { seed: 9, numRuns: 1 });
if (one === undefined) throw new TypeError('there is no case');
const { signatures: _, ...claims } = one.receipt;
const mint = keys.signing('federation', 'mint');
const genuine = { key_id: mint.keyId, hmac_key_id: keys.hmac.keyId };

/** A receipt that names these keys in what is signed, signed by this one: only which keys it names can be wrong. */
const present = (named: Partial<typeof genuine>, signer = mint) => {
  const receipt = signReceipt(
    nodeCrypto,
    { ...claims, ...genuine, ...named },
    { ed25519: signer.key, hmac: keys.hmac.key },
  );
  return gate.judge({ ...one.facts, presented: readPresentation({ ...one.data, receipt }) });
};
const refusal = (check: string, code: string) => ({ verdict: 'refuse', check, reason: { code } });

describe('F3: a receipt under a key id that is not the mint’s', () => {
  it('given the genuine ids, then its signatures hold', () => {
    const { answers } = present({});
    expect(answers.find(({ check }) => check === 'signatures')?.answer.verdict).toBe('pass');
  });

  it.each([
    ...['unknown-1', 'constructor', 'receipt-hmac', 'federation-mint-2'],
    ...['federation-actor2', 'a'.repeat(64)],
  ])('given the key id %j, then it is refused as unknown, for either signature', (id) => {
    expect(present({ key_id: id })).toMatchObject(refusal('signatures', 'key_unknown'));
    expect(present({ hmac_key_id: id === 'receipt-hmac' ? mint.keyId : id })).toMatchObject(
      refusal('signatures', 'key_unknown'),
    );
  });

  it.each([
    ...['../federation-mint', 'federation-mint/..', '/etc/passwd', '..', '', '__proto__'],
    ...['federation-mint\u0000', 'FEDERATION-MINT', ' federation-mint', 'a'.repeat(65)],
  ])('given the key id %j, then it is refused as none, for either signature', (id) => {
    for (const field of ['key_id', 'hmac_key_id'] as const)
      expect(present({ [field]: id })).toMatchObject(refusal('presence', 'receipt_malformed'));
  });

  it.each([
    ...(['planner', 'federation', 'publisher', 'ledger', 'console'] as const).map((actor) =>
      keys.signing(actor),
    ),
    keys.signing('ledger', 'acknowledgement'),
    ...(['alice', 'ci'] as const).map((name) => keys.outside(name)),
  ])(
    'given the key $keyId of another purpose signs under its own id, then that is what it is refused for',
    (key) => {
      expect(present({ key_id: key.keyId }, key)).toMatchObject(refusal('signatures', 'key_wrong_purpose'));
      expect(present({}, key)).toMatchObject(refusal('signatures', 'signature_invalid'));
    },
  );
});
