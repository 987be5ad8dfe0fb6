import {
  type Approval,
  coversOperation,
  isSameAudience,
  isSignedBy,
  limits,
  type PersonKey,
} from '@marketops/contracts';
import { digestOf, ProofError, verifyApproval } from '@marketops/proof';
import type { Said, Subject } from './hearing.js';
import { timeFault } from './validity.js';

/** A yes that counts now. */
export interface Grant {
  readonly principal: string;
  readonly groups: readonly string[];
  /** SHA-256 of the approval as it was signed. */
  readonly digest: string;
}
/** A no that counts now. */
export interface Denial extends Grant {
  readonly reason: string | null;
}

/** An approval as it was carried to the run. */
export interface HeardApproval {
  readonly approval: Approval;
  /** When it was carried. */
  readonly time: string;
  /** Of the approver, as the keyring lists them; none where it is not the approver's word. */
  readonly groups: readonly string[];
  /** Why it does not count for that operation, for a person to read; undefined where it does. */
  faultFor(operationId: string): string | undefined;
}

export interface HeardApprovals {
  /** Each person once, by name. */
  grants(operationId: string): readonly Grant[];
  denials(operationId: string): readonly Denial[];
  /** Everything that was carried, in that order, whether it counts or not. */
  readonly approvals: readonly HeardApproval[];
}

/** One approver's word on this very plan, with that approver's own signature. */
interface Word {
  readonly approval: Approval;
  readonly groups: readonly string[];
  /** Its key is not valid now, or it has run out: it only silences what the same person said before. */
  readonly fault: string | undefined;
}

/**
 * Whose approval counts. Per person the latest word decides, by the time they signed: whoever carries words can withhold
 * one, and can neither make nor reorder any. One person counts once, however many keys they have.
 */
export function hearApprovals(subject: Subject, said: Said['approvals']): HeardApprovals {
  const weighed = said.map(({ data: { approval }, time }) => ({
    ...{ approval, time },
    word: wordOf(subject, approval),
  }));
  const words = weighed.flatMap(({ word }) => (typeof word === 'string' ? [] : [word])).sort(bySigning);
  const withdrawn = new Set(
    words.flatMap(({ approval: { approver, withdraws } }) =>
      withdraws === null ? [] : [`${approver} ${withdraws}`],
    ),
  );
  const latest = (operationId: string): ReadonlyMap<string, Word> => {
    const byPerson = new Map<string, Word>();
    for (const word of words) {
      if (coversOperation(word.approval.operations, operationId)) byPerson.set(word.approval.approver, word);
    }
    return byPerson;
  };
  const faultOf = ({ approval, fault }: Word): string | undefined => {
    if (fault !== undefined) return fault;
    if (approval.verdict !== 'grant') return undefined;
    if (approval.approver === subject.redriver) return 'nobody approves what they ordered themselves';
    const isTakenBack = withdrawn.has(`${approval.approver} ${approval.approval_id}`);
    return isTakenBack ? 'it was withdrawn' : undefined;
  };
  const counting = (verdict: Approval['verdict'], operationId: string): Word[] =>
    [...latest(operationId).values()]
      .filter((word) => word.approval.verdict === verdict && faultOf(word) === undefined)
      .sort(byName);
  const grantOf = ({ approval, groups }: Word): Grant => ({
    principal: approval.approver,
    groups,
    digest: digestOf(subject.crypto, approval),
  });
  const faultFor = (word: Word, operationId: string): string | undefined => {
    const { approval } = word;
    if (!coversOperation(approval.operations, operationId)) return 'it is about other operations';
    // What it takes back stays taken back, whatever is said later, and when its own time is over.
    if (approval.verdict === 'withdraw') return undefined;
    const last = latest(operationId).get(approval.approver);
    // The same word may have been carried twice.
    const isLast = last?.approval.signature === approval.signature;
    return faultOf(word) ?? (isLast ? undefined : 'the same person has said something else since');
  };
  return {
    grants: (operationId) => counting('grant', operationId).map(grantOf),
    denials: (operationId) =>
      counting('deny', operationId).map((word) => ({ ...grantOf(word), reason: word.approval.reason })),
    approvals: weighed.map(({ word, ...carried }) =>
      typeof word === 'string'
        ? { ...carried, groups: [], faultFor: () => word }
        : { ...carried, groups: word.groups, faultFor: (operationId) => faultFor(word, operationId) },
    ),
  };
}

/** Why it is not the named approver's word on this plan, here: anybody could have put it there. */
function wordOf(subject: Subject, approval: Approval): Word | string {
  const fault = foreignFault(subject, approval);
  if (fault !== undefined) return fault;
  const current = keyOf(subject, approval, new Date(subject.nowMs).toISOString());
  if (typeof current !== 'string')
    return {
      approval,
      groups: current.groups,
      // A no does not run out: a yes of the same day must not outlive it.
      fault: approval.verdict === 'deny' ? undefined : timeFault(approval, subject.nowMs),
    };
  // A yes lives and dies with its key. What takes a yes back outlives the key it was signed with: a rotation, or the
  // approver's removal, must not bring a yes back to life.
  if (approval.verdict === 'grant') return current;
  const former = keyOf(subject, approval, approval.issued_at);
  return typeof former === 'string' ? current : { approval, groups: former.groups, fault: current };
}

function foreignFault(
  { runId, planDigest, audience, requesters, nowMs }: Subject,
  approval: Approval,
): string | undefined {
  if (approval.run_id !== runId) return 'it is about another run';
  if (approval.plan_digest !== planDigest) return 'it is about another plan';
  if (!isSameAudience(approval.audience, audience)) return 'it is for another environment';
  if (requesters.has(approval.approver)) return 'nobody approves their own plan';
  return isSignedBy(approval, nowMs) ? undefined : `it was signed for ${approval.issued_at}`;
}

/** The key as the keyring lists it, where it was valid at that time and the signature holds; else why not. */
function keyOf({ crypto, keyring }: Subject, approval: Approval, at: string): PersonKey | string {
  try {
    return verifyApproval(crypto, approval, { keyring, at });
  } catch (fault) {
    // Whatever is wrong with it, it is nobody's word (law P8).
    return fault instanceof ProofError ? fault.message : 'it cannot be verified';
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const isNo = ({ approval }: Word): number => (approval.verdict === 'grant' ? 0 : 1);
/** Clocks differ: a yes signed by one that is ahead must not silence a no that was said after it. */
const signedMs = ({ approval }: Word): number =>
  Date.parse(approval.issued_at) + (approval.verdict === 'deny' ? limits.clockSkewMsMax : 0);
/** Of two words signed in the same millisecond the no is the later. */
const bySigning = (one: Word, other: Word): number =>
  signedMs(one) - signedMs(other) ||
  isNo(one) - isNo(other) ||
  compare(one.approval.approval_id, other.approval.approval_id);
const byName = (one: Word, other: Word): number => compare(one.approval.approver, other.approval.approver);
