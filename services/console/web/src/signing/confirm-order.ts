import {
  type Audience,
  commandPayloadType,
  isSameAudience,
  limits,
  type OperatorAction,
  OperatorCommandClaims,
} from '@marketops/contracts';
import { type CryptoPort, canonicalJson, commandBytes } from '@marketops/proof';
import { type BytesToSign, bytesFaults, differs, type SigningFault } from './bytes.js';

/** What a page asked the API for, in an operator's name. */
export interface AskedOrder {
  /** For `unfreeze` with the ids of all freezes that the page shows in that scope: no other may be lifted. */
  readonly action: OperatorAction;
  readonly reason: string;
  readonly principal: string;
  readonly keyId: string;
  readonly audience: Audience;
}

export interface ConfirmedOrder {
  readonly claims: OperatorCommandClaims;
  readonly signedBytes: string;
}

/** An order counts once and for a short while, whatever it says. */
const lifetimeMsMax = 10 * 60_000;

/** As `confirmWhatIsSigned`, for an operator's order. Pure. */
export function confirmOrder(
  crypto: CryptoPort,
  toSign: BytesToSign & { readonly claims: unknown },
  asked: AskedOrder,
  nowMs: number,
): { readonly faults: readonly SigningFault[]; readonly confirmed: ConfirmedOrder | undefined } {
  const parsed = OperatorCommandClaims.safeParse(toSign.claims);
  if (!parsed.success)
    return { faults: [differs('statement', 'What is to be signed is no order.')], confirmed: undefined };
  const claims = parsed.data;
  const signedBytes = commandBytes(claims);
  const [issuedMs, expiresMs] = [Date.parse(claims.issued_at), Date.parse(claims.expires_at)];
  const checks: readonly (readonly [boolean, string])[] = [
    [isSameAction(claims.action, asked.action), 'It orders something else than you chose.'],
    [claims.reason === asked.reason, 'Its reason is not the one you wrote.'],
    [claims.principal === asked.principal, `It is in the name of ${claims.principal}.`],
    [claims.key_id === asked.keyId, `It names the key ${claims.key_id}.`],
    [isSameAudience(claims.audience, asked.audience), 'It is for another environment.'],
    [
      Math.abs(issuedMs - nowMs) <= 2 * limits.clockSkewMsMax,
      `It is dated ${claims.issued_at}, which is not now by this machine’s clock: compare the clocks.`,
    ],
    [
      expiresMs > issuedMs && expiresMs - issuedMs <= lifetimeMsMax,
      `It would count until ${claims.expires_at}, which is too long for an order.`,
    ],
  ];
  const faults = [
    ...bytesFaults(crypto, toSign, { payloadType: commandPayloadType, signedBytes }),
    ...checks.flatMap(([holds, why]) => (holds ? [] : [differs('statement', why)])),
  ];
  return { faults, confirmed: faults.length === 0 ? { claims, signedBytes } : undefined };
}

function isSameAction(claimed: OperatorAction, asked: OperatorAction): boolean {
  if (claimed.kind !== 'unfreeze' || asked.kind !== 'unfreeze')
    return canonicalJson(claimed) === canonicalJson(asked);
  const seen = new Set(asked.freezes);
  return (
    canonicalJson(claimed.scopes) === canonicalJson(asked.scopes) &&
    // Without the list it would lift whatever stands by then.
    claimed.freezes?.every((id) => seen.has(id)) === true
  );
}
