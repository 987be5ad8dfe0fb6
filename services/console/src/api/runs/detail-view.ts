import { redrivable, runRedriveFault } from '@marketops/contracts';
import {
  type CheckNow,
  type CheckResult,
  checksNow,
  checksOf,
  type RunRecord,
  type Runs,
} from '@marketops/operator';
import { lifecyclesOf } from '@marketops/operator/words';
import { type Allowed, covers, tenantsWith } from '../../access/caller.js';
import { permissions } from '../../access/permissions.js';
import type { World } from '../../world/world.js';
import type { z } from '../define.js';
import { surroundingsOf } from '../surroundings.js';
import type { CheckView, OperationView, OutcomeView, ReceiptBrief, RunDetail } from './detail.js';
import { tenantOf } from './find.js';
import { listedOf } from './listed.js';
import { whyNotShipped } from './why-not.js';

type Detail = z.input<typeof RunDetail>;
type Operation = z.input<typeof OperationView>;
type Check = z.input<typeof CheckView>;

/** A run as its page shows it. */
export async function detailOf(
  world: World,
  allowed: Allowed,
  { record, runs }: { readonly record: RunRecord; readonly runs: Runs },
): Promise<Detail> {
  const { run, runId, request, plan, contents } = record;
  const row = world.index.get(runId, allowed.visible);
  const listed = listedOf(record, row);
  const surroundings = await surroundingsOf(world, runs);
  const nowMs = world.nowMs();
  const trust = { config: world.loaded().config, keyring: world.engine.keyring };
  const now = { ms: nowMs, epoch: runs.ledger?.index.head()?.epoch };
  const operations = record.operations.map((one): Operation => {
    const lifecycles = lifecyclesOf(one, now);
    const last = lifecycles.at(-1);
    const started = one.state.started !== undefined || one.state.outcome !== undefined;
    const isLive = last?.state === 'issued' && !started;
    const checks: readonly (CheckNow | CheckResult)[] = isLive
      ? checksNow({ record, operation: one, lifecycle: last }, trust, {
          ...{ ...now, frozen: surroundings.maps, throttledUntil: surroundings.throttledUntil(one) },
        })
      : checksOf(record, one, trust);
    const planned = plan?.operations.find(({ operation_id }) => operation_id === one.id);
    return {
      operation_id: one.id,
      kind: one.state.planned?.data.operation_kind ?? planned?.kind ?? 'publish_release',
      repository: planned?.repository ?? '',
      phase: one.state.phase,
      operation_digest: one.state.planned?.data.operation_digest ?? null,
      depends_on: [...(one.state.planned?.data.depends_on ?? [])],
      would_ship: planned?.would_ship ?? false,
      blocked_by_mode: planned?.blocked_by_mode ?? false,
      receipt: last === undefined ? null : receiptBrief(last),
      receipts: lifecycles.length,
      checks: checks.map(checkView),
      outcome: outcomeOf(one.state),
      attempts: one.state.attempts,
      redrives: one.state.redrives,
      drift: one.state.drifted?.data.drift ?? null,
    };
  });
  const { requested, rejected, completed, cancelRequested } = run;
  return {
    run_id: runId,
    tenant_id: tenantOf(record),
    principal: requested?.data.principal ?? null,
    idempotency_key: requested?.data.idempotency_key ?? null,
    mode: run.mode,
    ...listed,
    ended_at: (completed ?? rejected)?.time ?? null,
    banner: bannerOf(record, operations),
    request: request ?? null,
    request_digest: requested?.data.request_digest ?? null,
    plan_digest: run.planned?.data.plan_digest ?? null,
    contents: {
      state: contents.state,
      message: contents.order === undefined ? null : contents.order.data.command.reason,
    },
    rejected: rejected === undefined ? null : { code: rejected.data.code, faults: rejected.data.faults },
    outcome: completed?.data ?? null,
    retry_of: request?.retry_of ?? null,
    redriven: run.redriveOrders.map(({ time, data }) => ({
      ...{ time, principal: data.principal, reason: data.command.reason },
    })),
    cancel_requested:
      cancelRequested === undefined ? null : { time: cancelRequested.time, ...cancelRequested.data },
    operations,
    why_not_shipped: whyNotShipped(record, surroundings),
    actions: actionsOf(allowed, record),
    now: new Date(nowMs).toISOString(),
  };
}

function receiptBrief(life: ReturnType<typeof lifecyclesOf>[number]): z.input<typeof ReceiptBrief> {
  const { receipt, state, issued } = life;
  return {
    receipt_id: receipt.receipt_id,
    state,
    issued_at: receipt.issued_at,
    not_before: receipt.not_before,
    expires_at: receipt.expires_at,
    key_id: receipt.key_id,
    epoch: receipt.epoch,
    supersedes: receipt.supersedes ?? null,
    ledger_sequence: issued.sequence ?? null,
  };
}

