import {
  type MarketOpsEvent,
  type OperatorAction,
  type OperatorCommand,
  redrivable,
  runRedriveFault,
  Scope,
  systemStream,
} from '@marketops/contracts';
import { revokeJob } from '@marketops/engine';
import {
  agrees,
  type Carrier,
  commandClaims,
  effectsInFlight,
  type FrozenScope,
  freezeScope,
  type Live,
  openCarrier,
  orderReconcile,
  orderRedrive,
  type RunRecord,
  readFrozenScopes,
  uncertainOperation,
  unfreezeScope,
  untilEnded,
  whatToRedrive,
} from '@marketops/operator';
import { type Allowed, covers, demand, demandEvery, type Tenants } from '../../access/caller.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { findOwnReceipt, findRun, tenantOf } from '../runs/find.js';
import { bytesToSign, keyView, ownKey } from '../to-sign.js';
import { carriedOrder, refuseCarried, refused } from './command.js';
import * as contract from './contract.js';

const answerMs = 10_000;

export const recordedView = ({ id, stream, seq, type, time }: MarketOpsEvent) => ({
  event_id: id,
  ...{ stream, seq, type, time },
});

/** Whose role an order about a scope takes: its tenant’s, else everybody’s. @throws ConsoleError `forbidden` */
function demandScope(allowed: Allowed, scope: string): void {
  const [kind, name = ''] = scope.split(':');
  if (kind === 'tenant') demand(allowed, name);
  else demandEvery(allowed);
}

/** Exactly one scope, as freezing and unfreezing carry them. */
function onlyScope(scopes: readonly string[]): string {
  const [scope, second] = scopes;
  if (scope !== undefined && second === undefined) return Scope.parse(scope);
  throw refused('it names several scopes, and one is carried at a time');
}

const visibleScope = (visible: Tenants, scope: string): boolean =>
  !scope.startsWith('tenant:') || covers(visible, scope.slice('tenant:'.length));

export const frozenView = (frozen: FrozenScope) => ({
  scope: frozen.scope,
  since: frozen.events[0]?.time ?? null,
  frozen_by: frozen.events.map(({ id, time, data }) => ({
    ...{ time, principal: data.principal, reason: data.reason, event_id: id },
  })),
  control_keys: frozen.controlKeys,
  control_reason: frozen.controlReason ?? null,
  agrees: agrees(frozen),
});

async function inFlightView(world: World, { visible }: Allowed, scope: string) {
  const report = await effectsInFlight(await world.reading.runs(), scope);
  return {
    in_flight: report.effects
      .filter(({ tenantId }) => covers(visible, tenantId))
      .map((one) => ({
        run_id: one.runId,
        operation_id: one.operationId,
        tenant_id: one.tenantId,
        execution_id: one.executionId,
        started_at: one.startedAt,
        lease_until: one.leaseUntil,
      })),
    in_flight_complete: !report.more,
  };
}

export function serveOrders(app: ConsoleApp, world: World): void {
  serve(app, world, contract.prepareCommand, async ({ allowed, body }) => {
    const key = ownKey(world, allowed.caller, body.key_id);
    const claims = commandClaims({
      action: await completed(world, allowed, body.action),
      ...{ reason: body.reason, principal: allowed.caller.principal, keyId: key.key_id },
      ...{ audience: world.audience(), nowMs: world.nowMs() },
    });
    return { claims, ...bytesToSign('command', claims), key: keyView(key) };
  });
  serveFreezes(app, world);
  serveRedrives(app, world);
  serve(app, world, contract.reconcileOperation, async ({ allowed, params, body }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    const { action, command } = carriedOrder(world, allowed, body, 'reconcile');
    if (action.run_id !== params.run_id || action.operation_id !== params.operation_id)
      throw refused('the order is for another operation');
    refuseCarried(command, eventsOf(record));
    const subject = uncertainOperation(record, params.operation_id);
    return recordedView(await orderReconcile(await carriageOf(world), subject, command));
  });
  serve(app, world, contract.revokeReceipt, async ({ allowed, params, body }) => {
    const { found } = await findOwnReceipt(world, allowed, params.receipt_id);
    demand(allowed, tenantOf(found.record));
    const { action, command } = carriedOrder(world, allowed, body, 'revoke_receipt');
    const { run_id, operation_id } = found.lifecycle.receipt;
    if (
      action.receipt_id !== params.receipt_id ||
      action.run_id !== run_id ||
      action.operation_id !== operation_id
    )
      throw refused('the order is for another receipt');
    await world.engine.queues.enqueue([revokeJob(command)]);
    const signal = AbortSignal.any([world.stopping, AbortSignal.timeout(answerMs)]);
    const live = await world.reading.live();
    const { receipt, state } = await untilEnded(live, command, { timeoutMs: answerMs, signal });
    return { receipt_id: receipt.receipt_id, state };
  });
}

