import type { RunDetail } from '@marketops/client';
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../data/api.js';

/** What is kept under `['run', <run_id>]` is read anew when the ledger takes something about that run. */
const path = (runId: string) => ({ path: { run_id: runId } });

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run', runId, 'detail'],
    queryFn: async ({ signal }) => {
      const run = unwrap(await api.GET('/v1/runs/{run_id}', { params: path(runId), signal }));
      // The same shape; openapi-fetch writes what may be absent in another way.
      return run as RunDetail;
    },
  });

/** A plan never changes: what the ledger takes about the run later is no reason to read it again. */
export const planQuery = (runId: string, digest: string | null, against: string | undefined) =>
  queryOptions({
    queryKey: ['plan', runId, digest, against ?? null],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/v1/runs/{run_id}/plan', {
          params: { ...path(runId), query: against === undefined ? {} : { against } },
          signal,
        }),
      ),
    // With another run to compare with, what was shown stays until the comparison is there.
    placeholderData: (previous) => previous,
  });

export const timelineQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run', runId, 'timeline'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/runs/{run_id}/timeline', { params: path(runId), signal })),
  });

export const statesQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run', runId, 'states'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/runs/{run_id}/states', { params: path(runId), signal })),
  });
