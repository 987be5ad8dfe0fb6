import { GitHubError } from '../errors.js';
import { type Headers, type RateLimitView, rateLimitIn } from './rate-limit.js';
import { stoppable } from './stopping.js';
import { type Incoming, isMutating } from './wire.js';

/** A request that is about to be sent, as GitHub's limits count it. */
export interface PlannedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** For the secondary limit: 1 for GET, HEAD and OPTIONS, 5 for the rest. */
  readonly points: 1 | 5;
  /** Whether it counts as creating content: every POST, PATCH, PUT and DELETE, to be on the safe side. */
  readonly creates: boolean;
  /** Ends the wait for it: the caller's own. */
  readonly signal: AbortSignal | undefined;
}

export interface RequestOutcome {
  /** The same object that `beforeRequest` was given. */
  readonly request: PlannedRequest;
  /** False when it was stopped after `beforeRequest` and never left: its budget may be given back. */
  readonly sent: boolean;
  /** Null when there was no complete answer. 304 costs nothing of the primary limit. */
  readonly status: number | null;
  /** Lower-case names; empty without an answer. */
  readonly headers: Headers;
  readonly rateLimit: RateLimitView;
}

/** Sees every request on its way: the place for budgets. One may serve any number of clients. */
export interface RequestObserver {
  /**
   * Before every request; may wait, until `request.signal` says stop. What it throws stops the request: a GitHubError as
   * it is (say `rate_limited` with `retryAfterMs`), anything else as `aborted`.
   */
  beforeRequest(request: PlannedRequest): Promise<void> | void;
  /**
   * Exactly once for every request that `beforeRequest` let through, whatever became of it. Not waited for, and
   * what it throws is dropped: the effect has happened, and its account must not make a failure of it.
   */
  afterResponse(outcome: RequestOutcome): Promise<void> | void;
}

export function plannedRequest(
  method: string,
  path: string,
  signal: AbortSignal | undefined,
): PlannedRequest {
  const creates = isMutating(method);
  return Object.freeze({ method, path, points: creates ? 5 : 1, creates, signal });
}

function tell(observer: RequestObserver, outcome: RequestOutcome): void {
  const told = (async () => observer.afterResponse(outcome))();
  told.catch(() => undefined);
}

/** What a stopped request throws, whoever stopped it. */
export function stopped(thrown: unknown, what: string, by: string): GitHubError {
  if (thrown instanceof GitHubError) return thrown;
  return new GitHubError('aborted', `${what} was stopped by ${by} before it was sent.`, { cause: thrown });
}

async function admit(observer: RequestObserver, request: PlannedRequest, what: string): Promise<void> {
  const admitted = (async () => observer.beforeRequest(request))();
  try {
    await stoppable(admitted, what, { signal: request.signal });
  } catch (thrown) {
    // Let through after its caller had gone: it is given back.
    admitted.then(
      () => tell(observer, { request, sent: false, status: null, headers: {}, rateLimit: rateLimitIn({}) }),
      () => undefined,
    );
    throw stopped(thrown, what, 'its budget');
  }
}

/**
 * Runs one request under the observer's eyes. `send` is given what it calls at the moment of sending, so that a
 * request stopped in between is not counted as one.
 */
export async function observed(
  observer: RequestObserver | undefined,
  request: PlannedRequest,
  what: string,
  send: (onSending: () => void) => Promise<Incoming>,
): Promise<Incoming> {
  if (observer === undefined) return send(() => undefined);
  await admit(observer, request, what);
  let sent = false;
  let incoming: Incoming | undefined;
  try {
    incoming = await send(() => {
      sent = true;
    });
    return incoming;
  } finally {
    const headers = incoming?.headers ?? {};
    const rateLimit = rateLimitIn(headers, incoming);
    tell(observer, { request, sent, status: incoming?.status ?? null, headers, rateLimit });
  }
}
