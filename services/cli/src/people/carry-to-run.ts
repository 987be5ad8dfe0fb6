import { type EventDraft, type MarketOpsEvent, runStream } from '@marketops/contracts';
import { authorizationJob, type LoadedConfig } from '@marketops/engine';
import { openCarrier } from '../carrying/carrier.js';
import type { Live } from '../reading/live.js';
import type { RunRecord } from '../reading/run-record.js';
import { refuseToCarry } from './refusals.js';

/** Somebody's signed statement about a run, on its way to the run's stream. */
export interface Statement {
  readonly sort: 'approval' | 'evidence';
  readonly id: string;
  readonly event: EventDraft;
}

/**
 * Carries a statement to its run, and has federation look at the run again.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws AuthorityError as `refuseToCarry`; what the carrier throws
 */
export async function carryToRun(
  the: { readonly loaded: LoadedConfig; readonly env: NodeJS.ProcessEnv; readonly live: Live },
  { runId, run }: Pick<RunRecord, 'runId' | 'run'>,
  { sort, id, event }: Statement,
): Promise<MarketOpsEvent> {
  const carrier = openCarrier(the.loaded, the.env, the.live);
  try {
    const [carried] = await carrier.carry({
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
    if (carried === undefined) throw new TypeError('an append without its event');
    await carrier.untilAcknowledged(carried);
    return carried;
  } finally {
    await carrier.close();
  }
}
