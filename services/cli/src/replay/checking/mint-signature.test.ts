import type { Keyring, Receipt } from '@marketops/contracts';
import type { RecordedEvent } from '@marketops/operator/reading';
import { openKeyring, signReceipt, verifyReceiptOrigin } from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { mintSignatureFault } from './mint-signature.js';

const pair = generateSigningKey();
const revokedAt = '2026-03-01T12:00:00.000Z';
const keyringOf = (revoked_at: string | null, more: object = {}): Keyring => ({
  ...{ version: 1, environment: 'test', log_origin: 'test/log' },
  keys: [
    {
      ...{ key_id: 'mint-1', purpose: 'mint', actor: 'federation', algorithm: 'ed25519', revoked_at },
      ...{ public_key: pair.publicRawBase64, not_before: '2026-01-01T00:00:00.000Z' },
      ...more,
    },
  ],
});
const receipt: Receipt = signReceipt(
  nodeCrypto,
  {
    ...{ receipt_id: `rcp_${'0'.repeat(26)}`, run_id: `run_${'a'.repeat(26)}`, operation_id: 'tag' },
    ...{ operation_kind: 'tag_repo', operation_digest: 'a'.repeat(64), plan_digest: 'b'.repeat(64) },
    ...{ tenant_id: 'acme', mode: 'prod', enforceable: true, issuer: 'test', epoch: 1, key_id: 'mint-1' },
    audience: { environment: 'test', api_origin: 'https://api.github.com', log_origin: 'test/log' },
    ...{ policy_digest: 'c'.repeat(64), evidence_digest: 'd'.repeat(64), decision_id: '0'.repeat(26) },
    ...{ issued_at: '2026-03-01T11:00:00.000Z', not_before: '2026-03-01T11:00:00.000Z' },
    ...{ expires_at: '2026-03-01T13:00:00.000Z', hmac_key_id: 'hmac-1' },
  },
  { ed25519: loadSigningKey(pair.privatePem), hmac: loadHmacKey(generateHmacKey()) },
);

/** What is asked of an event that names this time, and that the ledger committed at that one. */
function asked(
  time: string,
  committed: string | null,
  revoked: string | null = revokedAt,
  more: object = {},
) {
  const recorded = { event: { time } } as RecordedEvent;
  const trust = {
    keyring: openKeyring(nodeCrypto, keyringOf(revoked, more)),
    unrevoked: openKeyring(nodeCrypto, keyringOf(null, more)),
    committedAt: () => Promise.resolve(committed),
  };
  return mintSignatureFault(recorded, 'mint-1', trust, (by) => verifyReceiptOrigin(nodeCrypto, receipt, by));
}

describe('the mint’s signature, asked again after its key was revoked', () => {
  const [before, after] = ['2026-03-01T11:59:59.999Z', '2026-03-01T12:00:00.000Z'];

  it('F3: given the event names a time before the revocation and the ledger had it after, then it does not count', async () => {
    const fault = await asked(before, after);
    expect(fault).toMatchObject({ code: 'key_revoked', message: expect.stringContaining(after) });
  });

  it('F3: given no commit says when the ledger had it, then it does not count', async () => {
    expect(await asked(before, null)).toMatchObject({ code: 'key_revoked' });
  });

  it('given the ledger had it before, then it counts, whatever time the event names', async () => {
    expect(await asked(before, before)).toBeUndefined();
    expect(await asked(after, before)).toBeUndefined();
  });

  it('given the key was not revoked, then no commit is asked for', async () => {
    expect(await asked(after, null, null)).toBeUndefined();
  });

  it('given the event is of a time after the key’s end, then it does not count', async () => {
    const ended = { not_after: '2026-03-01T11:30:00.000Z' };
    expect(await asked(before, before, null, ended)).toMatchObject({ code: 'key_expired' });
  });
});
