import { Fault, type Operation } from '@marketops/contracts';
import { HoldError, type IncomingJob, isoTime, type Logger, runJob } from '@marketops/engine';
import { readsOnly } from '@marketops/github';
import { type HmacKey, markerFor, ProofError } from '@marketops/proof';
import type { Absent, Subject } from '../deciding/step.js';
import type { Executors } from '../executors/executor.js';
import type { FactTools } from '../facts.js';
import { type FaultPoints, reachFor } from '../fault-points.js';
import type { GateContext } from '../gate/context.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { GitHubFor } from '../ports/github.js';
import type { Publication } from '../publication.js';
import { LiveSideEffectPort, lookUpEffect, lookupOf } from '../side-effects.js';
import type { Attempt } from './attempt.js';
import type { Execution } from './execution.js';
import { type ExecutionStep, takeLease } from './lease.js';
import {
  type Conclusion,
  concludeAbsence,
  concludeFault,
  concludeLookUpFault,
  concludeSuccess,
  concludeUnwritable,
} from './outcomes.js';

export interface ExecuteTools extends FactTools {
  readonly github: GitHubFor;
  readonly markerKey: HmacKey;
  readonly log: Logger;
  readonly executors: Executors;
  /** A test's; nobody listens otherwise. */
  readonly faultPoints?: FaultPoints | undefined;
}

/**
 * Takes the lease, waits until the ledger has it (law X1), acts, and says what came of it:
 *
 *     operation.started | operation.resumed ─▶ acknowledged ─▶ look up, act, verify ─▶ outcome
 *
 * The append of the start is the receipt's consumption (law R3); the script refuses it in a frozen scope (law O1), and
 * refuses it to all but one of those who try (law P4).
 */
export async function execute(
  tools: ExecuteTools,
  job: IncomingJob,
  context: GateContext,
  step: ExecutionStep,
): Promise<Publication> {
  const subject = step.step === 'look_up' ? step.subject : step.gated;
  if (step.step === 'start') takePlace(tools, subject);
  const { run_id: runId, operation_id: operationId, receipt_id: receiptId } = subject.receipt;
  const reach = reachFor(tools.faultPoints, { runId, operationId, receiptId, attempt: job.attempt });
  const execution = await takeLease(tools, job, context, step.step, subject, reach);
  const conclusion =
    step.step === 'look_up'
      ? await lookUpOnly(tools, execution, job, step.absent)
      : await perform(tools, execution, job, step);
  const said = await say(tools, execution, job, conclusion);
  if (said.throws !== null) throw said.throws;
  return publicationOf(said);
}

/** Says what came of it; where that cannot be written down, says so instead: otherwise the operation would never end. */
async function say(
  tools: ExecuteTools,
  execution: Execution,
  job: IncomingJob,
  conclusion: Conclusion,
): Promise<Conclusion> {
  const append = async ({ events, throws }: Conclusion): Promise<void> => {
    if (events.length === 0) return;
    const ended = throws === null;
    const jobs = ended ? [runJob(execution.subject.receipt.run_id)] : [];
    await execution.say(ended ? 'outcome' : 'retry', events, jobs);
  };
  try {
    await append(conclusion);
    return conclusion;
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    const { run_id, operation_id } = execution.subject.receipt;
    tools.log.error({ fault, run_id, operation_id }, 'an outcome cannot be written down');
    const instead = concludeUnwritable(attemptOf(tools, execution, job), fault.code);
    await append(instead);
    return instead;
  }
}

/** The gate saw room; whoever took it since was first. The next time, the gate says so. */
function takePlace({ startCap }: ExecuteTools, { operation, receipt }: Subject): void {
  const waitMs = startCap.take(operation.repository.owner, receipt.receipt_id);
  if (waitMs > 0) throw new HoldError('the hour has no room for another start', waitMs);
}

async function perform(
  tools: ExecuteTools,
  execution: Execution,
  job: IncomingJob,
  { step, gated }: { readonly step: 'start' | 'resume'; readonly gated: GatedOperation },
): Promise<Conclusion> {
  const { operation } = gated;
  const { executors } = tools;
  const { reach } = execution;
  try {
    await execution.acknowledged();
    await reach(`${step}.acknowledged`);
    const github = tools.github(operation.repository.owner, execution);
    const port = new LiveSideEffectPort(
      github,
      (one) => markerOf(tools, one),
      (sha256) => tools.blobs.pathOf(`sha256:${sha256}`),
      {
        ...{ executors, reach },
        earlierSinceMs: step === 'resume' ? Date.parse(execution.startedAt) : undefined,
      },
    );
    await reach('look_up.before');
    const act = () => port.perform(gated);
    const { result } = await (uploads(operation) ? execution.keepingLease(act) : act());
    return concludeSuccess(attemptOf(tools, execution, job), result);
  } catch (fault) {
    const { run_id, operation_id } = gated.receipt;
    if (!(fault instanceof Fault))
      tools.log.error({ fault, run_id, operation_id }, 'a defect in an executor');
    return concludeFault(attemptOf(tools, execution, job), fault);
  }
}

/** What may take longer than a lease. */
const uploads = (operation: Operation): boolean =>
  operation.kind === 'attach_release_asset' ||
  (operation.kind === 'publish_release' && operation.assets.length > 0);

async function lookUpOnly(
  tools: ExecuteTools,
  execution: Execution,
  job: IncomingJob,
  absent: Absent,
): Promise<Conclusion> {
  const { subject, reach } = execution;
  const { operation } = subject;
  try {
    await execution.acknowledged();
    await reach('resume.acknowledged');
    if (lookupOf(operation, tools.executors) === 'none')
      return concludeAbsence(attemptOf(tools, execution, job), absent);
    const reads = readsOnly(tools.github(operation.repository.owner, execution));
    await reach('look_up.before');
    const sighting = await lookUpEffect(reads, operation, markerOf(tools, subject), tools.executors);
    const attempt = attemptOf(tools, execution, job);
    if (sighting.seen === 'done') return concludeSuccess(attempt, sighting.result);
    return concludeAbsence(attempt, absent, sighting.seen === 'unfinished' ? sighting.shown : undefined);
  } catch (fault) {
    return concludeLookUpFault(attemptOf(tools, execution, job), absent, fault);
  }
}

const markerOf = ({ crypto, markerKey }: ExecuteTools, { receipt }: Pick<Subject, 'receipt'>): string =>
  markerFor(crypto, markerKey, { runId: receipt.run_id, operationId: receipt.operation_id });

const attemptOf = (tools: ExecuteTools, execution: Execution, job: IncomingJob): Attempt => ({
  subject: execution.subject,
  executionId: execution.executionId,
  startedAt: execution.startedAt,
  lookup: lookupOf(execution.subject.operation, tools.executors),
  writes: execution.writes,
  now: isoTime(tools.clock.nowMs()),
  attempt: job.attempt,
  lastAttempt: job.lastAttempt,
  retries: execution.retries,
  holds: execution.state.holds,
  timing: tools.timing,
});

function publicationOf({ events }: Conclusion): Publication {
  for (const event of events) {
    if (event.type === 'operation.succeeded') return { status: 'succeeded', audit: event.data.audit };
    if (event.type === 'operation.failed') return { status: 'failed', audit: event.data.audit };
    if (event.type === 'operation.uncertain') return { status: 'uncertain', audit: event.data.audit };
  }
  return { status: 'answered' };
}
