import { type EventDraft, startScopes } from '@marketops/contracts';
import { isoTime, publicationJob, runJob } from '@marketops/engine/deciding';
import type { JobSpec } from '@marketops/store';
import type { Binding, Mint } from '../mint.js';
import type { Basis } from './consult.js';
import type { Case, Ruling, Spent } from './rule.js';

/** A ruling as events of its operation, and what follows from them. */
export interface Answer {
  readonly events: readonly EventDraft[];
  readonly jobs: readonly JobSpec[];
  readonly scopes: readonly string[];
}

type Answerable = Extract<Ruling, { ruling: 'present' | 'issue' | 'advise' | 'expire' }>;

/** For how long a yes stands: receipts that expire unused are replaced until then. */
const authorizationMs = 24 * 3_600_000;

/** Puts a ruling into signed words. */
export function answerOf(mint: Mint, the: Case, ruling: Answerable): Answer | Promise<Answer> {
  switch (ruling.ruling) {
    case 'present':
      // The account is the repository's owner.
      return {
        events: [],
        jobs: [publicationJob(the.item.repository.split('/')[0] ?? '', ruling.receipt)],
        scopes: [],
      };
    case 'expire':
      return { events: expiryOf(ruling.spent), jobs: [runJob(the.view.runId)], scopes: [] };
    case 'advise':
      return advise(mint, the, ruling);
    case 'issue':
      return issue(mint, the, ruling);
  }
}

async function issue(
  mint: Mint,
  the: Case,
  { operation, operationDigest, basis, spent }: Extract<Ruling, { ruling: 'issue' }>,
): Promise<Answer> {
  const { view, fresh, state } = the;
  const validUntil = spent?.validUntil ?? isoTime(fresh.nowMs + authorizationMs);
  // What was redriven has receipts of before: they count no more, and the new one says so.
  const supersedes = (spent?.receipt ?? state.receipts.at(-1))?.receipt_id;
  const receipt = await mint.receipt(operation, operationDigest, bindingOf(the, basis), fresh, {
    notAfterMs: Date.parse(validUntil),
    ...(supersedes === undefined ? {} : { supersedes }),
  });
  const authorized: EventDraft = {
    type: 'operation.authorized',
    data: {
      decision_id: fresh.decisionId,
      evidence_digest: receipt.evidence_digest,
      operation_id: operation.operation_id,
      policy_digest: receipt.policy_digest,
      valid_until: validUntil,
    },
  };
  const issued: EventDraft = { type: 'receipt.issued', data: { receipt } };
  return {
    // A renewal stands on the authorization there is: the receipt itself names the new decision and what it rests on.
    events: spent === undefined ? [authorized, issued] : [...expiryOf(spent), issued],
    jobs: [publicationJob(operation.repository.owner, receipt)],
    scopes: startScopes(view.plan.tenant_id, operation.repository),
  };
}

async function advise(
  mint: Mint,
  the: Case,
  { reasons, basis, spent }: Extract<Ruling, { ruling: 'advise' }>,
): Promise<Answer> {
  const { item, fresh, view } = the;
  const { operation_id, kind, operation_digest } = item;
  const about = { operation_id, kind };
  const advisory = await mint.advisory(about, operation_digest, bindingOf(the, basis), fresh, reasons);
  return {
    events: [
      ...(spent === undefined ? [] : expiryOf(spent)),
      { type: 'receipt.advised', data: { advisory } },
    ],
    jobs: [runJob(view.runId)],
    scopes: [],
  };
}

const expiryOf = ({ receipt, reason }: Spent): EventDraft[] => [
  { type: 'receipt.expired', data: { receipt_id: receipt.receipt_id, reason } },
];

const digests = (some: readonly { readonly digest: string }[]): string[] => some.map(({ digest }) => digest);

const bindingOf = ({ view, facts, planDigest }: Case, basis: Basis): Binding => ({
  runId: view.runId,
  tenantId: view.plan.tenant_id,
  mode: view.run.mode,
  planDigest,
  epoch: facts.epoch,
  policyDigest: basis.policyDigest,
  evidence: {
    approvals: digests(basis.grants),
    denials: digests(basis.denials),
    evidence: digests(basis.evidence),
    principal: view.plan.principal,
    request_digest: view.plan.request_digest,
  },
});
