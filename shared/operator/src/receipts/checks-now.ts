import { type GateCheck, gateCheckNumber, gateChecks, startScopes } from '@marketops/contracts';
import { frozenScope } from '@marketops/engine';
import {
  type Answer,
  type CheckTrust,
  holdsIf,
  type Presented,
  positionOf,
  questionsOfReceipt,
} from './checks.js';
import type { FoundReceipt } from './receipts-find.js';
import type { Now, ReceiptLifecycle } from './receipts-lifecycle.js';

/** What the gate would answer now, were the receipt presented again. `waits`: it would be held until something changes. */
export interface CheckNow {
  readonly check: GateCheck;
  readonly number: number;
  readonly verdict: Answer['verdict'] | 'waits';
  readonly evidence: string;
}

type AnswerNow = Pick<CheckNow, 'verdict' | 'evidence'>;

interface NowFacts extends Now {
  /** Scope → why, of the `system` stream and the control keys; undefined where Redis does not answer. */
  readonly frozen: readonly ReadonlyMap<string, string>[] | undefined;
  /** Until when the account’s limits, or the publisher’s own cap, leave no room; absent or null where they do, or where nobody knows. */
  readonly throttledUntil?: string | null;
}

interface CaseNow extends Presented {
  readonly lifecycle: ReceiptLifecycle;
  readonly now: NowFacts;
}

/** The twelve checks, asked for this moment. Only the publisher's own answer counts; this is what it is expected to be. */
export function checksNow(
  { record, operation, lifecycle }: FoundReceipt,
  trust: CheckTrust,
  now: NowFacts,
): CheckNow[] {
  const at = new Date(now.ms).toISOString();
  const the: CaseNow = { record, operation, lifecycle, receipt: lifecycle.receipt, at, now, ...trust };
  return gateChecks.map((check) => ({ check, number: gateCheckNumber(check), ...questions[check](the) }));
}

const questions: Readonly<Record<GateCheck, (the: CaseNow) => AnswerNow>> = {
  ...questionsOfReceipt,
  mode: ({ record, receipt }) =>
    holdsIf(
      record.run.mode === 'prod' && receipt.mode === 'prod',
      `mode is ${record.run.mode} in the run, ${receipt.mode} in the receipt`,
    ),
  audience: (the) => {
    const { epoch } = the.now;
    if (epoch !== undefined && the.receipt.epoch !== epoch) {
      return { verdict: 'fails', evidence: `of epoch ${the.receipt.epoch}; this is epoch ${epoch}` };
    }
    return questionsOfReceipt.audience(the);
  },
  unconsumed: ({ lifecycle: { consumed, revoked, supersededBy, redriven } }) => {
    if (consumed !== undefined) {
      return { verdict: 'fails', evidence: `consumed ${consumed.event.time}, at ${positionOf(consumed)}` };
    }
    if (revoked !== undefined) {
      return { verdict: 'fails', evidence: `revoked ${revoked.event.time}, at ${positionOf(revoked)}` };
    }
    if (supersededBy !== undefined) {
      return { verdict: 'fails', evidence: `superseded by ${supersededBy.event.data.receipt.receipt_id}` };
    }
    if (redriven !== undefined) {
      return { verdict: 'fails', evidence: `redriven ${redriven.event.time}: none of before counts` };
    }
    return { verdict: 'holds', evidence: 'no start, no revocation, no successor stands in its stream' };
  },
  acknowledged: acknowledgedNow,
};

function acknowledgedNow({ lifecycle: { issued }, operation, receipt, now }: CaseNow): AnswerNow {
  if (issued.sequence === undefined) {
    return { verdict: 'waits', evidence: 'the ledger has not taken its issuance yet' };
  }
  const acknowledged = `issued in ledger entry ${issued.sequence}`;
  if (now.frozen === undefined) {
    return {
      verdict: 'gate',
      evidence: `${acknowledged}; Redis does not answer, so what is frozen is not known`,
    };
  }
  if (operation.operation === undefined) {
    return { verdict: 'gate', evidence: `${acknowledged}; the operation’s blob is not on this machine` };
  }
  const frozen = frozenScope(startScopes(receipt.tenant_id, operation.operation.repository), ...now.frozen);
  if (frozen !== undefined)
    return { verdict: 'waits', evidence: `${frozen.scope} is frozen: ${frozen.reason}` };
  const { throttledUntil: until = null } = now;
  if (until !== null)
    return { verdict: 'waits', evidence: `${acknowledged}; the account has no room until ${until}` };
  return { verdict: 'holds', evidence: `${acknowledged}; nothing it is for is frozen` };
}
