import { type Approval, type Evidence, isSameAudience, isSignedBy } from '@marketops/contracts';
import { evidenceFault } from '@marketops/policy/hearing';
import { ProofError, verifyApproval } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { RunRecord } from '../runs/run-record.js';
import { AuthorityError } from './errors.js';
import { type Now, subjectOf } from './hearing-of.js';

/** What carries a person’s or an issuer’s word. */
export type StatementDraft =
  | { readonly type: keyof typeof verdicts; readonly data: { readonly approval: Approval } }
  | { readonly type: 'evidence.recorded'; readonly data: { readonly evidence: Evidence } };

const verdicts = {
  'approval.granted': 'grant',
  'approval.denied': 'deny',
  'approval.withdrawn': 'withdraw',
} as const;

type About = Pick<RunRecord, 'runId' | 'run'>;

/**
 * The door for words, wherever they were signed: asked before anything is appended. It looks at who signed, and for which
 * run, plan and system; whether the word then decides anything is federation’s to weigh.
 * @throws AuthorityError `signature_refused`; `evidence_not_valid`
 */
export function refuseForeignStatement(about: About, event: StatementDraft, now: Now): void {
  if (event.type === 'evidence.recorded') {
    const fault = evidenceFault(subjectOf({ ...about, plan: undefined }, now), event.data.evidence);
    if (fault === undefined) return;
    throw new AuthorityError('evidence_not_valid', `the evidence would not count: ${fault}`, {
      next: 'Have its issuer sign it anew for this run: marketops evidence sign.',
    });
  }
  const { approval } = event.data;
  if (approval.verdict !== verdicts[event.type]) throw refused(`it is to ${approval.verdict}`);
  const fault = foreignFault(about, approval, now);
  if (fault instanceof ProofError) throw refused(fault.message, fault);
  if (fault !== undefined) throw refused(fault);
}

function foreignFault({ runId, run }: About, approval: Approval, now: Now): string | ProofError | undefined {
  const nowMs = Date.parse(now.nowIso);
  if (approval.run_id !== runId) return 'it is about another run';
  if (approval.plan_digest !== run.planned?.data.plan_digest) return 'it is about another plan';
  if (!isSameAudience(approval.audience, now.audience)) return 'it is for another system';
  if (!isSignedBy(approval, nowMs)) return `it was signed for ${approval.issued_at}`;
  const fault = signatureFault(approval, now, now.nowIso);
  if (approval.verdict === 'grant')
    return (
      fault ?? (Date.parse(approval.expires_at) <= nowMs ? `it expired at ${approval.expires_at}` : undefined)
    );
  // What takes a yes back outlives the key it was signed with, as federation has it.
  return fault === undefined ? undefined : signatureFault(approval, now, approval.issued_at) && fault;
}

function signatureFault(approval: Approval, { keyring }: Now, at: string): ProofError | undefined {
  try {
    verifyApproval(nodeCrypto, approval, { keyring, at });
    return undefined;
  } catch (fault) {
    if (fault instanceof ProofError) return fault;
    throw fault;
  }
}

const refused = (why: string, cause?: ProofError): AuthorityError =>
  new AuthorityError('signature_refused', `the word does not count: ${why}`, {
    next: 'Have it signed anew by its approver, with a listed key of their own, for this plan.',
    cause,
  });
