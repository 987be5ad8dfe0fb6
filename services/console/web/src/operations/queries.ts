import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../data/api.js';

/** What no event tells of (queues, lag, limits) is asked again this often, while the page is looked at. */
const againMs = 3_000;

export const overviewQuery = queryOptions({
  queryKey: ['operations', 'overview'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/overview', { signal })),
  refetchInterval: againMs,
});

export const limitsQuery = queryOptions({
  queryKey: ['operations', 'limits'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/limits', { signal })),
  refetchInterval: againMs,
});

export const freezesQuery = queryOptions({
  queryKey: ['live', 'freezes'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/freezes', { signal })),
  refetchInterval: againMs,
});

export const inFlightQuery = (scope: string) =>
  queryOptions({
    queryKey: ['live', 'in-flight', scope],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/v1/in-flight', { signal, params: { query: { scope } } })),
    refetchInterval: againMs,
  });

export const keysQuery = queryOptions({
  queryKey: ['operations', 'keys'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/keys', { signal })),
});

export const apiKeysQuery = queryOptions({
  queryKey: ['operations', 'api-keys'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/api-keys', { signal })),
});

export const deadLettersQuery = (uncertainOnly: boolean) =>
  infiniteQueryOptions({
    queryKey: ['live', 'dead-letters', { uncertainOnly }],
    initialPageParam: '',
    queryFn: async ({ signal, pageParam }: { signal: AbortSignal; pageParam: string }) =>
      unwrap(
        await api.GET('/v1/dead-letters', {
          signal,
          params: {
            query: {
              limit: 50,
              ...(pageParam === '' ? {} : { after: pageParam }),
              ...(uncertainOnly ? { state: 'uncertain' as const } : {}),
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
