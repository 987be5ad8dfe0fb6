import { type MarketOpsEvent, runStream } from '@marketops/contracts';
import { authorizationJob, isoTime } from '@marketops/engine';
import { type Carriage, carryOne } from '../orders/carrier.js';
import type { RunRecord } from '../runs/run-record.js';
import { systemAudience } from '../system/audience.js';
import { refuseForeignStatement, type StatementDraft } from './foreign-statement.js';
import { refuseToCarry } from './refusals.js';

/** Somebody's signed statement about a run, on its way to the run's stream. */
export interface Statement {
  readonly sort: 'approval' | 'evidence';
  readonly id: string;
  readonly event: StatementDraft;
}

/**
 * Carries a statement to its run, wherever it was signed, and has federation look at the run again.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws AuthorityError as `refuseForeignStatement` and `refuseToCarry`; what the carrier throws
 */
export async function carryToRun(
  the: Carriage,
  { runId, run }: Pick<RunRecord, 'runId' | 'run'>,
  { sort, id, event }: Statement,
): Promise<MarketOpsEvent> {
  const audience = systemAudience(the.loaded, the.env);
  refuseForeignStatement({ runId, run }, event, {
    ...{ keyring: the.live.keyring, audience, nowIso: isoTime(Date.now()) },
  });
  return carryOne(the, {
    stream: runStream(runId),
    context: {
      ...{ tenantId: run.tenantId, runId, mode: run.mode, correlationId: runId },
      causationId: (run.approvalRequests.at(-1) ?? run.planned)?.id ?? null,
    },
    events: (standing) => {
      refuseToCarry(standing, sort, id);
      return [event];
    },
    jobs: [authorizationJob(runId, `${sort}-${id}`)],
  });
}
