import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../data/api.js';
import type { EntryFilters } from './entries/entry-filters.js';
import type { ListedFile } from './verification/messages.js';

export const ledgerQuery = queryOptions({
  queryKey: ['live', 'ledger'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/ledger', { signal })),
});

/** Public keys; they change seldom, and whoever verifies asks anew. */
export const keyringQuery = queryOptions({
  queryKey: ['ledger', 'keyring'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/ledger/keyring', { signal })),
  staleTime: 300_000,
});

export const checkpointQuery = queryOptions({
  queryKey: ['ledger', 'checkpoint'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/ledger/checkpoint', { signal, parseAs: 'text' })),
});

const pageLimit = 200;

export const entriesQuery = ({ type, stream, upTo }: EntryFilters) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'entries', { type, stream, upTo }],
    initialPageParam: upTo === undefined ? undefined : upTo + 1,
    queryFn: async ({ signal, pageParam }: { signal: AbortSignal; pageParam: number | undefined }) =>
      unwrap(
        await api.GET('/v1/ledger/entries', {
          signal,
          params: {
            query: {
              limit: pageLimit,
              ...(pageParam === undefined ? {} : { before: pageParam }),
              ...(type === undefined ? {} : { type }),
              ...(stream === undefined ? {} : { stream }),
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** The journal's files as they are stored now. */
export async function listJournal(): Promise<ListedFile[]> {
  const { files } = unwrap(await api.GET('/v1/ledger/journal'));
  return files.map(({ name, bytes, sealed }) => ({
    // Whoever lists it may name the file it was made from; it is the stored one that is served.
    name: sealed && !name.endsWith('.gz') ? `${name}.gz` : name,
    bytes,
    path: `/v1/ledger/journal/${encodeURIComponent(name)}`,
  }));
}
