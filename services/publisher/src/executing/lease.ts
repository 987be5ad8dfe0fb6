import { type EventDraft, freezeScopes, invariant, type Repository, startScopes } from '@marketops/contracts';
import { type IncomingJob, isoTime, newUlid } from '@marketops/engine';
import type { Step, Subject } from '../deciding/step.js';
import type { Reach } from '../fault-points.js';
import type { GateContext } from '../gate/context.js';
import { appendContextOf, appendToOperation } from '../operation-stream.js';
import { type Execution, type ExecutionTools, openExecution } from './execution.js';
import { Tail } from './tail.js';
import { watchedOutlet } from './watched-outlet.js';

export type ExecutionStep = Extract<Step, { step: 'start' | 'resume' | 'look_up' }>;

/**
 * Appends the start or the resumption that makes the operation this worker's for a while.
 * @throws StoreError `append_conflict` when somebody was first, `frozen`
 */
export async function takeLease(
  tools: ExecutionTools,
  job: IncomingJob,
  context: GateContext,
  how: ExecutionStep['step'],
  { operation, receipt }: Subject,
  reach: Reach,
): Promise<Execution> {
  const nowMs = tools.clock.nowMs();
  const { operation_id, receipt_id } = receipt;
  const { stream } = context;
  invariant(stream !== null, 'only an operation that exists is executed');
  const earlier = stream.state.started;
  const execution_id = earlier?.data.execution_id ?? newUlid();
  const data = { execution_id, lease_until: isoTime(nowMs + tools.timing.leaseMs), operation_id, receipt_id };
  const event: EventDraft =
    how === 'start'
      ? { type: 'operation.started', data }
      : { type: 'operation.resumed', data: { ...data, reason: reasons[how] } };
  invariant((how === 'start') === (earlier === undefined), 'an operation is started once');
  const scopes = scopesOf(how, receipt.tenant_id, operation.repository);
  const tail = new Tail(stream.state, stream.digest);
  const outlet = watchedOutlet(tools, reach, how === 'start' ? 'start' : 'resume');
  tail.extend(await appendToOperation(outlet, context, [event], { scopes }));
  return openExecution(tools, {
    subject: { operation, receipt },
    executionId: execution_id,
    startedAt: earlier?.time ?? isoTime(nowMs),
    retries: stream.spentRetries,
    tail,
    context: appendContextOf(context),
    signal: job.signal,
    reach,
  });
}

/** A look-up changes nothing, so a freeze does not stop it; what has begun goes on where only room runs short. */
function scopesOf(how: ExecutionStep['step'], tenantId: string, repository: Repository): string[] {
  if (how === 'look_up') return [];
  return how === 'start' ? startScopes(tenantId, repository) : freezeScopes(tenantId, repository);
}

const reasons = {
  resume: `attempt resumed`,
  look_up: 'resumed to look up what became of it; nothing is written',
} as const;
