import type { Session } from '@marketops/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { api, unwrap } from './api.js';

/** Who is signed in. Refused with 401 where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/session', { signal })),
  staleTime: 300_000,
});

export const useSessionQuery = () => useQuery(sessionQuery);

export const SessionContext = createContext<Session | undefined>(undefined);

/** Inside the shell somebody is always signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('A screen was shown outside of the shell.');
  return session;
}

/** Whether the caller may call an operation of the API for one tenant at least; the server has the last word. */
export const may = (session: Session, operation: string): boolean => session.operations.includes(operation);

/** The tenants the caller may see by name; `all` where every one. */
export function tenantsOf(session: Session): 'all' | readonly string[] {
  if (session.grants.some(({ tenants }) => tenants === 'all')) return 'all';
  return [...new Set(session.grants.flatMap(({ tenants }) => (tenants === 'all' ? [] : tenants)))].sort();
}
