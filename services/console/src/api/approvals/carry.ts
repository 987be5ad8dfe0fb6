import type { Approval, MarketOpsEvent } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import {
  approvalsOf,
  carryToRun,
  operationsOf,
  type RunRecord,
  refuseForeignStatement,
  refuseWorthless,
  shownPlan,
} from '@marketops/operator';
import type { Caller } from '../../access/caller.js';
import type { World } from '../../world/world.js';
import { refused } from '../orders/command.js';

const eventTypes = {
  grant: 'approval.granted',
  deny: 'approval.denied',
  withdraw: 'approval.withdrawn',
} as const;

/**
 * Carries somebody’s signed word to its run. It is weighed here as federation will weigh it, so that nothing worthless is carried:
 * an altered word, one of another plan, somebody else’s, or one that has expired is told at once.
 * @returns the event, acknowledged by the ledger
 * @throws ConsoleError `signature_refused`; AuthorityError as `refuseForeignStatement`, `shownPlan`, `refuseWorthless` and
 * `refuseToCarry`
 */
export async function carryWord(
  world: World,
  caller: Caller,
  record: RunRecord,
  approval: Approval,
): Promise<MarketOpsEvent> {
  if (approval.approver !== caller.principal)
    throw refused(`the word is ${approval.approver}’s, and ${caller.principal} is signed in`);
  const { verdict, approver } = approval;
  const nowIso = isoTime(world.nowMs());
  const type = eventTypes[verdict];
  const now = { keyring: world.engine.keyring, audience: world.audience(), nowIso };
  refuseForeignStatement(record, { type, data: { approval } }, now);
  const shown = shownPlan(record);
  const operations = operationsOf(shown.plan, approval.operations);
  refuseWorthless(shown, { verdict, operations, approver }, nowIso);
  const fault = faultOf(world, record, { type, approval, nowIso });
  if (fault !== undefined) throw refused(fault);
  const live = await world.reading.live();
  return carryToRun({ loaded: world.loaded(), env: world.env, live }, record, {
    sort: 'approval',
    id: approval.approval_id,
    event: { type, data: { approval } },
  });
}

/** Why the word would count for none of its operations, were it carried now. */
function faultOf(
  world: World,
  record: RunRecord,
  { type, approval, nowIso }: { readonly type: string; readonly approval: Approval; readonly nowIso: string },
): string | undefined {
  const carried = { type, time: nowIso, data: { approval } } as RunRecord['run']['approvals'][number];
  // A word that stands there already is told by its id when it is carried, and is not weighed twice.
  const others = record.run.approvals.filter(
    ({ data }) => data.approval.approval_id !== approval.approval_id,
  );
  const after = { ...record, run: { ...record.run, approvals: [...others, carried] } };
  const { words } = approvalsOf(after, {
    ...{ keyring: world.engine.keyring, audience: world.audience(), nowIso },
  });
  const own = words.find(({ approval: { approval_id: id } }) => id === approval.approval_id);
  return own === undefined ? 'it cannot be weighed' : own.fault;
}
