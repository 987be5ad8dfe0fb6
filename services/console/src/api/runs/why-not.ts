import type { Reason } from '@marketops/contracts';
import type { RunRecord } from '@marketops/operator';
import type { z } from '../define.js';
import type { WhyNot as WhyNotView } from './detail.js';

type OperationRecord = RunRecord['operations'][number];
export type WhyNot = z.input<typeof WhyNotView>;

/** What is known beside the run itself. */
export interface Surroundings {
  /** Frozen scopes that cover the operation, with why. */
  readonly frozen: (
    operation: OperationRecord,
  ) => { readonly scope: string; readonly reason: string } | undefined;
  /** When an account that is paused or spent goes on. */
  readonly throttledUntil: (operation: OperationRecord) => string | null;
}

type Kind = WhyNot['kind'];

const kindByCode: Readonly<Record<string, Kind>> = {
  blocked_by_mode: 'mode',
  mode_not_prod: 'mode',
  run_not_prod: 'mode',
  policy_forbids: 'policy_violation',
  policy_denied: 'policy_violation',
  policy_error: 'policy_violation',
  repository_not_allowed: 'policy_violation',
  approval_denied: 'policy_violation',
  approval_expired: 'expired',
  approval_pending: 'awaiting_approval',
  dependency_pending: 'dependency',
  dependency_failed: 'dependency',
  dependency_not_shipping: 'dependency',
  receipt_missing: 'missing_receipt',
  receipt_malformed: 'missing_receipt',
  not_enforceable: 'missing_receipt',
  receipt_expired: 'expired',
  receipt_stale: 'expired',
  epoch_passed: 'expired',
  receipt_revoked: 'revoked',
  frozen: 'frozen',
  throttled: 'throttled',
  hourly_cap: 'throttled',
  cancelled: 'cancelled',
};
/** Codes of signatures that do not hold: somebody presented what federation did not sign. */
const forged =
  /^(?:signature_|hmac_|key_(?:unknown|wrong_purpose|revoked)|actor_mismatch|receipt_not_issued)/;

const one = (
  kind: Kind,
  { code, message, remedy }: Reason,
  over: Partial<Omit<WhyNot, 'kind' | 'code' | 'message' | 'remedy'>> = {},
): WhyNot => ({
  ...{ kind, code, message, remedy },
  operation_id: null,
  security_alert: kind === 'forged_signature',
  verified: true,
  policy_id: code === 'policy_forbids' ? (message.split(':')[0] ?? null) : null,
  throttled_until: null,
  time: null,
  ...over,
});

const kindOf = (code: string, otherwise: Kind): Kind =>
  forged.test(code) ? 'forged_signature' : (kindByCode[code] ?? otherwise);

/** Everything that kept or keeps something of the run from shipping; security alerts first. Pure. */
export function whyNotShipped(record: RunRecord, surroundings: Surroundings): WhyNot[] {
  const all = [
    ...ofRun(record),
    ...record.operations.flatMap((operation) => ofOperation(record, operation, surroundings)),
    ...record.claims.flatMap(({ event }) => {
      if (event.type !== 'gate.refused') return [];
      const { reason, claimed_operation_id } = event.data;
      return [
        one(kindOf(reason.code, 'refused'), reason, {
          operation_id: claimed_operation_id,
          verified: false,
          security_alert: true,
          time: event.time,
        }),
      ];
    }),
  ];
  return all.sort((a, b) => Number(b.security_alert) - Number(a.security_alert));
}

function ofRun({ run }: RunRecord): WhyNot[] {
  const found: WhyNot[] = [];
  const { rejected, cancelRequested, stalledAt, status } = run;
  if (rejected !== undefined) {
    const { code, faults } = rejected.data;
    const message = faults.map(({ path, message: what }) => `${path} ${what}`.trim()).join('; ');
    const remedy = 'Correct what is named, and submit it under a new idempotency key.';
    found.push(one('rejected', { code, message, remedy }, { time: rejected.time }));
  }
  if (cancelRequested !== undefined) {
    const { principal, reason } = cancelRequested.data;
    const remedy = 'Submit the plan again under a new idempotency key.';
    found.push(
      one(
        'cancelled',
        { code: 'cancelled', message: `${principal} cancelled it: ${reason}`, remedy },
        { time: cancelRequested.time },
      ),
    );
  }
  if (stalledAt !== undefined && status === 'planned') {
    const message = 'Nothing has happened to it for a while, and no person is asked.';
    const remedy = 'See that planner, federation and publisher run; it is looked at again by itself.';
    found.push(one('stalled', { code: 'run_stalled', message, remedy }, { time: stalledAt }));
  }
  return found;
}

