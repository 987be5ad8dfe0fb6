import { isoTime } from '@marketops/engine';
import {
  AuthorityError,
  approvalClaims,
  operationsOf,
  refuseWorthless,
  shownPlan,
  unfinishedRuns,
} from '@marketops/operator';
import { covers, demand } from '../../access/caller.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { recordedView } from '../orders/handlers.js';
import { findRun, tenantOf } from '../runs/find.js';
import { bytesToSign, keyView, ownKey } from '../to-sign.js';
import { carryWord } from './carry.js';
import { carryApproval, getRunApprovals, listApprovals, prepareApproval } from './contract.js';
import { approvalsView } from './view.js';

/** So many unfinished runs are looked at; the rest is told by number. */
const runsMax = 1_000;

export function serveApprovals(app: ConsoleApp, world: World): void {
  serve(app, world, listApprovals, async ({ allowed }) => {
    const runs = await world.reading.runs();
    const live = await world.reading.live();
    const ids = await unfinishedRuns(live.store, runsMax + 1);
    const found: ReturnType<typeof approvalsView>[] = [];
    for (const id of ids.slice(0, runsMax)) {
      // The list knows most of them, and spares reading those of other tenants and those that wait for nobody.
      const row = world.index.get(id, 'all');
      if (row !== undefined && (!covers(allowed.visible, row.tenant_id) || row.mode !== 'prod')) continue;
      const record = await runs.read(id);
      if (!covers(allowed.visible, tenantOf(record)) || record.run.approvalRequests.length === 0) continue;
      const view = approvalsView(world, allowed.caller, record);
      if (view.requests.some(({ standing }) => standing === 'open')) found.push(view);
    }
    const firstToExpire = ({ requests }: (typeof found)[number]): string =>
      requests
        .filter(({ standing }) => standing === 'open')
        .map(({ expires_at: at }) => at)
        .sort()[0] ?? '';
    found.sort((a, b) => (firstToExpire(a) < firstToExpire(b) ? -1 : 1));
    return {
      runs: found,
      not_looked_at: Math.max(0, ids.length - runsMax),
      now: isoTime(world.nowMs()),
    };
  });
  serve(app, world, getRunApprovals, async ({ allowed, params }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    return approvalsView(world, allowed.caller, record);
  });
  serve(app, world, prepareApproval, async ({ allowed, params, body }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    const key = ownKey(world, allowed.caller, body.key_id);
    const shown = shownPlan(record);
    const operations = operationsOf(shown.plan, body.operations);
    const approver = allowed.caller.principal;
    const { verdict, withdraws } = body;
    refuseWorthless(shown, { verdict, operations, approver }, isoTime(world.nowMs()));
    if ((verdict === 'withdraw') !== (withdraws !== null))
      throw new AuthorityError('operation_unknown', 'a withdrawal names a grant, and nothing else does', {
        next: 'Name the id of the grant in withdraws, for verdict withdraw alone.',
      });
    const claims = approvalClaims(shown, {
      ...{ verdict, operations, withdraws, approver, keyId: key.key_id, reason: body.reason },
      ...{ audience: world.audience(), nowMs: world.nowMs() },
      // Only a grant runs out; what else is said counts for good, and is carried at once.
      expiresMs: verdict === 'grant' ? body.expires_in_ms : 3_600_000,
    });
    const covered = [...shown.operations].filter(([id]) => operations === 'all' || operations.includes(id));
    return {
      claims,
      ...bytesToSign('approval', claims),
      plan: shown.plan,
      operations: covered.map(([, operation]) => ({ ...operation })),
      key: keyView(key),
    };
  });
  serve(app, world, carryApproval, async ({ allowed, params, body }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    return recordedView(await carryWord(world, allowed.caller, record, body));
  });
}
