import {
  type Audience,
  type Operation,
  type OperationState,
  type PlannedOperation,
  type Reason,
  type Receipt,
  startScopes,
} from '@marketops/contracts';
import { frozenScope } from '@marketops/engine/deciding';
import type { Hearing } from '@marketops/policy/hearing';
import type { CryptoPort } from '@marketops/proof';
import type { Fresh } from '../mint.js';
import { bindingFaults } from './binding-faults.js';
import { type Basis, consult, isDenial } from './consult.js';
import { reason } from './reason.js';
import { redriveFaults } from './redriven.js';
import { isWanting, requestFor, type Wants } from './requests.js';
import type { AuthorizationFacts, AuthorizationView } from './view.js';

/** One operation of a decision. */
export interface Case {
  readonly crypto: CryptoPort;
  readonly audience: Audience;
  readonly view: AuthorizationView;
  readonly facts: AuthorizationFacts;
  readonly planDigest: string;
  readonly hearing: Hearing;
  readonly item: PlannedOperation;
  readonly state: OperationState;
  readonly fresh: Fresh;
}

/** An unused receipt that counts no more, and for how long its operation's authorization lasts. */
export interface Spent {
  readonly receipt: Receipt;
  readonly reason: Reason;
  readonly validUntil: string;
}

/** What becomes of one operation; undefined where there is nothing to say. */
export type Ruling =
  | { readonly ruling: 'present'; readonly receipt: Receipt }
  | {
      readonly ruling: 'issue';
      readonly operation: Operation;
      readonly operationDigest: string;
      readonly basis: Basis;
      readonly spent?: Spent;
    }
  | {
      readonly ruling: 'advise';
      readonly reasons: readonly Reason[];
      readonly basis: Basis;
      readonly spent?: Spent;
    }
  | { readonly ruling: 'expire'; readonly spent: Spent }
  | { readonly ruling: 'ask'; readonly wants: Wants; readonly reasons: readonly Reason[] }
  | { readonly ruling: 'frozen'; readonly scope: string; readonly because: string }
  /** Yes, if nothing that was said is missing: the ledger has to vouch for the run first. */
  | { readonly ruling: 'unvouched' };

/** Which ruling it is. Policy first, then everything else (laws F1, F2, F5); an operation is answered once. Pure. */
export function rule(the: Case): Ruling | undefined {
  const { state, view } = the;
  if (state.phase === 'blocked') return dryRun(the);
  if (view.run.cancelRequested !== undefined) return undefined;
  if (state.phase === 'authorized') return issuedBefore(the);
  if (state.phase !== 'planned') return undefined;
  // Whoever asks early, the answer waits: no receipt ages while it waits for another operation.
  if (!the.item.depends_on.every((id) => view.states.get(id)?.phase === 'succeeded')) return deniedEarly(the);
  const judged = judge(the);
  return 'wants' in judged ? awaitOthers(the, judged) : judged;
}

interface Wanting {
  readonly basis: Basis;
  readonly wants: Wants;
  readonly reasons: readonly Reason[];
}
type Judged = Extract<Ruling, { ruling: 'issue' | 'advise' | 'frozen' | 'unvouched' }> | Wanting;

/** Yes, no, or not without others: everything evaluated now, whatever was said before. */
function judge(the: Case): Judged {
  const { crypto, audience, view, facts, item, state, planDigest, hearing } = the;
  const operation = view.operations.get(item.operation_id);
  const trust = { crypto, audience, keyring: facts.keyring };
  const faults = [
    ...bindingFaults(crypto, view, item, state, planDigest),
    ...redriveFaults(trust, view, item.operation_id, state),
  ];
  if (faults.length > 0 || operation === undefined || item.operation_digest === null)
    return { ruling: 'advise', reasons: faults, basis: unasked(the) };
  const opinion = consult(facts.policy, operation, view.plan, hearing);
  const { basis } = opinion;
  if (!opinion.allowed) {
    const { wants, reasons } = opinion;
    return isWanting(wants) ? { basis, wants, reasons } : { ruling: 'advise', reasons, basis };
  }
  const frozen = frozenScope(startScopes(view.plan.tenant_id, operation.repository), ...facts.frozen);
  if (frozen !== undefined) return { ruling: 'frozen', scope: frozen.scope, because: frozen.reason };
  if (facts.vouchedSeq === null && facts.policy.weighsStatements(item.kind)) return { ruling: 'unvouched' };
  return { ruling: 'issue', operation, operationDigest: item.operation_digest, basis };
}

