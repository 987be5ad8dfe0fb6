import { GitHubError } from '../errors.js';
import type { Redact } from '../words.js';
import { exchange } from './exchange.js';
import { observed, plannedRequest, type RequestObserver, stopped } from './observing.js';
import { type Origins, targetOf } from './origins.js';
import { conditionally, type ReadCache } from './read-cache.js';
import { stopIfAborted } from './stopping.js';
import type { TokenSource } from './tokens.js';
import { type ExchangeLimits, type Incoming, isMutating, type Outgoing } from './wire.js';

/** The API version the shapes in this package were written for. */
const apiVersion = '2022-11-28';

export interface GatekeeperOptions extends ExchangeLimits {
  readonly origins: Origins;
  readonly tokens: TokenSource;
  readonly userAgent: string;
  /** Asked right before each mutating request; what it throws stops that request. */
  readonly beforeWrite: (() => Promise<void> | void) | undefined;
  readonly observer: RequestObserver | undefined;
  readonly cache: ReadCache | undefined;
  /** For what is read out of answers. */
  readonly redact: Redact;
}

export interface Departure {
  readonly method: string;
  readonly url: string;
  readonly accept: string;
  readonly contentType: string | undefined;
  readonly body: Outgoing['body'];
}

interface Passenger {
  readonly departure: Departure;
  readonly target: URL;
  /** For messages: method and path. */
  readonly what: string;
}

function headersOf(
  options: GatekeeperOptions,
  { body, contentType, accept }: Departure,
  token: string,
  ifNoneMatch: string | undefined,
): Record<string, string> {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body?.sizeBytes;
  return {
    accept,
    // Nothing compressed: what counts against the limit is then what was received.
    'accept-encoding': 'identity',
    'user-agent': options.userAgent,
    'x-github-api-version': apiVersion,
    authorization: `Bearer ${token}`,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(size === undefined ? {} : { 'content-length': String(size) }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
  };
}

async function send(
  options: GatekeeperOptions,
  { departure, target, what }: Passenger,
  token: string,
  ifNoneMatch: string | undefined,
): Promise<Incoming> {
  const { method, body } = departure;
  const { signal, observer, beforeWrite } = options;
  const planned = plannedRequest(method, target.pathname, signal);
  return observed(observer, planned, what, async (onSending) => {
    stopIfAborted(signal, what);
    if (planned.creates && beforeWrite !== undefined) {
      try {
        await beforeWrite();
      } catch (thrown) {
        throw stopped(thrown, what, 'the kill switch');
      }
      stopIfAborted(signal, what);
    }
    onSending();
    return exchange(
      { method, target, headers: headersOf(options, departure, token, ifNoneMatch), body },
      options,
    );
  });
}

/**
 * The one way out. In this order: the origin, the caller's signal, the token, the observer (a budget may let it wait), the
 * kill switch (writes only), the signal again; and only then the token is put on and the request sent. Octokit never
 * holds the token, so nothing it throws or logs can show it.
 *
 * A 401 makes a token provider be asked once for another one. With that a read is sent again; a write fails with
 * `token_replaced`: nothing was done, and whether it is still to be done is for the caller to look up.
 */
export async function depart(options: GatekeeperOptions, departure: Departure): Promise<Incoming> {
  const { method, url, accept } = departure;
  const { signal, tokens } = options;
  const target = targetOf(options.origins, url);
  const what = options.scrub(`${method} ${target.pathname}`);
  stopIfAborted(signal, what);
  const passenger = { departure, target, what };
  const sendWith = async (token: string): Promise<Incoming> =>
    method === 'GET'
      ? conditionally(options.cache, { token, url: target.href, accept }, async (ifNoneMatch) =>
          send(options, passenger, token, ifNoneMatch),
        )
      : send(options, passenger, token, undefined);

  const token = await tokens.current(signal);
  const incoming = await sendWith(token);
  if (incoming.status !== 401) return incoming;
  const other = await tokens.replacement(token, signal);
  if (other === null) return incoming;
  if (!isMutating(method)) return sendWith(other);
  throw new GitHubError('token_replaced', `${what} was answered 401; the token has been replaced since.`, {
    status: 401,
  });
}
