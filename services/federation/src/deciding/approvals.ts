import { type Approval, type ApproverKey, coversOperation, type RunState } from '@marketops/contracts';
import { isoTime, isSameAudience } from '@marketops/engine';
import { digestOf, verifyApproval } from '@marketops/proof';
import { isCurrent, isSignedBy, statementMsMax } from '../validity.js';
import type { Hearing, Subject } from './hearing.js';

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

/** One approver's word on this very plan, with that approver's own signature. */
interface Word {
  readonly approval: Approval;
  readonly groups: readonly string[];
  /** Its key is valid now and it has not run out. Otherwise it only silences what the same person said before. */
  readonly counts: boolean;
}

/**
 * Whose approval counts. Per person the latest word decides, by the time they signed: whoever carries words can withhold
 * one, and can neither make nor reorder any. One person counts once, however many keys they have.
 */
export function hearApprovals(
  subject: Subject,
  said: RunState['approvals'],
): Pick<Hearing, 'grants' | 'denials'> {
  const words = said.flatMap(({ data }) => wordOf(subject, data.approval) ?? []).sort(bySigning);
  const withdrawn = new Set(
    words.flatMap(({ approval: { approver, withdraws } }) =>
      withdraws === null ? [] : [`${approver} ${withdraws}`],
    ),
  );
  const latest = (operationId: string): Word[] => {
    const byPerson = new Map<string, Word>();
    for (const word of words) {
      if (coversOperation(word.approval.operations, operationId)) byPerson.set(word.approval.approver, word);
    }
    return [...byPerson.values()].filter(({ counts }) => counts).sort(byName);
  };
  const grantOf = ({ approval, groups }: Word): Grant => ({
    principal: approval.approver,
    groups,
    digest: digestOf(subject.crypto, approval),
  });
  return {
    grants: (operationId) =>
      latest(operationId)
        .filter(({ approval: { verdict, approver, approval_id } }) => {
          return verdict === 'grant' && !withdrawn.has(`${approver} ${approval_id}`);
        })
        .map(grantOf),
    denials: (operationId) =>
      latest(operationId)
        .filter(({ approval }) => approval.verdict === 'deny')
        .map((word) => ({ ...grantOf(word), reason: word.approval.reason })),
  };
}

/** Undefined for what is not the named approver's word on this plan, here: anybody could have put it there. */
function wordOf(subject: Subject, approval: Approval): Word | undefined {
  const isAboutThis =
    approval.run_id === subject.runId &&
    approval.plan_digest === subject.planDigest &&
    isSameAudience(approval.audience, subject.audience);
  if (!isAboutThis || subject.requesters.has(approval.approver) || !isSignedBy(approval, subject.nowMs))
    return undefined;
  const current = keyOf(subject, approval, isoTime(subject.nowMs));
  if (current !== undefined) {
    return { approval, groups: current.groups, counts: isCurrent(approval, subject.nowMs, statementMsMax) };
  }
  // A yes lives and dies with its key. What takes a yes back outlives the key it was signed with: a rotation, or the
  // approver's removal, must not bring a yes back to life.
  if (approval.verdict === 'grant') return undefined;
  const former = keyOf(subject, approval, approval.issued_at);
  return former === undefined ? undefined : { approval, groups: former.groups, counts: false };
}

/** The key as the keyring lists it, where it was valid at that time and the signature holds. */
function keyOf({ crypto, keyring }: Subject, approval: Approval, at: string): ApproverKey | undefined {
  try {
    return verifyApproval(crypto, approval, { keyring, at });
  } catch {
    // Whatever is wrong with it, it is nobody's word (law P8).
    return undefined;
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const isNo = ({ approval }: Word): number => (approval.verdict === 'grant' ? 0 : 1);
/** Of two words signed in the same millisecond the no is the later. */
const bySigning = (one: Word, other: Word): number =>
  compare(one.approval.issued_at, other.approval.issued_at) ||
  isNo(one) - isNo(other) ||
  compare(one.approval.approval_id, other.approval.approval_id);
const byName = (one: Word, other: Word): number => compare(one.approval.approver, other.approval.approver);