/** A no is heard at once, also by an operation that waits for another: by then it could have run out. */
function deniedEarly(the: Case): Ruling | undefined {
  if (the.hearing.denials(the.item.operation_id).length === 0) return undefined;
  const judged = judge(the);
  const denied = 'ruling' in judged && judged.ruling === 'advise' && judged.reasons.some(isDenial);
  return denied ? judged : undefined;
}

/** Others are asked once; while they are, the operation waits, and when they have not said enough, it is given up. */
function awaitOthers({ view, facts, item }: Case, { wants, reasons, basis }: Wanting): Ruling | undefined {
  const request = requestFor(view.run, item.operation_id);
  if (request === undefined) return { ruling: 'ask', wants, reasons };
  const { expires_at } = request.data;
  if (Date.parse(expires_at) > facts.nowMs) return undefined;
  const expired = reason(
    'approval_expired',
    `Not enough was said for it until ${expires_at}.`,
    'Submit the plan again under a new idempotency key, and have it approved in time.',
  );
  return { ruling: 'advise', reasons: [expired, ...reasons], basis };
}

/** A dry run's advisory tells everything that would stand in the way of shipping, its mode first. */
function dryRun(the: Case): Ruling {
  const { view, facts, item, state, hearing } = the;
  const operation = view.operations.get(item.operation_id);
  const blocked = state.blocked?.data.reason;
  const reasons = [...(blocked === undefined ? [] : [blocked]), ...item.reasons];
  if (operation === undefined) return { ruling: 'advise', reasons, basis: unasked(the) };
  const opinion = consult(facts.policy, operation, view.plan, hearing);
  const against = opinion.allowed ? [] : opinion.reasons;
  return { ruling: 'advise', reasons: [...reasons, ...against], basis: opinion.basis };
}

/**
 * Issued before: a live receipt is presented again. An unused one that counts no more is replaced while the authorization
 * lasts and everything, evaluated anew, still says yes.
 */
function issuedBefore(the: Case): Ruling | undefined {
  const { state, facts } = the;
  const receipt = state.issued?.data.receipt;
  if (receipt === undefined) return undefined;
  // A receipt of an older life of the store could be one that had been used there.
  const ofThisEpoch = receipt.epoch >= facts.epoch;
  if (ofThisEpoch && Date.parse(receipt.expires_at) > facts.nowMs) return { ruling: 'present', receipt };
  const validUntil = state.authorized?.data.valid_until ?? receipt.expires_at;
  const spent: Spent = {
    receipt,
    validUntil,
    reason: reason(
      'receipt_expired',
      ofThisEpoch
        ? `It expired at ${receipt.expires_at}, unused.`
        : `It is of epoch ${receipt.epoch}; this is epoch ${facts.epoch}.`,
      'Nothing while the authorization lasts. Afterwards submit the plan again under a new idempotency key.',
    ),
  };
  if (Date.parse(validUntil) <= facts.nowMs) return { ruling: 'expire', spent };
  const judged = judge(the);
  if ('wants' in judged) {
    // Nobody is asked a second time for one authorization.
    return { ruling: 'advise', reasons: judged.reasons, basis: judged.basis, spent };
  }
  return judged.ruling === 'frozen' || judged.ruling === 'unvouched' ? judged : { ...judged, spent };
}

/** Where there is nothing to ask the policy about. */
const unasked = ({ facts }: Case): Basis => ({
  policyDigest: facts.policy.digest,
  grants: [],
  denials: [],
  evidence: [],
});
