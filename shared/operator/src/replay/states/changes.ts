import type { EventOf, OperationState, RunState } from '@marketops/contracts';
import type { Subject } from './run-fold.js';

/** One thing that an event changed, in words; `–` where there was or is nothing. */
export interface StateChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

type Summary = Readonly<Record<string, string>>;

const nothing = '–';

/** What differs between the states around an event, for a person to read. Not safe to print yet. */
export function changesOf(subject: Subject): StateChange[] {
  const [before, after] =
    subject.kind === 'run'
      ? [summaryOfRun(subject.before), summaryOfRun(subject.after)]
      : [summaryOfOperation(subject.before), summaryOfOperation(subject.after)];
  return Object.keys(after).flatMap((name): StateChange[] => {
    const [was, is] = [before[name] ?? nothing, after[name] ?? nothing];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

const said = (verdict: string): string =>
  ({ grant: 'yes', deny: 'no', withdraw: 'takes it back' })[verdict] ?? verdict;

type Words = EventOf<'approval.granted' | 'approval.denied' | 'approval.withdrawn'>;

/** Everything of a run that a person would ask for by name. */
function summaryOfRun(run: RunState): Summary {
  const { requested, planned, rejected, cancelRequested, completed, redriven } = run;
  return {
    status: run.status,
    tenant: run.tenantId || nothing,
    mode: requested === undefined && rejected === undefined ? nothing : run.mode,
    'asked by': requested?.data.principal ?? nothing,
    request: requested?.data.request_digest ?? nothing,
    plan: planned?.data.plan_digest ?? nothing,
    rejected: rejected?.data.code ?? nothing,
    'asks people': listed(run.approvalRequests.map(({ data }) => data.operation_ids.join(' '))),
    words: listed((run.approvals as readonly Words[]).map(wordOf)),
    evidence: listed(
      run.evidence.map(({ data: { evidence: one } }) => `${one.issuer}: ${one.kind}=${one.value}`),
    ),
    cancelled: cancelRequested?.data.principal ?? nothing,
    redriven: redriven?.data.principal ?? nothing,
    'orders to redrive': counted(run.redriveOrders.length),
    stalls: counted(run.stalls),
    ended: completed?.data.status ?? nothing,
  };
}

const wordOf = ({ data: { approval } }: Words): string => `${approval.approver} ${said(approval.verdict)}`;

function summaryOfOperation(state: OperationState): Summary {
  const { planned, issued, authorized, lease, outcome, skipped, reconciled, drifted } = state;
  return {
    phase: state.phase,
    operation: planned?.data.operation_digest ?? nothing,
    'blocked by': state.blocked?.data.reason.code ?? nothing,
    'advised against': listed(state.advised?.data.advisory.reasons.map(({ code }) => code) ?? []),
    'authorized until': authorized?.data.valid_until ?? nothing,
    receipt: issued?.data.receipt.receipt_id ?? nothing,
    receipts: counted(state.receipts.length),
    revoked: state.revoked?.data.receipt_id ?? nothing,
    'consumed by': state.started?.data.execution_id ?? nothing,
    'lease until': lease?.until ?? nothing,
    attempts: counted(state.attempts),
    retries: counted(state.retries),
    holds: listed(state.holds),
    outcome: outcome?.type ?? nothing,
    skipped: skipped?.data.reason.code ?? nothing,
    'to be reconciled': state.reconcileRequested?.data.command.principal ?? nothing,
    reconciled: reconciled?.data.found ?? nothing,
    redrives: counted(state.redrives),
    drift: drifted?.data.drift ?? nothing,
  };
}

const counted = (count: number): string => (count === 0 ? nothing : String(count));
const listed = (some: readonly string[]): string => (some.length === 0 ? nothing : some.join(', '));
