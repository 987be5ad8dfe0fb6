import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../data/api.js';

/** Runs that wait for people. Follows the live feed. */
export const inboxQuery = queryOptions({
  queryKey: ['live', 'approvals'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/approvals', { signal })),
});

const ofRun = (runId: string) => ({ path: { run_id: runId } });

export const runApprovalsQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run', runId, 'approvals'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/runs/{run_id}/approvals', { signal, params: ofRun(runId) })),
  });

/** The plan as it is shown to whoever signs it. It never changes: what changes is another run. */
export const planToSignQuery = (runId: string) =>
  queryOptions({
    queryKey: ['plan to sign', runId],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/runs/{run_id}/plan', { signal, params: ofRun(runId) })),
    staleTime: 60_000,
  });
