import {
  ApprovalClaims,
  type ApprovalVerdict,
  type Audience,
  approvalPayloadType,
  isSameAudience,
  limits,
  Operation,
  type OperationSet,
  PublicationPlan,
} from '@marketops/contracts';
import { approvalBytes, type CryptoPort, planDigest } from '@marketops/proof';
import { type BytesToSign, bytesFaults, differs, type SigningFault } from './bytes.js';
import { operationFaults } from './shown-operations.js';

/** What a page asked the API for, in the person's name, and where. */
export interface AskedApproval {
  readonly runId: string;
  readonly verdict: ApprovalVerdict;
  readonly operations: OperationSet;
  readonly approver: string;
  readonly keyId: string;
  readonly reason: string | null;
  readonly withdraws: string | null;
  /** How long it is to count, at most. */
  readonly expiresInMs: number;
  readonly audience: Audience;
}

/** What the page has rendered: the very values, not others fetched for the purpose. */
export interface ShownPlan {
  readonly plan: unknown;
  /** Every operation of the plan that is whole, and no other. */
  readonly operations: readonly unknown[];
}

export interface ConfirmedApproval {
  readonly claims: ApprovalClaims;
  /** Text whose UTF-8 form is signed: DSSE's pre-authentication encoding. */
  readonly signedBytes: string;
}

/**
 * Whether what the API hands over to be signed is what the page shows and the person asked for. The server is only the carrier:
 * the plan's digest and each operation's are computed here anew, from what was rendered.
 *
 * Pure: reads no clock and no network.
 * @returns every fault there is; what may be signed where there is none
 */
export function confirmWhatIsSigned(
  crypto: CryptoPort,
  toSign: BytesToSign & { readonly claims: unknown },
  shown: ShownPlan,
  asked: AskedApproval,
  nowMs: number,
): { readonly faults: readonly SigningFault[]; readonly confirmed: ConfirmedApproval | undefined } {
  const parsed = ApprovalClaims.safeParse(toSign.claims);
  if (!parsed.success) return refused(differs('statement', 'What is to be signed is no approval.'));
  const claims = parsed.data;
  const signedBytes = approvalBytes(claims);
  const faults = [
    ...bytesFaults(crypto, toSign, { payloadType: approvalPayloadType, signedBytes }),
    ...claimFaults(claims, asked, nowMs),
    ...planFaults(crypto, claims, shown, asked),
  ];
  return { faults, confirmed: faults.length === 0 ? { claims, signedBytes } : undefined };
}

const refused = (fault: SigningFault) => ({ faults: [fault], confirmed: undefined });

function claimFaults(claims: ApprovalClaims, asked: AskedApproval, nowMs: number): SigningFault[] {
  const [issuedMs, expiresMs] = [Date.parse(claims.issued_at), Date.parse(claims.expires_at)];
  const checks: readonly (readonly [boolean, string])[] = [
    [claims.run_id === asked.runId, 'It is about another run.'],
    [claims.verdict === asked.verdict, `It says ${claims.verdict}, and you chose ${asked.verdict}.`],
    [isSameSet(claims.operations, asked.operations), 'It is about other operations than you chose.'],
    [claims.approver === asked.approver, `It is in the name of ${claims.approver}.`],
    [claims.key_id === asked.keyId, `It names the key ${claims.key_id}.`],
    [claims.reason === asked.reason, 'Its reason is not the one you wrote.'],
    [claims.withdraws === asked.withdraws, 'It takes back another grant than you chose.'],
    [isSameAudience(claims.audience, asked.audience), 'It is for another environment.'],
    // When it was signed decides which of two words is the later.
    [
      Math.abs(issuedMs - nowMs) <= 2 * limits.clockSkewMsMax,
      `It is dated ${claims.issued_at}, which is not now by this machine’s clock: compare the clocks.`,
    ],
    [
      expiresMs > issuedMs && expiresMs - issuedMs <= asked.expiresInMs,
      `It would count until ${claims.expires_at}, longer than you chose.`,
    ],
  ];
  return checks.flatMap(([holds, why]) => (holds ? [] : [differs('statement', why)]));
}

function planFaults(
  crypto: CryptoPort,
  claims: ApprovalClaims,
  shown: ShownPlan,
  { approver, runId }: AskedApproval,
): SigningFault[] {
  const plan = PublicationPlan.safeParse(shown.plan);
  if (!plan.success) return [differs('plan', 'The plan on this page is none.')];
  const operations: Operation[] = [];
  for (const value of shown.operations) {
    const operation = Operation.safeParse(value);
    if (!operation.success) return [differs('operation', 'An operation on this page is none.')];
    operations.push(operation.data);
  }
  const { data } = plan;
  const named = claims.operations === 'all' ? [] : claims.operations;
  const known = new Set(data.operations.map(({ operation_id: id }) => id));
  const checks: readonly (readonly [boolean, string])[] = [
    [planDigest(crypto, data) === claims.plan_digest, 'The plan on this page is not the one to be signed.'],
    [data.run_id === runId, 'The plan on this page is of another run.'],
    [data.mode === 'prod', 'The plan on this page is of a dry run: nothing of it is ever authorized.'],
    [named.every((id) => known.has(id)), 'It names an operation that the plan does not have.'],
    [
      claims.verdict !== 'grant' || data.principal !== approver,
      'It is your own plan: nobody approves their own (law O2).',
    ],
  ];
  return [
    ...checks.flatMap(([holds, why]) => (holds ? [] : [differs('plan', why)])),
    ...operationFaults(crypto, data, operations),
  ];
}

const isSameSet = (one: OperationSet, other: OperationSet): boolean =>
  one === 'all' || other === 'all'
    ? one === other
    : [...new Set(one)].sort().join() === [...new Set(other)].sort().join();
