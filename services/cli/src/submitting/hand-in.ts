import { type MarketOpsEvent, runStream } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import {
  connectLive,
  enqueuePlan,
  followRun,
  hasPlanner,
  isAsHoped,
  type Live,
  refuseFailedJob,
  refuseForgetful,
  type Submission,
  sealRequest,
  untilAcknowledged,
} from '@marketops/operator';
import { openBlobs } from '@marketops/operator/reading';
import { shellQuoted } from '@marketops/operator/words';
import { partitionOf, type RetiredRun } from '@marketops/store';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { eventLines } from '../render/event-line.js';
import { sanitize } from '../sanitize.js';
import { exitOfRun } from './outcome.js';

/** How long somebody stays to see what becomes of a plan. */
export interface Waiting {
  readonly wait?: true;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * Puts a plan into its principal’s queue and tells its run; with `wait`, everything that happens to it until it has ended.
 * @returns the exit code
 */
export async function handIn(
  invocation: Invocation,
  loaded: LoadedConfig,
  asked: Submission,
  { wait, timeout }: Waiting,
): Promise<number> {
  const live = await connectLive(loaded, invocation.env);
  try {
    const submission = await sealRequest(loaded, live, asked);
    if (submission.request.sealed === true && submission.job === undefined)
      invocation.output.note(
        'This command may not write the blob store: the request stands in Redis in plain until it is planned.',
      );
    refuseForgetful(live, loaded, submission.request.mode);
    const { known, retired } = await enqueuePlan(live, submission);
    if (retired !== undefined) return tellRetired(invocation, submission, retired);
    await tellClosed(invocation, live, submission);
    if (wait === true) return await waitFor(invocation, loaded, live, submission, timeout * 1_000);
    await tellSubmitted(invocation, live, submission, known);
    return exitCodes.held;
  } finally {
    await live.close();
  }
}

/** It has ended, and left Redis: what became of it is in the ledger. */
function tellRetired(
  { output, configPath, configNamed }: Invocation,
  { principal, request, idempotencyKey, runId }: Submission,
  { status, endedAt }: RetiredRun,
): number {
  output.document({
    run_id: runId,
    mode: request.mode,
    principal,
    idempotency_key: idempotencyKey,
    known: true,
    retired: { status, ended_at: endedAt },
  });
  output.line(runId);
  output.note(`This key and plan were submitted before: the run ended on ${endedAt} (${sanitize(status)}).`);
  const config = configNamed ? ` --config ${shellQuoted(configPath)}` : '';
  output.note(`It has left Redis; the ledger has it: marketops show ${runId}${config}`);
  return isAsHoped(status, request.mode) ? exitCodes.held : exitCodes.otherOutcome;
}

/** A closed partition takes no appends: the plan waits, and it would be a riddle why. */
async function tellClosed({ output }: Invocation, live: Live, { runId }: Submission): Promise<void> {
  const [control] = await live.store.readControl([partitionOf(runStream(runId))]);
  if (control?.state === 'open') return;
  const why = control === null || control === undefined ? 'its control key is missing' : control.reason;
  output.note(
    output.paintNote.yellow(
      `The run's partition is closed (${sanitize(why, 300)}): the plan waits until the ledger opens it.`,
    ),
  );
  output.note('See marketops doctor.');
}

async function tellSubmitted(
  { output, configPath, configNamed }: Invocation,
  live: Live,
  { principal, request, idempotencyKey, runId }: Submission,
  known: boolean,
): Promise<void> {
  const worked = await hasPlanner(live, principal);
  output.document({
    run_id: runId,
    mode: request.mode,
    principal,
    idempotency_key: idempotencyKey,
    retry_of: request.retry_of ?? null,
    operations: request.operations.length,
    known,
    planner_working: worked ?? null,
  });
  output.line(runId);
  if (known) output.note('This key and plan were submitted before: it is the same run.');
  if (worked === false) {
    output.note('No planner works this queue now: the plan waits in Redis until one does (marketops dev).');
  }
  const config = configNamed ? ` --config ${shellQuoted(configPath)}` : '';
  output.note(`See it with: marketops timeline ${runId}${config}`);
}

async function waitFor(
  { output, signal }: Invocation,
  loaded: LoadedConfig,
  live: Live,
  submission: Submission,
  timeoutMs: number,
): Promise<number> {
  const { runId, request, principal, idempotencyKey } = submission;
  output.line(runId);
  const line = eventLines(output.paintNote);
  let last: MarketOpsEvent | undefined;
  for await (const event of followRun({
    ...{ live, runId, signal, timeoutMs, blobs: openBlobs(loaded.dataDir) },
    beforeFirst: () => refuseFailedJob(live, submission),
  })) {
    output.note(line(event));
    last = event;
  }
  if (last !== undefined) await untilAcknowledged(live, last);
  const exitCode = exitOfRun(last, request.mode);
  output.document({
    run_id: runId,
    mode: request.mode,
    principal,
    idempotency_key: idempotencyKey,
    retry_of: request.retry_of ?? null,
    outcome: last?.type === 'run.completed' ? last.data : null,
    rejected: last?.type === 'plan.rejected' ? last.data : null,
    as_hoped: exitCode === exitCodes.held,
  });
  return exitCode;
}
