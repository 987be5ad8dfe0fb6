import { createMarketOpsClient } from '@marketops/client';

export { unwrap } from '@marketops/client';

/** Longer than anything the API does by itself; a proof of a very large run takes some seconds. */
const answerMsMax = 60_000;

const refusedListeners = new Set<() => void>();

/** Called when the API says that nobody is signed in (any more). */
export function onSignedOut(listener: () => void): () => void {
  refusedListeners.add(listener);
  return () => refusedListeners.delete(listener);
}

/**
 * The API of this page's own origin; the session cookie speaks for whoever is signed in. `unwrap` makes of an answer its data, or a
 * `ProblemError`.
 */
export const api = createMarketOpsClient({
  baseUrl: location.origin,
  async fetch(request) {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerMsMax)]);
    const response = await fetch(request, { signal, redirect: 'error', credentials: 'same-origin' });
    // Who asks whether anybody is signed in needs no telling that nobody is.
    const isAsking = new URL(request.url).pathname === '/v1/session';
    if (response.status === 401 && !isAsking) for (const listener of refusedListeners) listener();
    return response;
  },
});
