import type { RunRow } from '@marketops/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';
import { api, unwrap } from '../data/api.js';
import { useLive } from '../data/live.js';
import { type Filters, stillFits } from './filters.js';
import { runFilter } from './query.js';
import { firstPage, type RunList, withChanged, withFirstPage, withNextPage } from './run-list.js';

const pageRows = 200;
/** News are read together this often at most; each costs one search. */
const newsEveryMs = 1_000;

export interface Runs {
  readonly list: RunList | undefined;
  readonly error: unknown;
  readonly pending: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

/** The runs that fit, as many as were scrolled to, following the ledger. */
export function useRuns(filters: Filters): Runs {
  const queries = useQueryClient();
  const queryKey = useMemo(() => ['runs', filters] as const, [filters]);
  const page = useCallback(
    async (query: { readonly cursor?: string; readonly total?: 'true' }, signal?: AbortSignal) =>
      unwrap(
        await api.GET('/v1/runs', {
          params: { query: { ...runFilter(filters), ...query, limit: pageRows } },
          ...(signal === undefined ? {} : { signal }),
        }),
      ),
    [filters],
  );
  const runs = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const first = await page({ total: 'true' }, signal);
      const before = queries.getQueryData<RunList>(queryKey);
      return before === undefined ? firstPage(first) : withFirstPage(before, first);
    },
    // While other filters are being looked up, what was shown stays; it is marked as old.
    placeholderData: (previous) => previous,
  });

  const loading = useRef<string>(undefined);
  const next = runs.isPlaceholderData ? null : (runs.data?.next ?? null);
  const more = useCallback(() => {
    if (next === null || loading.current === next) return;
    loading.current = next;
    page({ cursor: next }).then(
      (found) =>
        queries.setQueryData<RunList>(queryKey, (list) =>
          list?.next === next ? withNextPage(list, found) : list,
        ),
      // The first page says what is wrong, when it is read again.
      () => {
        loading.current = undefined;
        void queries.invalidateQueries({ queryKey });
      },
    );
  }, [next, page, queries, queryKey]);

  const news = useRef({ timer: 0, changed: new Map<string, RunRow>() });
  useLive((message) => {
    const waiting = news.current;
    if (message.kind === 'changed') waiting.changed.set(message.run.run_id, message.run);
    if (waiting.timer !== 0) return;
    waiting.timer = window.setTimeout(() => {
      const { changed } = waiting;
      news.current = { timer: 0, changed: new Map() };
      queries.setQueryData<RunList>(queryKey, (list) =>
        list === undefined ? list : withChanged(list, changed, (run) => stillFits(filters, run)),
      );
      void queries.invalidateQueries({ queryKey });
    }, newsEveryMs);
  });

  return {
    list: runs.data,
    error: runs.error,
    pending: runs.isPending || runs.isPlaceholderData,
    more,
    reload: () => void runs.refetch(),
  };
}
