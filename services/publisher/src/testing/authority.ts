import type {
  Actor,
  Advisory,
  Audience,
  OperatorAction,
  OperatorCommand,
  PublicKey,
  Receipt,
  ReceiptClaims,
  ServiceKey,
} from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import {
  type HmacKey,
  type OpenKeyring,
  openKeyring,
  type SigningKey,
  signAdvisory,
  signCommand,
  signReceipt,
} from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';

export interface KeyPair {
  readonly keyId: string;
  readonly key: SigningKey;
}

/** Every key of a small system, with the keyring that lists them. */
export interface Authority {
  readonly keyring: OpenKeyring;
  readonly actors: ReadonlyMap<Actor, KeyPair>;
  readonly mint: KeyPair;
  readonly acknowledgement: KeyPair;
  readonly hmac: HmacKey;
  readonly marker: HmacKey;
  issue(claims: ReceiptClaims): Receipt;
  advise(receipt: Receipt): Advisory;
  /** An order signed by `operator` or by `second`, somebody else. */
  order(principal: Operator, action: OperatorAction, audience: Audience, nowMs: number): OperatorCommand;
}

export type Operator = 'operator' | 'second';

const actors: readonly Actor[] = ['planner', 'federation', 'publisher', 'ledger', 'console'];

export function createAuthority(revokedMintAt: string | null = null): Authority {
  const publicKeys: PublicKey[] = [];
  const generate = (
    actor: Actor,
    purpose: ServiceKey['purpose'],
    revokedAt: string | null = null,
  ): KeyPair => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    const keyId = `${actor}-${purpose}`;
    publicKeys.push({
      ...{ key_id: keyId, purpose, actor, algorithm: 'ed25519', public_key: publicRawBase64 },
      ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: revokedAt },
    });
    return { keyId, key: loadSigningKey(privatePem) };
  };
  const operators = new Map(
    (['operator', 'second'] as const).map((principal) => {
      const { privatePem, publicRawBase64 } = generateSigningKey();
      publicKeys.push({
        ...{ key_id: `${principal}-1`, purpose: 'approver', principal, groups: [] },
        ...{ algorithm: 'ed25519', public_key: publicRawBase64 },
        ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null },
      });
      return [principal, loadSigningKey(privatePem)] as const;
    }),
  );
  const actorKeys = new Map(actors.map((actor) => [actor, generate(actor, 'actor')]));
  const mint = generate('federation', 'mint', revokedMintAt);
  const acknowledgement = generate('ledger', 'acknowledgement');
  const hmac = loadHmacKey(generateHmacKey());
  return {
    keyring: openKeyring(nodeCrypto, {
      version: 1,
      environment: 'test',
      log_origin: 'log.test',
      keys: publicKeys,
    }),
    actors: actorKeys,
    mint,
    acknowledgement,
    hmac,
    marker: loadHmacKey(generateHmacKey()),
    order(principal, action, audience, nowMs) {
      const key = operators.get(principal);
      if (key === undefined) throw new RangeError(`no key of ${principal}`);
      return signCommand(
        nodeCrypto,
        {
          ...{ version: 1, command_id: newUlid(), action, reason: 'an incident', principal },
          ...{ key_id: `${principal}-1`, audience, issued_at: new Date(nowMs).toISOString() },
          expires_at: new Date(nowMs + 300_000).toISOString(),
        },
        key,
      );
    },
    issue: (claims) => signReceipt(nodeCrypto, claims, { ed25519: mint.key, hmac }),
    advise({
      signatures: _,
      receipt_id: _id,
      hmac_key_id: _hmac,
      not_before: _from,
      expires_at: _to,
      ...shared
    }) {
      const reasons = [{ code: 'not_allowed', message: 'No.', remedy: 'Ask.' }];
      const { supersedes: _supersedes, ...claims } = shared;
      return signAdvisory(
        nodeCrypto,
        { ...claims, advisory_id: '01JD0000000000000000000000', enforceable: false, reasons },
        { ed25519: mint.key },
      );
    },
  };
}
