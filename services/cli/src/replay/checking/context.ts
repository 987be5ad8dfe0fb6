import type { Audience, Operation, PlanRequest, PublicationPlan, RunState } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine/reading';
import type { Blobs, RecordedEvent } from '@marketops/operator/reading';
import type { PolicySet } from '@marketops/policy';
import type { MintSignatures } from './mint-signature.js';
import type { SystemTimeline } from './system-timeline.js';

/** What every step of a run is decided again with: today's code and configuration, and what is recorded. */
export interface CheckContext extends MintSignatures {
  readonly runId: string;
  readonly loaded: LoadedConfig;
  /** As the run's own receipts have it, else as configured. */
  readonly audience: Audience;
  /** The policies that can be asked, those that were named first. */
  readonly policies: readonly PolicySet[];
  /** Where they lie, in words. */
  readonly policiesAt: string;
  /** By which the run's answers were decided, as the first of them names it; undefined where there is none yet. */
  readonly policyOfRun: string | undefined;
  readonly system: SystemTimeline;
  /** Undefined, as the plan, where the run has none, or its blob is not here. */
  readonly request: PlanRequest | undefined;
  readonly plan: PublicationPlan | undefined;
  /** Of the plan as it was read; empty where there is none. */
  readonly planDigest: string;
  /** Whole operations by id; one whose blob is not here is not among them. */
  readonly operations: ReadonlyMap<string, Operation>;
}

/** The request, the plan and its operations, from their events or their blobs. */
export async function planOf(
  events: readonly RecordedEvent[],
  blobs: Blobs,
): Promise<Pick<CheckContext, 'request' | 'plan' | 'operations'>> {
  let request: PlanRequest | undefined;
  let plan: PublicationPlan | undefined;
  const operations = new Map<string, Operation>();
  for (const { event } of events) {
    if (event.type === 'plan.requested') request = await blobs.request(event);
    if (event.type === 'plan.generated') plan = await blobs.plan(event);
    if (event.type !== 'operation.planned') continue;
    const operation = await blobs.operation(event);
    if (operation !== undefined) operations.set(event.data.operation_id, operation);
  }
  return { request, plan, operations };
}

/** Why a step that needs the plan cannot be decided again. */
export const planMissing = ({ planned }: RunState): string =>
  planned === undefined
    ? 'the run had no plan then'
    : `the plan is recorded as digest ${planned.data.plan_digest}, and its blob is not on this machine, or was erased`;
