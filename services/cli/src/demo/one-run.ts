import { type MarketOpsEvent, type Mode, runStream } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import {
  enqueuePlan,
  followRun,
  type RunRecord,
  type Runs,
  readSubmission,
  refuseFailedJob,
  untilAcknowledged,
} from '@marketops/operator';
import type { LedgerReader } from '@marketops/operator/reading';
import { CliError } from '../errors.js';
import type { Output } from '../output.js';
import { eventLines } from '../render/event-line.js';
import { type PhaseTimes, phaseTimes } from './phase-times.js';

export interface DemoRun {
  readonly record: RunRecord;
  readonly times: PhaseTimes;
}

const runLimitMs = 60_000;
const indexLimitMs = 5_000;
const lookAgainMs = 10;

/** Submits the example's plan as any upstream would, shows it work, and waits until the ledger has vouched for its end. */
export async function oneRun(the: {
  readonly loaded: LoadedConfig;
  readonly runs: Runs;
  readonly planPath: string;
  readonly mode: Mode;
  readonly output: Output;
  readonly signal: AbortSignal;
}): Promise<DemoRun> {
  const { loaded, runs, planPath, mode, output, signal } = the;
  const { live, ledger, blobs } = runs;
  if (live === undefined || ledger === undefined) {
    throw new CliError('redis_unreachable', 'Redis or the ledger went away', {
      next: 'Read the logs named below.',
    });
  }
  const submission = readSubmission(loaded, { path: planPath, principal: 'local', mode });
  const { runId } = submission;
  const askedMs = Date.now();
  await enqueuePlan(live, submission);
  const line = eventLines(output.paint);
  let last: MarketOpsEvent | undefined;
  const following = { live, blobs, runId, signal, timeoutMs: runLimitMs };
  for await (const event of followRun({
    ...following,
    beforeFirst: () => refuseFailedJob(live, submission),
  })) {
    output.line(`  ${line(event)}`);
    last = event;
  }
  if (last !== undefined) await untilAcknowledged(live, last);
  const provenMs = Date.now();
  await untilIndexed(ledger, runId, last?.seq ?? 1, signal);
  const record = await runs.read(runId);
  return { record, times: phaseTimes(record, askedMs, provenMs) };
}

/** The index follows the acknowledgement by a few milliseconds. */
async function untilIndexed(
  { index }: LedgerReader,
  runId: string,
  seq: number,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = Date.now() + indexLimitMs;
  while (index.lastSeq(runStream(runId)) < seq && Date.now() < deadlineMs) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}
