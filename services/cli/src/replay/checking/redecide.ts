import type { MarketOpsEvent } from '@marketops/contracts';
import type { CheckContext } from './context.js';
import { carried, redecideAuthorization, redecideCount, redecideRevocation } from './federation.js';
import type { DecidedStep } from './groups.js';
import { redecidePlan, redecideRedrive, redecideRun } from './planner.js';
import { redecideGate } from './publisher.js';
import { input, type Redecided, undecided } from './verdict.js';

const remoteAnswer = 'what the provider answered is recorded as a result only, and is not asked again';

type Redecide = (step: DecidedStep, context: CheckContext) => Redecided | Promise<Redecided>;
type Table = { readonly [Type in MarketOpsEvent['type']]?: Redecide };

/** Who decides each event of a run's streams again. What is not in it is not a decision of a run. */
const deciders: Table = {
  'plan.requested': (step, context) =>
    step.events.some(({ event }) => event.type === 'plan.generated')
      ? redecidePlan(step, context)
      : input('it is what was asked for'),
  'plan.generated': redecidePlan,
  'operation.planned': redecidePlan,
  'operation.blocked': redecidePlan,
  'plan.rejected': () => undecided('what was refused is not recorded: only why'),
  'operation.skipped': redecideRun,
  'run.completed': redecideRun,
  'run.stalled': redecideRun,
  'redrive.taken': redecideRedrive,
  'operation.redriven': redecideRedrive,
  'run.cancel_requested': () => input('it is what was asked for'),
  'run.redriven': () => input('it is an order: the planner weighs it where it obeys'),
  'reconcile.requested': () => input('it is an order: the publisher weighs it where it obeys'),
  'approval.granted': () => carried('approval.granted'),
  'approval.denied': () => carried('approval.denied'),
  'approval.withdrawn': () => carried('approval.withdrawn'),
  'evidence.recorded': () => carried('evidence.recorded'),
  'approval.requested': redecideAuthorization,
  'approval.counted': redecideCount,
  'operation.authorized': redecideAuthorization,
  'receipt.issued': redecideAuthorization,
  'receipt.advised': redecideAuthorization,
  'receipt.expired': redecideAuthorization,
  'receipt.revoked': redecideRevocation,
  'operation.started': redecideGate,
  'operation.resumed': redecideGate,
  'operation.held': redecideGate,
  'operation.refused': redecideGate,
  'operation.retried': () => undecided(remoteAnswer),
  'operation.succeeded': () => undecided(remoteAnswer),
  'operation.failed': () => undecided(remoteAnswer),
  'operation.uncertain': () => undecided(remoteAnswer),
  'operation.reconciled': () => undecided(remoteAnswer),
  'effect.drifted': () => undecided('what was observed is recorded by digest only'),
  'effect.restored': () => undecided('what was observed is recorded by digest only'),
};

/** Decides one step again with today's code. Nothing is read, and nothing leaves this process. */
export async function redecide(step: DecidedStep, context: CheckContext): Promise<Redecided> {
  const decider = deciders[step.first.event.type];
  return decider === undefined
    ? undecided(`this release does not decide ${step.first.event.type} again`)
    : decider(step, context);
}
