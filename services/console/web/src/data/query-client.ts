import { ProblemError } from '@marketops/client';
import { QueryClient } from '@tanstack/react-query';

/** What the API refused is not asked again by itself; what did not answer is, three times. */
const worthAgain = (failures: number, error: unknown): boolean =>
  failures < 3 && (!(error instanceof ProblemError) || [429, 502, 503].includes(error.problem.status));

/** What was read is shown until the live feed says that it has changed (data/live-queries.ts). */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: worthAgain, staleTime: 30_000, gcTime: 300_000 },
    mutations: { retry: false },
  },
});
