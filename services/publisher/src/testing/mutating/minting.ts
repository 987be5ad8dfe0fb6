import { isDeepStrictEqual } from 'node:util';
import type { Receipt, ReceiptClaims } from '@marketops/contracts';
import { signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { readPresentation } from '../../gate/read-presentation.js';
import { createAuthority } from '../authority.js';
import { type Case, sharedAuthority } from '../gate-fixture.js';
import { anyCase } from './cases.js';
import { type Mutation, gateRules as rules } from './mutation.js';
import { streamOf } from './run.js';

export const stranger = createAuthority();
type Forge = (claims: ReceiptClaims) => Receipt;
const keyOf = (actor: 'publisher' | 'federation' | 'console') => {
  const pair = sharedAuthority.actors.get(actor);
  if (pair === undefined) throw new RangeError(`no key of ${actor}`);
  return pair.key;
};
const forges: readonly Forge[] = [
  // With all that the publisher holds: the genuine HMAC, and a key of another purpose under the mint's name.
  ...(['publisher', 'federation', 'console'] as const).map(
    (actor): Forge =>
      (claims) =>
        signReceipt(nodeCrypto, claims, { ed25519: keyOf(actor), hmac: sharedAuthority.hmac }),
  ),
  (claims) =>
    signReceipt(nodeCrypto, claims, {
      ed25519: sharedAuthority.acknowledgement.key,
      hmac: sharedAuthority.hmac,
    }),
  // The mint's signature, and another HMAC.
  (claims) =>
    signReceipt(nodeCrypto, claims, { ed25519: sharedAuthority.mint.key, hmac: sharedAuthority.marker }),
  (claims) => stranger.issue(claims),
  // One signature in the place of the other.
  (claims) => {
    const { signatures, ...rest } = sharedAuthority.issue(claims);
    return { ...rest, signatures: { ...signatures, ed25519: signatures.hmac_sha256 } };
  },
  // An advisory’s signature under a receipt.
  (claims) => {
    const receipt = sharedAuthority.issue(claims);
    const { ed25519 } = sharedAuthority.advise(receipt).signatures;
    return { ...receipt, signatures: { ...receipt.signatures, ed25519 } };
  },
];

export const forgeMutation: fc.Arbitrary<Mutation> = fc.constantFrom(...forges).map((forge) => ({
  of: 'key',
  apply(one) {
    const { signatures: _, ...claims } = one.receipt;
    const receipt = forge(claims);
    // In its stream too: whoever forges a receipt may write Redis as well. Only the signatures are left.
    return {
      rules,
      facts: {
        ...one.facts,
        presented: readPresentation({ ...one.data, receipt }),
        stream: streamOf({ ...one, receipt }),
      },
    };
  },
}));

/**
 * Every claim that binds a receipt, with what it says of another operation or of another system. But the mode: a mint signs for
 * no other than prod.
 */
const otherClaims = ({
  receipt,
}: Case): readonly Readonly<Partial<Record<keyof ReceiptClaims, unknown>>>[] => [
  { run_id: receipt.run_id },
  { operation_id: receipt.operation_id },
  { operation_kind: receipt.operation_kind },
  { operation_digest: receipt.operation_digest },
  { plan_digest: receipt.plan_digest },
  { tenant_id: receipt.tenant_id },
  { epoch: receipt.epoch },
  { issuer: `${receipt.issuer}-other` },
  { audience: { ...receipt.audience, environment: 'staging' } },
  { audience: { ...receipt.audience, api_origin: 'https://api.example' } },
  { audience: { ...receipt.audience, log_origin: 'other.example/log' } },
];

/** Genuine, and for something else: one claim changed and signed anew by the mint itself. */
export const mintedMutation: fc.Arbitrary<Mutation> = fc
  .tuple(anyCase, fc.nat(), fc.boolean())
  .map(([other, at, standsInStream]) => ({
    of: 'receipt',
    apply(one) {
      const { signatures: _, ...claims } = one.receipt;
      const changes = otherClaims(other);
      const changed = { ...claims, ...changes[at % changes.length] } as ReceiptClaims;
      if (isDeepStrictEqual(changed, claims)) return undefined;
      const receipt = sharedAuthority.issue(changed);
      const stream = standsInStream ? streamOf(one, { receipt }) : one.facts.stream;
      return {
        rules,
        facts: { ...one.facts, stream, presented: readPresentation({ ...one.data, receipt }) },
      };
    },
  }));
