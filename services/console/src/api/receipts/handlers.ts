import {
  checksNow,
  checksOf,
  type FoundReceipt,
  findReceipt,
  listReceipts as listThem,
  nowOf,
  precedingApprovals,
  repositoryOf,
} from '@marketops/operator';
import { covers } from '../../access/caller.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { receiptNotFound } from '../orders/handlers.js';
import { checkView } from '../runs/detail-view.js';
import { findRun, tenantOf } from '../runs/find.js';
import { surroundingsOf } from '../surroundings.js';
import { getReceipt, listReceipts } from './contract.js';

/** A page looks at this many pages of all tenants at most, to find one of the caller’s. */
const looksMax = 10;

export function serveReceipts(app: ConsoleApp, world: World): void {
  serve(app, world, listReceipts, async ({ allowed, query }) => {
    if (query.run_id !== undefined) await findRun(world, allowed, query.run_id);
    const runs = await world.reading.runs();
    const found: FoundReceipt[] = [];
    let after = query.after;
    for (let looks = 0; looks < looksMax; looks += 1) {
      const page = await listThem(runs, {
        ...{ runId: query.run_id, state: query.state, after },
        repository: query.repository?.toLowerCase(),
        limit: query.limit - found.length,
      });
      found.push(...page.receipts.filter(({ record }) => covers(allowed.visible, tenantOf(record))));
      after = page.next;
      if (after === undefined || found.length >= query.limit) break;
    }
    return { receipts: found.map(rowView), next: after ?? null };
  });
  serve(app, world, getReceipt, async ({ allowed, params }) => {
    const runs = await world.reading.runs();
    const found = await findReceipt(runs, params.receipt_id);
    if (!covers(allowed.visible, tenantOf(found.record))) throw receiptNotFound(params.receipt_id);
    const { maps } = await surroundingsOf(world, runs);
    const trust = { config: world.loaded().config, keyring: world.engine.keyring };
    const now = checksNow(found, trust, { ...nowOf(runs), frozen: maps });
    const wasUsed = found.lifecycle.consumed !== undefined;
    const atStart = wasUsed ? checksOf(found.record, found.operation, trust) : [];
    return detailView(world, found, { now, atStart });
  });
}

function rowView({ record, operation, lifecycle }: FoundReceipt) {
  const { receipt, state, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  return {
    receipt_id: receipt.receipt_id,
    state,
    run_id: receipt.run_id,
    tenant_id: receipt.tenant_id,
    operation_id: receipt.operation_id,
    operation_kind: receipt.operation_kind,
    repository: repositoryOf(record, operation.id) ?? null,
    issued_at: receipt.issued_at,
    expires_at: receipt.expires_at,
    consumed_at: consumed?.event.time ?? null,
    expired_at: expired?.event.time ?? null,
    revoked_at: revoked?.event.time ?? null,
    supersedes: receipt.supersedes ?? null,
    superseded_by: supersededBy?.event.data.receipt.receipt_id ?? null,
    key_id: receipt.key_id,
    epoch: receipt.epoch,
    ledger_sequence: issued.sequence ?? null,
  };
}

interface Asked {
  readonly now: ReturnType<typeof checksNow>;
  readonly atStart: ReturnType<typeof checksOf>;
}

function detailView(world: World, found: FoundReceipt, { now, atStart }: Asked) {
  const { record, operation, lifecycle } = found;
  const { receipt, state, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  const placed = (one: {
    readonly event: { readonly time: string };
    readonly sequence: number | undefined;
  }) => ({
    time: one.event.time,
    ledger_sequence: one.sequence ?? null,
  });
  return {
    receipt,
    state,
    operation: operation.operation === undefined ? null : { ...operation.operation },
    requested_by: record.run.requested?.data.principal ?? null,
    approvals: precedingApprovals(found, world.engine.keyring).map(({ said, approval, time, fault }) => ({
      ...{ said, approver: approval.approver, approval_id: approval.approval_id, key_id: approval.key_id },
      ...{ time, fault: fault ?? null },
    })),
    issued: placed(issued),
    consumed:
      consumed === undefined ? null : { ...placed(consumed), execution_id: consumed.event.data.execution_id },
    expired: expired === undefined ? null : { ...placed(expired), reason: expired.event.data.reason },
    revoked:
      revoked === undefined
        ? null
        : {
            ...placed(revoked),
            principal: revoked.event.data.command?.principal ?? null,
            reason: revoked.event.data.command?.reason ?? revoked.event.data.reason.message,
          },
    superseded_by: supersededBy?.event.data.receipt.receipt_id ?? null,
    checks: now.map((one) => {
      const before = atStart.find(({ check }) => check === one.check);
      return {
        number: one.number,
        check: one.check,
        at_start: before === undefined ? null : checkView(before),
        now: checkView(one),
      };
    }),
  };
}