export const checkView = (one: CheckNow | CheckResult): Check => ({
  number: one.number,
  check: one.check,
  verdict: one.verdict,
  evidence: one.evidence,
  asked_at: 'asked_at' in one ? one.asked_at : null,
});

function outcomeOf({
  phase,
  outcome,
  skipped,
  reconciled,
}: RunRecord['operations'][number]['state']): z.input<typeof OutcomeView> | null {
  if (reconciled !== undefined) {
    const { audit, found, command } = reconciled.data;
    const message = found === 'effect' ? 'The effect is there, as authorized.' : 'There is no effect.';
    return {
      ...{ type: 'reconciled', time: reconciled.time, code: found, remedy: null },
      message: `${message} Ordered by ${command.principal}: ${command.reason}`,
      url: audit.result?.url ?? null,
      remote_id: audit.result?.remote_id ?? null,
    };
  }
  if (phase === 'skipped' && skipped !== undefined)
    return { type: 'skipped', time: skipped.time, ...skipped.data.reason, url: null, remote_id: null };
  if (outcome === undefined) return null;
  const { audit } = outcome.data;
  const reason = 'reason' in outcome.data ? outcome.data.reason : undefined;
  return {
    type: outcome.type.slice('operation.'.length) as 'succeeded',
    time: outcome.time,
    code: reason?.code ?? audit.error_code,
    message: reason?.message ?? audit.error_message,
    remedy: reason?.remedy ?? null,
    url: audit.result?.url ?? null,
    remote_id: audit.result?.remote_id ?? null,
  };
}

/** The one banner of the page: of a run in prod the checks shown are those of the operation that expires first. */
function bannerOf({ run }: RunRecord, operations: readonly Operation[]): Detail['banner'] {
  const none = { receipt_expires_at: null, operation_id: null };
  if (run.status === 'rejected') return { kind: 'rejected', ...none };
  if (run.mode !== 'prod') return { kind: 'dry_run', ...none };
  if (run.status === 'completed') return { kind: 'ended', ...none };
  const started = operations.find(({ phase }) => phase === 'started');
  if (started !== undefined)
    return { kind: 'executing', receipt_expires_at: null, operation_id: started.operation_id };
  const live = operations
    .filter(({ receipt, phase }) => phase === 'authorized' && receipt?.state === 'issued')
    .sort((a, b) => ((a.receipt?.expires_at ?? '') < (b.receipt?.expires_at ?? '') ? -1 : 1));
  const [first] = live;
  if (first === undefined) return { kind: 'waiting', ...none };
  return {
    kind: 'authorized',
    receipt_expires_at: first.receipt?.expires_at ?? null,
    operation_id: first.operation_id,
  };
}

const possible = { possible: true, why: null };
const not = (why: string) => ({ possible: false, why });

function actionsOf({ caller }: Allowed, record: RunRecord): Detail['actions'] {
  const { run, plan, operations } = record;
  const tenant = tenantOf(record);
  const may = (operation: keyof typeof permissions, action: { possible: boolean; why: string | null }) => {
    const { roles } = permissions[operation];
    return covers(tenantsWith(caller, roles), tenant)
      ? action
      : not(`It takes the role ${roles.join(' or ')} for ${tenant}.`);
  };
  const ended = run.status === 'completed' || run.status === 'rejected';
  const states = new Map(operations.map(({ id, state }) => [id, state]));
  const fault = runRedriveFault(run);
  const eligible = plan === undefined || fault !== undefined ? [] : redrivable(plan, states, 'all').eligible;
  const isOwn = run.requested?.data.principal === caller.principal;
  const uncertain = operations.some(({ state }) => state.phase === 'uncertain');
  return {
    cancel: may('cancelRun', ended ? not('It has ended.') : possible),
    retry: may(
      'retryRun',
      !ended
        ? not('It has not ended.')
        : isOwn
          ? possible
          : not('Only whoever asked for a run asks for it again.'),
    ),
    redrive: may(
      'redriveRun',
      run.status !== 'completed'
        ? not('It has not ended.')
        : fault !== undefined
          ? not(fault.message)
          : eligible.length === 0
            ? not('Nothing of it is left to try again.')
            : possible,
    ),
    reconcile: may('reconcileOperation', uncertain ? possible : not('Nothing of it is uncertain.')),
    approve: may(
      'carryApproval',
      run.mode !== 'prod' || run.status !== 'planned'
        ? not('Nothing of it waits for an approval.')
        : isOwn
          ? not('Nobody approves their own plan.')
          : possible,
    ),
    proof: ended ? possible : not('It has not ended: a proof of it so far can be made all the same.'),
  };
}
