import { type Audience, isCurrent, isSameAudience, type OperatorCommand } from '@marketops/contracts';
import { type CryptoPort, type OpenKeyring, ProofError, verifyCommand } from '@marketops/proof';

/** An operator's order is good for this long at most. */
export const orderMsMax = 600_000;

/** What an operator's order is verified against. */
export interface OrderTrust {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly audience: Audience;
}

/**
 * Why an operator's order does not count at a time: for another system, outside its own window, or not signed by a key of
 * who gives it. Whether it is the order for what is to be done is the caller's to ask.
 * @param at ISO time; clocks may differ by 30 s where it was signed, and nothing is added where it runs out
 * @returns for a person to read, or the ProofError of `verifyCommand` with its code; undefined where it counts
 */
export function orderFault(
  { crypto, keyring, audience }: OrderTrust,
  command: OperatorCommand,
  at: string,
): string | ProofError | undefined {
  if (!isSameAudience(command.audience, audience)) return 'the order is for another system';
  if (!isCurrent(command, Date.parse(at), orderMsMax))
    return `the order counts from ${command.issued_at} until ${command.expires_at}, and for ten minutes at most`;
  try {
    verifyCommand(crypto, command, { keyring, at });
    return undefined;
  } catch (fault) {
    if (fault instanceof ProofError) return fault;
    throw fault;
  }
}

/** As `orderFault`, in words alone. */
export function whyNoOrder(trust: OrderTrust, command: OperatorCommand, at: string): string | undefined {
  const fault = orderFault(trust, command, at);
  return fault instanceof ProofError ? fault.message : fault;
}
