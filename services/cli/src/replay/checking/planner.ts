import {
  type EventOf,
  initialOperation,
  type MarketOpsEvent,
  type OperationState,
  type PublicationPlan,
  type Reason,
  sealedBlobsOf,
} from '@marketops/contracts';
import {
  decideRedrive,
  decideRun,
  openOrder,
  type Planned,
  type RunView,
  redriveFault,
  seal,
} from '@marketops/planner/deciding';
import { canonicalJson } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type CheckContext, planMissing } from './context.js';
import type { DecidedStep } from './groups.js';
import { compareSayings, type Redecided, type Saying, sayingOf, sayingsOf, undecided } from './verdict.js';

/**
 * The plan: what discovery read is recorded by digest only, so that the stages before the plan cannot be asked again. What
 * follows from the plan as it is recorded can: its events, with every digest.
 */
export function redecidePlan(step: DecidedStep, context: CheckContext): Redecided {
  const planned = find(step, 'plan.generated');
  const requested = find(step, 'plan.requested') ?? step.before.run.requested;
  const { plan, runId } = context;
  if (planned === undefined || requested === undefined) return undecided('its request is not recorded');
  const facts = `what discovery read is recorded by digest only (${planned.data.facts_digest})`;
  if (plan === undefined) return undecided(facts, planMissing({ ...step.before.run, planned }));
  const { request } = context;
  if (request === undefined)
    return undecided(
      facts,
      `the request is recorded as digest ${requested.data.request_digest}, and its blob is not here`,
    );
  const sealed = seal(nodeCrypto, {
    identity: {
      ...{ runId, tenantId: plan.tenant_id, principal: plan.principal, mode: plan.mode },
      requestDigest: plan.request_digest,
      ...(plan.salt === undefined ? {} : { sealing: recordedSealing(step) }),
    },
    idempotencyKey: requested.data.idempotency_key,
    request,
    facts: {},
    planned: plannedOf(plan, context),
    blocked: blockedIn(step),
    runSeq: step.before.run.lastSeq,
  });
  return compareSayings(
    step.events.map(sayingOf).map(withoutFacts),
    sayingsOf(sealed.streams).map(withoutFacts),
    [facts],
  );
}

/** As the record has it: the key is not asked, and what a value is sealed to follows from its digest and that key alone. */
function recordedSealing({ events }: DecidedStep) {
  const byPlace = new Map<string, string>(
    events.flatMap(({ event }) => {
      const [blob] = sealedBlobsOf([event]);
      return blob === undefined ? [] : [[`${event.stream} ${event.type}`, blob] as const];
    }),
  );
  return {
    salt: () => '',
    seal({ stream, type }: { readonly stream: string; readonly type: string }, text: string) {
      const ref = { blob: byPlace.get(`${stream} ${type}`) ?? '', commitment: nodeCrypto.sha256Hex(text) };
      return { ref, ciphertext: new Uint8Array() };
    },
  };
}

const withoutFacts = (saying: Saying): Saying =>
  saying.type === 'plan.generated'
    ? { ...saying, data: { ...(saying.data as object), facts_digest: null } }
    : saying;

const plannedOf = (plan: PublicationPlan, { operations }: CheckContext): Planned => ({
  plan,
  operations: new Map(
    [...operations].map(([id, operation]) => {
      const bytes = canonicalJson(operation);
      return [id, { operation, bytes, digest: nodeCrypto.sha256Hex(bytes) }] as const;
    }),
  ),
});

const blockedIn = ({ events }: DecidedStep): ReadonlyMap<string, Reason> =>
  new Map(
    events.flatMap(({ event }) =>
      event.type === 'operation.blocked' ? [[event.data.operation_id, event.data.reason] as const] : [],
    ),
  );

/** Skips, the end of the run, and word that it is silent. */
export function redecideRun(step: DecidedStep, context: CheckContext): Redecided {
  const sweep = step.events.some(({ event }) => event.type === 'run.stalled');
  const view = viewOf(step, context, sweep);
  if (view === undefined) return undecided(planMissing(step.before.run));
  const nowMs = Date.parse(step.first.event.time);
  const { streams } = decideRun(view, nowMs, context.loaded.tuning);
  return compareSayings(step.events.map(sayingOf), sayingsOf(streams));
}

/** What an order to redrive led to. */
export function redecideRedrive(step: DecidedStep, context: CheckContext): Redecided {
  const view = viewOf(step, context, false);
  if (view === undefined) return undecided(planMissing(step.before.run));
  const order = openOrder(view);
  const nowMs = Date.parse(step.first.event.time);
  const trust = { crypto: nodeCrypto, keyring: context.keyring, audience: context.audience };
  const fault = order === undefined ? 'no order is open' : redriveFault(trust, view, order, nowMs);
  const decision =
    order === undefined
      ? undefined
      : decideRedrive(view, { event: order, fault }, nowMs, context.loaded.tuning);
  const again = compareSayings(step.events.map(sayingOf), sayingsOf(decision?.streams ?? []));
  return fault === undefined ? again : { ...again, notes: [...again.notes, fault] };
}

function viewOf(step: DecidedStep, { plan, runId }: CheckContext, sweep: boolean): RunView | undefined {
  const { run, operations, lastEventAt } = step.before;
  if (run.status === 'planned' && plan === undefined) return undefined;
  const states = (plan?.operations ?? []).map(({ operation_id: id }): [string, OperationState] => [
    id,
    operations.get(id) ?? initialOperation,
  ]);
  return {
    ...{ runId, sweep, run, lastEventAt, request: null },
    plan: run.status === 'planned' ? (plan ?? null) : null,
    operations: new Map(states),
  };
}

export function find<Type extends MarketOpsEvent['type']>(
  { events }: Pick<DecidedStep, 'events'>,
  type: Type,
): EventOf<Type> | undefined {
  return events
    .map(({ event }) => event)
    .find((event): event is EventOf<Type> & MarketOpsEvent => event.type === type);
}
