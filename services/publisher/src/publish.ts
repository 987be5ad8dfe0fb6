import { HoldError, type IncomingJob, runJob } from '@marketops/engine';
import { StoreError } from '@marketops/store';
import { decide } from './deciding/decide.js';
import type { DecisionFacts, Step } from './deciding/step.js';
import { type ExecuteTools, execute } from './executing/execute.js';
import { gatherFacts } from './facts.js';
import type { Gate, GateVerdict } from './gate/gate.js';
import { readPresentation } from './gate/read-presentation.js';
import { appendToOperation } from './operation-stream.js';
import type { Publication } from './publication.js';
import { jobDigestOf, type Refusals } from './refusals.js';

export interface PublishTools extends ExecuteTools {
  readonly gate: Gate;
  readonly refusals: Refusals;
}

/** How often one presentation is judged again because the stream moved on meanwhile. */
const conflictsMax = 16;

/**
 * The handler of every `{publications-…}` job (laws E2, P8):
 *
 *     read the claim ─▶ gather facts ─▶ gate ─▶ decide ─▶ one step
 *                            ▲                              │ somebody was first
 *                            └──────────────────────────────┘
 */
export async function publish(tools: PublishTools, job: IncomingJob): Promise<Publication> {
  const presented = readPresentation(job.data);
  for (let conflicts = 0; ; conflicts += 1) {
    const verdict = tools.gate.judge(await gatherFacts(tools, presented, job.id));
    const facts: DecisionFacts = {
      now: verdict.context.now,
      jobId: job.id,
      attempt: job.attempt,
      lastAttempt: job.lastAttempt,
      timing: tools.timing,
    };
    try {
      return await take(tools, job, verdict, decide(verdict, facts));
    } catch (fault) {
      const lost = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!lost || conflicts >= conflictsMax) throw fault;
    }
  }
}

async function take(
  tools: PublishTools,
  job: IncomingJob,
  verdict: GateVerdict,
  step: Step,
): Promise<Publication> {
  const { context } = verdict;
  switch (step.step) {
    case 'done':
      await tools.queues.enqueue(step.jobs);
      return { status: 'answered' };
    case 'hold':
      if (step.event !== null) await appendToOperation(tools, context, [step.event]);
      throw new HoldError(step.reason.message, step.delayMs);
    case 'refuse_job': {
      const jobDigest = jobDigestOf(tools.crypto, job.data, job.id);
      await tools.refusals.record({ ...step, presented: context.presented, jobDigest });
      await tools.queues.enqueue(step.jobs);
      return { status: 'refused', check: step.check, reason: step.reason };
    }
    case 'refuse_operation': {
      const runId = context.receipt?.run_id ?? '';
      await appendToOperation(tools, context, [step.event], { jobs: [runJob(runId)] });
      return { status: 'refused', check: step.check, reason: step.reason };
    }
    default:
      return execute(tools, job, context, step);
  }
}