function ofOperation(record: RunRecord, operation: OperationRecord, the: Surroundings): WhyNot[] {
  const { id, state } = operation;
  const planned = record.plan?.operations.find(({ operation_id }) => operation_id === id);
  const about = { operation_id: id };
  const found: WhyNot[] = (planned?.missing_prerequisites ?? []).map((reason) =>
    one('missing_prerequisite', reason, about),
  );
  for (const reason of planned?.reasons ?? []) {
    const told = found.some(({ code, message }) => code === reason.code && message === reason.message);
    if (!told && reason.code !== 'blocked_by_mode')
      found.push(one(kindOf(reason.code, 'missing_prerequisite'), reason, about));
  }
  if (state.blocked !== undefined)
    found.push(one('mode', state.blocked.data.reason, { ...about, time: state.blocked.time }));
  if (state.skipped !== undefined && !found.some(({ code }) => code === state.skipped?.data.reason.code)) {
    const { reason } = state.skipped.data;
    found.push(one(kindOf(reason.code, 'dependency'), reason, { ...about, time: state.skipped.time }));
  }
  if (state.phase === 'advised' && state.advised !== undefined) {
    const { time, data } = state.advised;
    found.push(
      ...data.advisory.reasons.map((reason) =>
        one(kindOf(reason.code, 'policy_violation'), reason, { ...about, time }),
      ),
    );
  }
  return [...found, ...ofReceipts(record, operation, the), ...ofOutcome(operation)];
}

function ofReceipts(record: RunRecord, operation: OperationRecord, the: Surroundings): WhyNot[] {
  const { id, state, events } = operation;
  const about = { operation_id: id };
  const found: WhyNot[] = [];
  const isOpen = record.run.status === 'planned';
  const waits = ['planned', 'authorized', 'expired'].includes(state.phase);
  if (record.run.mode === 'prod' && isOpen && state.phase === 'planned')
    found.push(...ofApprovals(record, id));
  if (state.phase === 'revoked' && state.revoked !== undefined)
    found.push(one('revoked', state.revoked.data.reason, { ...about, time: state.revoked.time }));
  if (state.phase === 'expired') {
    const last = events.findLast(({ event }) => event.type === 'receipt.expired')?.event;
    if (last?.type === 'receipt.expired')
      found.push(one('expired', last.data.reason, { ...about, time: last.time }));
  }
  if (!isOpen || !waits) return found;
  const frozen = the.frozen(operation);
  if (frozen !== undefined) {
    const message = `${frozen.scope === 'all' ? 'Everything' : frozen.scope} is frozen: ${frozen.reason}`;
    const remedy = 'It goes on when somebody other than who froze it unfreezes it.';
    found.push(one('frozen', { code: 'frozen', message, remedy }, about));
  }
  const until = the.throttledUntil(operation);
  const held = events.findLast(({ event }) => event.type === 'operation.held')?.event;
  if (held?.type === 'operation.held' && state.phase === 'authorized') {
    const kind = kindOf(held.data.reason.code, 'held');
    if (kind !== 'frozen' && kind !== 'throttled')
      found.push(one(kind, held.data.reason, { ...about, time: held.time }));
    else if (kind === 'throttled')
      found.push(one(kind, held.data.reason, { ...about, time: held.time, throttled_until: until }));
  } else if (until !== null && state.phase === 'authorized') {
    const message = `The account’s limits leave no room until ${until}.`;
    const remedy = 'Nothing: it goes on by itself, and no attempt is spent.';
    found.push(
      one('throttled', { code: 'throttled', message, remedy }, { ...about, throttled_until: until }),
    );
  }
  return found;
}

/** What people or issuers were asked and have not all answered; nothing was asked: no receipt has been issued yet. */
function ofApprovals({ run, plan }: RunRecord, id: string): WhyNot[] {
  const asked = run.approvalRequests.findLast(({ data }) => data.operation_ids.includes(id));
  if (asked !== undefined) {
    const kind: Kind = asked.data.needs.length > 0 ? 'awaiting_approval' : 'awaiting_evidence';
    return asked.data.reasons.map((reason) => one(kind, reason, { operation_id: id, time: asked.time }));
  }
  const waitsFor = plan?.operations.find(({ operation_id }) => operation_id === id)?.depends_on ?? [];
  if (waitsFor.length > 0) {
    const message = `It waits for ${waitsFor.join(', ')}.`;
    const remedy = 'Nothing: it is authorized when that has succeeded.';
    return [one('dependency', { code: 'dependency_pending', message, remedy }, { operation_id: id })];
  }
  const message = 'No receipt has been issued for it yet.';
  const remedy = 'Federation decides it; see that it runs.';
  return [one('missing_receipt', { code: 'receipt_missing', message, remedy }, { operation_id: id })];
}

function ofOutcome({ id, state }: OperationRecord): WhyNot[] {
  const { outcome, phase } = state;
  if (outcome === undefined || phase === 'succeeded' || phase === 'planned') return [];
  const over = { operation_id: id, time: outcome.time };
  switch (outcome.type) {
    case 'operation.refused':
      return [one(kindOf(outcome.data.reason.code, 'refused'), outcome.data.reason, over)];
    case 'operation.uncertain':
      return [one('uncertain', outcome.data.reason, over)];
    case 'operation.failed': {
      const { error_code, error_message } = outcome.data.audit;
      const [code, message] = [error_code ?? 'failed', error_message ?? 'It failed.'];
      const remedy = 'See to the cause; then redrive it, or retry the run.';
      return [one('failed', { code, message, remedy }, over)];
    }
    default:
      return [];
  }
}
