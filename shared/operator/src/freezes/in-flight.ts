import { freezeScopes } from '@marketops/contracts';
import { type InFlight, inFlightOf } from '@marketops/engine';
import type { Runs } from '../runs/runs.js';
import { unfinishedRuns } from '../runs/unfinished-runs.js';

export interface InFlightReport {
  readonly effects: readonly InFlight[];
  /** True where there are more runs under way than were looked at. */
  readonly more: boolean;
}

const runsMax = 1_000;

/** Effects of a scope that had started before it was frozen and whose outcome nobody has said yet. */
export async function effectsInFlight(
  { live, read }: Pick<Runs, 'live' | 'read'>,
  scope: string,
): Promise<InFlightReport> {
  if (live === undefined) return { effects: [], more: false };
  const runIds = await unfinishedRuns(live.store, runsMax + 1);
  const effects: InFlight[] = [];
  for (const runId of runIds.slice(0, runsMax)) {
    const { operations } = await read(runId);
    for (const { events, operation } of operations) {
      const one = inFlightOf(events.map(({ event }) => event));
      if (one === undefined) continue;
      // Where the operation cannot be read here, it is told rather than left out.
      const inScope =
        operation === undefined || freezeScopes(one.tenantId, operation.repository).includes(scope);
      if (inScope) effects.push(one);
    }
  }
  return { effects, more: runIds.length > runsMax };
}
