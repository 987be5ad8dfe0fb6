import { HoldError, type IncomingJob, runJob } from '@marketops/engine';
import { StoreError } from '@marketops/store';
import { decide } from './deciding/decide.js';
import type { Step, Subject } from './deciding/step.js';
import { type ExecuteTools, execute } from './executing/execute.js';
import { gatherFacts } from './facts.js';
import { isIssuedHere } from './gate/acknowledged.js';
import type { GateFacts } from './gate/context.js';
import type { Gate, GateVerdict } from './gate/gate.js';
import { readPresentation } from './gate/read-presentation.js';
import { type Applicant, enter, giveUp, leave } from './limits/admission.js';
import { wordsFor } from './limits/answers.js';
import type { Limits } from './limits/limits.js';
import { appendToOperation } from './operation-stream.js';
import type { Publication } from './publication.js';
import { jobDigestOf, type Refusals } from './refusals.js';
import { lookupOf } from './side-effects.js';

export interface PublishTools extends ExecuteTools {
  readonly gate: Gate;
  readonly refusals: Refusals;
  readonly limits: Limits;
}

/** How often one presentation is judged again because the stream moved on meanwhile. */
const conflictsMax = 16;

/**
 * The handler of every `{publications-…}` job (laws E2, P8):
 *
 *     read the claim ─▶ gather facts ─▶ gate ─▶ decide ─▶ one step
 *                            ▲          ▲          │ begins, or goes on
 *                            │          └── no ── has its account room? ─▶ start, resume
 *                            └───────────────── somebody was first ──────────┘
 */
export async function publish(tools: PublishTools, job: IncomingJob): Promise<Publication> {
  const presented = readPresentation(job.data);
  for (let conflicts = 0; ; conflicts += 1) {
    const gathered = await gatherFacts(tools, presented, job.id);
    const { verdict, step, inside } = await admit(tools, job, gathered);
    if (step === 'elsewhere') return { status: 'answered' };
    try {
      return await take(tools, job, verdict, step);
    } catch (fault) {
      const lost = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!lost || conflicts >= conflictsMax) throw fault;
    } finally {
      if (inside !== null) leave(tools.limits, inside);
    }
  }
}

interface Admitted {
  readonly verdict: GateVerdict;
  /** `elsewhere`: another job of the queue waits for the same receipt, and one is enough. */
  readonly step: Step | 'elsewhere';
  /** Whose place in its account is taken, and to be given back. */
  readonly inside: Applicant | null;
}

/** The gate's verdict, and for what would begin or go on the word of its account's limits: no room makes it a hold. */
async function admit(tools: PublishTools, job: IncomingJob, facts: GateFacts): Promise<Admitted> {
  const decided = (judged: GateFacts): { verdict: GateVerdict; step: Step } => {
    const verdict = tools.gate.judge(judged);
    const { id: jobId, attempt, lastAttempt } = job;
    const { now, operation } = verdict.context;
    const lookup = operation.status === 'loaded' ? lookupOf(operation.operation, tools.executors) : 'exact';
    const { timing } = tools;
    return { verdict, step: decide(verdict, { now, jobId, attempt, lastAttempt, lookup, timing }) };
  };
  const first = decided(facts);
  const { step, verdict } = first;
  if (step.step !== 'start' && step.step !== 'resume') {
    if (step.step !== 'look_up') standAside(tools, job, verdict);
    return { inside: null, ...first };
  }
  const applicant = { ...applicantOf(step.gated, job), resumes: step.step === 'resume' };
  const entrance = await enter(tools.limits, applicant, tools.timing.holdMs);
  if (entrance.verdict === 'go') return { inside: applicant, ...first };
  if (entrance.verdict === 'elsewhere') return { verdict, step: 'elsewhere', inside: null };
  const { waitMs, why } = entrance;
  return { ...decided({ ...facts, throttled: { waitMs, why: wordsFor(why) } }), inside: null };
}

/** What may not begin for another reason keeps nobody waiting: a tenant that is frozen would stand before all others. */
function standAside({ limits }: PublishTools, job: IncomingJob, { context }: GateVerdict): void {
  const { receipt, operation } = context;
  if (receipt === undefined || operation.status !== 'loaded' || !isIssuedHere(context)) return;
  // A receipt that has run out is renewed, and the operation keeps its place.
  if (Date.parse(context.now) >= Date.parse(receipt.expires_at)) return;
  giveUp(limits, applicantOf({ operation: operation.operation, receipt }, job));
}

const applicantOf = ({ operation, receipt }: Subject, { id: jobId }: IncomingJob): Applicant => ({
  ...{ operation, receipt, jobId, resumes: false },
});

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
