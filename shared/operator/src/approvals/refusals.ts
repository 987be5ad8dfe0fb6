import {
  type ApprovalVerdict,
  coversOperation,
  foldRun,
  type MarketOpsEvent,
  type OperationSet,
} from '@marketops/contracts';
import { redriverOf } from '@marketops/policy/hearing';
import type { OperationRecord } from '../runs/run-record.js';
import { AuthorityError } from './errors.js';
import type { ShownPlan } from './shown-plan.js';

/** What somebody is about to say of a plan. */
export interface AboutToSay {
  readonly verdict: ApprovalVerdict;
  readonly operations: OperationSet;
  readonly approver: string;
}

const isGrant = (verdict: ApprovalVerdict): boolean => verdict === 'grant';

/**
 * What federation would not count is not signed either. Pure.
 * @throws AuthorityError `own_plan` (law O2), `run_ended`, `already_decided`, `request_expired`
 */
export function refuseWorthless(
  shown: ShownPlan,
  { verdict, operations, approver }: AboutToSay,
  nowIso: string,
): void {
  const { record, plan } = shown;
  const { run, runId } = record;
  if (verdict !== 'withdraw' && plan.principal === approver) {
    throw new AuthorityError(
      'own_plan',
      `${approver} asked for ${runId}, and nobody approves their own plan`,
      {
        next: 'Ask somebody else to approve it; to stop it yourself, marketops cancel.',
      },
    );
  }
  if (isGrant(verdict) && redriverOf(run) === approver) {
    throw new AuthorityError(
      'own_plan',
      `${approver} ordered the redrive of ${runId}, and nobody approves what they ordered themselves`,
      { next: 'Ask somebody else to approve it.' },
    );
  }
  if (run.cancelRequested !== undefined && isGrant(verdict)) {
    throw new AuthorityError('run_ended', `${runId} is being cancelled`, {
      next: 'Submit the plan again under a new idempotency key.',
    });
  }
  const covered = record.operations.filter(({ id }) => coversOperation(operations, id));
  if (!covered.some((operation) => isOpenTo(verdict, operation))) {
    const phases = covered.map(({ id, state }) => `${id} is ${state.phase}`).join(', ');
    throw new AuthorityError('already_decided', `it would change nothing: ${phases}`, {
      next: 'A receipt that has been issued is taken back with marketops receipt revoke.',
    });
  }
  const requests = run.approvalRequests.filter(({ data }) =>
    data.operation_ids.some((id) => coversOperation(operations, id)),
  );
  const last = requests
    .map(({ data }) => data.expires_at)
    .sort()
    .at(-1);
  if (isGrant(verdict) && last !== undefined && last <= nowIso) {
    throw new AuthorityError('request_expired', `the approval was asked for until ${last}`, {
      next: 'Submit the plan again under a new idempotency key.',
    });
  }
}

/** A grant or denial matters before the mint; a withdrawal also to the renewal of a receipt. */
function isOpenTo(verdict: ApprovalVerdict, { state: { phase } }: OperationRecord): boolean {
  if (phase === 'planned' || phase === 'expired') return true;
  return verdict === 'withdraw' && phase === 'authorized';
}

/** So many statements of each sort a run may carry; more is nothing a person reads. */
export const statementsMax = 200;

type Sort = 'approval' | 'evidence';
const sortOf = (event: MarketOpsEvent): { sort: Sort; id: string } | undefined => {
  switch (event.type) {
    case 'approval.granted':
    case 'approval.denied':
    case 'approval.withdrawn':
      return { sort: 'approval', id: event.data.approval.approval_id };
    case 'evidence.recorded':
      return { sort: 'evidence', id: event.data.evidence.evidence_id };
    default:
      return undefined;
  }
};

/**
 * Asked with the stream as it stands right before the append.
 * @throws AuthorityError `run_ended`, `statements_too_many`, `already_said`
 */
export function refuseToCarry(standing: readonly MarketOpsEvent[], sort: Sort, id: string): void {
  const { status } = foldRun(standing);
  if (status === 'completed' || status === 'rejected') {
    throw new AuthorityError('run_ended', 'the run has ended meanwhile', { next: 'See marketops show.' });
  }
  const said = standing.flatMap((event) => {
    const one = sortOf(event);
    return one?.sort === sort ? [one.id] : [];
  });
  if (said.includes(id)) {
    throw new AuthorityError('already_said', `the run has this ${sort} already: ${id}`, {
      next: 'Nothing to do: it is recorded once.',
    });
  }
  if (said.length >= statementsMax) {
    throw new AuthorityError(
      'statements_too_many',
      `the run carries ${said.length} statements of ${sort} already`,
      {
        next: 'Submit the plan again under a new idempotency key.',
      },
    );
  }
}
