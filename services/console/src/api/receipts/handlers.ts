import {
  checksNow,
  checksOf,
  type FoundReceipt,
  listReceipts as listThem,
  nowOf,
  precedingApprovals,
  type Runs,
  receiptJson,
} from '@marketops/operator';
import { type Allowed, covers } from '../../access/caller.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { Place, placeOf, runAt } from '../place.js';
import { checkView } from '../runs/detail-view.js';
import { findOwnReceipt, findRun, tenantOf } from '../runs/find.js';
import { surroundingsOf } from '../surroundings.js';
import { getReceipt, listReceipts } from './contract.js';

/** A page looks at this many pages of all tenants at most, to find one of the caller’s. */
const looksMax = 10;

export function serveReceipts(app: ConsoleApp, world: World): void {
  serve(app, world, listReceipts, async ({ allowed, query }) => {
    if (query.run_id !== undefined) await findRun(world, allowed, query.run_id);
    const runs = await world.reading.runs();
    const found: FoundReceipt[] = [];
    const isOwn = ({ record }: FoundReceipt): boolean => covers(allowed.visible, tenantOf(record));
    let after = await startOf(world, allowed, query.after);
    for (let looks = 1; ; looks += 1) {
      const page = await listThem(runs, {
        ...{ runId: query.run_id, state: query.state, after },
        repository: query.repository?.toLowerCase(),
        limit: query.limit - found.length,
      });
      found.push(...page.receipts.filter(isOwn));
      after = page.next;
      if (after === undefined) return { receipts: found.map(receiptJson), next: null };
      if (looks < looksMax && found.length < query.limit) continue;
      const next = await cursorOf(runs, page, isOwn);
      if (next !== undefined) return { receipts: found.map(receiptJson), next };
    }
  });
  serve(app, world, getReceipt, async ({ allowed, params }) => {
    const { found, runs } = await findOwnReceipt(world, allowed, params.receipt_id);
    const { maps, throttledUntil } = await surroundingsOf(world, runs);
    const trust = { config: world.loaded().config, keyring: world.engine.keyring };
    const now = checksNow(found, trust, {
      ...{ ...nowOf(runs), frozen: maps, throttledUntil: throttledUntil(found.operation) },
    });
    const wasUsed = found.lifecycle.consumed !== undefined;
    const atStart = wasUsed ? checksOf(found.record, found.operation, trust) : [];
    return detailView(world, found, { now, atStart });
  });
}

/** Where a page begins: behind a receipt of the caller’s, or behind a run. @throws OperatorError `receipt_not_found` */
async function startOf(world: World, allowed: Allowed, after: string | undefined) {
  if (after === undefined) return undefined;
  if (Place.safeParse(after).success) return runAt(await world.reading.runs(), after);
  return (await findOwnReceipt(world, allowed, after)).found.lifecycle.receipt.receipt_id;
}

/** Where the next page begins, in words that name nothing of anybody else’s; undefined where the ledger has no place for it yet. */
async function cursorOf(
  runs: Runs,
  { receipts, next }: Awaited<ReturnType<typeof listThem>>,
  isOwn: (found: FoundReceipt) => boolean,
): Promise<string | undefined> {
  const last = receipts.at(-1);
  const isReceipt = last !== undefined && next === last.lifecycle.receipt.receipt_id;
  if (isReceipt && isOwn(last)) return next;
  // What is left of a run of another tenant is not the caller’s either.
  return placeOf(runs, isReceipt ? last.record.runId : (next ?? ''));
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