const eventsOf = ({ events }: RunRecord): MarketOpsEvent[] => events.map(({ event }) => event);

/** @throws AuthorityError `already_said` */
async function refuseCarriedFreeze({ reader }: Live, command: OperatorCommand): Promise<void> {
  const [view] = await reader.read([systemStream]);
  refuseCarried(command, view?.events ?? []);
}

const carriageOf = async (world: World) => ({
  loaded: world.loaded(),
  env: world.env,
  live: await world.reading.live(),
});

/** Which freezes an order to unfreeze lifts is said by whoever signs it: those that stand now. */
async function completed(
  world: World,
  { visible }: Allowed,
  action: OperatorAction,
): Promise<OperatorAction> {
  if (action.kind !== 'unfreeze' || action.freezes !== undefined) return action;
  const { scopes } = await readFrozenScopes(await world.reading.live(), world.trust());
  const seen = scopes.filter(({ scope }) => action.scopes.includes(scope) && visibleScope(visible, scope));
  return { ...action, freezes: seen.flatMap(({ events }) => events.slice(-1).map(({ id }) => id)) };
}

/** With a carrier that is closed when it is done. */
async function carrying<Done>(world: World, deed: (carrier: Carrier) => Promise<Done>): Promise<Done> {
  const carrier = openCarrier(world.loaded(), world.env, await world.reading.live());
  try {
    return await deed(carrier);
  } finally {
    await carrier.close();
  }
}

function serveFreezes(app: ConsoleApp, world: World): void {
  serve(app, world, contract.listFreezes, async ({ allowed }) => {
    const { scopes, refused: orders } = await readFrozenScopes(await world.reading.live(), world.trust());
    return {
      freezes: scopes.filter(({ scope }) => visibleScope(allowed.visible, scope)).map(frozenView),
      refused_unfreezes: orders
        .filter((one) => one.scopes.every((scope) => visibleScope(allowed.visible, scope)))
        .map((one) => ({ event_id: one.eventId, scopes: [...one.scopes], reason: one.fault })),
    };
  });
  serve(app, world, contract.getInFlight, async ({ allowed, query }) =>
    inFlightView(world, allowed, query.scope),
  );
  serve(app, world, contract.freeze, async ({ allowed, body }) => {
    const operator = carriedOrder(world, allowed, body, 'freeze');
    const scope = onlyScope(operator.action.scopes);
    demandScope(allowed, scope);
    const live = await world.reading.live();
    await refuseCarriedFreeze(live, operator.command);
    const event = await carrying(world, (carrier) => freezeScope({ scope, live, carrier, operator }));
    return {
      scope,
      event: recordedView(event as MarketOpsEvent),
      ...(await inFlightView(world, allowed, scope)),
    };
  });
  serve(app, world, contract.unfreeze, async ({ allowed, body }) => {
    const operator = carriedOrder(world, allowed, body, 'unfreeze');
    const scope = onlyScope(operator.action.scopes);
    demandScope(allowed, scope);
    const live = await world.reading.live();
    await refuseCarriedFreeze(live, operator.command);
    const trust = world.trust();
    const event = await carrying(world, (carrier) =>
      unfreezeScope({ scope, live, carrier, operator, trust }),
    );
    const still = await readFrozenScopes(live, trust);
    const names = still.scopes.map((one) => one.scope).filter((one) => visibleScope(allowed.visible, one));
    return { scope, event: recordedView(event as MarketOpsEvent), still_frozen: names };
  });
}

function serveRedrives(app: ConsoleApp, world: World): void {
  serve(app, world, contract.getRedrivable, async ({ allowed, params }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    const { run, plan, operations } = record;
    const notEnded = { code: 'operation_open', message: 'It has not ended.', remedy: 'Wait for its end.' };
    const fault = runRedriveFault(run) ?? (run.status === 'completed' ? undefined : notEnded);
    if (fault !== undefined || plan === undefined)
      return {
        eligible: [],
        refused: [],
        why: fault ?? {
          code: 'plan_not_shown',
          message: 'Its plan cannot be read here.',
          remedy: 'Retry the run instead.',
        },
      };
    const states = new Map(operations.map(({ id, state }) => [id, state]));
    const { eligible, refused: not } = redrivable(plan, states, 'all');
    return {
      eligible: [...eligible],
      refused: [...not].map(([operation_id, reason]) => ({ operation_id, reason })),
      why: null,
    };
  });
  serve(app, world, contract.redriveRun, async ({ allowed, params, body }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    const { action, command } = carriedOrder(world, allowed, body, 'redrive');
    if (action.run_id !== params.run_id) throw refused('the order is for another run');
    refuseCarried(command, eventsOf(record));
    whatToRedrive(record, action.operations === 'all' ? [] : action.operations);
    return recordedView(await orderRedrive(await carriageOf(world), record, command));
  });
}
